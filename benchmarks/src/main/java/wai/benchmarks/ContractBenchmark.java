package wai.benchmarks;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import wai.Application;
import wai.Body;
import wai.BodySink;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.spi.Exchange;
import wai.spi.FramedResponse;
import wai.spi.ScopedSink;

/// What the contract costs per request: the exchange, its token, framing, the byte count of a stream.
///
/// `kernel` runs an application through [Exchange]; `direct` calls the same application with a respond function that
/// trusts it. Both do the same work of sending, into an array. The difference is the price; the goal is 1 % of a
/// keep-alive request, some 80 ns. Run it with `-prof gc` to see the bytes as well.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ContractBenchmark {
    private static final Headers FIELDS = Headers.of(
            HeaderName.CONTENT_TYPE,
            "text/plain; charset=utf-8",
            HeaderName.CACHE_CONTROL,
            "no-store",
            HeaderName.of("X-Request-Number"),
            "4711");
    private static final byte[] HELLO = {'H', 'e', 'l', 'l', 'o'};

    /// The kind of body.
    @Param({"bytes", "stream"})
    public String body = "bytes";

    private final Wire wire = new Wire();
    private final Request request =
            Request.builder("GET", "/a?b=c").header(HeaderName.HOST, "h").build();
    private Application application = hello();
    private @Nullable ResponseReceived token;

    /// For JMH.
    public ContractBenchmark() {}

    /// Chooses the application, and keeps a token for those who trust it.
    ///
    /// @throws Exception never
    @Setup
    public void choose() throws Exception {
        application = body.equals("stream") ? streaming() : hello();
        Application keeping = (served, respond) -> {
            var received = application.handle(served, respond);
            token = received;
            return received;
        };
        new Kernel(wire).run(keeping, request);
        wire.clear();
    }

    /// Through the kernel.
    ///
    /// @return what was sent, so that it is not optimised away
    /// @throws Exception never
    @Benchmark
    public int kernel() throws Exception {
        wire.clear();
        new Kernel(wire).run(application, request);
        return wire.sum;
    }

    /// Without the kernel.
    ///
    /// @return what was sent, so that it is not optimised away
    /// @throws Exception never
    @Benchmark
    public int direct() throws Exception {
        wire.clear();
        if (application.handle(request, this::trust) == null) {
            throw new IllegalStateException("no token");
        }
        return wire.sum;
    }

    /// What a handler without a kernel does.
    private ResponseReceived trust(Response response) throws Exception {
        switch (response.body()) {
            case Bytes bytes -> {
                wire.head(response.status(), response.headers(), bytes.length());
                bytes.forEachSlice(wire::write);
            }
            case Body.Stream stream -> {
                wire.head(response.status(), response.headers(), FramedResponse.UNKNOWN);
                stream.writer().writeTo(new TrustingSink(wire));
            }
            case Body.File _, Body.Raw _ -> throw new IllegalStateException("not measured");
        }
        return requireNonNull(token);
    }

    private static Application hello() {
        return (_, respond) -> respond.with(Response.of(Status.OK, FIELDS, Bytes.of(HELLO)));
    }

    private static Application streaming() {
        return (_, respond) -> respond.with(Response.stream(Status.OK, FIELDS, out -> {
            out.write(HELLO);
            out.write(HELLO);
        }));
    }

    private static final class Kernel extends Exchange {
        private final Wire wire;

        Kernel(Wire wire) {
            this.wire = wire;
        }

        @Override
        protected void send(FramedResponse response) throws Exception {
            wire.head(response.status(), response.headers(), response.length());
            switch (response.body()) {
                case Bytes bytes -> bytes.forEachSlice(wire::write);
                case Body.Stream stream -> stream(stream, new CountingSink(response.length(), wire));
                case Body.File _, Body.Raw _ -> throw new IllegalStateException("not measured");
            }
        }
    }

    /// Takes what is sent.
    private static final class Wire {
        private final byte[] buffer = new byte[512];
        private int used;
        private int sum;

        void clear() {
            used = 0;
            sum = 0;
        }

        void head(Status status, Headers headers, long length) {
            sum += status.code() + (int) length;
            for (int i = 0; i < headers.size(); i++) {
                sum += headers.name(i).lowerCase().length() + headers.value(i).length();
            }
        }

        void write(byte[] array, int offset, int count) {
            System.arraycopy(array, offset, buffer, used, count);
            used += count;
            sum += buffer[used - 1];
        }
    }

    private static final class CountingSink extends ScopedSink {
        private final Wire wire;

        CountingSink(long length, Wire wire) {
            super(length);
            this.wire = wire;
        }

        @Override
        protected void send(byte[] array, int offset, int count) {
            wire.write(array, offset, count);
        }

        @Override
        protected void sendFlush() {}

        @Override
        protected void keepTrailers(Headers trailers) {}
    }

    private static final class TrustingSink extends BodySink {
        private final Wire wire;

        TrustingSink(Wire wire) {
            this.wire = wire;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] array, int offset, int count) {
            wire.write(array, offset, count);
        }

        @Override
        public void flush() throws IOException {}

        @Override
        public void trailers(Headers trailers) {}
    }
}
