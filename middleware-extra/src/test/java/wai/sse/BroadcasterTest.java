package wai.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.test.LiveResponse;
import wai.test.TestClient;

class BroadcasterTest {
    private static final EventStreams EVENTS = EventStreams.defaults().withoutHeartbeat();

    private static Application app(Broadcaster broadcaster) {
        return (request, respond) -> respond.with(EVENTS.subscribed(request, broadcaster));
    }

    /// A client that listens: behind its head it is a subscriber, because the head is sent behind the subscription.
    private static LiveResponse listening(TestClient client) {
        var live = client.open("/");
        assertThat(live.status().code()).isEqualTo(200);
        return live;
    }

    private static List<String> waiting(Mailbox mailbox) throws InterruptedException {
        mailbox.finish();
        var events = new ArrayList<String>();
        for (var event = mailbox.next(null); event != null && !event.isEnd(); event = mailbox.next(null)) {
            events.add(event.toString());
        }
        return events;
    }

    @Test
    void sendsEventsToAllWhoListen() {
        var broadcaster = Broadcaster.create();
        try (var client = TestClient.of(app(broadcaster));
                var one = listening(client);
                var other = listening(client)) {
            broadcaster.publish(Event.of("hi").withId("1"));
            broadcaster.publish(Event.comment("ho"));

            assertThat(broadcaster.subscribers()).isEqualTo(2);
            assertThat(one.awaitText(": ho\n\n")).isEqualTo("id: 1\ndata: hi\n\n: ho\n\n");
            assertThat(other.awaitText(": ho\n\n")).isEqualTo("id: 1\ndata: hi\n\n: ho\n\n");

            broadcaster.close();

            assertThat(one.rest().isComplete()).isTrue();
            assertThat(other.rest().isComplete()).isTrue();
        }
    }

    @Test
    void forgetsAClientThatHasLeft() throws Exception {
        var broadcaster = Broadcaster.create();
        var ended = new CountDownLatch(1);
        Application counted = (request, respond) -> {
            try {
                return app(broadcaster).handle(request, respond);
            } finally {
                ended.countDown();
            }
        };
        try (var client = TestClient.of(counted).answeringErrors();
                var live = listening(client)) {
            live.disconnect();

            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(broadcaster.subscribers()).isZero();
        }
    }

    @Test
    void doesNotSubscribeForHead() {
        var broadcaster = Broadcaster.create();
        try (var client = TestClient.of(app(broadcaster))) {
            client.head("/");

            assertThat(broadcaster.subscribers()).isZero();
        }
    }

    @Test
    void numbersEventsAndGivesAClientThatComesAgainWhatItMissed() {
        var broadcaster = Broadcaster.create();
        try (var client = TestClient.of(app(broadcaster))) {
            String last;
            try (var live = listening(client)) {
                broadcaster.publish(Event.of("1"));
                var first = live.awaitText("\n\n");
                assertThat(first).matches("id: [0-9a-f]{8}-1\ndata: 1\n\n");
                last = first.substring("id: ".length(), first.indexOf('\n'));
            }
            broadcaster.publish(Event.of("2"));
            broadcaster.publish(Event.comment("not kept"));
            broadcaster.publish(Event.of("3").withId("own"));

            try (var again = listening(client.withHeader("Last-Event-ID", last))) {
                assertThat(again.awaitText("data: 3\n\n"))
                        .isEqualTo("id: " + last.replace("-1", "-2") + "\ndata: 2\n\nid: own\ndata: 3\n\n");
            }
            try (var fresh = listening(client)) {
                broadcaster.publish(Event.of("4").withId("x"));
                assertThat(fresh.awaitText("\n\n")).isEqualTo("id: x\ndata: 4\n\n");
            }
        }
    }

    @Test
    void givesAllThatIsKeptToAClientThatMissedMoreAndSaysSo() throws Exception {
        var broadcaster = Broadcaster.of(
                BroadcastSettings.defaults().withKept(2).withGap(Event.of("").withName("gap")));
        for (int i = 1; i <= 3; i++) {
            broadcaster.publish(Event.of("" + i).withId("" + i));
        }

        assertThat(waiting(broadcaster.subscribe("1")))
                .containsExactly("event: gap\ndata: \n\n", "id: 2\ndata: 2\n\n", "id: 3\ndata: 3\n\n");
        assertThat(waiting(broadcaster.subscribe("2"))).containsExactly("id: 3\ndata: 3\n\n");
        assertThat(waiting(broadcaster.subscribe("3"))).isEmpty();
        assertThat(waiting(broadcaster.subscribe(null))).isEmpty();
    }

    @Test
    void keepsNothingWhenTold() throws Exception {
        var broadcaster = Broadcaster.of(BroadcastSettings.defaults().withKept(0));
        broadcaster.publish(Event.of("1").withId("1"));

        assertThat(waiting(broadcaster.subscribe("0"))).isEmpty();
    }

    // ------------------------------------------------------------------------------------------ slow subscribers

    private static List<String> afterThree(SlowSubscribers policy) throws InterruptedException {
        var broadcaster =
                Broadcaster.of(BroadcastSettings.defaults().withWaiting(2).withSlow(policy));
        var slow = broadcaster.subscribe(null);
        for (int i = 1; i <= 2; i++) {
            broadcaster.publish(Event.of("" + i).withId("" + i));
        }
        assertThat(broadcaster.subscribers()).as("at the limit").isEqualTo(1);
        broadcaster.publish(Event.of("3").withId("3"));
        assertThat(broadcaster.subscribers()).isEqualTo(policy.equals(SlowSubscribers.DISCONNECTED) ? 0 : 1);
        return waiting(slow);
    }

    @Test
    void endsTheStreamOfASlowSubscriber() throws Exception {
        assertThat(afterThree(SlowSubscribers.DISCONNECTED)).isEmpty();
    }

    @Test
    void dropsTheOldestEventOfASlowSubscriber() throws Exception {
        assertThat(afterThree(SlowSubscribers.OLDEST_DROPPED))
                .containsExactly("id: 2\ndata: 2\n\n", "id: 3\ndata: 3\n\n");
    }

    @Test
    void dropsTheNewestEventForASlowSubscriber() throws Exception {
        assertThat(afterThree(SlowSubscribers.NEWEST_DROPPED))
                .containsExactly("id: 1\ndata: 1\n\n", "id: 2\ndata: 2\n\n");
    }

    @Test
    void whatIsMadeUpForTakesNoRoom() throws Exception {
        var broadcaster = Broadcaster.of(BroadcastSettings.defaults().withWaiting(1));
        for (int i = 1; i <= 5; i++) {
            broadcaster.publish(Event.of("" + i).withId("" + i));
        }
        var again = broadcaster.subscribe("2");
        broadcaster.publish(Event.of("6").withId("6"));

        assertThat(waiting(again)).hasSize(4);
    }

    // ------------------------------------------------------------------------------------------ the end

    @Test
    void itsStreamsEndWhenTheServerStopsBehindWhatWaitsAndItGoesOn() {
        var broadcaster = Broadcaster.create();
        try (var client = TestClient.of(app(broadcaster));
                var stopped = listening(client);
                var other = listening(client)) {
            broadcaster.publish(Event.of("before"));

            stopped.signalShutdown();

            var response = stopped.rest();
            assertThat(response.isComplete()).isTrue();
            assertThat(response.text()).contains("data: before\n");
            broadcaster.publish(Event.of("after"));
            other.awaitText("data: after\n");
            assertThat(broadcaster.subscribers()).isEqualTo(1);
        }
    }

    @Test
    void aClosedBroadcasterRefuses() throws Exception {
        var broadcaster = Broadcaster.create();
        broadcaster.close();
        broadcaster.close();

        try (var client = TestClient.of(app(broadcaster))) {
            assertThat(client.get("/").status().code()).isEqualTo(503);
        }
        assertThat(waiting(broadcaster.subscribe(null)))
                .as("one that came in between")
                .isEmpty();
        assertThatThrownBy(() -> broadcaster.publish(Event.of("x"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Broadcaster.create().publish(Event.END)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatWaitsIsSentBeforeTheEnd() throws Exception {
        var broadcaster = Broadcaster.create();
        var mailbox = broadcaster.subscribe(null);
        broadcaster.publish(Event.of("last").withId("1"));

        broadcaster.close();

        assertThat(waiting(mailbox)).containsExactly("id: 1\ndata: last\n\n");
    }

    @Test
    void refusesSettingsOutOfTheirRange() {
        assertThatThrownBy(() -> BroadcastSettings.defaults().withKept(-1))
                .hasMessage("kept events -1: expected 0 or more");
        assertThatThrownBy(() -> BroadcastSettings.defaults().withWaiting(0))
                .hasMessage("waiting events 0: expected 1 or more");
    }
}
