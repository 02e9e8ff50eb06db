package wai.warp.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.spi.FramedResponse;
import wai.warp.http1.CommonFields;

/// In which order responses are sent (RFC 9218), and that nobody waits for ever.
class Http2PriorityTest {
    /// The order in which bodies of 40,000 bytes go out that were all there when the window opened.
    private static List<Integer> order(String... priorities) {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.setting(4, 0), ClientFrames.windowUpdate(0, 1_000_000));
        for (int i = 0; i < priorities.length; i++) {
            int id = 2 * i + 1;
            var head = new ArrayList<>(List.of(":method: GET", ":scheme: http", ":path: /", ":authority: a"));
            if (!priorities[i].isEmpty()) {
                head.add("priority: " + priorities[i]);
            }
            peer.send(ClientFrames.headers(id, ClientFrames.END_STREAM, head.toArray(String[]::new)));
            peer.answer(id, false);
            peer.offer(id, "x".repeat(32_768), true);
        }
        peer.received();
        peer.send(ClientFrames.setting(4, 100_000));
        return peer.received().stream()
                .filter(line -> line.startsWith("DATA"))
                .map(line -> Integer.valueOf(line.split(" ", -1)[1]))
                .toList();
    }

    @Test
    void streamsOfOneUrgencyTakeTurns() {
        assertThat(order("", "", "")).containsExactly(1, 3, 5, 1, 3, 5);
        assertThat(order("i", "i")).containsExactly(1, 3, 1, 3);
    }

    @Test
    void theMoreUrgentComesFirst() {
        assertThat(order("u=5,i", "", "u=1, i")).containsExactly(5, 5, 3, 3, 1, 1);
    }

    @Test
    void whatIsOfNoUseInPiecesIsSentInTheOrderOfTheRequests() {
        assertThat(order("u=3", "u=3", "u=3")).containsExactly(1, 1, 3, 3, 5, 5);
    }

    @Test
    void whatIsOfNoUseInPiecesHasOneOfTheTurns() {
        assertThat(order("", "u=3", "", "u=3")).containsExactly(3, 1, 5, 3, 1, 5, 7, 7);
    }

    /// The later request has its body first, and has begun to send it when the earlier one comes.
    @Test
    void anEarlierRequestComesFirstAsSoonAsItHasSomethingToSend() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.setting(4, 1_000_000), ClientFrames.windowUpdate(0, 1_000_000));
        for (int id : new int[] {1, 3}) {
            peer.send(get(id, "priority: u=3"));
            peer.answer(id, false);
        }
        peer.offer(3, "x".repeat(200_000), true);

        peer.offer(1, "x".repeat(20_000), true);

        var streams = streams(peer.received());
        assertThat(streams.subList(0, 3)).containsOnly(3);
        assertThat(streams.lastIndexOf(1)).isLessThan(streams.lastIndexOf(3));
        assertThat(streams.subList(streams.indexOf(1), streams.lastIndexOf(1) + 1))
                .hasSize(2)
                .containsOnly(1);
    }

    /// Each write carries frames of all of them, and none is ever more than a frame behind.
    @Test
    void manyLongResponsesGetOnAtTheSamePace() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.setting(4, 10_000_000), ClientFrames.windowUpdate(0, 100_000_000));
        int count = 20;
        for (int i = 0; i < count; i++) {
            peer.send(ClientFrames.get(2 * i + 1));
            peer.answer(2 * i + 1, false);
            peer.offer(2 * i + 1, "x".repeat(160_000), true);
        }

        var sent = new java.util.TreeMap<Integer, Integer>();
        var order = streams(peer.received());
        for (int id : order.subList(4, order.size())) { // the first was alone for as long as the output had room
            sent.merge(id, 1, Integer::sum);
            var others =
                    sent.entrySet().stream().filter(entry -> entry.getKey() > 1).toList();
            if (others.size() == count - 1 && sent.values().stream().allMatch(frames -> frames < 10)) {
                int most = others.stream()
                        .mapToInt(java.util.Map.Entry::getValue)
                        .max()
                        .orElseThrow();
                int least = others.stream()
                        .mapToInt(java.util.Map.Entry::getValue)
                        .min()
                        .orElseThrow();
                assertThat(most - least).isLessThanOrEqualTo(1);
            }
        }
        assertThat(sent).hasSize(count);
    }

    /// An urgent response overtakes others that are in the middle of theirs.
    @Test
    void theMoreUrgentOvertakes() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.setting(4, 10_000_000), ClientFrames.windowUpdate(0, 100_000_000));
        peer.send(ClientFrames.get(1), get(3, "priority: u=0"));
        peer.answer(1, false);
        peer.offer(1, "x".repeat(500_000), true);
        peer.answer(3, false);

        peer.offer(3, "x".repeat(50_000), true);

        var streams = streams(peer.received());
        assertThat(streams.subList(streams.indexOf(3), streams.lastIndexOf(3) + 1))
                .hasSize(4)
                .containsOnly(3);
        assertThat(streams.indexOf(3)).isLessThanOrEqualTo(4); // behind what was in the output already
    }

    /// What the application says in its response counts for more than what the client asked for.
    @Test
    void theResponseMayHaveAPriorityOfItsOwn() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.setting(4, 0), get(1, "priority: u=1, i"), get(3, "priority: u=1, i"));
        var headers = Headers.of(HeaderName.PRIORITY, "u=5");
        var response = FramedResponse.of("GET", Response.of(Status.OK, headers, Bytes.EMPTY));
        peer.engine.sendHead(peer.stream(1), response, CommonFields.NONE, false);
        peer.answer(3, false);
        peer.offer(1, "abc", true);
        peer.offer(3, "abc", true);
        peer.received();

        peer.send(ClientFrames.setting(4, 10));

        assertThat(streams(peer.received())).containsExactly(3, 1);
    }

    private static byte[] get(int id, String field) {
        return ClientFrames.headers(
                id, ClientFrames.END_STREAM, ":method: GET", ":scheme: http", ":path: /", ":authority: a", field);
    }

    private static List<Integer> streams(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("DATA"))
                .map(line -> Integer.valueOf(line.split(" ", -1)[1]))
                .toList();
    }

    @Test
    void aPriorityCanBeChanged() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.setting(4, 0), ClientFrames.get(1), ClientFrames.get(3));
        for (int id : new int[] {1, 3}) {
            peer.answer(id, false);
            peer.offer(id, "abc", true);
        }
        peer.received();

        peer.send(ClientFrames.priorityUpdate(3, "u=0"));
        peer.send(ClientFrames.setting(4, 10));

        assertThat(peer.received()).containsExactly("SETTINGS ACK", "DATA 3 abc END", "DATA 1 abc END");
    }

    /// It outweighs the field of the request, because it was sent for that (RFC 9218 §7).
    @Test
    void aPriorityMayComeAheadOfItsRequest() {
        var peer = EnginePeer.connected();
        peer.send(ClientFrames.setting(4, 0), ClientFrames.priorityUpdate(3, "u=0"));
        peer.send(ClientFrames.get(1), get(3, "priority: u=7"));
        for (int id : new int[] {1, 3}) {
            peer.answer(id, false);
            peer.offer(id, "abc", true);
        }
        peer.received();

        peer.send(ClientFrames.setting(4, 10));

        assertThat(peer.received()).containsExactly("SETTINGS ACK", "DATA 3 abc END", "DATA 1 abc END");
    }

    @Test
    void noMorePrioritiesComeAheadThanThereMayBeStreams() {
        var peer = EnginePeer.connected(Http2EngineTest.limits(3, Http2Limits.Rates.DEFAULT));
        peer.send(ClientFrames.post(1));

        peer.send(ClientFrames.priorityUpdate(5, "u=0"), ClientFrames.priorityUpdate(7, "u=0"));
        peer.send(ClientFrames.priorityUpdate(5, "u=1")); // of one that has one already
        assertThat(peer.faults).isEmpty();
        peer.send(ClientFrames.priorityUpdate(9, "u=0"));

        assertThat(peer.received()).containsExactly("GOAWAY 1 PROTOCOL_ERROR");
    }

    @Test
    void thePriorityOfAStreamThatIsPassedOverIsForgotten() {
        var peer = EnginePeer.connected(Http2EngineTest.limits(2, Http2Limits.Rates.DEFAULT));

        for (int id = 1; id < 400; id += 4) {
            peer.send(ClientFrames.priorityUpdate(id, "u=0"), ClientFrames.get(id + 2));
            peer.answer(id + 2, true);
            peer.engine.release(peer.stream(id + 2));
        }

        assertThat(peer.faults).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        u=0         | 0 | false
        u=7, i      | 7 | true
        i           | 3 | true
        i=?0, u=2   | 2 | false
        u=9         | 3 | false
        u=1;a=b, i;c | 1 | true
        nonsense    | 3 | false
        u=1, u=5    | 5 | false
        """)
    void readsPriorities(String text, int urgency, boolean incremental) {
        assertThat(Priority.of(text)).isEqualTo(new Priority(urgency, incremental));
    }
}
