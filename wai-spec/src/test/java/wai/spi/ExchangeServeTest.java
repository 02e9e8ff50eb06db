package wai.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wai.ContentTooLargeException;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;

/// What a handler without hooks leaves to the kernel: [Exchange#serve] and [Exchange#write].
class ExchangeServeTest {
    private static final Request GET = Request.builder("GET", "/").build();

    private final Recording exchange = new Recording();

    @Test
    void runsTheApplication() throws Exception {
        exchange.serve((request, respond) -> respond.with(Response.text(Status.OK, request.rawPath())), () -> GET);

        assertThat(exchange.sent).isEqualTo("200 /");
        assertThat(exchange.failures).isEmpty();
    }

    @Test
    void answers400ToWhatIsNoRequest() throws Exception {
        exchange.serve(ExchangeServeTest::unreachable, () -> {
            throw new IllegalArgumentException("a field with NUL");
        });

        assertThat(exchange.sent).isEqualTo("400 a field with NUL\n");
    }

    @Test
    void refusesWhatNoApplicationShouldSee() throws Exception {
        var request =
                GET.toBuilder().headers(Headers.of(HeaderName.EXPECT, "200-ok")).build();

        exchange.serve(ExchangeServeTest::unreachable, () -> request);

        assertThat(exchange.sent).isEqualTo("417 417 Expectation Failed\n");
    }

    @Test
    void refusesWithoutABodyWhereTheRequestIsHead() throws Exception {
        var request = Request.builder("HEAD", "/")
                .headers(Headers.of(HeaderName.EXPECT, "200-ok"))
                .build();

        exchange.serve(ExchangeServeTest::unreachable, () -> request);

        assertThat(exchange.sent).isEqualTo("417 ");
    }

    @Test
    void answersForAnApplicationThatFailsBeforeItsResponse() throws Exception {
        exchange.serve(
                (_, _) -> {
                    throw new ContentTooLargeException(5);
                },
                () -> GET);

        assertThat(exchange.sent).startsWith("413 ");
        assertThat(exchange.failures).singleElement().isInstanceOf(ContentTooLargeException.class);
    }

    @Test
    void throwsWhatFailsInTheMiddleOfAResponse() {
        var thrown = new IOException("on purpose");

        assertThatThrownBy(() -> exchange.serve(
                        (_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                            out.writeUtf8("half");
                            throw thrown;
                        })),
                        () -> GET))
                .isSameAs(thrown);

        assertThat(exchange.sent).isEqualTo("200 half");
        assertThat(exchange.failures).containsExactly(thrown);
    }

    @Test
    void tellsOfWhatFailsBehindTheResponse() throws Exception {
        var thrown = new IllegalStateException("on purpose");

        exchange.serve(
                (_, respond) -> {
                    var _ = respond.with(Response.text(Status.OK, "whole"));
                    throw thrown;
                },
                () -> GET);

        assertThat(exchange.sent).isEqualTo("200 whole");
        assertThat(exchange.failures).containsExactly(thrown);
    }

    @Test
    void writesTheSliceOfAFile(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("file"), "0123456789");
        var request = GET.toBuilder()
                .headers(Headers.of(HeaderName.RANGE, "bytes=2-5"))
                .build();

        exchange.serve((_, respond) -> respond.with(Response.file(Status.OK, Headers.EMPTY, file)), () -> request);

        assertThat(exchange.sent).isEqualTo("206 2345");
    }

    @Test
    void flushesTheStreamWhenABodyFlushes() throws Exception {
        exchange.serve(
                (_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                    out.writeUtf8("one");
                    out.flush();
                    out.writeUtf8("two");
                    out.trailers(Headers.of(HeaderName.of("X-Checksum"), "1"));
                })),
                () -> GET);

        assertThat(exchange.sent).isEqualTo("200 one|two");
    }

    private static wai.ResponseReceived unreachable(Request request, wai.Respond respond) {
        throw new AssertionError("the application was called for " + request);
    }

    /// Keeps what is sent as text, with `|` for a flush.
    private static final class Recording extends Exchange {
        private final List<Throwable> failures = new ArrayList<>();
        private @Nullable String sent;

        @Override
        protected void send(FramedResponse response) throws Exception {
            var bytes = new ByteArrayOutputStream() {
                @Override
                public void flush() {
                    write('|');
                }
            };
            try {
                write(response, bytes);
            } finally {
                sent = response.status().code() + " " + bytes.toString(UTF_8);
            }
        }

        @Override
        protected void onFailure(Throwable thrown) {
            failures.add(thrown);
        }
    }
}
