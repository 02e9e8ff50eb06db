package wai.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static wai.HeaderName.CONTENT_TYPE;
import static wai.HeaderName.ETAG;
import static wai.HeaderName.LAST_MODIFIED;
import static wai.Status.OK;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;

/// Conditions on content that is no file (RFC 9110 §13).
class ConditionalTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final Response TAGGED = Response.of(
            OK,
            Headers.of(CONTENT_TYPE, "text/css", ETAG, "\"a\"", LAST_MODIFIED, "Sun, 22 Nov 2026 09:00:00 GMT"),
            Bytes.utf8("p {}"));

    private static Request request(String method, String name, String value) {
        return Request.builder(method, "/")
                .headers(Headers.of(HeaderName.of(name), value))
                .build();
    }

    @ParameterizedTest(name = "{0} {1}: {2} is answered {3}")
    @CsvSource(
            quoteCharacter = '§',
            value = {
                "GET, If-None-Match, \"a\", 304",
                "HEAD, If-None-Match, W/\"a\", 304",
                "GET, If-None-Match, *, 304",
                "GET, If-None-Match, \"b\", 200",
                "GET, If-None-Match, a, 200",
                "GET, If-Match, \"a\", 200",
                "GET, If-Match, \"b\", 412",
                "§GET§, §If-Modified-Since§, §Sun, 22 Nov 2026 09:00:00 GMT§, 304",
                "§GET§, §If-Modified-Since§, §Sun, 22 Nov 2026 08:59:59 GMT§, 200",
                "§GET§, §If-Unmodified-Since§, §Sun, 22 Nov 2026 08:59:59 GMT§, 412",
                "GET, Range, bytes=0-1, 200",
                "POST, If-None-Match, \"a\", 200"
            })
    void answersConditions(String method, String name, String value, int status) {
        var response = FileNegotiation.conditional(request(method, name, value), TAGGED, NOW);

        assertThat(response.status().code()).isEqualTo(status);
    }

    @Test
    void a304KeepsTheValidatorsAndDropsWhatDescribesTheContent() {
        var response = FileNegotiation.conditional(request("GET", "If-None-Match", "\"a\""), TAGGED, NOW);

        assertThat(response.headers())
                .isEqualTo(Headers.of(ETAG, "\"a\"", LAST_MODIFIED, "Sun, 22 Nov 2026 09:00:00 GMT"));
        assertThat(response.body()).isEqualTo(Bytes.EMPTY);
    }

    @Test
    void leavesOtherStatusesAndContentWithoutValidatorsAlone() {
        var request = request("GET", "If-None-Match", "\"a\"");
        var error = TAGGED.withStatus(Status.NOT_FOUND);
        var plain = Response.text(OK, "plain");

        assertThat(FileNegotiation.conditional(request, error, NOW)).isSameAs(error);
        assertThat(FileNegotiation.conditional(request, plain, NOW)).isSameAs(plain);
    }
}
