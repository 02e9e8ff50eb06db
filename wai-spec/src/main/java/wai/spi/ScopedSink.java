package wai.spi;

import static java.util.Objects.checkFromIndexSize;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import wai.BodySink;
import wai.HeaderName;
import wai.Headers;

/// The sink that handlers give to a streaming body: counts what is written and works only while the body runs.
///
/// A handler implements [#send], [#sendFlush] and [#keepTrailers] and passes the sink to [Exchange#stream], which runs
/// the body in it. They are called while the body runs and never after, by one thread at a time: what a thread that the
/// body left behind does inside of them is waited for.
public abstract class ScopedSink extends BodySink {
    private final long length;
    /// Held during each call of the handler's methods, over its I/O: nothing but uses of this sink wait for it.
    private final ReentrantLock turn = new ReentrantLock();

    private long written;
    private volatile boolean open = true;
    private @Nullable Exchange exchange;
    private @Nullable ContractViolation violation;

    /// A sink for one body.
    ///
    /// @param length how many bytes must be written, or [FramedResponse#UNKNOWN] for any number
    protected ScopedSink(long length) {
        this.length = length;
    }

    /// Sends body bytes; may keep them until [#sendFlush].
    ///
    /// @param array holds the bytes; the caller's, copy what is kept
    /// @param offset where they begin
    /// @param count how many there are, at least 1
    /// @throws IOException when the client is gone
    protected abstract void send(byte[] array, int offset, int count) throws IOException;

    /// Sends what [#send] kept.
    ///
    /// @throws IOException when the client is gone
    protected abstract void sendFlush() throws IOException;

    /// Keeps the trailer fields for the end of the body, or drops them where they cannot be sent.
    ///
    /// @param trailers the fields, checked
    protected abstract void keepTrailers(Headers trailers);

    @Override
    public final void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public final void write(byte[] array, int offset, int count) throws IOException {
        checkFromIndexSize(offset, count, array.length);
        checkOpen(); // at once, also where another thread is inside
        if (count == 0) {
            return;
        }
        turn.lock();
        try {
            checkOpen(); // again: the body may have ended meanwhile
            if (length >= 0 && count > length - written) {
                violation = violated(new ContractViolation(
                        Rule.STR_TOO_MANY_BYTES,
                        "a stream wrote " + (written + count) + " bytes under Content-Length " + length));
                throw violation;
            }
            written += count;
            send(array, offset, count);
        } finally {
            turn.unlock();
        }
    }

    @Override
    public final void flush() throws IOException {
        checkOpen();
        turn.lock();
        try {
            checkOpen();
            sendFlush();
        } finally {
            turn.unlock();
        }
    }

    @Override
    public final void trailers(Headers trailers) {
        for (int i = 0; i < trailers.size(); i++) {
            if (!isTrailer(trailers.name(i))) {
                throw new IllegalArgumentException("field " + trailers.name(i)
                        + " in trailers: fields that frame, route or authenticate must be headers (RFC 9110 §6.5.1)");
            }
        }
        turn.lock();
        try {
            checkOpen();
            keepTrailers(trailers);
        } finally {
            turn.unlock();
        }
    }

    /// How many bytes were written so far.
    ///
    /// @return 0 or more
    public final long written() {
        return written;
    }

    /// Whether a field may stand in a trailer section (RFC 9110 §6.5.1): not one that frames, routes, modifies or
    /// authenticates the message, or says how to read its content.
    ///
    /// @param name the field name
    /// @return false for `Content-Length`, `Host`, `Set-Cookie` and their like
    public static boolean isTrailer(HeaderName name) {
        return switch (name.lowerCase()) {
            case "transfer-encoding",
                    "content-length",
                    "host",
                    "trailer",
                    "te",
                    "connection",
                    "keep-alive",
                    "proxy-connection",
                    "upgrade",
                    "cache-control",
                    "expect",
                    "max-forwards",
                    "pragma",
                    "range",
                    "authorization",
                    "proxy-authorization",
                    "www-authenticate",
                    "proxy-authenticate",
                    "set-cookie",
                    "cookie",
                    "content-encoding",
                    "content-type",
                    "content-range" -> false;
            default -> true;
        };
    }

    /// Says to whom violations are told.
    final void begin(Exchange newExchange) {
        exchange = newExchange;
    }

    /// The body has ended, well or not: the sink works no longer, and no thread is inside a call of it any more.
    @SuppressWarnings("LockNotBeforeTry") // nothing is done under it
    final void end() {
        open = false;
        turn.lock();
        turn.unlock();
    }

    /// Checks a body that has ended well: catching the violation does not help it.
    final void checkCount() {
        if (violation != null) {
            throw violation;
        }
        if (length >= 0 && written < length) {
            throw violated(new ContractViolation(
                    Rule.STR_TOO_FEW_BYTES, "a stream wrote " + written + " bytes under Content-Length " + length));
        }
    }

    private void checkOpen() {
        if (!open) {
            throw violated(
                    new ContractViolation(Rule.STR_LATE_USE, "a sink was used after its streaming body had ended"));
        }
    }

    private ContractViolation violated(ContractViolation seen) {
        return exchange == null ? seen : exchange.violated(seen);
    }
}
