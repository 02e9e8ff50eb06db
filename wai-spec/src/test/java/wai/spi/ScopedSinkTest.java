package wai.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static wai.spi.ExchangeTrial.GET;
import static wai.spi.ExchangeTrial.streaming;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.StreamingBody;
import wai.testing.RecordingExchange;

class ScopedSinkTest {
    private final RecordingExchange exchange = RecordingExchange.quiet();

    @Test
    void writesWhateverItIsGivenInOrder() throws Exception {
        run(out -> {
            out.write('a');
            out.write(new byte[] {'b', 'c'});
            out.write(new byte[] {'x', 'd', 'x'}, 1, 1);
            out.write(Bytes.utf8("e").plus(Bytes.utf8("f")));
            out.write(Bytes.EMPTY);
            out.writeUtf8("gä\uD83D!");
        });

        assertThat(exchange.body()).isEqualTo("abcdefgä?!");
    }

    @Test
    void flushesWhenItIsTold() throws Exception {
        run(out -> {
            out.flush();
            out.write('a');
            out.flush();
        });

        assertThat(exchange.flushes()).isEqualTo(2);
    }

    @Test
    void refusesASliceOutsideItsArray() throws Exception {
        run(out -> assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> out.write(new byte[3], 2, 2)));

        assertThat(exchange.body()).isEmpty();
    }

    @Test
    void keepsTheLastTrailers() throws Exception {
        run(out -> {
            out.trailers(Headers.of(HeaderName.ETAG, "\"1\""));
            out.trailers(Headers.of(HeaderName.of("Digest"), "2"));
        });

        assertThat(exchange.trailers()).isEqualTo(Headers.of(HeaderName.of("digest"), "2"));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "Transfer-Encoding",
                "content-length",
                "Host",
                "Trailer",
                "TE",
                "Connection",
                "Keep-Alive",
                "Proxy-Connection",
                "Upgrade",
                "Cache-Control",
                "Expect",
                "Max-Forwards",
                "Pragma",
                "Range",
                "Authorization",
                "Proxy-Authorization",
                "WWW-Authenticate",
                "Proxy-Authenticate",
                "SET-COOKIE",
                "Cookie",
                "Content-Encoding",
                "Content-Type",
                "Content-Range"
            })
    void refusesFieldsThatMustBeHeaders(String field) throws Exception {
        var name = HeaderName.of(field);
        var trailers = Headers.of(HeaderName.ETAG, "\"1\"", name, "x");

        run(out -> assertThatIllegalArgumentException()
                .isThrownBy(() -> out.trailers(trailers))
                .withMessage(
                        "field " + field + " in trailers: fields that frame, route or authenticate must be headers "
                                + "(RFC 9110 §6.5.1)"));

        assertThat(ScopedSink.isTrailer(name)).isFalse();
        assertThat(exchange.trailers()).isEqualTo(Headers.EMPTY);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"ETag", "Server-Timing", "Digest", "X-Own", "Last-Modified", "grpc-status"})
    void takesOtherFieldsAsTrailers(String field) {
        assertThat(ScopedSink.isTrailer(HeaderName.of(field))).isTrue();
    }

    @Test
    void waitsAtTheEndForAThreadThatTheBodyLeftInsideOfIt() throws Exception {
        var inside = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var order = Collections.synchronizedList(new ArrayList<String>());
        var sink = new ScopedSink(FramedResponse.UNKNOWN) {
            @Override
            protected void send(byte[] array, int offset, int count) throws IOException {
                inside.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                order.add("sent");
            }

            @Override
            protected void sendFlush() {}

            @Override
            protected void keepTrailers(Headers trailers) {}
        };
        sink.begin(exchange);
        var left = Thread.startVirtualThread(() -> writeQuietly(sink));
        inside.await();

        var ending = Thread.ofPlatform().start(() -> {
            sink.end();
            order.add("ended");
        });
        while (ending.getState() != Thread.State.WAITING && ending.isAlive()) {
            Thread.onSpinWait(); // until it waits; a sink that does not wait has ended by then
        }
        release.countDown();
        ending.join();
        left.join();

        assertThat(order).containsExactly("sent", "ended");
    }

    private static void writeQuietly(ScopedSink sink) {
        try {
            sink.write('x');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(StreamingBody body) throws Exception {
        exchange.run((_, respond) -> respond.with(streaming(body)), GET);
    }
}
