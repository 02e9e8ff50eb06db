package wai.warp.http2;

import org.jspecify.annotations.Nullable;
import wai.Headers;
import wai.warp.http2.FrameRates.Kind;
import wai.warp.http2.frame.ConnectionFault;
import wai.warp.http2.frame.ErrorCode;
import wai.warp.http2.frame.Frame;
import wai.warp.http2.frame.FrameType;
import wai.warp.http2.frame.FrameWriter;
import wai.warp.http2.frame.StreamFault;

/// What the frames of streams mean: field blocks and DATA into requests, their bodies and ends.
///
/// Which frame may come on which stream is said by [StreamState]; what a request must have, by [RequestRules].
final class RequestReceiver {
    private static final int RESET_SIZE = 13;

    private final Http2Limits limits;
    private final StreamTable streams;
    private final Sender sender;
    private final FrameRates rates;
    private final FieldBlocks blocks;
    /// A stream whose last bytes were an event, and whose end is the next one.
    private @Nullable Http2Stream pendingEnd;

    RequestReceiver(Http2Limits limits, StreamTable streams, Sender sender, FrameRates rates) {
        this.limits = limits;
        this.streams = streams;
        this.sender = sender;
        this.rates = rates;
        this.blocks = new FieldBlocks(limits);
    }

    /// The peer has our SETTINGS, and keeps to them from now on.
    void settingsTaken() {
        streams.settingsTaken();
        blocks.settingsTaken();
    }

    /// The stream whose field block was begun last.
    int blockStream() {
        return blocks.stream();
    }

    /// Whether a frame does what it is for, in the present state of its stream.
    ///
    /// @return false when it is to be ignored
    boolean isTaken(FrameType type, int id) throws ConnectionFault, StreamFault {
        var stream = streams.state(id);
        if (stream == null) { // closed so long ago that nobody knows how, or passed over
            if (type == FrameType.HEADERS) {
                throw Receiver.protocol("HEADERS on stream " + id + " behind " + streams.last()
                        + ": expected a higher one (RFC 9113 §5.1.1)");
            }
            stream = StreamState.RESET_LOCAL;
        }
        var verdict = stream.on(type);
        return switch (verdict) {
            case TAKE -> true;
            case IGNORE -> false;
            case RESET_CLOSED -> throw new StreamFault(id, ErrorCode.STREAM_CLOSED, unexpected(type, id, stream));
            case FAIL_CLOSED -> throw new ConnectionFault(ErrorCode.STREAM_CLOSED, unexpected(type, id, stream));
            case FAIL_PROTOCOL -> throw Receiver.protocol(unexpected(type, id, stream));
        };
    }

    private static String unexpected(FrameType type, int id, StreamState state) {
        return type + " on stream " + id + ", which is " + state + ": expected none (RFC 9113 §5.1)";
    }

    /// Resets the stream of a fault, as long as the peer does not do this all the time.
    @Nullable
    Http2Event fails(StreamFault fault) throws ConnectionFault {
        int id = fault.stream();
        if (streams.state(id) == StreamState.IDLE) { // there is nothing that could be reset
            throw new ConnectionFault(fault.code(), String.valueOf(fault.getMessage()));
        }
        rates.spend(Kind.RESETS);
        FrameWriter.reset(id, fault.code(), sender.out());
        sender.answered(RESET_SIZE);
        var stream = streams.find(id);
        if (stream == null) {
            return null;
        }
        streams.close(stream, StreamState.RESET_LOCAL);
        return new Http2Event.Reset(stream, fault.code(), fault.getMessage());
    }

    @Nullable
    Http2Event reset(Frame.Reset frame) throws ConnectionFault, StreamFault {
        boolean taken = isTaken(FrameType.RST_STREAM, frame.stream());
        if (!taken || !Http2Stream.isPromised(frame.stream())) { // of what it did not ask for it may reset all
            rates.spend(Kind.RESETS);
        }
        if (!taken) {
            return null;
        }
        var stream = streams.known(frame.stream());
        streams.close(stream, StreamState.RESET_REMOTE);
        return stream.inHand ? new Http2Event.Reset(stream, frame.code(), null) : null;
    }

    // ------------------------------------------------------------------------------------------ field blocks

    @Nullable
    Http2Event block(Frame.FieldBlock frame) throws ConnectionFault, StreamFault {
        boolean taken;
        StreamFault late = null;
        try {
            taken = isTaken(FrameType.HEADERS, frame.stream());
        } catch (StreamFault fault) { // its block belongs to the table all the same
            taken = false;
            late = fault;
        }
        if (!taken || (!frame.fragment().hasRemaining() && !frame.endsBlock())) {
            rates.spend(Kind.EMPTY_FRAMES);
        }
        if (taken && (frame.stream() & 1) == 0) {
            throw Receiver.protocol("HEADERS on stream " + frame.stream() + ": expected an odd one (RFC 9113 §5.1.1)");
        }
        blocks.begin(frame, taken, late);
        return frame.endsBlock() ? blockEnds() : null;
    }

    /// Takes a further piece of the block that was begun.
    @Nullable
    Http2Event continuation(Frame.Continuation frame) throws ConnectionFault, StreamFault {
        if (!frame.fragment().hasRemaining()) {
            rates.spend(Kind.EMPTY_FRAMES);
        }
        blocks.add(frame);
        return frame.endsBlock() ? blockEnds() : null;
    }

    private @Nullable Http2Event blockEnds() throws ConnectionFault, StreamFault {
        var list = blocks.decode();
        var late = blocks.fault();
        if (late != null) {
            throw late;
        }
        if (!blocks.isTaken()) {
            return null;
        }
        var stream = streams.find(blocks.stream());
        return stream == null ? request(list) : trailers(stream, list);
    }

    private @Nullable Http2Event request(FieldList list) throws ConnectionFault, StreamFault {
        var stream = streams.open(blocks.stream());
        var early = streams.takeEarly(stream.id());
        if (streams.isStopping()) { // it did not know of our GOAWAY
            FrameWriter.reset(stream.id(), ErrorCode.REFUSED_STREAM, sender.out());
            sender.answered(RESET_SIZE);
            streams.close(stream, StreamState.RESET_LOCAL);
            return null;
        }
        if (streams.isFull()) {
            throw new StreamFault(
                    stream.id(),
                    ErrorCode.REFUSED_STREAM,
                    "a stream beyond " + limits.concurrentStreams() + ": expected fewer (RFC 9113 §5.1.2)");
        }
        var event = RequestRules.head(stream, list, blocks.endsStream(), limits.request());
        if (early != null) {
            stream.priority = early; // it was sent to say so, and outweighs the field
        }
        if (event instanceof Http2Event.Head head) {
            stream.declaredLength = head.bodyLength();
        } else {
            stream.excessive = true; // nobody will read its body
        }
        if (blocks.endsStream()) {
            stream.state = stream.state.endedByPeer();
        }
        streams.takeInHand(stream);
        return event;
    }

    private @Nullable Http2Event trailers(Http2Stream stream, FieldList list) throws StreamFault {
        if (!blocks.endsStream()) {
            throw new StreamFault(
                    stream.id(),
                    ErrorCode.PROTOCOL_ERROR,
                    "a second HEADERS without END_STREAM: expected trailers (RFC 9113 §8.1)");
        }
        return ends(stream, RequestRules.trailers(stream, list, limits.request()));
    }

    // ------------------------------------------------------------------------------------------ bodies

    @Nullable
    Http2Event data(Frame.Data frame) throws ConnectionFault, StreamFault {
        if (!streams.take(frame.flowSize())) {
            throw new ConnectionFault(
                    ErrorCode.FLOW_CONTROL_ERROR, "DATA beyond the window of the connection (RFC 9113 §6.9.1)");
        }
        if (frame.flowSize() == 0 && !frame.endsStream()) {
            rates.spend(Kind.EMPTY_FRAMES);
        }
        boolean taken;
        try {
            taken = isTaken(FrameType.DATA, frame.stream());
        } catch (StreamFault fault) {
            streams.giveBack(frame.flowSize());
            throw fault;
        }
        if (!taken) {
            streams.giveBack(frame.flowSize());
            return null;
        }
        return data(streams.known(frame.stream()), frame);
    }

    private @Nullable Http2Event data(Http2Stream stream, Frame.Data frame) throws StreamFault {
        int count = frame.bytes().remaining();
        if (frame.flowSize() > stream.receiveWindow) {
            streams.giveBack(frame.flowSize());
            throw new StreamFault(
                    stream.id(),
                    ErrorCode.FLOW_CONTROL_ERROR,
                    "DATA of " + frame.flowSize() + " bytes: expected at most " + stream.receiveWindow
                            + " (RFC 9113 §6.9.1)");
        }
        stream.receiveWindow -= frame.flowSize();
        stream.received += count;
        if (stream.declaredLength != Http2Event.Head.UNKNOWN && stream.received > stream.declaredLength) {
            streams.giveBack(frame.flowSize());
            throw wrongLength(stream);
        }
        boolean excess = !stream.excessive && stream.received > limits.request().bodySize();
        stream.excessive |= excess;
        if (stream.excessive || count == 0) {
            streams.refund(stream, frame.flowSize());
        } else {
            streams.refund(stream, frame.flowSize() - count); // padding
            stream.unread += count;
        }
        if (excess) {
            if (frame.endsStream()) {
                stream.state = stream.state.endedByPeer();
                streams.settle(stream);
            }
            return new Http2Event.Excess(stream);
        }
        if (frame.endsStream() && (count == 0 || stream.excessive)) {
            return ends(stream, Headers.EMPTY);
        }
        if (!stream.inHand && streams.isTooMuchLeft(stream)) {
            FrameWriter.reset(stream.id(), ErrorCode.NO_ERROR, sender.out());
            streams.close(stream, StreamState.RESET_LOCAL);
            return null;
        }
        if (count == 0 || stream.excessive) {
            return null;
        }
        pendingEnd = frame.endsStream() ? stream : null;
        return new Http2Event.Data(stream, frame.bytes());
    }

    private @Nullable Http2Event ends(Http2Stream stream, Headers trailers) throws StreamFault {
        if (stream.declaredLength != Http2Event.Head.UNKNOWN && stream.received != stream.declaredLength) {
            throw wrongLength(stream);
        }
        stream.state = stream.state.endedByPeer();
        streams.settle(stream);
        return stream.inHand ? new Http2Event.End(stream, trailers) : null;
    }

    /// Whether the bytes that were the last event are the end of their stream.
    boolean isEndDue() {
        return pendingEnd != null;
    }

    /// The end of the stream whose last bytes were an event.
    @Nullable
    Http2Event endBehindData() throws ConnectionFault {
        var stream = pendingEnd;
        pendingEnd = null;
        try {
            return stream == null || !stream.isReceiving() ? null : ends(stream, Headers.EMPTY);
        } catch (StreamFault fault) {
            return fails(fault);
        }
    }

    private static StreamFault wrongLength(Http2Stream stream) {
        return new StreamFault(
                stream.id(),
                ErrorCode.PROTOCOL_ERROR,
                "a body of " + stream.received + " bytes: expected " + stream.declaredLength
                        + ", as Content-Length says (RFC 9113 §8.1.1)");
    }
}
