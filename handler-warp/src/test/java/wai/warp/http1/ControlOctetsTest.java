package wai.warp.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A control octet anywhere in the framing of a request: it is refused, never skipped and never part of a value
/// (RFC 9110 §5.5, RFC 9112 §2.2).
class ControlOctetsTest {
    private static final String HEAD = "POST /a?b=c HTTP/1.1\r\nHost: a.b:80\r\nX-Y: v, \"w\" (x)\r\n";
    private static final String CHUNKED =
            HEAD + "Transfer-Encoding: chunked\r\n\r\n3;e=\"f\";g\r\nabc\r\n0\r\nT: u\r\n\r\n";
    private static final String FIXED = HEAD + "Content-Length: 0\r\n\r\n";

    /// Where an octet may stand that stands nowhere else: among the bytes of a chunk, whose size is then wrong.
    private static final String LATE_FAULT = "fault BAD_CHUNK 400";

    @ParameterizedTest(name = "0x{0}")
    @ValueSource(strings = {"00", "01", "08", "0a", "0b", "0c", "0d", "0e", "1b", "1f", "7f"})
    void isRefusedWhereverItIsPutIn(String hex) {
        char octet = (char) Integer.parseInt(hex, 16);
        for (var request : List.of(CHUNKED, FIXED)) {
            for (int at = 0; at < request.length(); at++) {
                var message = request.substring(0, at) + octet + request.substring(at);

                assertThat(transcript(message).getLast())
                        .as("0x%s before byte %d of %s", hex, at, Wire.escaped(request))
                        .isIn("fault BAD_REQUEST_LINE 400", "fault BAD_FIELD 400", "fault BAD_TRAILER 400", LATE_FAULT);
            }
        }
    }

    @ParameterizedTest(name = "0x{0}")
    @ValueSource(strings = {"00", "01", "08", "0b", "0c", "0d", "0e", "1b", "1f", "7f"})
    void isRefusedWhateverItStandsFor(String hex) {
        char octet = (char) Integer.parseInt(hex, 16);
        for (var request : List.of(CHUNKED, FIXED)) {
            for (int at = 0; at < request.length(); at++) {
                if (isData(request, at) || request.charAt(at) == octet) {
                    continue;
                }
                var message = request.substring(0, at) + octet + request.substring(at + 1);

                assertThat(transcript(message).getLast())
                        .as("0x%s for byte %d of %s", hex, at, Wire.escaped(request))
                        .startsWith("fault BAD_")
                        .endsWith(" 400");
            }
        }
    }

    private static boolean isData(String request, int at) {
        int data = request.indexOf("abc");
        return data >= 0 && at >= data && at < data + 3;
    }

    /// With a request behind it, which must not be seen.
    private static List<String> transcript(String message) {
        var lines =
                Wire.transcript(Http1Limits.DEFAULT, Wire.bytes(message + "GET /behind HTTP/1.1\r\nHost: a\r\n\r\n"));
        assertThat(lines).noneMatch(line -> line.startsWith("GET "));
        return lines;
    }
}
