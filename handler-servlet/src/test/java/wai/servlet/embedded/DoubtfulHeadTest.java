package wai.servlet.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import wai.Response;
import wai.Status;

/// Heads that leave in doubt where the request ends: what a container lets pass, the handler refuses.
class DoubtfulHeadTest {
    static Stream<Arguments> heads() {
        return Stream.of(EmbeddedContainer.values())
                .flatMap(container -> Stream.of(
                        Arguments.of(container, "HTTP/1.0", "Transfer-Encoding: chunked", "400"),
                        Arguments.of(container, "HTTP/1.1", "Transfer-Encoding: gzip", "(400|501)"),
                        Arguments.of(container, "HTTP/1.1", "Transfer-Encoding: chunked, chunked", "(400|501)"),
                        Arguments.of(container, "HTTP/1.1", "Transfer-Encoding: gzip, chunked", "(400|501)"),
                        Arguments.of(container, "HTTP/1.1", "Expect: the-unexpected\r\nContent-Length: 0", "417")));
    }

    @ParameterizedTest(name = "{0}: {1} {2}")
    @MethodSource("heads")
    void areRefusedAndTheConnectionEnds(EmbeddedContainer container, String version, String field, String status)
            throws Exception {
        try (var server = container.start(0, (_, respond) -> respond.with(Response.text(Status.OK, "called")))) {
            var request = "POST / " + version + "\r\nHost: test\r\n" + field + "\r\n\r\n"
                    + "0\r\n\r\nGET /behind HTTP/1.1\r\nHost: test\r\n\r\n";

            var answer = WireHttp1.answerTo(request, server.address());

            assertThat(answer).matches("(?s)HTTP/1\\.[01] " + status + " .*").doesNotContain("called");
        }
    }
}
