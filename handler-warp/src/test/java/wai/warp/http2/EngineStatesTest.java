package wai.warp.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import wai.warp.http2.frame.FrameType;

/// Every frame in every state of its stream (RFC 9113 §5.1), on the wire.
class EngineStatesTest {
    private static final int STREAM = 5;
    /// The first stream that we promise.
    private static final int PROMISED = 2;

    private static final Http2Limits PUSHING = new Http2Limits(
            100, 1 << 23, 1 << 20, 4096, 16, 1000, Http2Limits.Rates.DEFAULT, Http2Limits.Request.DEFAULT);

    /// The frame of a type that nobody knows (RFC 9113 §5.5).
    private static final String UNKNOWN = "UNKNOWN";

    /// `take`: it does what it is for; `-`: nothing happens; the others are what the peer is told.
    private static final String TABLE = """
        state              | HEADERS     | DATA        | PRIORITY | RST_STREAM  | WINDOW_UPDATE | PRIORITY_UPDATE | PUSH_PROMISE | CONTINUATION | UNKNOWN
        IDLE               | take        | GO PROTOCOL | -        | GO PROTOCOL | GO PROTOCOL   | -               | GO PROTOCOL  | GO PROTOCOL  | -
        IDLE_OF_OURS       | GO PROTOCOL | GO PROTOCOL | -        | GO PROTOCOL | GO PROTOCOL   | GO PROTOCOL     | GO PROTOCOL  | GO PROTOCOL  | -
        PASSED_OVER        | GO PROTOCOL | -           | -        | -           | -             | -               | GO PROTOCOL  | GO PROTOCOL  | -
        FORGOTTEN          | GO PROTOCOL | -           | -        | -           | -             | -               | GO PROTOCOL  | GO PROTOCOL  | -
        OPEN               | take        | take        | -        | take        | take          | take            | GO PROTOCOL  | GO PROTOCOL  | -
        HALF_CLOSED_LOCAL  | take        | take        | -        | take        | take          | take            | GO PROTOCOL  | GO PROTOCOL  | -
        HALF_CLOSED_REMOTE | RST CLOSED  | RST CLOSED  | -        | take        | take          | take            | GO PROTOCOL  | GO PROTOCOL  | -
        ENDED              | GO CLOSED   | GO CLOSED   | -        | -           | -             | -               | GO PROTOCOL  | GO PROTOCOL  | -
        RESET_LOCAL        | -           | -           | -        | -           | -             | -               | GO PROTOCOL  | GO PROTOCOL  | -
        RESET_REMOTE       | RST CLOSED  | RST CLOSED  | -        | -           | -             | -               | GO PROTOCOL  | GO PROTOCOL  | -
        RESERVED           | GO PROTOCOL | GO PROTOCOL | -        | take        | take          | take            | GO PROTOCOL  | GO PROTOCOL  | -
        PUSHED             | RST CLOSED  | RST CLOSED  | -        | take        | take          | take            | GO PROTOCOL  | GO PROTOCOL  | -
        PUSHED_ENDED       | GO CLOSED   | GO CLOSED   | -        | -           | -             | -               | GO PROTOCOL  | GO PROTOCOL  | -
        PUSHED_RESET       | -           | -           | -        | -           | -             | -               | GO PROTOCOL  | GO PROTOCOL  | -
        PUSHED_DECLINED    | RST CLOSED  | RST CLOSED  | -        | -           | -             | -               | GO PROTOCOL  | GO PROTOCOL  | -
        PUSHED_FORGOTTEN   | GO PROTOCOL | -           | -        | -           | -             | -               | GO PROTOCOL  | GO PROTOCOL  | -
        """;

    /// What a stream can be in, as the wire knows it: every [StreamState], and what is known of others.
    enum Situation {
        IDLE,
        /// A stream that only a server can open.
        IDLE_OF_OURS,
        /// Closed because a higher one was opened (RFC 9113 §5.1.1).
        PASSED_OVER,
        /// Closed so long ago that nobody knows how.
        FORGOTTEN,
        OPEN,
        HALF_CLOSED_LOCAL,
        HALF_CLOSED_REMOTE,
        ENDED,
        RESET_LOCAL,
        RESET_REMOTE,
        /// Promised, and nothing sent on it yet.
        RESERVED,
        /// Promised, and half closed by its nature behind its head.
        PUSHED,
        PUSHED_ENDED,
        /// Promised, and reset by us.
        PUSHED_RESET,
        /// Promised, and reset by the peer, which does not want it.
        PUSHED_DECLINED,
        /// Promised, and closed so long ago that nobody knows how.
        PUSHED_FORGOTTEN;

        int stream() {
            return isOfOurs() ? PROMISED : STREAM;
        }

        boolean isOfOurs() {
            return this == IDLE_OF_OURS || this == RESERVED || name().startsWith("PUSHED");
        }
    }

    static Stream<Arguments> cells() {
        var rows = TABLE.lines()
                .map(line -> Arrays.stream(line.split("\\|")).map(String::strip).toList())
                .toList();
        var types = rows.getFirst();
        var cells = new ArrayList<Arguments>();
        for (var row : rows.subList(1, rows.size())) {
            for (int column = 1; column < row.size(); column++) {
                cells.add(Arguments.of(Situation.valueOf(row.getFirst()), types.get(column), row.get(column)));
            }
        }
        return cells.stream();
    }

    @Test
    void theTableHasEveryStateAndEveryFrameOfAStream() {
        var ofConnections = Set.of(FrameType.SETTINGS, FrameType.PING, FrameType.GOAWAY);
        var frames = Stream.concat(
                        Arrays.stream(FrameType.values()).filter(type -> !ofConnections.contains(type)),
                        Stream.of(UNKNOWN))
                .map(String::valueOf)
                .toList();

        var cells = cells().map(cell -> cell.get()[0] + " " + cell.get()[1]).toList();

        assertThat(cells)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Situation.values())
                        .flatMap(state -> frames.stream().map(frame -> state + " " + frame))
                        .toList());
        assertThat(Situation.values())
                .extracting(Situation::name)
                .containsAll(Arrays.stream(StreamState.values())
                        .map(StreamState::name)
                        .toList());
    }

    @ParameterizedTest(name = "{1} in {0}: {2}")
    @MethodSource("cells")
    void judgesEveryFrameByTheStateOfItsStream(Situation state, String type, String expected) {
        var peer = in(state);
        int last = peer.lastStream();

        var events = peer.send(type.equals(UNKNOWN) ? unknown(state) : frame(FrameType.valueOf(type), state));
        var received = peer.received();

        var code = expected.endsWith("CLOSED") ? "STREAM_CLOSED" : "PROTOCOL_ERROR";
        switch (expected.split(" ", 2)[0]) {
            case "take" -> {
                assertThat(peer.faults).isEmpty();
                assertThat(received).noneMatch(line -> line.startsWith("RST") || line.startsWith("GO"));
                assertThat(effect(FrameType.valueOf(type), state, events, received))
                        .isTrue();
            }
            case "-" -> {
                assertThat(peer.faults).isEmpty();
                assertThat(events).isEmpty();
                assertThat(received).isEmpty();
            }
            case "RST" -> assertThat(received).containsExactly("RST_STREAM " + state.stream() + " " + code);
            case "GO" -> assertThat(received).containsExactly("GOAWAY " + last + " " + code);
            default -> throw new AssertionError(expected);
        }
        assertThat(peer.faults).hasSize(expected.startsWith("GO") ? 1 : 0);
    }

    /// What shows that a frame did what it is for.
    private static boolean effect(FrameType type, Situation state, List<Http2Event> events, List<String> received) {
        return switch (type) {
            case HEADERS ->
                events.getFirst() instanceof Http2Event.Head == (state == Situation.IDLE) && events.size() == 1;
            case DATA -> events.getFirst() instanceof Http2Event.Data;
            case RST_STREAM -> events.getFirst() instanceof Http2Event.Reset;
            case WINDOW_UPDATE ->
                received.equals(
                        state == Situation.HALF_CLOSED_LOCAL || state == Situation.RESERVED
                                ? List.of()
                                : List.of("DATA " + state.stream() + " y"));
            case PRIORITY_UPDATE -> events.isEmpty() && received.isEmpty(); // its effect has tests of its own
            default -> false;
        };
    }

    /// A connection whose stream is in that state. Where we may send, a byte waits for the window.
    private static EnginePeer in(Situation state) {
        var peer = EnginePeer.connected(PUSHING);
        peer.send(ClientFrames.setting(4, 0));
        switch (state) {
            case IDLE, IDLE_OF_OURS -> {}
            case PASSED_OVER -> peer.send(ClientFrames.get(STREAM + 2));
            case FORGOTTEN -> {
                for (int i = 0; i < 300; i++) {
                    int id = STREAM + 2 * i;
                    peer.send(ClientFrames.get(id));
                    peer.answer(id, true);
                    peer.engine.release(peer.stream(id));
                }
            }
            case OPEN -> {
                peer.send(ClientFrames.post(STREAM));
                peer.answer(STREAM, false);
                peer.offer(STREAM, "y", false);
            }
            case HALF_CLOSED_LOCAL -> {
                peer.send(ClientFrames.post(STREAM));
                peer.answer(STREAM, true);
            }
            case HALF_CLOSED_REMOTE -> {
                peer.send(ClientFrames.get(STREAM));
                peer.answer(STREAM, false);
                peer.offer(STREAM, "y", false);
            }
            case ENDED -> {
                peer.send(ClientFrames.get(STREAM));
                peer.answer(STREAM, true);
            }
            case RESET_LOCAL -> {
                peer.send(ClientFrames.post(STREAM));
                peer.engine.reset(peer.stream(STREAM), wai.warp.http2.frame.ErrorCode.CANCEL);
            }
            case RESET_REMOTE -> peer.send(ClientFrames.post(STREAM), ClientFrames.reset(STREAM));
            case RESERVED, PUSHED, PUSHED_ENDED, PUSHED_RESET, PUSHED_DECLINED, PUSHED_FORGOTTEN ->
                promised(peer, state);
        }
        peer.received();
        return peer;
    }

    private static void promised(EnginePeer peer, Situation state) {
        peer.send(ClientFrames.get(STREAM));
        var stream = peer.promise(STREAM, "/a");
        switch (state) {
            case RESERVED -> {}
            case PUSHED -> {
                peer.answer(stream, false);
                peer.offer(stream, "y", false);
            }
            case PUSHED_ENDED -> peer.answer(stream, true);
            case PUSHED_RESET -> peer.engine.reset(stream, wai.warp.http2.frame.ErrorCode.CANCEL);
            case PUSHED_DECLINED -> {
                peer.send(ClientFrames.reset(PROMISED));
                peer.engine.release(stream);
            }
            case PUSHED_FORGOTTEN -> {
                peer.answer(stream, true);
                peer.engine.release(stream);
                for (int i = 0; i < 300; i++) {
                    var next = peer.promise(STREAM, "/a");
                    peer.answer(next, true);
                    peer.engine.release(next);
                }
            }
            default -> throw new AssertionError(state);
        }
    }

    private static byte[] unknown(Situation state) {
        return ClientFrames.frame(0xee, 0xff, state.stream(), (byte) 1);
    }

    private static byte[] frame(FrameType type, Situation state) {
        int stream = state.stream();
        return switch (type) {
            case HEADERS ->
                state == Situation.IDLE || state.isOfOurs()
                        ? ClientFrames.get(stream)
                        : ClientFrames.headers(stream, ClientFrames.END_STREAM, "x-sum: 1");
            case DATA -> ClientFrames.data(stream, 0, "abc");
            case PRIORITY -> ClientFrames.frame(2, 0, stream, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 1);
            case RST_STREAM -> ClientFrames.reset(stream);
            case WINDOW_UPDATE -> ClientFrames.windowUpdate(stream, 1);
            case PRIORITY_UPDATE -> ClientFrames.priorityUpdate(stream, "u=1");
            case PUSH_PROMISE -> ClientFrames.frame(5, 4, stream, ClientFrames.ints(2));
            case CONTINUATION -> ClientFrames.frame(9, 4, STREAM);
            default -> throw new AssertionError(type);
        };
    }
}
