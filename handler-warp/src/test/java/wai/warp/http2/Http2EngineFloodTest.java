package wai.warp.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.http2.ClientFrames.data;
import static wai.warp.http2.ClientFrames.frame;
import static wai.warp.http2.ClientFrames.get;
import static wai.warp.http2.ClientFrames.ints;
import static wai.warp.http2.ClientFrames.joined;
import static wai.warp.http2.ClientFrames.ping;
import static wai.warp.http2.ClientFrames.post;
import static wai.warp.http2.ClientFrames.reset;
import static wai.warp.http2.ClientFrames.setting;
import static wai.warp.http2.ClientFrames.windowUpdate;

import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.spi.FramedResponse;
import wai.warp.http1.CommonFields;
import wai.warp.http1.OutputBuffer;

/// What floods make the engine keep: never more than [wai.warp.settings.Http2] says, however long they last, whether
/// they come at once or keep to the rates, and with nothing of the output read.
class Http2EngineFloodTest {
    private static final int ROUNDS = 4000;
    /// Where each round is a field block as large as it may be.
    private static final int LARGE_ROUNDS = 300;

    private static final int LOOK = 200;
    /// What waits at most to be sent, where the application sends nothing: answers up to 16 KiB, windows up to the
    /// 48 KiB beyond which there are none, and the last GOAWAY.
    private static final int MOST_OUTPUT = 65 * 1024;

    private static final Http2Limits LIMITS = Http2Limits.DEFAULT;
    private static final byte[] GET_BLOCK =
            ClientFrames.block(":method: GET", ":scheme: http", ":path: /", ":authority: a");

    private static byte[] repeated(int times, byte... bytes) {
        var all = new byte[times * bytes.length];
        for (int i = 0; i < times; i++) {
            System.arraycopy(bytes, 0, all, i * bytes.length, bytes.length);
        }
        return all;
    }

    private static byte[] head(int stream, byte[]... more) {
        return frame(1, 5, stream, joined(GET_BLOCK, joined(more)));
    }

    private static Arguments flood(String name, boolean endsAtOnce, IntFunction<byte[]> round) {
        return Arguments.of(name, endsAtOnce, round);
    }

    /// Each with whether it is stopped when it comes at once.
    static Stream<Arguments> floods() {
        var large = joined(
                new byte[] {0x40, 1, 'a', 0x7f, (byte) 0xa1, 0x1e},
                "b".repeat(4000).getBytes(US_ASCII));
        return Stream.of(
                flood("rapid reset", true, i -> joined(post(2 * i + 1), reset(2 * i + 1))),
                flood("rapid reset of complete requests", true, i -> joined(get(2 * i + 1), reset(2 * i + 1))),
                flood(
                        "made to reset by windows of 0",
                        true,
                        i -> joined(post(2 * i + 1), frame(8, 0, 2 * i + 1, ints(0)))),
                flood(
                        "made to reset by windows too large",
                        true,
                        i -> joined(post(2 * i + 1), windowUpdate(2 * i + 1, Integer.MAX_VALUE))),
                flood(
                        "made to reset by DATA behind the end",
                        true,
                        i -> joined(get(2 * i + 1), data(2 * i + 1, 0, "x"))),
                flood("made to reset by HEADERS behind the end", true, i -> joined(get(2 * i + 1), get(2 * i + 1))),
                flood(
                        "made to reset by PRIORITY of a wrong length",
                        true,
                        i -> joined(post(2 * i + 1), frame(2, 0, 2 * i + 1))),
                flood("made to reset by malformed requests", true, i -> frame(1, 5, 2 * i + 1)),
                flood("streams beyond the limit", true, i -> post(2 * i + 1)),
                flood("long CONTINUATION", true, i -> frame(i == 0 ? 1 : 9, 0, 1, repeated(16_384, (byte) 0x82))),
                flood("empty CONTINUATION", true, i -> frame(i == 0 ? 1 : 9, 0, 1)),
                flood(
                        "blocks that begin empty",
                        true,
                        i -> joined(frame(1, 1, 2 * i + 1), frame(9, 4, 2 * i + 1, GET_BLOCK), reset(2 * i + 1))),
                flood("PING", true, i -> ping(0, i)),
                flood("answers to PING that nobody asked for", true, i -> ping(ClientFrames.ACK, i)),
                flood("SETTINGS", true, i -> setting(3, i)),
                flood(
                        "large SETTINGS",
                        true,
                        _ -> frame(
                                4, 0, 0, repeated(2730, (byte) 0, (byte) 4, (byte) 0, (byte) 0, (byte) 0, (byte) 0))),
                flood("answers to SETTINGS", true, _ -> frame(4, 1, 0)),
                flood("table sizes", true, i -> setting(1, i % 2 == 0 ? 0 : 0xffff_ffffL)),
                flood("empty DATA", true, i -> i == 0 ? post(1) : data(1, 0, "")),
                flood("PRIORITY", true, _ -> frame(2, 0, 1, new byte[5])),
                flood(
                        "PRIORITY_UPDATE",
                        true,
                        i -> i == 0 ? post(1) : frame(16, 0, 0, joined(ints(1), ("u=" + i % 8).getBytes(US_ASCII)))),
                flood("WINDOW_UPDATE", true, _ -> windowUpdate(0, 1)),
                flood("WINDOW_UPDATE of a stream", true, i -> i == 0 ? post(1) : windowUpdate(1, 1)),
                flood("unknown frames", true, i -> frame(0xee, 0xff, i, repeated(100, (byte) i))),
                flood("GOAWAY", true, _ -> frame(7, 0, 0, ints(0, 0))),
                flood(
                        "bodies that nobody reads",
                        false,
                        i -> i < 100 ? post(2 * i + 1) : data(2 * (i % 100) + 1, 0, "x".repeat(16_384))),
                flood("bodies of padding", false, i -> i == 0 ? post(1) : frame(0, 8, 1, padding())),
                flood(
                        "the rest of bodies that were declined",
                        true,
                        i -> joined(post(2 * i + 1), reset(2 * i + 1), data(2 * i + 1, 0, "x".repeat(16_384)))),
                flood(
                        "entries of the table again and again",
                        false,
                        i -> i == 0 ? head(1, large) : head(2 * i + 1, repeated(16_000, (byte) 0xbe))),
                flood("tiny fields", false, i -> head(2 * i + 1, repeated(16_000, (byte) 0x90))),
                flood(
                        "crumbs of cookies",
                        false,
                        i -> head(2 * i + 1, repeated(3000, (byte) 0x0f, (byte) 0x11, (byte) 1, (byte) 'a'))),
                flood(
                        "changes of the table",
                        false,
                        i -> frame(1, 5, 2 * i + 1, joined(new byte[] {0x20, 0x3f, (byte) 0xe1, 0x1f}, GET_BLOCK))),
                flood(
                        "oversized tables",
                        true,
                        i -> frame(1, 5, 2 * i + 1, joined(new byte[] {0x3f, (byte) 0xe2, 0x1f}, GET_BLOCK))));
    }

    private static byte[] padding() {
        var padded = new byte[256];
        padded[0] = (byte) 255;
        return padded;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("floods")
    void atOnce(String name, boolean ends, IntFunction<byte[]> round) {
        var peer = EnginePeer.connected();

        int rounds = 0;
        for (; rounds < rounds(name) && peer.faults.isEmpty(); rounds++) {
            peer.send(round.apply(rounds));
            release(name, peer);
            if (rounds % LOOK == 0) {
                assertKeepsLittle(peer);
            }
        }
        assertKeepsLittle(peer);

        assertOutputIsSmall(peer);
        assertThat(peer.faults.isEmpty()).as("%d rounds", rounds).isEqualTo(!ends);
    }

    /// A second for each round: no rate is ever used up.
    @ParameterizedTest(name = "{0}")
    @MethodSource("floods")
    void withPatience(String name, boolean ends, IntFunction<byte[]> round) {
        var peer = EnginePeer.connected();

        for (int i = 0; i < rounds(name) && peer.faults.isEmpty(); i++) {
            peer.engine.passed(1);
            peer.send(round.apply(i));
            release(name, peer);
            if (i % LOOK == 0) {
                assertKeepsLittle(peer);
            }
        }
        assertKeepsLittle(peer);

        assertOutputIsSmall(peer);
    }

    private static int rounds(String name) {
        return isOfRequests(name) ? LARGE_ROUNDS : ROUNDS;
    }

    private static boolean isOfRequests(String name) {
        return switch (name) {
            case "entries of the table again and again", "tiny fields", "crumbs of cookies", "changes of the table" ->
                true;
            default -> false;
        };
    }

    /// Where a flood is about requests that are served, they are; else the application works on for ever.
    private static void release(String name, EnginePeer peer) {
        if (isOfRequests(name)) {
            for (var event : peer.events) {
                if (event instanceof Http2Event.Head head) {
                    assertThat(size(head.headers()))
                            .isLessThanOrEqualTo(LIMITS.request().listSize());
                    finish(peer, head.stream());
                } else if (event instanceof Http2Event.Refusal refusal) {
                    finish(peer, refusal.stream());
                }
            }
            peer.events.clear();
            peer.received();
        }
    }

    private static long size(Headers headers) {
        long size = 0;
        for (int i = 0; i < headers.size(); i++) {
            size += headers.name(i).lowerCase().length() + headers.value(i).length();
        }
        return size;
    }

    private static void finish(EnginePeer peer, Http2Stream stream) {
        peer.answer(stream.id(), true);
        peer.engine.release(stream);
    }

    private static void assertKeepsLittle(EnginePeer peer) {
        assertThat(peer.engine.inHand()).isLessThanOrEqualTo(LIMITS.concurrentStreams());
        long unread = peer.events.stream()
                .filter(event -> event instanceof Http2Event.Head)
                .mapToLong(event -> ((Http2Event.Head) event).stream().unread)
                .sum();
        assertThat(unread).isLessThanOrEqualTo(LIMITS.bufferedBytes());
    }

    private static void assertOutputIsSmall(EnginePeer peer) {
        int size = 0;
        var output = peer.engine.takeOutput();
        if (output != null) {
            size = output.size();
        }
        assertThat(size).isLessThanOrEqualTo(MOST_OUTPUT);
    }

    // ------------------------------------------------------------------------------------------ windows

    /// Of tiny windows each byte would make us tell of one; what is not read is not told again.
    @Test
    void aPeerThatReadsNothingIsToldOfWindowsOnlyAsLongAsThereIsRoom() {
        var peer = EnginePeer.connected(new Http2Limits(
                65_535, 65_535, 65_535, 4096, 16, 0, Http2Limits.Rates.DEFAULT, Http2Limits.Request.DEFAULT));
        peer.send(post(1));
        var stream = peer.stream(1);

        int sent = 0;
        while (peer.faults.isEmpty() && stream.isReceiving() && sent < 20_000) {
            peer.send(data(1, 0, "x"));
            if (stream.unread > 0) {
                peer.engine.consumed(stream, 1);
            }
            sent++;
        }

        var output = peer.engine.takeOutput();
        assertThat(output).isNotNull().extracting(OutputBuffer::size).satisfies(size -> assertThat(size)
                .isLessThan(Sender.BATCH + 100));
        assertThat(sent).isLessThan(Sender.BATCH / 13 + 100);
    }

    @Test
    void whatWasNotToldOfWindowsIsToldWhenThereIsRoom() {
        var peer = EnginePeer.connected();
        peer.send(post(1), data(1, 0, "x".repeat(16_384)), data(1, 0, "x".repeat(16_384)), get(3));
        var stream = peer.stream(1);
        var head = Response.of(Status.OK, Headers.of(HeaderName.of("x-large"), "~".repeat(Sender.BATCH)), Bytes.EMPTY);
        peer.engine.sendHead(peer.stream(3), FramedResponse.of("GET", head), CommonFields.NONE, true);
        assertThat(peer.engine.hasRoom()).isFalse();

        peer.engine.consumed(stream, 32_768);
        var first = peer.engine.takeOutput();
        var second = peer.received();

        assertThat(first).isNotNull();
        assertThat(second).containsExactly("WINDOW_UPDATE 1 " + (32_768 + 65_535));
    }

    // ------------------------------------------------------------------------------------------ limits, once more

    /// Windows are for bytes: padding that comes bit by bit is given back, and costs what it weighs.
    @Test
    void aBodyMayFillItsWindowAndNoMore() {
        var peer = EnginePeer.connected();
        peer.send(post(1));
        var chunk = "x".repeat(13_107); // a fifth of the window

        for (int i = 0; i < 5; i++) {
            peer.send(data(1, 0, chunk));
        }
        assertThat(peer.stream(1).unread).isEqualTo(65_535);
        assertThat(peer.received()).isEmpty();
        peer.send(data(1, 0, "x"));

        assertThat(peer.received()).containsExactly("RST_STREAM 1 FLOW_CONTROL_ERROR");
    }

    @Test
    void aListOfCrumbsIsServedUpToItsLimitAndRefusedPastIt() {
        var limits = new Http2Limits(
                100,
                1 << 20,
                1 << 20,
                4096,
                16,
                0,
                Http2Limits.Rates.DEFAULT,
                new Http2Limits.Request(64, 8192, 42 + 44 + 38 + 43 + 2 * 39, 128, 0));
        var crumb = ClientFrames.block("cookie: a");

        var at = EnginePeer.connected(limits).send(head(1, crumb, crumb));
        var past = EnginePeer.connected(limits).send(head(1, crumb, crumb, crumb));

        assertThat(at).singleElement().isInstanceOfSatisfying(Http2Event.Head.class, head -> assertThat(
                        head.headers().first(HeaderName.COOKIE))
                .contains("a; a"));
        assertThat(past).singleElement().isInstanceOfSatisfying(Http2Event.Refusal.class, refusal -> assertThat(
                        refusal.status().code())
                .isEqualTo(431));
    }

    @Test
    void aTableMayBeAsLargeAsWeSaidAndNoLarger() {
        var at = EnginePeer.connected();
        at.send(frame(1, 5, 1, joined(new byte[] {0x3f, (byte) 0xe1, 0x1f}, GET_BLOCK)));
        var past = EnginePeer.connected();
        past.send(frame(1, 5, 1, joined(new byte[] {0x3f, (byte) 0xe2, 0x1f}, GET_BLOCK)));

        assertThat(at.faults).isEmpty();
        assertThat(past.received()).containsExactly("GOAWAY 0 COMPRESSION_ERROR");
    }
}
