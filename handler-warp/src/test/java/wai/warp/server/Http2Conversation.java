package wai.warp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import wai.Application;
import wai.warp.http2.ClientFrames;
import wai.warp.http2.FrameLines;
import wai.warp.settings.Failure;
import wai.warp.settings.WarpSettings;
import wai.warp.transport.MemoryTransport;

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

    /// Waits for a frame, and answers all so far.
    List<String> await(Predicate<String> frame) {
        client.awaitReceived("a frame", received -> frames(received).stream().anyMatch(frame));
        return frames();
    }

    /// Waits for a frame that begins so, and answers all so far.
    List<String> await(String frame) {
        client.awaitReceived(
                "\"" + frame + "\"", received -> frames(received).stream().anyMatch(line -> line.startsWith(frame)));
        return frames();
    }

    /// Waits until the reader waits for frames.
    Http2Conversation awaitReader() {
        talk.awaitDriver();
        return this;
    }

    /// Waits until the next deadline of the connection is so far away.
    Http2Conversation awaitDeadline(Duration limit) {
        long now = talk.server.ticker().nanos();
        long expected = (now + limit.toNanos()) & ~KIND_BITS;
        long patience = System.nanoTime() + PATIENCE_NANOS;
        for (long seen; (seen = talk.connection.visited(now)) != expected; ) {
            if (System.nanoTime() - patience > 0) {
                throw new AssertionError("waited in vain for a deadline in " + limit + ": the next one is "
                        + (seen == Visit.NEVER ? "never" : "in " + Duration.ofNanos(seen - now)) + "; " + frames());
            }
            Thread.onSpinWait();
        }
        return this;
    }

    /// Lets time pass up to a limit that runs from now: nothing happens before it is over.
    ///
    /// @param what happens then
    void passUpTo(Duration limit, Predicate<String> what) {
        awaitDeadline(limit);
        talk.pass(limit.minusNanos(KIND_BITS + 1));
        awaitDeadlineStands();
        if (frames().stream().anyMatch(what)) {
            throw new AssertionError("too early: " + frames());
        }
        talk.pass(Duration.ofNanos(KIND_BITS + 1));
        await(what);
    }

    private void awaitDeadlineStands() {
        long now = talk.server.ticker().nanos();
        if (talk.connection.visited(now) - now > KIND_BITS + 1) {
            throw new AssertionError("the deadline is no more: " + frames());
        }
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
