package wai.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static wai.HeaderName.CONTENT_LENGTH;
import static wai.spi.FramedResponse.UNKNOWN;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Body;
import wai.Bytes;
import wai.FilePart;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;

class FramedResponseTest {
    private static final Body HELLO = Bytes.utf8("hello");
    private static final Body NONE = Bytes.EMPTY;
    private static final Body STREAM = new Body.Stream(_ -> {});
    private static final Body PART = new Body.File(Path.of("a"), new FilePart(2, 3, 9));
    private static final Body WHOLE = new Body.File(Path.of("a"), new FilePart(0, 9, 9));
    private static final Body EMPTY_PART = new Body.File(Path.of("a"), new FilePart(9, 0, 9));
    private static final Body RAW = new Body.Raw(Response.text(Status.OK, "no"), _ -> {});

    static Stream<Arguments> framings() {
        return Stream.of(
                // method, status, body, Content-Length given | body, length, delimited by the handler
                framing("GET", 200, HELLO, "", HELLO, 5, false),
                framing("GET", 200, NONE, "", NONE, 0, false),
                framing("GET", 200, HELLO, "99", HELLO, 5, false),
                framing("GET", 200, HELLO, "junk", HELLO, 5, false),
                framing("GET", 200, NONE, "99", NONE, 0, false),
                framing("HEAD", 200, HELLO, "", NONE, 5, false),
                framing("HEAD", 200, HELLO, "99", NONE, 5, false),
                framing("HEAD", 200, NONE, "99", NONE, 99, false),
                framing("HEAD", 200, NONE, "", NONE, 0, false),
                framing("head", 200, HELLO, "", HELLO, 5, false),
                framing("GET", 200, STREAM, "", STREAM, UNKNOWN, true),
                framing("GET", 200, STREAM, "0", STREAM, 0, false),
                framing("GET", 200, STREAM, "007", STREAM, 7, false),
                framing("GET", 200, STREAM, "999999999999999999", STREAM, 999_999_999_999_999_999L, false),
                framing("HEAD", 200, STREAM, "", NONE, UNKNOWN, false),
                framing("HEAD", 200, STREAM, "7", NONE, 7, false),
                framing("GET", 206, PART, "", PART, 3, false),
                framing("GET", 200, PART, "99", PART, 3, false),
                framing("HEAD", 206, PART, "", NONE, 3, false),
                framing("GET", 200, WHOLE, "", WHOLE, 9, false),
                framing("GET", 200, EMPTY_PART, "", EMPTY_PART, 0, false),
                framing("GET", 204, HELLO, "5", NONE, UNKNOWN, false),
                framing("GET", 204, STREAM, "junk", NONE, UNKNOWN, false),
                framing("GET", 304, PART, "", NONE, UNKNOWN, false),
                framing("HEAD", 304, STREAM, "", NONE, UNKNOWN, false),
                framing("GET", 205, HELLO, "5", NONE, 0, false),
                framing("GET", 205, STREAM, "", NONE, 0, false),
                framing("GET", 101, RAW, "", RAW, UNKNOWN, false),
                framing("CONNECT", 200, RAW, "5", RAW, UNKNOWN, false));
    }

    @ParameterizedTest(name = "{0} {1} {2} Content-Length [{3}] becomes {4} of {5}")
    @MethodSource("framings")
    void framesAResponse(
            String method, int status, Body body, String given, Body expected, long length, boolean delimited) {
        var headers = given.isEmpty() ? Headers.EMPTY : Headers.of(CONTENT_LENGTH, given);

        var framed = FramedResponse.of(method, new Response(Status.of(status), headers, body));

        assertThat(framed.status()).isEqualTo(Status.of(status));
        assertThat(framed.body()).isEqualTo(expected);
        assertThat(framed.length()).isEqualTo(length);
        assertThat(framed.isDelimitedByHandler()).isEqualTo(delimited);
        assertThat(framed.headers().contains(CONTENT_LENGTH)).isFalse();
    }

    static Stream<Arguments> ranges() {
        return Stream.of(
                Arguments.of(206, PART, "", "Accept-Ranges: bytes, Content-Range: bytes 2-4/9"),
                Arguments.of(200, PART, "", "Accept-Ranges: bytes, Content-Range: bytes 2-4/9"),
                Arguments.of(206, PART, "bytes 0-2/7", "Content-Range: bytes 0-2/7, Accept-Ranges: bytes"),
                Arguments.of(200, WHOLE, "", "Accept-Ranges: bytes"),
                Arguments.of(200, EMPTY_PART, "", "Accept-Ranges: bytes"),
                Arguments.of(304, PART, "", ""),
                Arguments.of(204, PART, "", ""),
                Arguments.of(205, WHOLE, "", ""),
                Arguments.of(200, HELLO, "", ""));
    }

    @ParameterizedTest(name = "{0} {1} has {3}")
    @MethodSource("ranges")
    void saysWhichPartOfAFileIsSent(int status, Body body, String range, String expected) {
        var headers = range.isEmpty() ? Headers.EMPTY : Headers.of(HeaderName.CONTENT_RANGE, range);

        for (var method : List.of("GET", "HEAD")) {
            var framed = FramedResponse.of(method, new Response(Status.of(status), headers, body));

            assertThat(String.join(", ", lines(framed.headers()))).isEqualTo(expected);
        }
    }

    @Test
    void dropsTheFieldsThatFrameAndKeepsAllOthersInOrder() {
        var headers = Headers.of(HeaderName.of("transfer-ENCODING"), "chunked", HeaderName.VIA, "a")
                .adding(HeaderName.KEEP_ALIVE, "timeout=5")
                .adding(HeaderName.SET_COOKIE, "b=1")
                .adding(HeaderName.PROXY_CONNECTION, "close")
                .adding(CONTENT_LENGTH, "5")
                .adding(HeaderName.CONNECTION, "close")
                .adding(HeaderName.SET_COOKIE, "c=2");

        for (var body : List.of(HELLO, STREAM, PART, RAW)) {
            var framed = FramedResponse.of(
                    "GET",
                    new Response(Status.SWITCHING_PROTOCOLS, headers, RAW)
                            .withStatus(body.equals(RAW) ? Status.SWITCHING_PROTOCOLS : Status.OK)
                            .withBody(body));

            assertThat(lines(framed.headers()))
                    .startsWith("Via: a", "Set-Cookie: b=1", "Connection: close", "Set-Cookie: c=2");
            assertThat(framed.headers().size()).isEqualTo(body.equals(PART) ? 6 : 4);
        }
    }

    @Test
    void doesNotCopyHeadersThatNeedNoChange() {
        var headers = Headers.of(HeaderName.VIA, "a");

        assertThat(FramedResponse.of("GET", new Response(Status.OK, headers, HELLO))
                        .headers())
                .isSameAs(headers);
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(strings = {"", "-1", "+5", "5 5", "5,5", "0x5", "five", "1e3", "\u00b2", "1000000000000000000"})
    void refusesALengthThatIsNotOneDecimalNumber(String value) {
        var headers = Headers.of(CONTENT_LENGTH, value);

        for (var method : List.of("GET", "HEAD")) {
            assertThatExceptionOfType(ContractViolation.class)
                    .isThrownBy(() -> FramedResponse.of(method, new Response(Status.OK, headers, STREAM)))
                    .matches(violation -> violation.rule() == Rule.RSP_CONTENT_LENGTH)
                    .withMessageContaining("Content-Length [" + value + "]: expected one number");
        }
    }

    @Test
    void refusesTwoLengthsEvenWhenTheyAgree() {
        var headers = Headers.of(CONTENT_LENGTH, "5", CONTENT_LENGTH, "5");

        assertThatExceptionOfType(ContractViolation.class)
                .isThrownBy(() -> FramedResponse.of("GET", new Response(Status.OK, headers, STREAM)))
                .withMessageContaining("Content-Length [5, 5]: expected one number of at most 18 digits");
    }

    static IntStream informational() {
        return IntStream.of(100, 101, 102, 103, 199);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("informational")
    void refusesAnInformationalStatusThatIsNotRaw(int status) {
        for (var body : List.of(HELLO, NONE, STREAM, PART)) {
            assertThatExceptionOfType(ContractViolation.class)
                    .isThrownBy(() -> FramedResponse.of("GET", new Response(Status.of(status), Headers.EMPTY, body)))
                    .matches(violation -> violation.rule() == Rule.RSP_FINAL_STATUS);
        }
    }

    @Test
    void refusesAFileThatWasNotNegotiated() {
        var response = Response.file(Status.OK, Headers.EMPTY, Path.of("a"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> FramedResponse.of("GET", response))
                .withMessage("file a has no part: negotiate it first (FileNegotiation)");
    }

    private static List<String> lines(Headers headers) {
        var lines = new ArrayList<String>();
        headers.forEach((name, value) -> lines.add(name + ": " + value));
        return lines;
    }

    private static Arguments framing(
            String method, int status, Body body, String given, Body expected, long length, boolean delimited) {
        return Arguments.of(method, status, body, given, expected, length, delimited);
    }
}
