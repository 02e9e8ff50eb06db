package wai.warp.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.spi.FramedResponse;
import wai.warp.http1.CommonFields;
import wai.warp.http2.frame.ErrorCode;

class Http2EngineTest {
    private static String described(Http2Event event) {
        return switch (event) {
            case Http2Event.Head head -> "head " + head.stream().id() + " " + head.method() + " " + head.bodyLength();
            case Http2Event.Data data ->
                "data " + data.stream().id() + " "
                        + StandardCharsets.ISO_8859_1.decode(data.bytes().duplicate());
            case Http2Event.End end ->
                "end " + end.stream().id() + " " + end.trailers().size();
            case Http2Event.Reset reset -> "reset " + reset.stream().id() + " " + reset.code();
            case Http2Event.Refusal refusal ->
                "refusal " + refusal.stream().id() + " " + refusal.status().code();
            case Http2Event.Excess excess -> "excess " + excess.stream().id();
            case Http2Event.Signal signal -> signal.toString();
        };
    }

    private static List<String> described(List<Http2Event> events) {
        return events.stream().map(Http2EngineTest::described).toList();
    }

    // ------------------------------------------------------------------------------------------ the beginning

    @Test
    void beginsWithItsSettingsAndTheWindowOfTheConnection() {
        assertThat(new EnginePeer(Http2Limits.DEFAULT).received())
                .containsExactly("SETTINGS 1=4096 3=100 4=65535 6=65536 8=1 9=1", "WINDOW_UPDATE 0 8323073");
    }

    @Test
    void answersThePrefaceAndItsSettings() {
        var peer = new EnginePeer(Http2Limits.DEFAULT);
        peer.received();

        assertThat(peer.engine.isInsideHead()).isTrue();
        peer.send(ClientFrames.hello());

        assertThat(peer.received()).containsExactly("SETTINGS ACK");
        assertThat(peer.engine.isInsideHead()).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"GET / HTTP/1.1", "PRI * HTTP/2.1", "X"})
    void anythingButThePrefaceEndsTheConnection(String text) {
        var peer = new EnginePeer(Http2Limits.DEFAULT);
        peer.received();

        peer.send(text.getBytes(StandardCharsets.ISO_8859_1));

        assertThat(peer.received()).containsExactly("GOAWAY 0 PROTOCOL_ERROR");
    }

    @Test
    void theFirstFrameMustBeSettings() {
        var peer = new EnginePeer(Http2Limits.DEFAULT);
        peer.received();

        peer.send(Http2Engine.PREFACE.getBytes(StandardCharsets.US_ASCII), ClientFrames.ping(0, 1));

        assertThat(peer.received()).containsExactly("GOAWAY 0 PROTOCOL_ERROR");
    }

    @Test
    void nothingIsReadBehindAFault() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.data(1, 0, "a"));

        assertThatThrownBy(() -> peer.engine.nextEvent(java.nio.ByteBuffer.allocate(0)))
                .isInstanceOf(IllegalStateException.class);
    }

    // ------------------------------------------------------------------------------------------ requests

    @Test
    void aConversationIsTheSameHoweverItIsCut() {
        var whole = ClientFrames.joined(
                ClientFrames.hello(),
                ClientFrames.get(1),
                ClientFrames.post(3, "content-length: 5"),
                ClientFrames.data(3, 0, "ab"),
                ClientFrames.ping(0, 7),
                ClientFrames.data(3, ClientFrames.END_STREAM, "cde"),
                ClientFrames.post(5),
                ClientFrames.headers(5, ClientFrames.END_STREAM, "x-sum: 1"),
                ClientFrames.post(7),
                ClientFrames.reset(7));
        var expected = List.of(
                "head 1 GET 0",
                "head 3 POST 5",
                "data 3 ab",
                "data 3 cde",
                "end 3 0",
                "head 5 POST -1",
                "end 5 1",
                "head 7 POST -1",
                "reset 7 CANCEL");

        for (int cut = 0; cut <= whole.length; cut++) {
            var peer = new EnginePeer(Http2Limits.DEFAULT);
            peer.send(Arrays.copyOf(whole, cut));
            peer.send(Arrays.copyOfRange(whole, cut, whole.length));

            assertThat(described(peer.events)).as("cut at %d", cut).isEqualTo(expected);
            assertThat(peer.received()).contains("PING ACK 7");
        }
    }

    @Test
    void aFieldBlockMayComeInPieces() {
        var block = ClientFrames.block(":method: GET", ":scheme: http", ":path: /", ":authority: a");
        for (int cut = 0; cut <= block.length; cut++) {
            var peer = EnginePeer.connected();

            peer.send(ClientFrames.frame(1, ClientFrames.END_STREAM, 1, Arrays.copyOf(block, cut)));
            assertThat(peer.engine.isInsideHead()).isTrue();
            peer.send(ClientFrames.frame(9, 0, 1, Arrays.copyOfRange(block, cut, block.length)));
            peer.send(ClientFrames.frame(9, ClientFrames.END_HEADERS, 1));

            assertThat(described(peer.events)).containsExactly("head 1 GET 0");
            assertThat(peer.engine.isInsideHead()).isFalse();
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"PING", "DATA", "HEADERS", "CONTINUATION of another stream", "SETTINGS", "unknown"})
    void nothingComesBetweenThePiecesOfAFieldBlock(String what) {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.frame(1, ClientFrames.END_STREAM, 1));

        peer.send(
                switch (what) {
                    case "PING" -> ClientFrames.ping(0, 1);
                    case "DATA" -> ClientFrames.data(1, 0, "a");
                    case "HEADERS" -> ClientFrames.get(3);
                    case "SETTINGS" -> ClientFrames.setting(1, 1);
                    case "unknown" -> ClientFrames.frame(0xee, 0, 1);
                    default -> ClientFrames.frame(9, ClientFrames.END_HEADERS, 3);
                });

        assertThat(peer.received()).containsExactly("GOAWAY 0 PROTOCOL_ERROR");
    }

    @ParameterizedTest(name = "{0} behind {1}")
    @CsvSource({"2,1", "1,3", "0,1"})
    void streamsAreOddAndRise(int id, int before) {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.get(before));

        peer.send(ClientFrames.get(id));

        assertThat(peer.received()).containsExactly("GOAWAY " + before + " PROTOCOL_ERROR");
    }

    @Test
    void aBlockThatCannotBeDecodedEndsTheConnection() {
        var peer = EnginePeer.connected();

        peer.send(ClientFrames.frame(1, 5, 1, (byte) 0x80));

        assertThat(peer.received()).containsExactly("GOAWAY 0 COMPRESSION_ERROR");
    }

    @Test
    void theTableIsKeptThroughRequestsThatAreNotServed() {
        var peer = EnginePeer.connected(limits(1, Http2Limits.Rates.DEFAULT));
        var adds = new byte[] {0x40, 1, 'a', 1, 'b'};

        peer.send(ClientFrames.post(1));
        peer.send(ClientFrames.frame(1, 4, 3, ClientFrames.joined(ClientFrames.block(":method: GET"), adds)));
        peer.engine.release(peer.stream(1));
        var refers = ClientFrames.joined(
                ClientFrames.block(":method: GET", ":scheme: http", ":path: /", ":authority: a"),
                new byte[] {(byte) 0xbe});
        var events = peer.send(ClientFrames.frame(1, 5, 5, refers));

        assertThat(events).singleElement().isInstanceOfSatisfying(Http2Event.Head.class, head -> assertThat(
                        head.headers().first(HeaderName.of("a")))
                .contains("b"));
    }

    @ParameterizedTest(name = "{0} of {1}")
    @CsvSource({"4,5", "6,5", "1,0"})
    void aBodyThatIsNotAsLongAsItWasSaidResetsTheStream(int size, int declared) {
        var peer = EnginePeer.connected();

        peer.send(
                ClientFrames.post(1, "content-length: " + declared),
                ClientFrames.data(1, ClientFrames.END_STREAM, "x".repeat(size)));

        assertThat(peer.received()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
        assertThat(described(peer.events)).endsWith("reset 1 PROTOCOL_ERROR");
    }

    // ------------------------------------------------------------------------------------------ responses

    private static Headers headers(String... namesAndValues) {
        var builder = Headers.builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.add(HeaderName.of(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return builder.build();
    }

    @Test
    void fieldsOfAConnectionAreLeftOut() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.get(1));
        var response = Response.of(
                Status.OK,
                headers(
                        "Connection",
                        "X-Hop, close",
                        "X-Hop",
                        "1",
                        "Transfer-Encoding",
                        "chunked",
                        "Upgrade",
                        "a",
                        "Keep-Alive",
                        "5",
                        "Proxy-Connection",
                        "a",
                        "X-A",
                        "b",
                        "Date",
                        "mine"),
                Bytes.utf8("hello"));
        var common = CommonFields.of(headers("Server", "Warp", "Date", "ours"));

        peer.engine.sendHead(peer.stream(1), FramedResponse.of("GET", response), common, false);
        peer.offer(1, "hello", true);

        assertThat(peer.received())
                .containsExactly(
                        "HEADERS 1 :status=200 x-a=b date=mine server=Warp content-length=5", "DATA 1 hello END");
    }

    @Test
    void informationalResponsesComeBeforeTheHeadAndTrailersBehindTheBody() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.get(1));
        var stream = peer.stream(1);

        peer.engine.sendInformational(stream, Status.EARLY_HINTS, headers("Link", "</a>"));
        peer.answer(1, false);
        peer.engine.offer(stream, new byte[] {'a'}, 0, 1, headers("X-Sum", "1"));

        assertThat(peer.received())
                .containsExactly(
                        "HEADERS 1 :status=103 link=</a>",
                        "HEADERS 1 :status=200 content-length=0",
                        "DATA 1 a",
                        "HEADERS 1 x-sum=1 END");
        assertThat(stream.isSendable()).isFalse();
    }

    @Test
    void misuseIsRefusedAndChangesNothing() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.get(1));
        var stream = peer.stream(1);

        assertThatThrownBy(() -> peer.offer(1, "a", true)).isInstanceOf(IllegalStateException.class);
        peer.answer(1, false);
        assertThatThrownBy(() -> peer.answer(1, false)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> peer.engine.sendInformational(stream, Status.EARLY_HINTS, Headers.EMPTY))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> peer.engine.consumed(stream, 1)).isInstanceOf(IllegalStateException.class);
        peer.offer(1, "a", true);
        assertThatThrownBy(() -> peer.offer(1, "b", true)).isInstanceOf(IllegalStateException.class);

        assertThat(peer.received()).containsExactly("HEADERS 1 :status=200 content-length=0", "DATA 1 a END");
    }

    // ------------------------------------------------------------------------------------------ windows out

    @Test
    void sendsNoMoreThanTheWindowOfTheStreamAndGoesOnWhenItOpens() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.setting(4, 3), ClientFrames.get(1));
        peer.received();
        peer.answer(1, false);

        peer.offer(1, "abcdefgh", true);

        assertThat(peer.received()).containsExactly("HEADERS 1 :status=200 content-length=0", "DATA 1 abc");
        assertThat(peer.stream(1).isTaken()).isFalse();
        peer.send(ClientFrames.windowUpdate(1, 2));
        assertThat(peer.received()).containsExactly("DATA 1 de");
        peer.send(ClientFrames.windowUpdate(1, 100));
        assertThat(peer.received()).containsExactly("DATA 1 fgh END");
        assertThat(peer.stream(1).isTaken()).isTrue();
    }

    @Test
    void sendsNoMoreThanTheWindowOfTheConnection() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.setting(4, 1_000_000), ClientFrames.get(1), ClientFrames.get(3));
        peer.received();
        peer.answer(1, false);
        peer.answer(3, false);

        peer.offer(1, "x".repeat(65_534), true);
        peer.offer(3, "abc", true);

        assertThat(peer.received()).endsWith("DATA 3 a");
        peer.send(ClientFrames.windowUpdate(0, 1));
        assertThat(peer.received()).containsExactly("DATA 3 b");
        peer.send(ClientFrames.windowUpdate(0, 10));
        assertThat(peer.received()).containsExactly("DATA 3 c END");
    }

    @Test
    void aSettingChangesTheWindowsOfOpenStreamsAlsoBelowZero() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.setting(4, 5), ClientFrames.get(1));
        peer.received();
        peer.answer(1, false);
        peer.offer(1, "abcdefgh", true);
        assertThat(peer.received()).endsWith("DATA 1 abcde");

        peer.send(ClientFrames.setting(4, 2), ClientFrames.windowUpdate(1, 3)); // 0 - 3 + 3

        assertThat(peer.received()).containsExactly("SETTINGS ACK");
        peer.send(ClientFrames.setting(4, 4));
        assertThat(peer.received()).containsExactly("SETTINGS ACK", "DATA 1 fg");
    }

    @Test
    void aStreamWithAClosedWindowHoldsUpNoOther() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.setting(4, 0), ClientFrames.get(1), ClientFrames.get(3));
        peer.received();
        peer.answer(1, false);
        peer.offer(1, "abc", true);
        peer.answer(3, false);
        peer.offer(3, "abc", true);

        peer.send(ClientFrames.windowUpdate(3, 3));

        assertThat(peer.received()).endsWith("DATA 3 abc END").noneMatch(line -> line.startsWith("DATA 1"));
    }

    @Test
    void anEmptyEndNeedsNoWindow() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.setting(4, 0), ClientFrames.get(1));
        peer.received();
        peer.answer(1, false);

        peer.offer(1, "", true);

        assertThat(peer.received()).containsExactly("HEADERS 1 :status=200 content-length=0", "DATA 1  END");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "connection, GOAWAY 1 FLOW_CONTROL_ERROR",
        "stream, RST_STREAM 1 FLOW_CONTROL_ERROR",
        "setting, GOAWAY 1 FLOW_CONTROL_ERROR"
    })
    void aWindowIsNeverLargerThanItMayBe(String what, String told) {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.post(1));
        int most = Integer.MAX_VALUE - 65_535;
        peer.send(ClientFrames.windowUpdate(0, most), ClientFrames.windowUpdate(1, most));
        assertThat(peer.received()).isEmpty();

        peer.send(
                switch (what) {
                    case "connection" -> ClientFrames.windowUpdate(0, 1);
                    case "stream" -> ClientFrames.windowUpdate(1, 1);
                    default -> ClientFrames.setting(4, 65_536);
                });

        assertThat(peer.received()).containsExactly(told);
    }

    // ------------------------------------------------------------------------------------------ windows in

    @Test
    void dataBeyondTheWindowOfAStreamResetsItAlone() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.post(1), ClientFrames.post(3));
        for (int sent = 0; sent < 65_535; ) {
            int count = Math.min(16_384, 65_535 - sent);
            peer.send(ClientFrames.data(1, 0, "x".repeat(count)));
            sent += count;
        }
        assertThat(peer.received()).isEmpty();

        peer.send(ClientFrames.data(1, 0, "x"));

        assertThat(peer.received()).containsExactly("RST_STREAM 1 FLOW_CONTROL_ERROR");
        assertThat(described(peer.send(ClientFrames.data(3, 0, "abc")))).containsExactly("data 3 abc");
    }

    /// A client that has not heard of smaller windows uses the standard one, and keeps to ours from its answer on
    /// (RFC 9113 §6.9.3).
    @Test
    void whatIsSentBeforeThePeerKnowsOurWindowIsTaken() {
        var limits = new Http2Limits(
                10, 100_000, 100_000, 4096, 16, 0, Http2Limits.Rates.DEFAULT, Http2Limits.Request.DEFAULT);
        assertThat(limits.firstWindow()).isEqualTo(10_000);
        var peer = new EnginePeer(limits);
        peer.send(ClientFrames.hello(), ClientFrames.post(1), ClientFrames.post(3), ClientFrames.post(5));
        for (int size : new int[] {16_384, 16_384, 16_384, 16_383}) { // 65,535 bytes
            peer.send(ClientFrames.data(1, 0, "x".repeat(size)));
        }
        peer.send(ClientFrames.data(3, 0, "x".repeat(9_000)));
        peer.received();

        peer.send(ClientFrames.data(1, 0, "x"));
        assertThat(peer.received()).containsExactly("RST_STREAM 1 FLOW_CONTROL_ERROR");
        peer.send(ClientFrames.settingsAnswer(), ClientFrames.data(3, 0, "x".repeat(1000)));
        assertThat(peer.received()).isEmpty();
        peer.send(ClientFrames.data(3, 0, "x"));
        assertThat(peer.received()).containsExactly("RST_STREAM 3 FLOW_CONTROL_ERROR");
        peer.send(ClientFrames.data(5, 0, "x".repeat(10_000)));
        assertThat(peer.received()).isEmpty();
    }

    /// The same of the table (RFC 7541 §4.2).
    @Test
    void whatIsCompressedBeforeThePeerKnowsOurTableIsRead() {
        var limits =
                new Http2Limits(10, 100_000, 100_000, 0, 16, 0, Http2Limits.Rates.DEFAULT, Http2Limits.Request.DEFAULT);
        var peer = new EnginePeer(limits);
        var added = ClientFrames.joined(
                ClientFrames.block(":method: GET", ":scheme: http", ":path: /", ":authority: a"),
                new byte[] {0x40, 1, 'x', 1, 'y'});
        var indexed = ClientFrames.joined(
                ClientFrames.block(":method: GET", ":scheme: http", ":path: /", ":authority: a"),
                new byte[] {(byte) 0xbe});
        peer.send(ClientFrames.hello(), ClientFrames.frame(1, 5, 1, added), ClientFrames.frame(1, 5, 3, indexed));

        assertThat(peer.events)
                .extracting(event -> ((Http2Event.Head) event).headers().first(HeaderName.of("x")))
                .containsOnly(java.util.Optional.of("y"));
        peer.send(ClientFrames.settingsAnswer(), ClientFrames.frame(1, 5, 5, indexed));
        assertThat(peer.faults).singleElement().asString().contains("index 62: expected 1 to 61");
    }

    @Test
    void dataBeyondTheWindowOfTheConnectionEndsIt() {
        var peer = EnginePeer.connected(new Http2Limits(
                1, 65_535, 65_535, 4096, 16, 0, Http2Limits.Rates.DEFAULT, Http2Limits.Request.DEFAULT));
        peer.send(ClientFrames.post(1));
        for (int i = 0; i < 3; i++) {
            peer.send(ClientFrames.data(1, 0, "x".repeat(16_384)));
        }
        peer.send(ClientFrames.data(1, 0, "x".repeat(16_383)));
        assertThat(peer.received()).isEmpty();

        peer.send(ClientFrames.data(1, 0, "x"));

        assertThat(peer.received()).containsExactly("GOAWAY 1 FLOW_CONTROL_ERROR");
    }

    @Test
    void whatIsReadIsGivenBackAndAStreamThatIsReadGetsAWiderWindow() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.post(1));
        peer.send(ClientFrames.data(1, 0, "x".repeat(16_384)), ClientFrames.data(1, 0, "x".repeat(16_384)));
        var stream = peer.stream(1);

        peer.engine.consumed(stream, 16_384);
        assertThat(peer.received()).isEmpty();
        peer.engine.consumed(stream, 16_384);

        assertThat(peer.received()).containsExactly("WINDOW_UPDATE 1 " + (32_768 + 65_535));
    }

    @Test
    void widerWindowsComeFromWhatTheSharesLeave() {
        var peer = EnginePeer.connected(new Http2Limits(
                2, 200_000, 1_000_000, 4096, 16, 0, Http2Limits.Rates.DEFAULT, Http2Limits.Request.DEFAULT));
        long spare = 200_000 - 2 * 65_535;
        peer.send(ClientFrames.post(1));
        long given = 65_535;
        long read = 0;
        for (int i = 0; i < 60; i++) {
            peer.send(ClientFrames.data(1, 0, "x".repeat(10_000)));
            peer.engine.consumed(peer.stream(1), 10_000);
            read += 10_000;
            for (var line : peer.received()) {
                if (line.startsWith("WINDOW_UPDATE 1 ")) {
                    given += Long.parseLong(line.substring(16));
                }
            }
            assertThat(given - read).isLessThanOrEqualTo(65_535 + spare);
        }
        assertThat(given - read).isGreaterThan(65_535);
    }

    @Test
    void whatNobodyReadIsGivenBackToTheConnection() {
        var peer = EnginePeer.connected(new Http2Limits(
                1, 65_535, 65_535, 4096, 16, 0, Http2Limits.Rates.DEFAULT, Http2Limits.Request.DEFAULT));
        int id = 1;
        for (int i = 0; i < 20; i++, id += 2) {
            peer.send(ClientFrames.post(id), ClientFrames.data(id, 0, "x".repeat(16_000)), ClientFrames.reset(id));
            peer.engine.release(peer.stream(id));
        }

        assertThat(peer.faults).isEmpty();
        assertThat(peer.received())
                .filteredOn(line -> line.startsWith("WINDOW_UPDATE 0"))
                .hasSizeGreaterThan(5);
    }

    /// What still comes for a stream that is gone is not judged by how it ended when nobody knows that any more; but it
    /// takes of the window of the connection, which must not dry up (RFC 9113 §5.1, §6.9).
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"forgotten", "passed over", "reset by us"})
    void bytesForAStreamThatIsGoneAreGivenBackToTheConnection(String how) {
        var peer = EnginePeer.connected(new Http2Limits(
                1, 65_535, 65_535, 4096, 16, 0, Http2Limits.Rates.DEFAULT, Http2Limits.Request.DEFAULT));
        switch (how) {
            case "forgotten" -> {
                for (int id = 1; id < 600; id += 2) {
                    peer.send(ClientFrames.get(id));
                    peer.answer(id, true);
                    peer.engine.release(peer.stream(id));
                }
            }
            case "passed over" -> peer.send(ClientFrames.get(3));
            default -> {
                peer.send(ClientFrames.post(1));
                peer.engine.reset(peer.stream(1), wai.warp.http2.frame.ErrorCode.CANCEL);
            }
        }
        peer.received();

        long given = 65_535;
        for (int sent = 0; sent < 20 * 16_384; sent += 16_384) {
            assertThat(given).as("window behind %d bytes", sent).isGreaterThanOrEqualTo(16_384);
            assertThat(peer.send(ClientFrames.data(1, 0, "x".repeat(16_384)))).isEmpty();
            given -= 16_384;
            for (var line : peer.received()) {
                assertThat(line).startsWith("WINDOW_UPDATE 0 ");
                given += Long.parseLong(line.substring("WINDOW_UPDATE 0 ".length()));
            }
        }

        assertThat(peer.faults).isEmpty();
    }

    @Test
    void paddingIsGivenBackAtOnce() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.post(1));
        var padded = new byte[16_384];
        padded[0] = (byte) 255;
        for (int i = 0; i < 3; i++) {
            peer.send(ClientFrames.frame(0, 8, 1, padded));
        }
        peer.engine.consumed(peer.stream(1), 3 * (16_384 - 256));

        assertThat(peer.received()).hasSize(1).first().asString().startsWith("WINDOW_UPDATE 1 ");
        assertThat(described(peer.events))
                .filteredOn(line -> line.startsWith("data"))
                .hasSize(3);
    }

    @Test
    void whatComesForAStreamThatWasAnsweredIsThrownAwayUntilItIsTooMuch() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.post(1));
        peer.answer(1, true);
        peer.engine.release(peer.stream(1));
        peer.received();

        assertThat(peer.send(ClientFrames.data(1, 0, "x".repeat(16_000)))).isEmpty();
        assertThat(peer.received()).isEmpty();
        peer.send(ClientFrames.data(1, 0, "x".repeat(16_000)), ClientFrames.data(1, 0, "x".repeat(16_000)));

        assertThat(peer.received()).containsExactly("RST_STREAM 1 NO_ERROR");
    }

    @Test
    void aLongBodyThatNobodyReadsIsDeclinedAtOnce() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.post(1, "content-length: 1000000"));
        peer.answer(1, true);

        peer.engine.release(peer.stream(1));

        assertThat(peer.received())
                .containsExactly("HEADERS 1 :status=200 content-length=0 END", "RST_STREAM 1 NO_ERROR");
    }

    @Test
    void aStreamThatIsGivenUpIncompleteIsReset() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.get(1));
        peer.answer(1, false);

        peer.engine.release(peer.stream(1));

        assertThat(peer.received()).endsWith("RST_STREAM 1 INTERNAL_ERROR");
    }

    // ------------------------------------------------------------------------------------------ the end

    @Test
    void stopsInTwoSteps() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.get(1));

        peer.engine.beginStop();
        var first = peer.received();
        var served = peer.send(ClientFrames.get(3));
        peer.send(ClientFrames.ping(
                ClientFrames.ACK, Long.parseLong(first.getLast().substring(5), 16)));
        peer.send(ClientFrames.get(5));

        assertThat(first).first().isEqualTo("GOAWAY 2147483647 NO_ERROR");
        assertThat(described(served)).containsExactly("head 3 GET 0");
        assertThat(peer.received()).containsExactly("GOAWAY 3 NO_ERROR", "RST_STREAM 5 REFUSED_STREAM");
        assertThat(peer.engine.isDone()).isFalse();
        peer.engine.release(peer.stream(1));
        peer.engine.release(peer.stream(3));
        assertThat(peer.engine.isDone()).isTrue();
    }

    @Test
    void theSecondStepDoesNotWaitForThePeer() {
        var peer = EnginePeer.connected();
        peer.engine.beginStop();
        peer.received();

        peer.engine.finishStop();
        peer.engine.finishStop();

        assertThat(peer.received()).containsExactly("GOAWAY 0 NO_ERROR");
        assertThat(peer.engine.isDone()).isTrue();
    }

    @Test
    void aPeerThatGoesAwayIsServedOn() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.get(1));

        var events = peer.send(ClientFrames.frame(7, 0, 0, ClientFrames.ints(0, 0)));

        assertThat(events).containsExactly(Http2Event.Signal.PEER_GOES_AWAY);
        peer.answer(1, true);
        assertThat(peer.received()).containsExactly("HEADERS 1 :status=200 content-length=0 END");
    }

    @Test
    void whatIsAbandonedTellsItsOwnersAndNobodyElse() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.setting(4, 0), ClientFrames.get(1));
        peer.answer(1, false);
        peer.offer(1, "abc", true);
        peer.received();
        var told = new ArrayList<Http2Stream>();

        peer.engine.abandon();
        peer.engine.drainTaken(told::add);

        assertThat(told).containsExactly(peer.stream(1));
        assertThat(peer.stream(1).isReset()).isTrue();
        assertThat(peer.received()).isEmpty();
    }

    // ------------------------------------------------------------------------------------------ anything

    static Http2Limits limits(int streams, Http2Limits.Rates rates) {
        return new Http2Limits(streams, 1 << 20, 1 << 20, 4096, 16, 0, rates, Http2Limits.Request.DEFAULT);
    }

    @Test
    void anyFramesAreEventsOrAFault() {
        long seed = Long.getLong("seed", new Random().nextLong());
        var random = new Random(seed);
        for (int round = 0; round < 1500; round++) {
            var peer = EnginePeer.connected();
            for (int i = 0; i < 30 && peer.faults.isEmpty(); i++) {
                peer.send(anyFrame(random));
                for (var event : peer.events) {
                    if (event instanceof Http2Event.Head head && head.stream().isSendable() && random.nextBoolean()) {
                        if (!head.stream().isResponseBegun()) {
                            peer.answer(head.stream().id(), random.nextBoolean());
                        } else if (head.stream().isTaken()) {
                            peer.offer(head.stream().id(), "abc", random.nextInt(4) == 0);
                        }
                    }
                }
            }
            peer.received();
            if (!peer.faults.isEmpty()) {
                assertThat(peer.faults.getFirst()).as("-Dseed=" + seed).hasMessageContaining("RFC");
            }
            for (var event : peer.events) {
                if (event instanceof Http2Event.Head head) {
                    peer.engine.release(head.stream());
                }
            }
            assertThat(peer.engine.inHand()).as("-Dseed=" + seed).isZero();
        }
    }

    private static byte[] anyFrame(Random random) {
        int stream = 1 + 2 * random.nextInt(4);
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> ClientFrames.get(stream);
            case 3, 4 -> ClientFrames.post(stream);
            case 5 -> ClientFrames.data(stream, random.nextInt(2), "x".repeat(random.nextInt(40)));
            case 6 -> ClientFrames.windowUpdate(stream, 1 + random.nextInt(1000));
            case 7 -> ClientFrames.setting(random.nextInt(9), random.nextInt(1, 20_000));
            case 8 -> ClientFrames.reset(stream);
            case 9 -> ClientFrames.headers(stream, ClientFrames.END_STREAM, "x-a: b");
            default -> {
                var payload = new byte[random.nextInt(12)];
                random.nextBytes(payload);
                yield ClientFrames.frame(random.nextInt(18), random.nextInt(256), random.nextInt(8), payload);
            }
        };
    }

    @Test
    void codesOfTheWireHaveNames() {
        assertThat(ErrorCode.of(8)).isEqualTo(ErrorCode.CANCEL);
        assertThat(ErrorCode.of(14)).isEqualTo(ErrorCode.INTERNAL_ERROR);
        assertThat(ErrorCode.HTTP_1_1_REQUIRED.code()).isEqualTo(13);
    }
}
