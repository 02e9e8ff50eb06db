package wai.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.Status.CONTENT_TOO_LARGE;
import static wai.Status.OK;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.Bytes;
import wai.Middleware;
import wai.Request;
import wai.Response;
import wai.test.TestClient;

class BufferBodyTest {
    private static final Application ECHO = (request, respond) ->
            respond.with(Response.text(OK, request.readBody(100).utf8()));

    private final List<String> seen = new ArrayList<>();

    private Middleware looks(String name) {
        return inner -> (request, respond) -> {
            seen.add(name + " saw " + request.get(BufferBody.BODY).orElseThrow().utf8());
            return inner.handle(request, respond);
        };
    }

    @Test
    void severalPartiesSeeTheWholeBody() {
        var application =
                BufferBody.upTo(100).then(looks("first")).then(looks("second")).wrap(ECHO);

        try (var client = TestClient.of(application)) {
            assertThat(client.post("/", "hello").text()).isEqualTo("hello");
            assertThat(seen).containsExactly("first saw hello", "second saw hello");
        }
    }

    @Test
    void withoutItASecondReaderFindsNothing() {
        Middleware reads = inner -> (request, respond) -> {
            request.readBody(100);
            return inner.handle(request, respond);
        };

        try (var plain = TestClient.of(reads.wrap(ECHO));
                var buffered = TestClient.of(BufferBody.upTo(100)
                        .then(reads)
                        .then(Middleware.onRequest(BufferBody::replayed))
                        .wrap(ECHO))) {
            assertThat(plain.post("/", "hello").text()).isEmpty();
            assertThat(buffered.post("/", "hello").text()).isEqualTo("hello");
        }
    }

    @Test
    void theApplicationLearnsTheLengthOfAChunkedBody() {
        Application tells = (request, respond) -> respond.with(Response.text(
                OK, request.bodyLength() + " " + request.readBody(100).utf8()));
        var chunked = Request.builder("POST", "/")
                .body(new ByteArrayInputStream("hello".getBytes(StandardCharsets.US_ASCII)), OptionalLong.empty())
                .build();

        try (var client = TestClient.of(BufferBody.upTo(100).wrap(tells))) {
            assertThat(client.send(chunked).text()).isEqualTo("OptionalLong[5] hello");
        }
    }

    @Test
    void aRequestWithoutBodyHasEmptyBytes() {
        Application tells = (request, respond) ->
                respond.with(Response.text(OK, "" + request.get(BufferBody.BODY).map(Bytes::length)));

        try (var client = TestClient.of(BufferBody.upTo(0).wrap(tells))) {
            assertThat(client.get("/").text()).isEqualTo("Optional[0]");
        }
    }

    @ParameterizedTest(name = "{0} bytes, length known: {1}")
    @CsvSource({"10, true, 200", "10, false, 200", "11, true, 413", "11, false, 413"})
    void answers413AboveTheLimit(int size, boolean lengthKnown, int status) {
        var request = Request.builder("POST", "/")
                .body(
                        new ByteArrayInputStream(new byte[size]),
                        lengthKnown ? OptionalLong.of(size) : OptionalLong.empty())
                .build();
        Application called = (_, respond) -> {
            seen.add("called");
            return respond.with(Response.text(OK, ""));
        };

        try (var client = TestClient.of(BufferBody.upTo(10).wrap(called))) {
            assertThat(client.send(request).status().code()).isEqualTo(status);
            assertThat(seen).hasSize(status == CONTENT_TOO_LARGE.code() ? 0 : 1);
        }
    }

    @Test
    void replayingWithoutABufferSaysWhatIsMissing() {
        var request = Request.builder("GET", "/").build();

        assertThatThrownBy(() -> BufferBody.replayed(request))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("BufferBody.upTo");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(longs = {-1, Long.MIN_VALUE})
    void refusesANegativeLimit(long limit) {
        assertThatThrownBy(() -> BufferBody.upTo(limit))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 or more");
    }
}
