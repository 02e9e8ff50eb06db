package wai.warp.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import wai.Headers;
import wai.warp.http2.FrameRates.Kind;
import wai.warp.http2.frame.ConnectionFault;
import wai.warp.http2.frame.ErrorCode;
import wai.warp.http2.frame.Frame;
import wai.warp.http2.frame.FrameReader;
import wai.warp.http2.frame.FrameType;
import wai.warp.http2.frame.FrameWriter;
import wai.warp.http2.frame.StreamFault;

/// The receiving half of [Http2Engine]: frames into events.
///
/// ```text
///   PREFACE ──▶ SETTINGS ──▶ FRAMES ◄──▶ BLOCK (between HEADERS and the end of its block)
///                              │
///                              └──▶ FAILED
/// ```
final class Receiver {
    private enum State {
        PREFACE,
        SETTINGS,
        FRAMES,
        BLOCK,
        FAILED
    }

    private static final byte[] PREFACE = Http2Engine.PREFACE.getBytes(ISO_8859_1);
    private static final int PING_SIZE = 17;
    private static final int RESET_SIZE = 13;

    private final Http2Limits limits;
    private final StreamTable streams;
    private final Sender sender;
    private final FrameRates rates;
    private final LongConsumer pingAnswers;
    private final FrameReader reader = new FrameReader();
    private final FieldBlocks blocks;
    private State state = State.PREFACE;
    private boolean stopping;
    /// A stream whose last bytes were an event, and whose end is the next one.
    private @Nullable Http2Stream pendingEnd;

    /// @param pingAnswers told of answers to our PINGs
    Receiver(Http2Limits limits, StreamTable streams, Sender sender, FrameRates rates, LongConsumer pingAnswers) {
        this.limits = limits;
        this.streams = streams;
        this.sender = sender;
        this.rates = rates;
        this.pingAnswers = pingAnswers;
        this.blocks = new FieldBlocks(limits);
    }

    boolean isInsideHead() {
        return state == State.PREFACE || state == State.SETTINGS || state == State.BLOCK;
    }

    /// Whether no further streams are taken.
    boolean isStopping() {
        return stopping;
    }

    void stop() {
        stopping = true;
    }

    /// See [Http2Engine#nextEvent].
    Http2Event nextEvent(ByteBuffer input) throws ConnectionFault {
        if (state == State.FAILED) {
            throw new IllegalStateException("nextEvent behind a fault");
        }
        try {
            while (true) {
                var event =
                        pendingEnd != null ? endBehindData() : state == State.PREFACE ? preface(input) : frame(input);
                if (event != null) {
                    return event;
                }
            }
        } catch (ConnectionFault fault) {
            state = State.FAILED;
            throw fault;
        }
    }

    /// A stream whose last bytes were an event, and whose end is the next one.
    private @Nullable Http2Event endBehindData() throws ConnectionFault {
        var stream = pendingEnd;
        pendingEnd = null;
        try {
            return stream == null || !stream.isReceiving() ? null : ends(stream, Headers.EMPTY);
        } catch (StreamFault fault) {
            return streamFailed(fault);
        }
    }

    private @Nullable Http2Event preface(ByteBuffer input) throws ConnectionFault {
        int there = Math.min(input.remaining(), PREFACE.length);
        for (int i = 0; i < there; i++) {
            if (input.get(input.position() + i) != PREFACE[i]) {
                throw protocol("the connection does not begin with the preface (RFC 9113 §3.4)");
            }
        }
        if (there < PREFACE.length) {
            return Http2Event.Signal.NEED_INPUT;
        }
        input.position(input.position() + PREFACE.length);
        state = State.SETTINGS;
        return null;
    }

    /// Takes one frame; null when it makes no event.
    private @Nullable Http2Event frame(ByteBuffer input) throws ConnectionFault {
        try {
            var frame = reader.next(input);
            if (frame == null) {
                return Http2Event.Signal.NEED_INPUT;
            }
            checkOrder(frame);
            return take(frame);
        } catch (StreamFault fault) {
            return streamFailed(fault);
        }
    }

    private void checkOrder(Frame frame) throws ConnectionFault {
        if (state == State.SETTINGS) {
            if (!(frame instanceof Frame.Settings)) {
                throw protocol("the first frame is no SETTINGS (RFC 9113 §3.4)");
            }
            state = State.FRAMES;
        } else if (state == State.BLOCK
                && !(frame instanceof Frame.Continuation next && next.stream() == blocks.stream())) {
            throw protocol("a frame inside the field block of stream " + blocks.stream()
                    + ": expected its CONTINUATION (RFC 9113 §4.3)");
        }
    }

    private @Nullable Http2Event take(Frame frame) throws ConnectionFault, StreamFault {
        return switch (frame) {
            case Frame.Data data -> data(data);
            case Frame.FieldBlock block -> block(block);
            case Frame.Continuation more -> continuation(more);
            case Frame.Reset reset -> reset(reset);
            case Frame.WindowUpdate update -> windowUpdate(update);
            case Frame.Settings settings -> settings(settings);
            case Frame.SettingsAnswer _ -> {
                rates.spend(Kind.SETTINGS);
                yield null;
            }
            case Frame.Ping ping -> ping(ping);
            case Frame.GoAway _ -> {
                rates.spend(Kind.EMPTY_FRAMES);
                yield Http2Event.Signal.PEER_GOES_AWAY;
            }
            case Frame.Priority priority -> {
                rates.spend(Kind.PRIORITIES);
                isTaken(FrameType.PRIORITY, priority.stream());
                yield null;
            }
            case Frame.PriorityUpdate update -> priorityUpdate(update);
            case Frame.PushPromise promise -> {
                isTaken(FrameType.PUSH_PROMISE, promise.stream());
                yield null;
            }
            case Frame.Unknown _ -> {
                rates.spend(Kind.EMPTY_FRAMES);
                yield null;
            }
        };
    }

    // ------------------------------------------------------------------------------------------ streams

    /// Whether a frame does what it is for, in the present state of its stream.
    ///
    /// @return false when it is to be ignored
    private boolean isTaken(FrameType type, int id) throws ConnectionFault, StreamFault {
        var stream = streams.state(id);
        if (stream == null) { // closed so long ago that nobody knows how, or passed over
            if (type == FrameType.HEADERS) {
                throw protocol("HEADERS on stream " + id + " behind " + streams.last()
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
            case FAIL_PROTOCOL -> throw protocol(unexpected(type, id, stream));
        };
    }

    private static String unexpected(FrameType type, int id, StreamState state) {
        return type + " on stream " + id + ", which is " + state + ": expected none (RFC 9113 §5.1)";
    }

    /// Resets the stream of a fault, as long as the peer does not do this all the time.
    private @Nullable Http2Event streamFailed(StreamFault fault) throws ConnectionFault {
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

    private @Nullable Http2Event reset(Frame.Reset frame) throws ConnectionFault, StreamFault {
        rates.spend(Kind.RESETS);
        if (!isTaken(FrameType.RST_STREAM, frame.stream())) {
            return null;
        }
        var stream = known(frame.stream());
        streams.close(stream, StreamState.RESET_REMOTE);
        return stream.inHand ? new Http2Event.Reset(stream, frame.code(), null) : null;
    }

    private Http2Stream known(int id) {
        var stream = streams.find(id);
        if (stream == null) {
            throw new IllegalStateException("stream " + id + " is not open");
        }
        return stream;
    }

    // ------------------------------------------------------------------------------------------ field blocks

    private @Nullable Http2Event block(Frame.FieldBlock frame) throws ConnectionFault, StreamFault {
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
            throw protocol("HEADERS on stream " + frame.stream() + ": expected an odd one (RFC 9113 §5.1.1)");
        }
        blocks.begin(frame, taken, late);
        return frame.endsBlock() ? blockEnds() : inside();
    }

    private @Nullable Http2Event continuation(Frame.Continuation frame) throws ConnectionFault, StreamFault {
        if (state != State.BLOCK) {
            isTaken(FrameType.CONTINUATION, frame.stream());
        }
        if (!frame.fragment().hasRemaining()) {
            rates.spend(Kind.EMPTY_FRAMES);
        }
        blocks.add(frame);
        return frame.endsBlock() ? blockEnds() : inside();
    }

    private @Nullable Http2Event inside() {
        state = State.BLOCK;
        return null;
    }

    private @Nullable Http2Event blockEnds() throws ConnectionFault, StreamFault {
        state = State.FRAMES;
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
        if (stopping) { // it did not know of our GOAWAY
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

    private @Nullable Http2Event data(Frame.Data frame) throws ConnectionFault, StreamFault {
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
        return data(known(frame.stream()), frame);
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

    private static StreamFault wrongLength(Http2Stream stream) {
        return new StreamFault(
                stream.id(),
                ErrorCode.PROTOCOL_ERROR,
                "a body of " + stream.received + " bytes: expected " + stream.declaredLength
                        + ", as Content-Length says (RFC 9113 §8.1.1)");
    }

    // ------------------------------------------------------------------------------------------ other frames

    private @Nullable Http2Event windowUpdate(Frame.WindowUpdate frame) throws ConnectionFault, StreamFault {
        rates.spend(Kind.WINDOW_UPDATES);
        if (frame.stream() == 0) {
            if (!sender.widen(frame.increment())) {
                throw new ConnectionFault(
                        ErrorCode.FLOW_CONTROL_ERROR,
                        "WINDOW_UPDATE of " + frame.increment() + " on the connection: expected a window of at most "
                                + Integer.MAX_VALUE + " (RFC 9113 §6.9.1)");
            }
        } else if (isTaken(FrameType.WINDOW_UPDATE, frame.stream())
                && !sender.widen(known(frame.stream()), frame.increment())) {
            throw new StreamFault(
                    frame.stream(),
                    ErrorCode.FLOW_CONTROL_ERROR,
                    "WINDOW_UPDATE of " + frame.increment() + ": expected a window of at most " + Integer.MAX_VALUE
                            + " (RFC 9113 §6.9.1)");
        }
        return null;
    }

    private @Nullable Http2Event settings(Frame.Settings frame) throws ConnectionFault {
        rates.spend(Kind.SETTINGS);
        for (var setting : frame.values()) {
            apply(setting);
        }
        FrameWriter.settingsAnswer(sender.out());
        sender.answered(Frame.HEADER_SIZE);
        return null;
    }

    private void apply(Frame.Setting setting) throws ConnectionFault {
        long value = setting.value();
        switch (setting.id()) {
            case Frame.Setting.HEADER_TABLE_SIZE -> sender.allowTable(value);
            case Frame.Setting.ENABLE_PUSH, Frame.Setting.NO_RFC7540_PRIORITIES ->
                check(setting, value <= 1, ErrorCode.PROTOCOL_ERROR, "0 or 1");
            case Frame.Setting.INITIAL_WINDOW_SIZE -> {
                check(setting, value <= Integer.MAX_VALUE, ErrorCode.FLOW_CONTROL_ERROR, "at most 2147483647");
                boolean possible = sender.firstWindow(value, streams.open());
                check(setting, possible, ErrorCode.FLOW_CONTROL_ERROR, "no window beyond 2147483647");
            }
            case Frame.Setting.MAX_FRAME_SIZE ->
                check(
                        setting,
                        value >= Frame.LARGEST_PAYLOAD && value < 1 << 24,
                        ErrorCode.PROTOCOL_ERROR,
                        "16384 to 16777215");
            default -> {} // of no concern to a server, or not known (RFC 9113 §6.5.2)
        }
    }

    private static void check(Frame.Setting setting, boolean holds, ErrorCode code, String expected)
            throws ConnectionFault {
        if (!holds) {
            throw new ConnectionFault(
                    code,
                    "setting " + setting.id() + " of " + setting.value() + ": expected " + expected
                            + " (RFC 9113 §6.5.2)");
        }
    }

    private @Nullable Http2Event ping(Frame.Ping frame) throws ConnectionFault {
        rates.spend(Kind.PINGS);
        if (frame.isAnswer()) {
            pingAnswers.accept(frame.opaque());
        } else {
            FrameWriter.ping(true, frame.opaque(), sender.out());
            sender.answered(PING_SIZE);
        }
        return null;
    }

    private @Nullable Http2Event priorityUpdate(Frame.PriorityUpdate frame) throws ConnectionFault, StreamFault {
        rates.spend(Kind.PRIORITIES);
        if (isTaken(FrameType.PRIORITY_UPDATE, frame.prioritized())) {
            var value = new byte[frame.value().remaining()];
            frame.value().get(value);
            sender.prioritize(known(frame.prioritized()), Priority.of(new String(value, ISO_8859_1)));
        }
        return null;
    }

    private static ConnectionFault protocol(String message) {
        return new ConnectionFault(ErrorCode.PROTOCOL_ERROR, message);
    }
}
