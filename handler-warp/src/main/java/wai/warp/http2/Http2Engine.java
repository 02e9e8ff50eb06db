package wai.warp.http2;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import wai.Headers;
import wai.Status;
import wai.spi.FramedResponse;
import wai.warp.http1.CommonFields;
import wai.warp.http1.OutputBuffer;
import wai.warp.http2.frame.ConnectionFault;
import wai.warp.http2.frame.ErrorCode;
import wai.warp.http2.frame.Frame;
import wai.warp.http2.frame.FrameWriter;

/// One HTTP/2 connection of a server, without its input and output: bytes in, events out; responses in, bytes out
/// (RFC 9113). For one thread at a time.
///
/// Two halves share what is known of the streams: [Receiver] makes events of frames, [Sender] makes frames of
/// responses; [StreamState] says which frame may come when. What concerns both:
///
/// - A stream is in hand from its [Http2Event.Head] or [Http2Event.Refusal] until [#release]: so long the driver works
///   for it, whatever the peer does, and so long it counts as concurrent. Opening and resetting streams in a loop gets
///   a peer no more work than keeping them.
/// - What the peer does wrong on a stream resets it and is an [Http2Event.Reset] if it is in hand; the others go on.
///   Anything worse is a [ConnectionFault], behind which GOAWAY waits in the output and there are no events.
/// - Misuse by our own code is an [IllegalStateException] and changes nothing.
/// - What is sent on a stream that the peer has reset meanwhile goes nowhere: look at [Http2Stream#isSendable] first.
public final class Http2Engine {
    /// What a client sends before everything else (RFC 9113 §3.4).
    public static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    /// Tells our own PING, behind which no stream is on its way that the first GOAWAY did not reach.
    private static final long STOP_PING = 0x7761_6973_746f_7073L;

    private final StreamTable streams;
    private final Sender sender;
    private final Receiver receiver;
    private final FrameRates rates;

    /// An engine for a new connection; its SETTINGS wait in the output.
    ///
    /// @param limits what is accepted at most
    /// @param buffers gives empty output buffers, which the driver takes over with [#takeOutput]
    public Http2Engine(Http2Limits limits, Supplier<OutputBuffer> buffers) {
        rates = new FrameRates(limits.rates());
        sender = new Sender(buffers, rates);
        streams = new StreamTable(limits, sender);
        receiver = new Receiver(limits, streams, sender, rates, this::answerToPing);
        greet(limits);
    }

    private void greet(Http2Limits limits) {
        FrameWriter.settings(
                List.of(
                        new Frame.Setting(Frame.Setting.HEADER_TABLE_SIZE, limits.headerTableSize()),
                        new Frame.Setting(Frame.Setting.MAX_CONCURRENT_STREAMS, limits.concurrentStreams()),
                        new Frame.Setting(Frame.Setting.INITIAL_WINDOW_SIZE, limits.firstWindow()),
                        new Frame.Setting(
                                Frame.Setting.MAX_HEADER_LIST_SIZE,
                                limits.request().listSize()),
                        new Frame.Setting(Frame.Setting.ENABLE_CONNECT_PROTOCOL, 1),
                        new Frame.Setting(Frame.Setting.NO_RFC7540_PRIORITIES, 1)),
                sender.out());
        int more = limits.bufferedBytes() - Http2Limits.STANDARD_WINDOW;
        if (more > 0) {
            FrameWriter.windowUpdate(0, more, sender.out());
        }
    }

    // ------------------------------------------------------------------------------------------ what comes

    /// The next event; NEED_INPUT whenever bytes are missing. Moves the position of the input behind what it consumed;
    /// a frame is consumed when all of it is there, and needs [#LARGEST_INPUT] bytes at most.
    ///
    /// @param input position to limit are the bytes not consumed so far, the same ones as before with more behind them
    /// @return the event
    /// @throws ConnectionFault when the peer broke the protocol or went past a limit of the connection; GOAWAY was put
    ///     into the output, and nothing more is to be read
    /// @throws IllegalStateException after a fault
    public Http2Event nextEvent(ByteBuffer input) throws ConnectionFault {
        try {
            return receiver.nextEvent(input);
        } catch (ConnectionFault fault) {
            goAway(fault.code(), fault.getMessage() == null ? "" : fault.getMessage());
            throw fault;
        }
    }

    /// How many bytes [#nextEvent] needs together at most.
    public static final int LARGEST_INPUT = Frame.HEADER_SIZE + Frame.LARGEST_PAYLOAD;

    /// Tells of time: how often things may happen is counted by the second.
    ///
    /// @param seconds how many have passed since the last call, 0 or more
    public void passed(long seconds) {
        rates.refill(seconds);
    }

    /// Whether something has begun that the peer must end soon: its preface, or a field block.
    ///
    /// @return true inside of them
    public boolean isInsideHead() {
        return receiver.isInsideHead();
    }

    /// Gives back what was read of a body, so that the peer may send more.
    ///
    /// @param stream on which stream
    /// @param count how many bytes, of those that came and were not given back
    public void consumed(Http2Stream stream, int count) {
        if (count > stream.unread) {
            throw new IllegalStateException(count + " bytes of " + stream + ": expected at most " + stream.unread);
        }
        streams.consumed(stream, count);
    }

    // ------------------------------------------------------------------------------------------ what goes

    /// Sends an informational response ahead of the final one, 100 included.
    ///
    /// @param stream on which stream
    /// @param status 100 to 199, not 101
    /// @param headers its fields
    /// @throws IllegalStateException when the stream cannot be sent on, or the final response was begun
    public void sendInformational(Http2Stream stream, Status status, Headers headers) {
        if (!stream.isSendable() || stream.headSent) {
            throw new IllegalStateException("sendInformational on " + stream);
        }
        sender.informational(stream, status, headers);
        stream.state = stream.state.begunByUs();
    }

    /// Whether a request may bring responses that the peer did not ask for: it wants them, and so do the limits.
    ///
    /// @return false when every [#promise] would be in vain
    public boolean takesPromises() {
        return streams.promises().areWanted() && !streams.isStopping();
    }

    /// Promises the response to a request that the peer did not make (RFC 9113 §8.4). From then on the stream is in
    /// hand, as if the peer had opened it; its response comes behind that of the request which brings it.
    ///
    /// @param by the stream of a request of the peer whose response was not begun
    /// @param request what the peer would have asked for
    /// @return the stream; null when the peer wants none, or no more at a time, or the limits allow no more
    /// @throws IllegalStateException when there is no such request, or its response was begun
    public @Nullable Http2Stream promise(Http2Stream by, PromisedRequest request) {
        if (by.isPromised() || !by.isSendable() || by.headSent) {
            throw new IllegalStateException("promise on " + by);
        }
        if (streams.isStopping() || !streams.promises().isAllowed(by)) {
            return null;
        }
        by.promises++;
        var promised = streams.reserve();
        promised.priority = by.priority.behind();
        sender.promise(by, promised, request);
        return promised;
    }

    /// Sends the head of the final response. Fields that concern a connection are left out; 101 becomes 200.
    ///
    /// @param stream on which stream
    /// @param response the response, framed
    /// @param common fields to add unless the response has them
    /// @param ends whether there is no body
    /// @throws IllegalStateException when the stream cannot be sent on, or the response was begun already
    public void sendHead(Http2Stream stream, FramedResponse response, CommonFields common, boolean ends) {
        if (!stream.isSendable() || stream.headSent) {
            throw new IllegalStateException("sendHead on " + stream);
        }
        sender.head(stream, response, common, ends);
        stream.state = stream.state.begunByUs();
        if (ends) {
            stream.state = stream.state.endedByUs();
            streams.settle(stream);
        }
    }

    /// Offers bytes of the body. They are sent from where they are when their turn comes: the array must not change
    /// before [Http2Stream#isTaken]; [#drainTaken] tells of that.
    ///
    /// @param stream on which stream; everything offered before is taken
    /// @param array holds the bytes
    /// @param offset where they begin
    /// @param count how many
    /// @param endsWith the trailers with which the body ends behind them, often none; null when it does not end
    /// @throws IllegalStateException when there is no head, something is offered already, or the stream cannot be sent
    ///     on
    public void offer(Http2Stream stream, byte[] array, int offset, int count, @Nullable Headers endsWith) {
        if (!stream.isSendable() || !stream.headSent || !stream.isTaken()) {
            throw new IllegalStateException("offer on " + stream + (stream.isTaken() ? "" : " with bytes pending"));
        }
        if (count > 0 || endsWith != null) {
            sender.offer(stream, array, offset, count, endsWith);
            streams.settle(stream);
        }
    }

    /// Takes back what was offered and not taken: it must not be sent any more. The stream must be reset then.
    ///
    /// @param stream on which stream
    public void withdraw(Http2Stream stream) {
        sender.forget(stream);
        streams.settle(stream);
    }

    /// Resets a stream; does nothing when it is closed.
    ///
    /// @param stream which
    /// @param code why
    public void reset(Http2Stream stream, ErrorCode code) {
        if (!stream.state.isClosed()) {
            FrameWriter.reset(stream.id(), code, sender.out());
            streams.close(stream, StreamState.RESET_LOCAL);
        }
    }

    /// The driver has done with a stream: nothing works for it any more. It is reset when it is not complete. What was
    /// not read of its body is given back; what still comes of that is thrown away as far as its window goes, and then
    /// the stream is reset without an error (RFC 9113 §8.1).
    ///
    /// @param stream which
    public void release(Http2Stream stream) {
        if (stream.isSendable()) {
            reset(stream, ErrorCode.INTERNAL_ERROR);
        }
        streams.release(stream);
        if (stream.isReceiving() && streams.isTooMuchLeft(stream)) {
            reset(stream, ErrorCode.NO_ERROR);
        }
    }

    /// How many streams are in hand, those that were promised included.
    ///
    /// @return 0 or more
    public int inHand() {
        return streams.inHand();
    }

    // ------------------------------------------------------------------------------------------ the end

    /// Begins to stop: tells the peer to open no more streams, and finds out when it knows (RFC 9113 §6.8). The second
    /// GOAWAY follows by itself, or by [#finishStop].
    public void beginStop() {
        if (!streams.isStopping()) {
            FrameWriter.goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR, "", sender.out());
            FrameWriter.ping(false, STOP_PING, sender.out());
        }
    }

    /// Takes no further streams: the second GOAWAY, with the last stream that is served.
    public void finishStop() {
        if (!streams.isStopping()) {
            goAway(ErrorCode.NO_ERROR, "");
        }
    }

    /// Ends the connection as soon as the output is sent.
    ///
    /// @param code why
    /// @param text for the people who look for the reason
    public void goAway(ErrorCode code, String text) {
        streams.stop();
        FrameWriter.goAway(streams.last(), code, text, sender.out());
    }

    /// Whether no further stream is taken, and none is in hand: the connection can be closed behind its output.
    ///
    /// @return true at the end
    public boolean isDone() {
        return streams.isStopping() && streams.inHand() == 0;
    }

    /// Gives all streams up: the connection has failed. Nothing is said of it on any of them.
    public void abandon() {
        for (var stream : List.copyOf(streams.open())) {
            streams.close(stream, StreamState.RESET_LOCAL);
        }
    }

    private void answerToPing(long opaque) {
        if (opaque == STOP_PING) {
            finishStop();
        }
    }

    // ------------------------------------------------------------------------------------------ output

    /// Whether the output is small enough for more: who sends what he makes up himself waits until it is.
    ///
    /// @return false when the peer reads too slowly
    public boolean hasRoom() {
        return sender.hasRoom();
    }

    /// Whether there is something to send.
    ///
    /// @return true when [#takeOutput] has something to give
    public boolean hasOutput() {
        return sender.hasOutput();
    }

    /// Takes what is to be sent now, frames of many streams together.
    ///
    /// @return a buffer that was given to the engine and belongs to the driver again; null when there is nothing
    public @Nullable OutputBuffer takeOutput() {
        streams.tellLate();
        var full = sender.take();
        for (var stream : sender.taken()) {
            streams.settle(stream);
        }
        return full;
    }

    /// Tells which streams had their bytes taken since the last call, or never will, because they were reset.
    ///
    /// @param each told of every one
    public void drainTaken(Consumer<Http2Stream> each) {
        sender.taken().forEach(each);
        sender.forgetTaken();
    }
}
