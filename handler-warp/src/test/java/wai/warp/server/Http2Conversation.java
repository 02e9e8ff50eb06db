package wai.warp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import wai.Application;
import wai.warp.http2.ClientFrames;
import wai.warp.http2.FrameLines;
import wai.warp.memory.MemoryTransport;
import wai.warp.settings.Failure;
import wai.warp.settings.WarpSettings;

/// A [Conversation] in HTTP/2, by prior knowledge: frames there, and frames back.
///
/// The threads of a connection run as they like. What a test does next waits for a frame, for the reader to wait, or
/// for a deadline to be set, and for nothing else.
final class Http2Conversation implements AutoCloseable {
    private static final long PATIENCE_NANOS = 20_000_000_000L; // a safety net, nothing depends on it
    /// What a deadline leaves out of a time.
    private static final long KIND_BITS = 7;

    final Conversation talk;
    final MemoryTransport client;

    private Http2Conversation(Conversation talk) {
        this.talk = talk;
        this.client = talk.client;
    }

    /// A conversation whose client has said nothing.
    static Http2Conversation silent(UnaryOperator<WarpSettings> change, Application application) {
        return new Http2Conversation(Conversation.with(change, application));
    }

    /// A conversation whose client has sent its preface.
    static Http2Conversation with(UnaryOperator<WarpSettings> change, Application application) {
        return silent(change, application).send(ClientFrames.hello());
    }

    static Http2Conversation with(Application application) {
        return with(settings -> settings, application);
    }

    /// Sends pieces, each of which arrives by itself.
    Http2Conversation send(byte[]... pieces) {
        for (var piece : pieces) {
            client.send(new String(piece, ISO_8859_1));
        }
        return this;
    }

    /// All frames so far, as lines, without `date`, the settings of the connection and its windows.
    List<String> frames() {
        return frames(client.received());
    }

    private static List<String> frames(String received) {
        return new FrameLines()
                .lines(received.getBytes(ISO_8859_1), 0, received.length()).stream()
                        .filter(line -> !line.startsWith("SETTINGS") && !line.startsWith("WINDOW_UPDATE"))
                        .map(line -> line.replaceAll(" date=[^=]* GMT", ""))
                        .toList();
    }

    /// Waits until all frames so far are as a condition says, and answers them.
    List<String> awaitAll(Predicate<List<String>> condition) {
        client.awaitReceived("frames", received -> condition.test(frames(received)));
        return frames();
    }

    /// Waits for a frame, and answers all so far.
    List<String> await(Predicate<String> frame) {
        return awaitAll(lines -> lines.stream().anyMatch(frame));
    }

    /// Waits for a frame that begins so, and answers all so far.
    List<String> await(String frame) {
        return await(line -> line.startsWith(frame));
    }

    /// Waits until the reader waits for frames.
    Http2Conversation awaitReader() {
        talk.awaitDriver();
        return this;
    }

    /// When the next deadline of the reader, or of a stream, passes; never while something is being written: that has a
    /// deadline, too, but takes no time here.
    private long nextDeadline(long now) {
        return talk.connection.driver() instanceof Http2Connection http2 && !isWriting(http2)
                ? Visit.earlier(
                        http2.reader().deadline().time(), http2.requests().visited(now))
                : Visit.NEVER;
    }

    private static boolean isWriting(Http2Connection http2) {
        http2.lock().lock();
        try {
            return http2.writer().isRunning();
        } finally {
            http2.lock().unlock();
        }
    }

    /// Waits until the next deadline of the reader, or of a stream, is so far away.
    Http2Conversation awaitDeadline(Duration limit) {
        long now = talk.server.ticker().nanos();
        long expected = (now + limit.toNanos()) & ~KIND_BITS;
        spin("a deadline in " + limit, () -> nextDeadline(now) == expected);
        return this;
    }

    private void spin(String what, BooleanSupplier condition) {
        long patience = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - patience > 0) {
                throw new AssertionError("waited in vain for " + what + ": " + frames());
            }
            Thread.onSpinWait();
        }
    }

    /// Lets time pass, once everything is written.
    void pass(Duration time) {
        spin(
                "the writer to rest",
                () -> talk.connection.driver() instanceof Http2Connection http2 && !isWriting(http2));
        talk.pass(time);
    }

    /// Lets time pass up to a limit that runs from now: nothing happens before it is over.
    ///
    /// @param what happens then
    void passUpTo(Duration limit, Predicate<String> what) {
        awaitDeadline(limit);
        pass(limit.minusNanos(KIND_BITS + 1));
        long now = talk.server.ticker().nanos();
        if (nextDeadline(now) - now > KIND_BITS + 1) {
            throw new AssertionError("the deadline is no more: " + frames());
        }
        if (frames().stream().anyMatch(what)) {
            throw new AssertionError("too early: " + frames());
        }
        pass(Duration.ofNanos(KIND_BITS + 1));
        await(what);
    }

    /// What was reported so far.
    List<Failure> failures() {
        return talk.failures();
    }

    @Override
    public void close() {
        talk.close();
    }
}
