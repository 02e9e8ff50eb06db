package wai.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import wai.Body;
import wai.BodySink;
import wai.Bytes;
import wai.Headers;
import wai.spi.ContractViolation;
import wai.spi.Exchange;
import wai.spi.FramedResponse;
import wai.spi.ScopedSink;

/// An exchange that keeps what it is told and sends the body into memory.
public final class RecordingExchange extends Exchange {
    private final List<FramedResponse> sent = new CopyOnWriteArrayList<>();
    private final List<ContractViolation> violations = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream wire = new ByteArrayOutputStream();
    private final boolean tracing;
    private volatile @Nullable BodySink sink;
    private volatile Headers trailers = Headers.EMPTY;
    private volatile int flushes;

    private RecordingExchange(boolean tracing) {
        this.tracing = tracing;
    }

    public static RecordingExchange quiet() {
        return new RecordingExchange(false);
    }

    public static RecordingExchange tracing() {
        return new RecordingExchange(true);
    }

    @Override
    protected void send(FramedResponse response) throws Exception {
        sent.add(response);
        switch (response.body()) {
            case Bytes bytes -> bytes.writeTo(wire);
            case Body.Stream stream -> {
                var recording = new RecordingSink(response.length());
                sink = recording;
                stream(stream, recording);
            }
            case Body.File _, Body.Raw _ -> {} // what is recorded says enough
        }
    }

    @Override
    protected void onViolation(ContractViolation violation) {
        violations.add(violation);
    }

    @Override
    protected boolean tracesResponses() {
        return tracing;
    }

    /// The responses that were sent: one at most, if the kernel is right.
    public List<FramedResponse> sent() {
        return sent;
    }

    /// The violations of which the handler was told.
    public List<ContractViolation> violations() {
        return violations;
    }

    /// The body, as far as it was sent.
    public String body() {
        return wire.toString(StandardCharsets.UTF_8);
    }

    /// The sink in which the body was written; null when no stream was run.
    public @Nullable BodySink sink() {
        return sink;
    }

    public Headers trailers() {
        return trailers;
    }

    public int flushes() {
        return flushes;
    }

    private final class RecordingSink extends ScopedSink {
        RecordingSink(long length) {
            super(length);
        }

        @Override
        protected void send(byte[] array, int offset, int count) {
            wire.write(array, offset, count);
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
        protected void sendFlush() {
            flushes++;
        }

        @Override
        protected void keepTrailers(Headers fields) {
            trailers = fields;
        }
    }
}
