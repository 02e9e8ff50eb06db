package wai.tck.compare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import wai.HeaderName;
import wai.Headers;

class TranscribedTest {
    private final Transcribed lines = new Transcribed();

    @Test
    void writesAResponseInTheOrderOfItsArrival() {
        lines.interim(103, Headers.of(HeaderName.LINK, "</a>"));
        lines.head(200, Headers.of(HeaderName.of("X-b"), "1", HeaderName.of("A"), "2"));
        lines.body("one\ntwo\n".getBytes(UTF_8));
        lines.trailers(Headers.of(HeaderName.of("X-Sum"), "3"));
        lines.end("whole");

        assertThat(lines.lines())
                .containsExactly(
                        "interim 103",
                        "interim-field Link: </a>",
                        "status 200",
                        "field X-b: 1",
                        "field A: 2",
                        "body | one",
                        "body | two",
                        "trailer X-Sum: 3",
                        "end whole");
    }

    @Test
    void writesALengthThatIsRightWithoutItsNumber() {
        lines.head(200, Headers.of(HeaderName.CONTENT_LENGTH, "3"));
        lines.body("abc".getBytes(UTF_8));

        assertThat(lines.lines()).contains("field Content-Length: that of the body");
    }

    @Test
    void keepsALengthThatIsAnother() {
        lines.head(200, Headers.of(HeaderName.CONTENT_LENGTH, "30"));
        lines.body(new byte[0]);

        assertThat(lines.lines()).containsExactly("status 200", "field Content-Length: 30");
    }

    @Test
    void writesWhatIsNoTextOrTooLongByItsChecksum() {
        lines.body(new byte[] {0, 1, 2});
        lines.body("x".repeat(20_001).getBytes(UTF_8));
        lines.body("x".repeat(20_000).getBytes(UTF_8));

        assertThat(lines.lines())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("body 3 bytes, CRC-32 0854897f"),
                        line -> assertThat(line).startsWith("body 20001 bytes, CRC-32 "),
                        line -> assertThat(line).startsWith("body | xxx").hasSize(20_007));
    }
}
