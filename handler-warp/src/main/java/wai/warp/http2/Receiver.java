package wai.warp.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import wai.warp.http2.FrameRates.Kind;
import wai.warp.http2.frame.ConnectionFault;
import wai.warp.http2.frame.ErrorCode;
import wai.warp.http2.frame.Frame;
import wai.warp.http2.frame.FrameReader;
import wai.warp.http2.frame.FrameType;
import wai.warp.http2.frame.FrameWriter;
import wai.warp.http2.frame.StreamFault;

/// The receiving half of [Http2Engine]: frames into events, in the order in which they may come. What those of streams
/// mean is known to [RequestReceiver].
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

    private final StreamTable streams;
    private final Sender sender;
    private final FrameRates rates;
    private final LongConsumer pingAnswers;
    private final FrameReader reader = new FrameReader();
    private final RequestReceiver requests;
    private State state = State.PREFACE;
    /// The peer has acknowledged our SETTINGS.
    private boolean answered;

    /// @param pingAnswers told of answers to our PINGs
    Receiver(Http2Limits limits, StreamTable streams, Sender sender, FrameRates rates, LongConsumer pingAnswers) {
        this.streams = streams;
        this.sender = sender;
        this.rates = rates;
        this.pingAnswers = pingAnswers;
        this.requests = new RequestReceiver(limits, streams, sender, rates);
    }

    boolean isInsideHead() {
        return state == State.PREFACE || state == State.SETTINGS || state == State.BLOCK;
    }

    /// See [Http2Engine#nextEvent].
    Http2Event nextEvent(ByteBuffer input) throws ConnectionFault {
        if (state == State.FAILED) {
            throw new IllegalStateException("nextEvent behind a fault");
        }
        try {
            while (true) {
                var event = requests.isEndDue()
                        ? requests.endBehindData()
                        : state == State.PREFACE ? preface(input) : frame(input);
                if (event != null) {
                    return event;
                }
            }
        } catch (ConnectionFault fault) {
            state = State.FAILED;
            throw fault;
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
            return requests.fails(fault);
        }
    }

    private void checkOrder(Frame frame) throws ConnectionFault {
        if (state == State.SETTINGS) {
            if (!(frame instanceof Frame.Settings)) {
                throw protocol("the first frame is no SETTINGS (RFC 9113 §3.4)");
            }
            state = State.FRAMES;
        } else if (state == State.BLOCK
                && !(frame instanceof Frame.Continuation next && next.stream() == requests.blockStream())) {
            throw protocol("a frame inside the field block of stream " + requests.blockStream()
                    + ": expected its CONTINUATION (RFC 9113 §4.3)");
        }
    }

    private @Nullable Http2Event take(Frame frame) throws ConnectionFault, StreamFault {
        return switch (frame) {
            case Frame.Data data -> requests.data(data);
            case Frame.FieldBlock block -> {
                state = block.endsBlock() ? State.FRAMES : State.BLOCK;
                yield requests.block(block);
            }
            case Frame.Continuation more -> continuation(more);
            case Frame.Reset reset -> requests.reset(reset);
            case Frame.WindowUpdate update -> windowUpdate(update);
            case Frame.Settings settings -> settings(settings);
            case Frame.SettingsAnswer _ -> {
                settingsAnswered();
                yield null;
            }
            case Frame.Ping ping -> ping(ping);
            case Frame.GoAway _ -> {
                rates.spend(Kind.EMPTY_FRAMES);
                streams.promises().peerLeaves();
                yield Http2Event.Signal.PEER_GOES_AWAY;
            }
            case Frame.Priority priority -> {
                rates.spend(Kind.PRIORITIES);
                requests.isTaken(FrameType.PRIORITY, priority.stream());
                yield null;
            }
            case Frame.PriorityUpdate update -> priorityUpdate(update);
            case Frame.PushPromise promise -> {
                requests.isTaken(FrameType.PUSH_PROMISE, promise.stream());
                yield null;
            }
            case Frame.Unknown _ -> {
                rates.spend(Kind.EMPTY_FRAMES);
                yield null;
            }
        };
    }

    private @Nullable Http2Event continuation(Frame.Continuation frame) throws ConnectionFault, StreamFault {
        if (state != State.BLOCK) {
            requests.isTaken(FrameType.CONTINUATION, frame.stream());
        }
        if (frame.endsBlock()) {
            state = State.FRAMES;
        }
        return requests.continuation(frame);
    }

    private @Nullable Http2Event windowUpdate(Frame.WindowUpdate frame) throws ConnectionFault, StreamFault {
        rates.spend(Kind.WINDOW_UPDATES);
        if (frame.stream() == 0) {
            if (!sender.widen(frame.increment())) {
                throw new ConnectionFault(
                        ErrorCode.FLOW_CONTROL_ERROR,
                        "WINDOW_UPDATE of " + frame.increment() + " on the connection: expected a window of at most "
                                + Integer.MAX_VALUE + " (RFC 9113 §6.9.1)");
            }
        } else if (requests.isTaken(FrameType.WINDOW_UPDATE, frame.stream())
                && !sender.widen(streams.known(frame.stream()), frame.increment())) {
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

    private void settingsAnswered() throws ConnectionFault {
        if (answered) {
            rates.spend(Kind.SETTINGS); // we have asked for one only
        } else {
            answered = true;
            requests.settingsTaken();
        }
    }

    private void apply(Frame.Setting setting) throws ConnectionFault {
        long value = setting.value();
        switch (setting.id()) {
            case Frame.Setting.HEADER_TABLE_SIZE -> sender.allowTable(value);
            case Frame.Setting.ENABLE_PUSH -> {
                check(setting, value <= 1, ErrorCode.PROTOCOL_ERROR, "0 or 1");
                streams.promises().want(value == 1);
            }
            case Frame.Setting.MAX_CONCURRENT_STREAMS -> streams.promises().allow(value);
            case Frame.Setting.NO_RFC7540_PRIORITIES -> check(setting, value <= 1, ErrorCode.PROTOCOL_ERROR, "0 or 1");
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
        int id = frame.prioritized();
        boolean idle = streams.state(id) == StreamState.IDLE;
        if (!idle && !requests.isTaken(FrameType.PRIORITY_UPDATE, id)) {
            return null;
        }
        var value = new byte[frame.value().remaining()];
        frame.value().get(value);
        var priority = Priority.of(new String(value, ISO_8859_1));
        if (!idle) {
            sender.prioritize(streams.known(id), priority);
        } else if (Http2Stream.isPromised(id)) {
            throw protocol(
                    "PRIORITY_UPDATE of stream " + id + ": expected one that was promised before (RFC 9218 §7.1)");
        } else if (!streams.prioritizeEarly(id, priority)) {
            throw protocol("PRIORITY_UPDATE of stream " + id
                    + " ahead of its request: expected no more than there may be streams (RFC 9218 §7.1)");
        }
        return null;
    }

    static ConnectionFault protocol(String message) {
        return new ConnectionFault(ErrorCode.PROTOCOL_ERROR, message);
    }
}
