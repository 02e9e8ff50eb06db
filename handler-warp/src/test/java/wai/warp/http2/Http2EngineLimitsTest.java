package wai.warp.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every limit of the engine, at it and one past it.
class Http2EngineLimitsTest {
    private static final String[] GET = {":method: GET", ":scheme: http", ":path: /", ":authority: a"};

    private static EnginePeer with(Http2Limits.Request request) {
        return EnginePeer.connected(
                new Http2Limits(100, 1 << 23, 1 << 20, 4096, 2, 0, Http2Limits.Rates.DEFAULT, request));
    }

    private static EnginePeer with(Http2Limits.Rates rates) {
        return EnginePeer.connected(
                new Http2Limits(100, 1 << 23, 1 << 20, 4096, 16, 0, rates, Http2Limits.Request.DEFAULT));
    }

    private static Http2Limits.Request request(int method, int target, int list, int fields, long body) {
        return new Http2Limits.Request(method, target, list, fields, body);
    }

    @Test
    void oneStreamTooManyIsRefused() {
        var peer = EnginePeer.connected(Http2EngineTest.limits(2, Http2Limits.Rates.DEFAULT));

        peer.send(ClientFrames.post(1), ClientFrames.post(3));
        assertThat(peer.received()).isEmpty();
        peer.send(ClientFrames.post(5));

        assertThat(peer.received()).containsExactly("RST_STREAM 5 REFUSED_STREAM");
    }

    @Test
    void aStreamCountsUntilItsApplicationHasEnded() {
        var peer = EnginePeer.connected(Http2EngineTest.limits(1, Http2Limits.Rates.DEFAULT));
        peer.send(ClientFrames.post(1), ClientFrames.reset(1));

        peer.send(ClientFrames.post(3));
        peer.engine.release(peer.stream(1));
        var events = peer.send(ClientFrames.post(5));

        assertThat(peer.received()).containsExactly("RST_STREAM 3 REFUSED_STREAM");
        assertThat(events).singleElement().isInstanceOf(Http2Event.Head.class);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"method,501", "target,414", "list,431", "fields,431", "body,413", "expectation,417"})
    void aRequestPastALimitIsAnswered(String what, int status) {
        var at = GET.clone();
        var past = GET.clone();
        Http2Limits.Request limits =
                switch (what) {
                    case "method" -> {
                        at[0] = ":method: GETT";
                        past[0] = ":method: GETTT";
                        yield request(4, 100, 1000, 10, 100);
                    }
                    case "target" -> {
                        at[2] = ":path: /345";
                        past[2] = ":path: /3456";
                        yield request(10, 4, 1000, 10, 100);
                    }
                    case "list" -> {
                        past[2] = ":path: /3";
                        yield request(10, 100, 4 * 32 + 10 + 11 + 6 + 11, 10, 100); // names, values, 32 each
                    }
                    case "fields" -> {
                        at = fields(2);
                        past = fields(3);
                        yield request(10, 100, 1000, 2, 100);
                    }
                    case "body" -> {
                        at = more("content-length: 5");
                        past = more("content-length: 6");
                        yield request(10, 100, 1000, 10, 5);
                    }
                    default -> {
                        at = more("expect: 100-continue");
                        past = more("expect: more");
                        yield request(10, 100, 1000, 10, 5);
                    }
                };

        assertThat(with(limits).send(ClientFrames.headers(1, 0, at)))
                .singleElement()
                .isInstanceOf(Http2Event.Head.class);
        assertThat(with(limits).send(ClientFrames.headers(1, 0, past)))
                .singleElement()
                .isInstanceOfSatisfying(
                        Http2Event.Refusal.class,
                        refusal -> assertThat(refusal.status().code()).isEqualTo(status));
    }

    private static String[] more(String field) {
        return new String[] {GET[0], GET[1], GET[2], GET[3], field};
    }

    private static String[] fields(int count) {
        return IntStream.range(0, 4 + count)
                .mapToObj(i -> i < 4 ? GET[i] : "x-" + i + ": a")
                .toArray(String[]::new);
    }

    @Test
    void aBodyThatIsNotAnnouncedIsCutAtItsLimit() {
        var peer = with(request(10, 100, 1000, 10, 5));
        peer.send(ClientFrames.post(1));

        assertThat(peer.send(ClientFrames.data(1, 0, "12345"))).singleElement().isInstanceOf(Http2Event.Data.class);
        assertThat(peer.send(ClientFrames.data(1, 0, "6"))).singleElement().isInstanceOf(Http2Event.Excess.class);
        assertThat(peer.send(ClientFrames.data(1, 0, "7"))).isEmpty();
    }

    @Test
    void aFieldBlockHasOnlySoManyPieces() {
        var peer = with(Http2Limits.Request.DEFAULT);
        peer.send(ClientFrames.frame(1, 1, 1, ClientFrames.block(GET)));

        peer.send(ClientFrames.frame(9, 0, 1), ClientFrames.frame(9, 4, 1));
        assertThat(peer.received()).isEmpty();
        peer.send(ClientFrames.frame(1, 1, 3, ClientFrames.block(GET)));
        peer.send(ClientFrames.frame(9, 0, 3), ClientFrames.frame(9, 0, 3), ClientFrames.frame(9, 4, 3));

        assertThat(peer.received()).containsExactly("GOAWAY 1 ENHANCE_YOUR_CALM");
    }

    @Test
    void aFieldBlockThatIsMuchTooLongEndsTheConnection() {
        var peer = with(request(10, 100, 1000, 10, 5));
        var field = ClientFrames.block("x-a: " + "b".repeat(1000));

        peer.send(ClientFrames.frame(1, 1, 1, ClientFrames.block(GET)));
        peer.send(ClientFrames.frame(9, 0, 1, ClientFrames.joined(repeated(field, 15))));
        assertThat(peer.received()).isEmpty();
        peer.send(ClientFrames.frame(9, 4, 1, ClientFrames.joined(repeated(field, 3))));

        assertThat(peer.received()).containsExactly("GOAWAY 0 ENHANCE_YOUR_CALM");
    }

    private static byte[][] repeated(byte[] part, int times) {
        return IntStream.range(0, times).mapToObj(_ -> part).toArray(byte[][]::new);
    }

    @Test
    void aSmallBlockThatStandsForALargeListTakesNoMemory() {
        var peer = EnginePeer.connected();
        var large = new byte[][] {
            {0x40, 1, 'a', 0x7f, (byte) 0xa1, 0x1e},
            "b".repeat(4000).getBytes(java.nio.charset.StandardCharsets.US_ASCII)
        };
        peer.send(
                ClientFrames.frame(1, 5, 1, ClientFrames.joined(ClientFrames.block(GET), ClientFrames.joined(large))));
        var bomb = new byte[16_000];
        java.util.Arrays.fill(bomb, (byte) 0xbe);

        var events = peer.send(ClientFrames.frame(1, 5, 3, ClientFrames.joined(ClientFrames.block(GET), bomb)));

        assertThat(events).singleElement().isInstanceOfSatisfying(Http2Event.Refusal.class, refusal -> assertThat(
                        refusal.status().code())
                .isEqualTo(431));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "resets by the peer",
        "resets by what it does wrong",
        "pings",
        "settings",
        "empty DATA",
        "unknown frames",
        "priorities",
        "priority updates",
        "window updates"
    })
    void oneTooManyInASecondEndsTheConnectionAndTimeBringsMore(String what) {
        int rate = 3;
        var rates =
                switch (what) {
                    case "resets by the peer", "resets by what it does wrong" ->
                        new Http2Limits.Rates(rate, 99, 99, 99, 99, 99);
                    case "pings" -> new Http2Limits.Rates(99, rate, 99, 99, 99, 99);
                    case "settings" -> new Http2Limits.Rates(99, 99, rate + 1, 99, 99, 99); // one was in the preface
                    case "empty DATA", "unknown frames" -> new Http2Limits.Rates(99, 99, 99, rate, 99, 99);
                    case "priorities", "priority updates" -> new Http2Limits.Rates(99, 99, 99, 99, rate, 99);
                    default -> new Http2Limits.Rates(99, 99, 99, 99, 99, rate);
                };
        var peer = with(rates);
        peer.send(ClientFrames.post(1));

        for (int i = 0; i < rate; i++) {
            peer.send(doing(what, 2 * i + 3));
        }
        assertThat(peer.faults).isEmpty();
        peer.engine.passed(1);
        for (int i = 0; i < rate; i++) {
            peer.send(doing(what, 2 * i + 103));
        }
        assertThat(peer.faults).isEmpty();
        if (what.equals("settings")) {
            peer.send(doing(what, 203));
        }
        peer.send(doing(what, 205));

        assertThat(peer.received()).endsWith("GOAWAY " + peer.lastStream() + " ENHANCE_YOUR_CALM");
        assertThat(peer.faults).singleElement().satisfies(fault -> assertThat(fault)
                .hasMessageContaining("expected at most"));
    }

    private static byte[] doing(String what, int stream) {
        return switch (what) {
            case "resets by the peer" -> ClientFrames.joined(ClientFrames.post(stream), ClientFrames.reset(stream));
            case "resets by what it does wrong" ->
                ClientFrames.joined(ClientFrames.post(stream), ClientFrames.frame(8, 0, stream, ClientFrames.ints(0)));
            case "pings" -> ClientFrames.ping(0, 1);
            case "settings" -> ClientFrames.setting(1, 4096);
            case "empty DATA" -> ClientFrames.data(1, 0, "");
            case "unknown frames" -> ClientFrames.frame(0xee, 0, 0);
            case "priorities" -> ClientFrames.frame(2, 0, 1, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0);
            case "priority updates" -> ClientFrames.frame(16, 0, 0, ClientFrames.ints(1));
            default -> ClientFrames.windowUpdate(1, 1);
        };
    }

    @Test
    void windowUpdatesThatOurDataExplainDoNotCount() {
        var peer = with(new Http2Limits.Rates(99, 99, 99, 99, 99, 1));
        peer.send(ClientFrames.get(1));
        peer.answer(1, false);
        for (int i = 0; i < 20; i++) {
            peer.offer(1, "abc", false);
            peer.received();
            peer.send(ClientFrames.windowUpdate(0, 3), ClientFrames.windowUpdate(1, 3));
        }

        assertThat(peer.faults).isEmpty();
    }

    @Test
    void answersThatAreNotReadDoNotPileUp() {
        var peer = with(new Http2Limits.Rates(99, 100_000, 99, 99, 99, 99));

        for (int i = 0; i < 963; i++) { // 17 bytes each
            peer.send(ClientFrames.ping(0, i));
        }
        assertThat(peer.faults).isEmpty();
        peer.send(ClientFrames.ping(0, 0));

        assertThat(peer.faults).singleElement().satisfies(fault -> assertThat(fault.code())
                .isEqualTo(wai.warp.http2.frame.ErrorCode.ENHANCE_YOUR_CALM));
    }

    @Test
    void answersThatAreReadMayGoOn() {
        var peer = with(new Http2Limits.Rates(99, 100_000, 99, 99, 99, 99));

        for (int i = 0; i < 3000; i++) {
            peer.send(ClientFrames.ping(0, i));
            assertThat(peer.received()).hasSize(1);
        }

        assertThat(peer.faults).isEmpty();
    }

    @Test
    void limitsAreChecked() {
        var rates = Http2Limits.Rates.DEFAULT;
        var request = Http2Limits.Request.DEFAULT;

        assertThatThrownBy(() -> new Http2Limits(0, 65_535, 1, 0, 0, 0, rates, request))
                .hasMessage("concurrentStreams 0: expected 1 to 2147483647");
        assertThatThrownBy(() -> new Http2Limits(1, 65_534, 1, 0, 0, 0, rates, request))
                .hasMessageStartingWith("bufferedBytes 65534: expected 65535 to");
        assertThatThrownBy(() -> new Http2Limits.Rates(0, 1, 1, 1, 1, 1)).hasMessageStartingWith("resets 0");
        assertThatThrownBy(() -> new Http2Limits.Request(0, 1, 1, 1, 1)).hasMessageStartingWith("methodSize 0");
        assertThat(List.of(
                        new Http2Limits(100, 65_535, 65_535, 0, 0, 0, rates, request).firstWindow(),
                        new Http2Limits(1, 1 << 20, 1 << 20, 0, 0, 0, rates, request).firstWindow(),
                        new Http2Limits(1, 1 << 20, 10, 0, 0, 0, rates, request).firstWindow()))
                .containsExactly(655, 65_535, 10);
    }
}
