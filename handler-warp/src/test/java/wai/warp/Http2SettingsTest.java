package wai.warp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.warp.http2.ClientFrames.block;
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

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import wai.Bytes;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.settings.Hooks;
import wai.warp.settings.Http2;
import wai.warp.settings.WarpSettings;

/// Every setting of HTTP/2 on the wire, and every flood that it is there for: the one connection ends, and another
/// client is served.
@Timeout(60) // a safety net, nothing depends on it
class Http2SettingsTest {
    private static final Http2 DEFAULTS = Http2.defaults();
    private static final byte[] PRIORITY = {0, 0, 0, 0, 0};

    private static WarpServer start(Http2 http2) throws IOException {
        var settings = WarpSettings.defaults()
                .withHost("127.0.0.1")
                .withPort(0)
                .withHttp2(http2)
                .withHooks(Hooks.defaults().withOnFailure(_ -> {}));
        return Warp.start(settings, (request, respond) -> {
            if (request.method().equals("POST")) {
                request.body().readAllBytes();
            }
            return respond.with(Response.of(Status.OK, Headers.EMPTY, Bytes.utf8("hi")));
        });
    }

    static Stream<Arguments> announced() {
        return Stream.of(
                Arguments.of("concurrentStreams", DEFAULTS.withConcurrentStreams(7), "3=7 "),
                Arguments.of("bufferedBytes", DEFAULTS.withBufferedBytes(65_535), "4=655 "),
                Arguments.of("streamWindow", DEFAULTS.withStreamWindow(1000), "4=1000 "),
                Arguments.of("headerTable", DEFAULTS.withHeaderTable(123), "1=123 "));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("announced")
    void theClientIsTold(String name, Http2 http2, String told) throws Exception {
        try (var server = start(http2);
                var client = Http2Client.of(server)) {
            assertThat(client.next()).as(name).startsWith("SETTINGS ").contains(told);
        }
    }

    private static Arguments flood(String name, Http2 http2, IntFunction<byte[]> frames) {
        return Arguments.of(name, http2, frames);
    }

    static Stream<Arguments> floods() {
        return Stream.of(
                flood("resets", DEFAULTS.withResets(5), i -> joined(post(2 * i + 1), reset(2 * i + 1))),
                flood(
                        "resets that we are made to send",
                        DEFAULTS.withResets(5),
                        i -> joined(post(2 * i + 1), frame(8, 0, 2 * i + 1, ints(0)))),
                flood("pings", DEFAULTS.withPings(5), i -> ping(0, i)),
                flood("settings", DEFAULTS.withSettingsFrames(5), i -> setting(1, i)),
                flood("unknown frames", DEFAULTS.withEmptyFrames(5), _ -> frame(0xee, 0, 0)),
                flood("empty data", DEFAULTS.withEmptyFrames(5), i -> i == 0 ? post(1) : data(1, 0, "")),
                flood("empty continuations", DEFAULTS.withEmptyFrames(5), i -> frame(i == 0 ? 1 : 9, 0, 1)),
                flood("goodbyes", DEFAULTS.withEmptyFrames(5), _ -> frame(7, 0, 0, ints(0, 0))),
                flood("priorities", DEFAULTS.withPriorities(5), _ -> frame(2, 0, 1, PRIORITY)),
                flood(
                        "updates of priorities",
                        DEFAULTS.withPriorities(5),
                        i -> i == 0 ? post(1) : frame(16, 0, 0, ints(1))),
                flood("window updates", DEFAULTS.withWindowUpdates(5), _ -> windowUpdate(0, 1)),
                flood(
                        "continuations",
                        DEFAULTS.withContinuations(5),
                        i -> frame(i == 0 ? 1 : 9, 0, 1, new byte[] {0x20})),
                flood("long continuations", DEFAULTS, i -> frame(i == 0 ? 1 : 9, 0, 1, new byte[16_384])),
                flood("streams that are opened and left", DEFAULTS.withConcurrentStreams(5), i -> post(2 * i + 1)),
                flood("oversized tables", DEFAULTS, i -> frame(1, 5, 2 * i + 1, new byte[] {0x3f, (byte) 0xff, 0x7f})),
                flood("resets, as set by default", DEFAULTS, i -> joined(post(2 * i + 1), reset(2 * i + 1))),
                flood("pings, as set by default", DEFAULTS, i -> ping(0, i)),
                flood("continuations, as set by default", DEFAULTS, i -> frame(i == 0 ? 1 : 9, 0, 1)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("floods")
    void holds(String name, Http2 http2, IntFunction<byte[]> frames) throws Exception {
        try (var server = start(http2);
                var honest = Http2Client.of(server);
                var flooding = Http2Client.of(server)) {
            assertThat(honest.send(get(1)).response(1)).endsWith("DATA 1 hi END");

            for (int i = 0; i < 3000; i++) {
                flooding.flood(1, frames.apply(i));
            }

            assertThat(flooding.ending()).as(name).isIn("ENHANCE_YOUR_CALM", "COMPRESSION_ERROR", "");
            assertThat(honest.send(get(3)).response(3)).endsWith("DATA 3 hi END");
        }
    }

    /// One connection, which goes past a limit; of what is counted by the second by so much that it is past it whenever
    /// a second begins.
    @ParameterizedTest
    @EnumSource
    void countsWhatClientsGoPast(Http2.Limit limit) throws Exception {
        var http2 = DEFAULTS.withConcurrentStreams(1)
                .withContinuations(5)
                .withResets(5)
                .withPings(limit == Http2.Limit.UNREAD_ANSWERS ? Integer.MAX_VALUE : 5)
                .withSettingsFrames(5)
                .withEmptyFrames(5)
                .withPriorities(5)
                .withWindowUpdates(5);
        var oneTooMany =
                switch (limit) {
                    case CONCURRENT_STREAMS -> joined(post(1), get(3));
                    case CONTINUATIONS -> joined(frame(1, 0, 1, (byte) 0x20), repeated(6, frame(9, 0, 1, (byte) 0x20)));
                    case FIELD_SECTION ->
                        joined(frame(1, 0, 1, new byte[16_384]), repeated(5, frame(9, 0, 1, new byte[16_384])));
                    case RESETS -> repeated(60, joined(post(1), reset(1)));
                    case PINGS -> repeated(60, ping(0, 1));
                    case SETTINGS_FRAMES -> repeated(60, setting(1, 1));
                    case EMPTY_FRAMES -> repeated(60, frame(0xee, 0, 0));
                    case PRIORITIES -> repeated(60, frame(2, 0, 1, PRIORITY));
                    case WINDOW_UPDATES -> repeated(60, windowUpdate(0, 1));
                    case UNREAD_ANSWERS -> repeated(1_000_000, ping(0, 1));
                };
        try (var server = start(http2);
                var client = Http2Client.slow(server)) {
            client.flood(1, oneTooMany);

            if (limit == Http2.Limit.CONCURRENT_STREAMS) {
                assertThat(client.response(3)).containsExactly("RST_STREAM 3 REFUSED_STREAM");
            } else {
                assertThat(client.ending()).isIn("ENHANCE_YOUR_CALM", ""); // that may be lost by its own flood
            }

            for (var each : Http2.Limit.values()) {
                assertThat(server.counters().exceeded(each)).as("%s", each).isEqualTo(each == limit ? 1 : 0);
            }
        }
    }

    static Stream<Arguments> burdens() {
        var large = joined(
                new byte[] {0x40, 1, 'a', 0x7f, (byte) 0xa1, 0x1e},
                "b".repeat(4000).getBytes(US_ASCII));
        return Stream.of(
                burden("a window of 0 that is held", i -> i == 0 ? setting(4, 0) : get(2 * i + 1)),
                burden("bodies that never come", i -> post(2 * i + 1)),
                burden("bodies that nobody ends", i -> joined(post(2 * i + 1), data(2 * i + 1, 0, "x"))),
                burden(
                        "entries of the table again and again",
                        i -> i == 0 ? head(1, large) : head(2 * i + 1, repeated(10_000, (byte) 0xbe))),
                burden("thousands of tiny fields", i -> head(2 * i + 1, repeated(10_000, (byte) 0x90))),
                burden(
                        "crumbs of cookies",
                        i -> head(2 * i + 1, repeated(1500, (byte) 0x0f, (byte) 0x11, (byte) 1, (byte) 'a'))));
    }

    private static Arguments burden(String name, IntFunction<byte[]> frames) {
        return Arguments.of(name, frames);
    }

    private static byte[] head(int stream, byte[] fields) {
        return frame(1, 5, stream, joined(block(":method: GET", ":scheme: http", ":path: /", ":authority: a"), fields));
    }

    private static byte[] repeated(int times, byte... bytes) {
        var all = new byte[times * bytes.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = bytes[i % bytes.length];
        }
        return all;
    }

    /// What one client may do as often as it likes holds up no other.
    @ParameterizedTest(name = "{0}")
    @MethodSource("burdens")
    void othersAreServedMeanwhile(String name, IntFunction<byte[]> frames) throws Exception {
        try (var server = start(DEFAULTS);
                var honest = Http2Client.of(server);
                var heavy = Http2Client.of(server)) {
            for (int i = 0; i < 90; i++) {
                heavy.send(frames.apply(i));
                assertThat(honest.send(get(2 * i + 1)).response(2 * i + 1))
                        .as(name)
                        .endsWith("DATA %d hi END".formatted(2 * i + 1));
            }
        }
    }

    @Test
    void oneStreamTooManyIsRefusedAndMayComeAgain() throws Exception {
        var finish = new CountDownLatch(1);
        var settings =
                WarpSettings.defaults().withHost("127.0.0.1").withPort(0).withHttp2(DEFAULTS.withConcurrentStreams(2));
        try (var server = Warp.start(settings, (_, respond) -> {
                    finish.await();
                    return respond.with(Response.of(Status.OK, Headers.EMPTY, Bytes.utf8("hi")));
                });
                var client = Http2Client.of(server)) {
            client.send(get(1), get(3), get(5));
            assertThat(client.response(5)).containsExactly("RST_STREAM 5 REFUSED_STREAM");

            finish.countDown();
            client.until(line -> line.startsWith("DATA"));
            client.until(line -> line.startsWith("DATA"));
        }
    }

    @Test
    void settingsAreChecked() {
        assertThat(DEFAULTS.withConcurrentStreams(1).concurrentStreams()).isEqualTo(1);
        assertThatThrownBy(() -> DEFAULTS.withConcurrentStreams(0))
                .hasMessage("concurrent streams 0: expected 1 or more");
        assertThat(DEFAULTS.withBufferedBytes(65_535).bufferedBytes()).isEqualTo(65_535);
        assertThatThrownBy(() -> DEFAULTS.withBufferedBytes(65_534))
                .hasMessage("buffered bytes 65534: expected 65535 or more");
        assertThat(DEFAULTS.withHeaderTable(0).headerTable()).isZero();
        assertThat(DEFAULTS.withHeaderTable(1 << 24).headerTable()).isEqualTo(1 << 24);
        assertThatThrownBy(() -> DEFAULTS.withHeaderTable((1 << 24) + 1))
                .hasMessageContaining("expected 0 to 16777216");
        assertThatThrownBy(() -> DEFAULTS.withHeaderTable(-1)).hasMessageContaining("expected 0 to 16777216");
        assertThat(DEFAULTS.withContinuations(0).continuations()).isZero();
        assertThatThrownBy(() -> DEFAULTS.withContinuations(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(DEFAULTS.pushes()).isZero();
        assertThat(DEFAULTS.withPushes(0).pushes()).isZero();
        assertThatThrownBy(() -> DEFAULTS.withPushes(-1)).hasMessage("pushes -1: expected 0 or more");
        assertThatThrownBy(() -> DEFAULTS.withStreamWindow(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DEFAULTS.withResets(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DEFAULTS.withPings(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DEFAULTS.withSettingsFrames(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DEFAULTS.withEmptyFrames(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DEFAULTS.withPriorities(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DEFAULTS.withWindowUpdates(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
