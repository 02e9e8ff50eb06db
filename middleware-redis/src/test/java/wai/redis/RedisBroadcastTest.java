package wai.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.StreamEntryID;
import wai.sse.BroadcastSettings;
import wai.sse.Event;
import wai.sse.EventStreams;
import wai.test.LiveResponse;
import wai.test.TestClient;

/// One broadcast of several processes, and a Redis that goes and comes.
class RedisBroadcastTest {
    private static final EventStreams EVENTS = EventStreams.defaults().withoutHeartbeat();
    private static final BroadcastSettings SETTINGS =
            BroadcastSettings.defaults().withGap(Event.of("load anew").withName("gap"));

    /// One process: a broadcast, a client that listens, and what was said about Redis.
    private static final class Node implements AutoCloseable, RedisBroadcast.Watch {
        final LinkedBlockingQueue<String> said = new LinkedBlockingQueue<>();
        final Redis redis;
        final RedisBroadcast news;
        final TestClient client;

        Node(RedisServer server, BroadcastSettings settings) {
            redis = Redis.of(server.settings());
            news = RedisBroadcast.open(redis, "news", settings, this);
            client = TestClient.of((request, respond) -> respond.with(EVENTS.subscribed(request, news.local())));
        }

        Node(RedisServer server) {
            this(server, SETTINGS);
        }

        LiveResponse listen() {
            return started(client.request("GET", "/").open(), 1);
        }

        LiveResponse listenBehind(String id) {
            return started(
                    client.request("GET", "/").header("Last-Event-ID", id).open(), 1);
        }

        /// A stream has begun before its subscriber is there; events between would be lost to it.
        private LiveResponse started(LiveResponse live, int subscribers) {
            assertThat(live.status().code()).isEqualTo(200);
            while (news.local().subscribers() < subscribers) {
                Thread.onSpinWait();
            }
            return live;
        }

        String next() throws InterruptedException {
            return "" + said.poll(30, TimeUnit.SECONDS);
        }

        @Override
        public void connected() {
            said.add("connected");
        }

        @Override
        public void lost(RedisException failure) {
            said.add("lost " + failure.status().code());
        }

        @Override
        public void close() {
            news.close();
            client.close();
            redis.close();
        }
    }

    private static String id(String event) {
        return event.replaceAll("(?s).*id: ([^\n]+)\n.*", "$1");
    }

    // ------------------------------------------------------------------------------------------ several processes

    @Test
    void anEventReachesAllProcessesWithTheSameIdAndInTheSameOrder() throws Exception {
        try (var server = RedisServer.forgetting();
                var one = new Node(server);
                var two = new Node(server);
                var first = one.listen();
                var second = two.listen()) {
            one.news.publish(Event.of("1").withName("n"));
            two.news.publish(Event.of("2\r\n\u00e4"));
            one.news.publish(Event.of("3").withId("mine"));

            var text = first.awaitText("data: 3\n\n");
            assertThat(second.awaitText("data: 3\n\n")).isEqualTo(text);
            assertThat(text).matches("""
                    event: n
                    id: \\d+-\\d+
                    data: 1

                    id: \\d+-\\d+
                    data: 2
                    data: \u00e4

                    id: mine
                    data: 3

                    """);
        }
    }

    @Test
    void aBrowserGetsFromAnotherProcessWhatItMissedAlsoFromOneThatBeganLater() throws Exception {
        try (var server = RedisServer.forgetting();
                var one = new Node(server)) {
            String seen;
            try (var live = one.listen()) {
                one.news.publish(Event.of("1"));
                seen = id(live.awaitText("data: 1\n\n"));
            }
            one.news.publish(Event.of("2"));

            try (var two = new Node(server);
                    var live = two.listenBehind(seen)) {
                one.news.publish(Event.of("3"));
                assertThat(live.awaitText("data: 3\n\n")).contains("data: 2\n").doesNotContain("data: 1", "gap");
            }
        }
    }

    @Test
    void theSampleTellsEverybody() throws Exception {
        try (var server = RedisServer.forgetting();
                var one = new Node(server);
                var two = new Node(server);
                var live = two.listen()) {
            try (var poster = TestClient.of(Samples.broadcast(one.news))) {
                assertThat(poster.post("/", "hello").status().code()).isEqualTo(202);
            }
            assertThat(live.awaitText("\n\n")).contains("data: hello\n");
        }
    }

    // ------------------------------------------------------------------------------------------ going and coming

    @Test
    void streamsOutliveARestartAndGetWhatTheOthersPublish() throws Exception {
        try (var server = RedisServer.keeping();
                var one = new Node(server);
                var two = new Node(server);
                var live = one.listen()) {
            two.news.publish(Event.of("before"));
            live.awaitText("data: before\n\n");
            assertThat(one.next()).isEqualTo("connected");

            server.stop();
            assertThat(one.next()).isEqualTo("lost 503");
            assertThat(one.news.isConnected()).isFalse();
            assertThatThrownBy(() -> two.news.publish(Event.of("lost"))).isInstanceOf(RedisException.class);
            server.start();
            assertThat(one.next()).isEqualTo("connected");
            assertThat(one.news.isConnected()).isTrue();
            publish(two, "after");

            assertThat(live.awaitText("data: after\n\n")).doesNotContain("lost", "gap", "before");
        }
    }

    /// Behind the pause that Redis is given after it was away.
    private static void publish(Node node, String data) throws Exception {
        while (!node.redis.isReachable()) {
            Thread.onSpinWait();
        }
        node.news.publish(Event.of(data));
    }

    @Test
    void whatWasPublishedWhileAProcessWasCutOffComesAfterwards() throws Exception {
        try (var server = RedisServer.forgetting();
                var one = new Node(server);
                var live = one.listen()) {
            one.news.publish(Event.of("before"));
            live.awaitText("data: before\n\n");
            assertThat(one.next()).isEqualTo("connected");
            server.relay().mute(true); // one hears nothing from here on
            server.relay().cut();
            assertThat(one.next()).isEqualTo("lost 503");
            server.addDirectly("wai:events:news", Map.of("data", "meanwhile"));
            server.relay().mute(false);

            assertThat(live.awaitText("data: meanwhile\n\n")).doesNotContain("gap", "before");
        }
    }

    @Test
    void whoMayHaveMissedEventsThatRedisForgotGetsTheGap() throws Exception {
        try (var server = RedisServer.forgetting();
                var one = new Node(server);
                var live = one.listen()) {
            one.news.publish(Event.of("before"));
            live.awaitText("data: before\n\n");
            assertThat(one.next()).isEqualTo("connected");

            server.stop();
            assertThat(one.next()).isEqualTo("lost 503");
            server.start();
            assertThat(one.next()).isEqualTo("connected");
            publish(one, "after");

            assertThat(live.awaitText("data: after\n\n"))
                    .startsWith("event: gap\n")
                    .contains("data: load anew\n");
        }
    }

    @Test
    void beginsWhileRedisIsAway() throws Exception {
        try (var server = RedisServer.keeping();
                var before = new Node(server)) {
            before.news.publish(Event.of("history"));
            server.stop();
            try (var one = new Node(server);
                    var live = one.listen()) {
                assertThat(one.next()).isEqualTo("lost 503");
                server.start();
                assertThat(one.next()).isEqualTo("connected");
                publish(one, "first");

                assertThat(live.awaitText("data: first\n\n")).doesNotContain("history");
            }
        }
    }

    @Test
    void closingEndsTheStreamsOfTheProcess() {
        try (var server = RedisServer.forgetting();
                var one = new Node(server);
                var live = one.listen()) {
            one.news.close();
            one.news.close();

            assertThat(live.rest().isComplete()).isTrue();
        }
    }

    // ------------------------------------------------------------------------------------------ bad values

    @Test
    void leavesOutWhatIsNoEvent() throws Exception {
        try (var server = RedisServer.forgetting();
                var one = new Node(server);
                var live = one.listen()) {
            var stream = "wai:events:news";
            server.addDirectly(stream, Map.of("other", "x"));
            server.addDirectly(stream, Map.of("data", "x", "name", "a\nb"));
            server.addDirectly(stream, Map.of("data", "x", "id", "a\0b"));
            server.addDirectly(stream, Map.of("data", "x".repeat(RedisBroadcast.LONGEST + 1)));
            server.addDirectly(stream, Map.of("data", "good", "unknown", "y"));

            assertThat(live.awaitText("\n\n")).contains("data: good\n");
        }
    }

    @Test
    void saysThatTheKeyIsOfAnotherType() throws Exception {
        try (var server = RedisServer.forgetting();
                var redis = Redis.of(server.settings())) {
            redis.call(jedis -> jedis.set("wai:events:news", "text"));
            try (var one = new Node(server)) {
                assertThat(one.next()).isEqualTo("lost 500");
                redis.call(jedis -> jedis.del("wai:events:news"));
                assertThat(one.next()).isEqualTo("connected");
            }
        }
    }

    @Test
    void publishesEventsWithDataUpToAMebibyte() throws Exception {
        try (var server = RedisServer.forgetting();
                var one = new Node(server);
                var live = one.listen()) {
            one.news.publish(Event.of("x".repeat(RedisBroadcast.LONGEST)));
            assertThat(live.awaitText("\n\n")).hasSizeGreaterThan(RedisBroadcast.LONGEST);

            assertThatThrownBy(() -> one.news.publish(Event.of("x".repeat(RedisBroadcast.LONGEST + 1))))
                    .hasMessageContaining("expected 1048576 or fewer");
            for (var other : java.util.List.of(Event.comment("c"), Event.retry(Duration.ZERO), Event.END)) {
                assertThatThrownBy(() -> one.news.publish(other)).hasMessageContaining("expected one with data");
            }
        }
    }

    @Test
    void keepsABoundedNumberInRedis() throws Exception {
        try (var server = RedisServer.forgetting();
                var one = new Node(server, SETTINGS.withKept(2))) {
            for (int i = 0; i < 2500; i++) {
                one.news.publish(Event.of("" + i));
            }

            assertThat((long) one.redis.call(jedis -> jedis.xlen("wai:events:news")))
                    .isBetween(1000L, 1200L);
            try (var two = new Node(server, SETTINGS.withKept(2));
                    var live = two.listenBehind(StreamEntryID.XREAD_NEW_ENTRY.toString())) {
                assertThat(live.awaitText("data: 2499\n\n"))
                        .startsWith("event: gap\n")
                        .contains("data: 2498\n")
                        .doesNotContain("data: 2497\n");
            }
        }
    }
}
