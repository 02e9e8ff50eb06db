package wai.tck;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import wai.tck.http2.Field;
import wai.tck.http2.Frame;
import wai.tck.http2.NotHttp2Exception;

/// A connection that speaks HTTP/2 to a server, strictly: keeps the limits that the server sets, and sees to it that
/// the server keeps those of the kit. What a server must never send ends the connection, and fails all its calls with
/// a [CaseFailure].
///
/// One thread reads and hands out, one writes what all the others leave in a queue; so neither side waits for the
/// other.
final class Http2Link implements AutoCloseable {
    /// How much a server may send on a stream that nobody reads. Not the default, so that it must be listened to.
    static final int STREAM_WINDOW = 100_000;

    /// More than all streams of a case may hold.
    private static final int CONNECTION_WINDOW = 64 << 20;
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final byte[] END = {};

    private static final int CANCEL = 8;

    private final Cable cable;
    private final Duration patience;
    private final FieldSections sections = new FieldSections();
    private final BlockingQueue<byte[]> outgoing = new LinkedBlockingQueue<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition settled = lock.newCondition();
    /// Everything from here on is guarded by `lock`. Streams of which an end is still to come.
    private final Map<Integer, Http2Call> calls = new HashMap<>();

    /// Streams that the server has ended: nothing but the end of our side comes behind that.
    private final Set<Integer> ended = new HashSet<>();

    private int nextStream = 1;
    private final ServerSettings settings = new ServerSettings();
    /// Why there will be nothing more: [IOException] or [CaseFailure].
    private @Nullable Throwable over;

    private boolean goingAway;
    private long sendWindow = ServerSettings.DEFAULT_WINDOW;
    private long receiveWindow = CONNECTION_WINDOW;

    private Http2Link(Cable cable, Duration patience) {
        this.cable = cable;
        this.patience = patience;
    }

    /// Connects, and waits for the SETTINGS of the server.
    static Http2Link connect(Endpoint endpoint, Duration patience) throws IOException {
        var cable = Cable.connect(endpoint, patience);
        cable.readWithoutLimit();
        var link = new Http2Link(cable, patience);
        link.outgoing.add(hello());
        var in = new BufferedInputStream(cable.input(), 64 * 1024);
        Thread.ofVirtual().name("tck-h2-writer").start(link::write);
        Thread.ofVirtual().name("tck-h2-reader").start(() -> link.read(in));
        link.awaitSettings();
        return link;
    }

    private static byte[] hello() {
        var settings = ByteBuffer.allocate(12)
                .putShort((short) ServerSettings.ENABLE_PUSH)
                .putInt(0)
                .putShort((short) ServerSettings.INITIAL_WINDOW_SIZE)
                .putInt(STREAM_WINDOW);
        var hello = new ByteArrayOutputStream();
        hello.writeBytes(PREFACE.getBytes(US_ASCII));
        hello.writeBytes(new Frame(Frame.SETTINGS, 0, 0, settings.array()).bytes());
        hello.writeBytes(Frame.ofInts(Frame.WINDOW_UPDATE, 0, 0, CONNECTION_WINDOW - ServerSettings.DEFAULT_WINDOW)
                .bytes());
        return hello.toByteArray();
    }

    private void awaitSettings() throws IOException {
        lock.lock();
        try {
            await(settled, settings::areKnown, "SETTINGS of the server");
        } catch (IOException | CaseFailure e) {
            cable.close();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    // ------------------------------------------------------------------------------------------ for calls

    ReentrantLock lock() {
        return lock;
    }

    Duration patience() {
        return patience;
    }

    /// Whether no request can be sent any more.
    boolean isOver() {
        lock.lock();
        try {
            return goingAway || over != null;
        } finally {
            lock.unlock();
        }
    }

    /// Sends the head of a request on a new stream.
    ///
    /// @return the call; empty when the server takes no more of them at this time, or none at all
    Optional<Http2Call> begin(ClientRequest request) {
        lock.lock();
        try {
            if (goingAway || over != null || calls.size() >= settings.concurrentStreams()) {
                return Optional.empty();
            }
            var call = new Http2Call(this, nextStream, request, settings.takesProtocols(), settings.initialWindow());
            nextStream += 2;
            calls.put(call.stream(), call);
            outgoing.add(FieldSections.bytes(
                    call.stream(), call.requestFields(), call.isRequestEnded(), settings.frameSize()));
            return Optional.of(call);
        } finally {
            lock.unlock();
        }
    }

    /// Sends trailer fields, which end the request; with the lock.
    void sendTrailers(int stream, List<Field> fields) {
        outgoing.add(FieldSections.bytes(stream, fields, true, settings.frameSize()));
    }

    /// How much of a body may go out at once, with the lock: what frames and the connection's window allow.
    int most(long wanted) {
        return (int) Math.max(0, Math.min(wanted, Math.min(sendWindow, settings.frameSize())));
    }

    /// Sends a part of a body, with the lock, and within [#most].
    void sendData(int stream, byte[] part, boolean ends) {
        sendWindow -= part.length;
        outgoing.add(new Frame(Frame.DATA, ends ? Frame.END_STREAM : 0, stream, part).bytes());
    }

    /// Lets the server send more on a stream, with the lock.
    void sendCredit(int stream, int bytes) {
        if (calls.containsKey(stream)) {
            outgoing.add(Frame.ofInts(Frame.WINDOW_UPDATE, 0, stream, bytes).bytes());
        }
    }

    /// Takes no more interest in a stream, with the lock.
    void cancel(int stream) {
        if (calls.remove(stream) != null && over == null) {
            outgoing.add(Frame.ofInts(Frame.RST_STREAM, 0, stream, CANCEL).bytes());
        }
    }

    /// Both directions of a stream have ended; with the lock.
    void forget(int stream) {
        calls.remove(stream);
        ended.add(stream);
    }

    /// Waits, with the lock, until something holds.
    ///
    /// @param changed is signalled by whoever may have made it hold, and when the connection ends
    /// @throws SocketTimeoutException when it takes too long
    void await(Condition changed, BooleanSupplier holds, String what) throws IOException {
        long left = patience.toNanos();
        while (!holds.getAsBoolean()) {
            checkNotOver();
            if (left <= 0) {
                throw new SocketTimeoutException("no " + what + " within " + patience.toMillis() + " ms");
            }
            try {
                left = changed.awaitNanos(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted in the wait for " + what, e);
            }
        }
    }

    /// Fails when the connection has ended; with the lock.
    void checkNotOver() throws IOException {
        switch (over) {
            case null -> {}
            case CaseFailure failure -> throw failure;
            case IOException failure -> throw new IOException(failure.getMessage(), failure);
            default -> throw new IllegalStateException(over);
        }
    }

    // ------------------------------------------------------------------------------------------ writing

    private void write() {
        try {
            while (true) {
                var batch = new ArrayList<byte[]>();
                batch.add(outgoing.take());
                outgoing.drainTo(batch);
                var bytes = new ByteArrayOutputStream();
                batch.forEach(bytes::writeBytes);
                cable.output().write(bytes.toByteArray());
                if (batch.stream().anyMatch(each -> each.length == 0)) {
                    return;
                }
            }
        } catch (IOException _) {
            // the reader sees the end, behind what the server has said before
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // nobody does
        }
    }

    @Override
    public void close() {
        ended(new IOException("the kit has closed the connection"));
        cable.close();
    }

    // ------------------------------------------------------------------------------------------ reading

    private void read(InputStream in) {
        try {
            for (Frame frame; (frame = Frame.read(in)) != null; ) {
                received(frame, in);
            }
            ended(new EOFException("the server closed the connection"));
        } catch (NotHttp2Exception e) {
            ended(new CaseFailure("not HTTP/2: " + e.getMessage()));
        } catch (CaseFailure e) {
            ended(e);
        } catch (IOException e) {
            ended(e);
        } finally {
            cable.close();
        }
    }

    private void ended(Throwable why) {
        lock.lock();
        try {
            if (over == null) {
                over = why;
            }
            outgoing.add(END);
            calls.values().forEach(Http2Call::wake);
            settled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void received(Frame frame, InputStream in) throws IOException, NotHttp2Exception {
        var fields = frame.type() == Frame.HEADERS ? sections.read(frame, in) : List.<Field>of();
        lock.lock();
        try {
            if (!settings.areKnown() && (frame.type() != Frame.SETTINGS || frame.has(Frame.ACK))) {
                throw new NotHttp2Exception(frame + " before SETTINGS (RFC 9113 §3.4)");
            }
            FramePlace.check(frame, nextStream);
            switch (frame.type()) {
                case Frame.DATA -> data(frame);
                case Frame.HEADERS -> headers(fields, frame);
                case Frame.RST_STREAM -> reset(frame);
                case Frame.SETTINGS -> settings(frame);
                case Frame.PING -> ping(frame);
                case Frame.GOAWAY -> goAway(frame);
                case Frame.WINDOW_UPDATE -> windowUpdate(frame);
                case Frame.PUSH_PROMISE, Frame.CONTINUATION ->
                    throw new NotHttp2Exception(frame + ", which nobody asked for (RFC 9113 §6.6, §6.10)");
                default -> {} // PRIORITY, and what nobody knows (RFC 9113 §5.5)
            }
        } finally {
            lock.unlock();
        }
    }

    /// The call of a frame; empty when nobody is interested any more.
    ///
    /// @throws NotHttp2Exception when the frame stands where nothing may
    private Optional<Http2Call> call(Frame frame) throws NotHttp2Exception {
        if (ended.contains(frame.stream()) && (frame.type() == Frame.DATA || frame.type() == Frame.HEADERS)) {
            throw new NotHttp2Exception(frame + " behind the end of its stream (RFC 9113 §5.1)");
        }
        return Optional.ofNullable(calls.get(frame.stream()));
    }

    private void headers(List<Field> fields, Frame frame) throws NotHttp2Exception {
        call(frame).ifPresent(call -> call.received(fields, frame));
    }

    private void data(Frame frame) throws NotHttp2Exception {
        receiveWindow -= frame.payload().length;
        if (receiveWindow < 0) {
            throw new NotHttp2Exception(frame + ": beyond the window of the connection (RFC 9113 §6.9)");
        }
        if (receiveWindow < CONNECTION_WINDOW / 2) {
            outgoing.add(Frame.ofInts(Frame.WINDOW_UPDATE, 0, 0, (int) (CONNECTION_WINDOW - receiveWindow))
                    .bytes());
            receiveWindow = CONNECTION_WINDOW;
        }
        var call = call(frame);
        if (call.isPresent()) {
            call.get().received(frame);
        }
    }

    private void reset(Frame frame) throws NotHttp2Exception {
        call(frame).ifPresent(call -> call.reset(frame.number(0)));
        forget(frame.stream());
    }

    private void ping(Frame frame) {
        if (!frame.has(Frame.ACK)) {
            outgoing.add(new Frame(Frame.PING, Frame.ACK, 0, frame.payload()).bytes());
        }
    }

    private void goAway(Frame frame) {
        goingAway = true;
        int last = frame.number(0);
        int code = frame.number(4);
        calls.values().removeIf(call -> {
            boolean refused = call.stream() > last;
            if (refused) {
                call.refused("the server goes away (error code " + code + "), and stream " + last
                        + " was the last that it took");
            }
            return refused;
        });
    }

    private void windowUpdate(Frame frame) throws NotHttp2Exception {
        int increment = frame.number(0);
        if (increment == 0) {
            throw new NotHttp2Exception(frame + " by 0 (RFC 9113 §6.9)");
        }
        if (frame.stream() == 0) {
            sendWindow = widened(sendWindow, increment);
            calls.values().forEach(Http2Call::wake);
        } else if (call(frame).isPresent()) {
            var call = call(frame).get();
            call.window(widened(call.window(), increment));
        }
    }

    private static long widened(long window, long change) throws NotHttp2Exception {
        if (window + change > Integer.MAX_VALUE) {
            throw new NotHttp2Exception("a window of " + (window + change) + " (RFC 9113 §6.9.1)");
        }
        return window + change;
    }

    private void settings(Frame frame) throws NotHttp2Exception {
        if (frame.has(Frame.ACK)) {
            return;
        }
        long before = settings.initialWindow();
        settings.take(frame);
        for (var call : calls.values()) {
            call.window(widened(call.window(), settings.initialWindow() - before));
        }
        outgoing.add(new Frame(Frame.SETTINGS, Frame.ACK, 0, END).bytes());
        settled.signalAll();
    }

    /// Sends a request on this connection and no other, for [ClientCall#next].
    Http2Call next(ClientRequest request) throws IOException {
        lock.lock();
        try {
            checkNotOver();
            return begin(request).orElseThrow(() -> new IOException("the server takes no more requests"));
        } finally {
            lock.unlock();
        }
    }

    /// Whether the connection has TLS.
    boolean isSecure() {
        return cable.isSecure();
    }
}
