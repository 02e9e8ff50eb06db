package wai.warp.server;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.server.Conversation.GET;
import static wai.warp.server.Conversation.HI;
import static wai.warp.server.Conversation.SAYS_HI;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import wai.Application;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.arrival.Arrival;
import wai.warp.memory.MemoryTransport;
import wai.warp.observe.Count;
import wai.warp.observe.Totals.Snapshot;
import wai.warp.settings.Failure.Phase;
import wai.warp.settings.Listener;
import wai.warp.settings.ProxyProtocol;
import wai.warp.settings.Timeouts;
import wai.warp.settings.Timeouts.Kind;
import wai.warp.settings.WarpSettings;

/// Exact counts behind scripted conversations.
class CountersTest {
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n";
    private static final Application READS = (request, respond) -> {
        request.body().readAllBytes();
        return respond.with(HI);
    };

    private static Snapshot counters(Conversation talk) {
        return talk.server.connections().snapshot();
    }

    // ------------------------------------------------------------------------------------------ connections, requests

    @Test
    void aFreshConnectionHasDoneNothing() {
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.awaitDriver();

            var counters = counters(talk);
            assertThat(counters.open()).isEqualTo(1);
            assertThat(counters.accepted()).isEqualTo(1);
            assertThat(counters.inFlight()).isZero();
            assertThat(Count.values()).allMatch(count -> counters.get(count) == 0);
            assertThat(Kind.values()).allMatch(kind -> counters.timeouts(kind) == 0);
            assertThat(Phase.values()).allMatch(phase -> counters.failures(phase) == 0);
        }
    }

    @Test
    void countsRequestsResponsesAndEveryByte() {
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.exchange(GET, GET.substring(0, 3), GET.substring(3) + GET);

            var counters = counters(talk);
            assertThat(counters.get(Count.REQUESTS)).isEqualTo(3);
            assertThat(counters.get(Count.SUCCESSFUL)).isEqualTo(3);
            assertThat(counters.get(Count.BYTES_READ)).isEqualTo(3L * GET.length());
            assertThat(counters.get(Count.BYTES_WRITTEN))
                    .isEqualTo(talk.client.received().length());
        }
    }

    @Test
    void countsBodiesBothWaysAndInformationalBytes() {
        Application streams = (request, respond) -> {
            request.sendEarlyHints(Headers.of(HeaderName.LINK, "</a>"));
            var body = request.body().readAllBytes();
            return respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                out.write(body);
                out.flush();
                out.write(body);
            }));
        };
        var request = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n28\r\n" + "x".repeat(0x28)
                + "\r\n0\r\n\r\n";

        try (var talk = Conversation.with(streams)) {
            talk.exchange(request);

            assertThat(counters(talk).get(Count.BYTES_READ)).isEqualTo(request.length());
            assertThat(counters(talk).get(Count.BYTES_WRITTEN))
                    .isEqualTo(talk.client.received().length());
            assertThat(counters(talk).get(Count.SUCCESSFUL)).isEqualTo(1);
            assertThat(counters(talk).get(Count.SWITCHING)).isZero();
        }
    }

    @Test
    void aRequestIsInFlightWhileTheApplicationHasIt() throws Exception {
        var busy = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        Application works = (_, respond) -> {
            busy.countDown();
            done.await();
            return respond.with(HI);
        };

        try (var talk = Conversation.with(works)) {
            talk.client.send(GET);
            busy.await();
            assertThat(counters(talk).inFlight()).isEqualTo(1);
            assertThat(counters(talk).get(Count.REQUESTS)).isEqualTo(1);

            done.countDown();
            talk.client.awaitReceived("hi");
            talk.awaitDriver();
            assertThat(counters(talk).inFlight()).isZero();
        }
    }

    @Test
    void aRawConnectionIsNoRequestInFlight() {
        Application raw = (_, respond) -> respond.with(Response.raw(
                Status.SWITCHING_PROTOCOLS, Headers.of(HeaderName.UPGRADE, "x"), HI, connection -> connection
                        .input()
                        .transferTo(connection.output())));
        var upgrade = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n";

        try (var talk = Conversation.with(raw)) {
            talk.exchange(upgrade, "abc");

            assertThat(counters(talk).raw()).isEqualTo(1);
            assertThat(counters(talk).inFlight()).isZero();
            assertThat(counters(talk).get(Count.SWITCHING)).isEqualTo(1);
            assertThat(counters(talk).get(Count.BYTES_READ)).isEqualTo(upgrade.length() + 3);
            assertThat(counters(talk).get(Count.BYTES_WRITTEN))
                    .isEqualTo(talk.client.received().length());

            talk.client.end();
            talk.awaitEnd();
            assertThat(counters(talk).raw()).isZero();
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "200, SUCCESSFUL",
        "299, SUCCESSFUL",
        "304, REDIRECTION",
        "404, CLIENT_ERROR",
        "500, SERVER_ERROR",
        "599, SERVER_ERROR"
    })
    void countsResponsesByClass(int code, Count expected) {
        try (var talk = Conversation.with((_, respond) -> respond.with(HI.withStatus(Status.of(code))))) {
            talk.exchange(GET);

            assertThat(countsOfResponses(counters(talk))).containsExactly(expected);
        }
    }

    private static List<Count> countsOfResponses(Snapshot counters) {
        return Arrays.stream(Count.values())
                .filter(count -> count.compareTo(Count.SWITCHING) >= 0)
                .filter(count -> counters.get(count) > 0)
                .toList();
    }

    @Test
    void theAnswerToWhatIsNoRequestIsAResponse() {
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.client.send("bad\r\n\r\n");
            talk.client.end();
            talk.awaitEnd();

            assertThat(counters(talk).get(Count.REQUESTS)).isZero();
            assertThat(countsOfResponses(counters(talk))).containsExactly(Count.CLIENT_ERROR);
            assertThat(counters(talk).failures(Phase.REQUEST)).isEqualTo(1);
        }
    }

    // ------------------------------------------------------------------------------------------ what goes wrong

    @ParameterizedTest(name = "{0}")
    @EnumSource(Kind.class)
    void countsTimeoutsByKind(Kind kind) {
        try (var talk = Conversation.with(settings -> limited(settings, kind), READS)) {
            runInto(kind, talk);

            for (var other : Kind.values()) {
                assertThat(counters(talk).timeouts(other)).as(other.name()).isEqualTo(other == kind ? 1 : 0);
            }
        }
    }

    private static WarpSettings limited(WarpSettings settings, Kind kind) {
        var listener = Listener.tcp(0);
        var place = kind == Kind.HANDSHAKE ? listener.withProxyProtocol(ProxyProtocol.required()) : listener;
        return settings.withListeners(List.of(place))
                .withTimeouts(Timeouts.defaults()
                        .withHandshake(ofSeconds(4))
                        .withHeader(ofSeconds(3))
                        .withBody(ofSeconds(5))
                        .withWrite(ofSeconds(7))
                        .withIdle(ofSeconds(11))
                        .withLinger(ofSeconds(2))
                        .withMinimumRate(0));
    }

    private static void runInto(Kind kind, Conversation talk) {
        switch (kind) {
            case IDLE -> talk.awaitDriver();
            case HANDSHAKE -> talk.exchange("PROXY ");
            case HEADER -> talk.exchange("GET / HT");
            case BODY -> talk.exchange(POST + "some");
            case WRITE -> {
                talk.client.takeNothing();
                talk.client.send(GET);
                talk.client.awaitWriter();
            }
            case LINGER -> {
                talk.client.send("bad\r\n\r\n");
                talk.client.awaitEnding();
                talk.awaitDriver();
            }
        }
        talk.pass(
                switch (kind) {
                    case HANDSHAKE -> ofSeconds(4);
                    case HEADER -> ofSeconds(3);
                    case BODY -> ofSeconds(5);
                    case WRITE -> ofSeconds(7);
                    case IDLE -> ofSeconds(11);
                    case LINGER -> ofSeconds(2);
                });
        talk.client.end();
        talk.awaitEnd();
    }

    @Test
    void countsContractViolationsAmongTheFailures() {
        try (var talk = Conversation.with((_, respond) -> {
            respond.with(HI);
            return respond.with(HI);
        })) {
            talk.exchange(GET);

            assertThat(counters(talk).failures(Phase.CONTRACT)).isEqualTo(1);
            assertThat(counters(talk).failures(Phase.APPLICATION)).isZero();
        }
    }

    @Test
    void countsTheClientThatLeftARequestOnce() {
        Application streams = (_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            while (true) {
                out.write(new byte[10_000]);
            }
        }));

        try (var talk = Conversation.with(streams)) {
            talk.client.takeNothing();
            talk.client.send(GET);
            talk.client.awaitWriter();
            talk.client.reset();
            talk.awaitEnd();

            assertThat(counters(talk).get(Count.DISCONNECTS)).isEqualTo(1);
            assertThat(counters(talk).failures(Phase.RESPONSE)).isEqualTo(1);
        }
    }

    @Test
    void aClientThatLeavesBetweenRequestsIsNoDisconnect() {
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.exchange(GET);
            talk.client.end();
            talk.awaitEnd();

            assertThat(counters(talk).get(Count.DISCONNECTS)).isZero();
        }
    }

    // ------------------------------------------------------------------------------------------ the end of a
    // connection

    @Test
    void anEndedConnectionLeavesItsCountsBehind() {
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.exchange(GET);
            talk.client.end();
            talk.awaitEnd();

            var counters = counters(talk);
            assertThat(counters.open()).isZero();
            assertThat(counters.accepted()).isEqualTo(1);
            assertThat(counters.get(Count.REQUESTS)).isEqualTo(1);
            assertThat(counters.get(Count.BYTES_READ)).isEqualTo(GET.length());
            assertThat(counters.get(Count.BYTES_WRITTEN))
                    .isEqualTo(talk.client.received().length());
        }
    }

    @Test
    void noCountGoesDownWhileConnectionsEnd() {
        int connections = 200;
        var ticker = new Ticker(() -> 1, InstantSource.system(), Headers.EMPTY);
        var server = new ServerState(SAYS_HI, WarpSettings.defaults(), ticker);
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < connections; i++) {
            var client = new MemoryTransport();
            var connection = new AcceptedConnection(Arrival.plain(client, server.application()), server);
            server.connections().add(connection, Integer.MAX_VALUE);
            threads.add(Thread.ofVirtual().unstarted(connection));
            client.send(GET, GET);
            client.end();
        }

        threads.forEach(Thread::start);
        long requests = 0;
        long bytes = 0;
        while (threads.stream().anyMatch(Thread::isAlive)) {
            var now = server.connections().snapshot();
            assertThat(now.accepted()).isEqualTo(connections);
            assertThat(now.get(Count.REQUESTS)).isGreaterThanOrEqualTo(requests);
            assertThat(now.get(Count.BYTES_READ)).isGreaterThanOrEqualTo(bytes);
            requests = now.get(Count.REQUESTS);
            bytes = now.get(Count.BYTES_READ);
        }
        var end = server.connections().snapshot();

        assertThat(end.open()).isZero();
        assertThat(end.get(Count.REQUESTS)).isEqualTo(2L * connections);
        assertThat(end.get(Count.BYTES_READ)).isEqualTo(2L * connections * GET.length());
    }
}
