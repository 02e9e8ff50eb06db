package wai.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.Status.CONTENT_TOO_LARGE;
import static wai.Status.OK;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.ContentTooLargeException;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.test.TestClient;

class RequestSizeLimitTest {
    private static final Application COUNTS = (request, respond) ->
            respond.with(Response.text(OK, "" + request.body().readAllBytes().length));

    private static Request post(int size, boolean lengthKnown) {
        return Request.builder("POST", "/")
                .body(
                        new ByteArrayInputStream(new byte[size]),
                        lengthKnown ? OptionalLong.of(size) : OptionalLong.empty())
                .build();
    }

    // ------------------------------------------------------------------------------------------ at the limit

    @ParameterizedTest(name = "{0} of {1} bytes, length known: {2}")
    @CsvSource({"0, 0, true", "10, 10, true", "9, 10, true", "0, 0, false", "10, 10, false", "100000, 100000, false"})
    void letsABodyOfAtMostTheLimitThrough(int size, long limit, boolean lengthKnown) {
        try (var client = TestClient.of(RequestSizeLimit.of(limit).wrap(COUNTS))) {
            var response = client.send(post(size, lengthKnown));

            assertThat(response.status()).isEqualTo(OK);
            assertThat(response.text()).isEqualTo("" + size);
        }
    }

    @ParameterizedTest(name = "{0} of {1} bytes, length known: {2}")
    @CsvSource({"1, 0, true", "11, 10, true", "1, 0, false", "11, 10, false", "100001, 100000, false"})
    void answers413ToOneByteMore(int size, long limit, boolean lengthKnown) {
        try (var client = TestClient.of(RequestSizeLimit.of(limit).wrap(COUNTS))) {
            var response = client.send(post(size, lengthKnown));

            assertThat(response.status()).isEqualTo(CONTENT_TOO_LARGE);
            assertThat(response.text()).isEqualTo("413 Content Too Large: expected at most " + limit + " bytes\n");
        }
    }

    @Test
    void refusesANegativeLimit() {
        assertThatThrownBy(() -> RequestSizeLimit.of(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1")
                .hasMessageContaining("0 or more");
    }

    // ------------------------------------------------------------------------------------------ before the application

    @Test
    void neitherReadsNorCallsTheApplicationWhenTheLengthTells() {
        InputStream untouched = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("the body was read");
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                return read();
            }
        };
        Application never = (_, _) -> {
            throw new AssertionError("the application was called");
        };
        var request = Request.builder("POST", "/")
                .body(untouched, OptionalLong.of(11))
                .build();

        try (var client = TestClient.of(RequestSizeLimit.of(10).wrap(never))) {
            assertThat(client.send(request).status()).isEqualTo(CONTENT_TOO_LARGE);
        }
    }

    @Test
    void limitsOnlyTheApplicationInside() {
        var small = RequestSizeLimit.of(10).wrap(COUNTS);
        Application routes =
                (request, respond) -> (request.rawPath().equals("/up") ? COUNTS : small).handle(request, respond);

        try (var client = TestClient.of(routes)) {
            assertThat(client.post("/up", "more than ten bytes").status()).isEqualTo(OK);
            assertThat(client.post("/", "more than ten bytes").status()).isEqualTo(CONTENT_TOO_LARGE);
        }
    }

    // ------------------------------------------------------------------------------------------ while it is read

    @Test
    void theApplicationMayAnswerInItsOwnWords() {
        Application own = (request, respond) -> {
            try {
                return COUNTS.handle(request, respond);
            } catch (ContentTooLargeException e) {
                return respond.with(Response.text(Status.BAD_REQUEST, "not more than " + e.limit()));
            }
        };

        try (var client = TestClient.of(RequestSizeLimit.of(10).wrap(own))) {
            assertThat(client.send(post(11, false)).text()).isEqualTo("not more than 10");
        }
    }

    @Test
    void everyReadBehindTheLimitThrows() {
        Application insists = (request, respond) -> {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> request.body().readAllBytes()).isInstanceOf(ContentTooLargeException.class);
            }
            assertThat(request.body().available()).isZero();
            return respond.with(Response.text(OK, "seen"));
        };

        try (var client = TestClient.of(RequestSizeLimit.of(10).wrap(insists))) {
            assertThat(client.send(post(50, false)).text()).isEqualTo("seen");
        }
    }

    @Test
    void aResponseThatWasBegunIsCut() {
        Application echoes = (request, respond) -> respond.with(
                Response.stream(OK, Headers.EMPTY, out -> request.body().transferTo(out)));

        try (var client = TestClient.of(RequestSizeLimit.of(10).wrap(echoes)).answeringErrors()) {
            var response = client.send(post(100_000, false));

            assertThat(response.isComplete()).isFalse();
            assertThat(response.failure()).containsInstanceOf(ContentTooLargeException.class);
            assertThat(response.violations()).isEmpty();
        }
    }

    @Test
    void anotherLimitInsideIsLeftToItself() {
        Application inner = (request, respond) ->
                respond.with(Response.text(OK, "" + request.readBody(5).length()));

        try (var client = TestClient.of(RequestSizeLimit.of(10).wrap(inner)).answeringErrors()) {
            var response = client.send(post(8, false));

            assertThat(response.status()).isEqualTo(CONTENT_TOO_LARGE);
            assertThat(response.failure())
                    .get()
                    .extracting(thrown -> ((ContentTooLargeException) thrown).limit())
                    .isEqualTo(5L);
        }
    }

    @ParameterizedTest(name = "in steps of {0}")
    @ValueSource(ints = {1, 3, 10, 11, 100})
    void countsHoweverTheBodyIsRead(int step) throws IOException {
        var read = new AtomicReference<Integer>(0);
        Application steps = (request, respond) -> {
            var buffer = new byte[step];
            for (int count; (count = request.body().read(buffer)) >= 0; ) {
                read.set(read.get() + count);
            }
            return respond.with(Response.text(OK, ""));
        };

        try (var client = TestClient.of(RequestSizeLimit.of(10).wrap(steps))) {
            assertThat(client.send(post(11, false)).status()).isEqualTo(CONTENT_TOO_LARGE);
            assertThat(read.get()).isLessThanOrEqualTo(10);
        }
    }
}
