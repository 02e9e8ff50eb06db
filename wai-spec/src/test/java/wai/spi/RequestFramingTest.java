package wai.spi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.Status;

class RequestFramingTest {
    @ParameterizedTest(name = "{0} with {1} gets {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP_1_1 | Expect: 100-continue                             | 0",
                "HTTP_1_1 | Expect: 100-Continue                             | 0",
                "HTTP_1_1 | Expect: 200-ok                                   | 417",
                "HTTP_1_1 | Expect: 100-continue, 200-ok                     | 417",
                "HTTP_2   | Expect: 200-ok                                   | 417",
                "HTTP_1_0 | Expect: 200-ok                                   | 0",
                "HTTP_1_1 | Content-Length: 5                                | 0",
                "HTTP_1_1 | Content-Length: 5; Content-Length: 5             | 0",
                "HTTP_1_1 | Content-Length: 5; Content-Length: 6             | 400",
                "HTTP_1_1 | Content-Length: +5                               | 400",
                "HTTP_1_1 | Content-Length: -5                               | 400",
                "HTTP_1_1 | Content-Length: 5, 5                             | 400",
                "HTTP_1_1 | Content-Length: 999999999999999999               | 0",
                "HTTP_1_1 | Content-Length: 9999999999999999999              | 400",
                "HTTP_1_1 | Transfer-Encoding: chunked                       | 0",
                "HTTP_1_1 | Transfer-Encoding: Chunked                       | 0",
                "HTTP_1_0 | Transfer-Encoding: chunked                       | 400",
                "HTTP_1_1 | Transfer-Encoding: gzip, chunked                 | 501",
                "HTTP_1_1 | Transfer-Encoding: chunked, gzip                 | 400",
                "HTTP_1_1 | Transfer-Encoding: chunked, chunked              | 400",
                "HTTP_1_1 | Transfer-Encoding: gzip                          | 400",
            })
    void refusesWhatNoApplicationShouldSee(HttpVersion version, String fields, int status) {
        var refusal = RequestFraming.refusal(version, headers(fields));

        assertThat(refusal.map(Status::code).orElse(0)).isEqualTo(status);
    }

    @Test
    void refusesAnEmptyLength() {
        var headers = Headers.of(HeaderName.CONTENT_LENGTH, "");

        assertThat(RequestFraming.refusal(HttpVersion.HTTP_1_1, headers)).contains(Status.BAD_REQUEST);
    }

    @Test
    void knowsTheLengthButOfChunks() {
        assertThat(RequestFraming.length(headers("Content-Length: 12"))).hasValue(12);
        assertThat(RequestFraming.length(Headers.EMPTY)).hasValue(0);
        assertThat(RequestFraming.length(headers("Transfer-Encoding: chunked"))).isEmpty();
    }

    private static Headers headers(String fields) {
        var headers = Headers.builder();
        for (var field : fields.split("; ", -1)) {
            int colon = field.indexOf(": ");
            headers.add(HeaderName.of(field.substring(0, colon)), field.substring(colon + 2));
        }
        return headers.build();
    }
}
