package wai.warp.server;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.server.Conversation.GET;
import static wai.warp.server.Conversation.HI;
import static wai.warp.server.Conversation.HI_BYTES;
import static wai.warp.server.Conversation.SAYS_HI;

import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Key;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.warp.memory.MemoryTransport.Ending;
import wai.warp.settings.Hooks;

/// Requests one after the other on a connection: keep-alive, pipelining, when output leaves, how the connection ends.
class Http1ConnectionTest {
    private static final Application ECHOES_PATH =
            (request, respond) -> respond.with(HI.withBody(Bytes.utf8(request.rawPath())));

    @Test
    void answersOneRequestAfterTheOther() {
        try (var talk = Conversation.with(SAYS_HI)) {
            assertThat(talk.exchange(GET)).isEqualTo(HI_BYTES);
            assertThat(talk.exchange(GET)).isEqualTo(HI_BYTES + HI_BYTES);
            assertThat(talk.client.ending()).isEqualTo(Ending.NONE);
        }
    }

    @Test
    void writesHeadAndSmallBodyTogether() {
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.exchange(GET);

            assertThat(talk.writes()).containsExactly(HI_BYTES);
        }
    }

    @Test
    void addsDateAndServer() {
        try (var talk = Conversation.with(settings -> settings.withServerName("Me"), SAYS_HI)) {
            talk.exchange(GET);

            assertThat(talk.client.received()).isEqualTo("""
                    HTTP/1.1 200 OK\r
                    Server: Me\r
                    Date: Thu, 01 Jan 1970 00:00:00 GMT\r
                    Content-Length: 2\r
                    \r
                    hi""");
        }
    }

    @Test
    void readsARequestThatComesByteByByte() {
        try (var talk = Conversation.with(SAYS_HI)) {
            assertThat(talk.exchange((GET + GET).split(""))).isEqualTo(HI_BYTES + HI_BYTES);
        }
    }

    @Test
    void answersPipelinedRequestsInOneWrite() {
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.exchange(GET.repeat(16));

            assertThat(talk.writes()).containsExactly(HI_BYTES.repeat(16));
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() {
        var requests = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            requests.append("GET /").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
        }

        try (var talk = Conversation.with(ECHOES_PATH)) {
            var paths = talk.exchange(requests.toString()).lines().filter(line -> line.contains("/"));

            assertThat(String.join("", paths.toList()).replaceAll("HTTP/1.1 200 OK", ""))
                    .isEqualTo("/0/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19");
        }
    }

    @Test
    void doesNotGatherPipelinedAnswersWithoutEnd() {
        Application large = (_, respond) -> respond.with(HI.withBody(Bytes.utf8("x".repeat(5000))));

        try (var talk = Conversation.with(large)) {
            talk.exchange(GET.repeat(16));

            assertThat(talk.writes()).hasSizeBetween(5, 8).allMatch(write -> write.length() < 20_000);
        }
    }

    @Test
    void sendsWhatWaitsBeforeItWaitsForTheRestOfARequest() {
        try (var talk = Conversation.with(SAYS_HI)) {
            assertThat(talk.exchange(GET + GET + "GET /")).isEqualTo(HI_BYTES + HI_BYTES);
            assertThat(talk.exchange(" HTTP/1.1\r\nHost: a\r\n\r\n")).isEqualTo(HI_BYTES.repeat(3));
        }
    }

    @Test
    void sendsWhatWaitsBeforeItWaitsForABody() {
        Application reads = (request, respond) -> {
            request.body().readAllBytes();
            return respond.with(HI);
        };

        try (var talk = Conversation.with(reads)) {
            var post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";

            assertThat(talk.exchange(GET + post)).isEqualTo(HI_BYTES);
            assertThat(talk.exchange("abc")).isEqualTo(HI_BYTES + HI_BYTES);
        }
    }

    @Test
    void theSweeperSendsWhatWaitsForABusyApplication() throws InterruptedException {
        var busy = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        Application second = (request, respond) -> {
            if (request.rawPath().equals("/busy")) {
                busy.countDown();
                done.await();
            }
            return respond.with(HI);
        };

        try (var talk = Conversation.with(second)) {
            talk.client.send(GET + GET.replace("/ ", "/busy "));
            busy.await();
            assertThat(talk.writes()).isEmpty();
            talk.pass(ofMillis(100));
            talk.client.awaitReceived("hi");
            assertThat(talk.writes()).containsExactly(HI_BYTES);
            done.countDown();
            talk.client.awaitReader();

            assertThat(talk.writes()).containsExactly(HI_BYTES, HI_BYTES);
        }
    }

    @Test
    void aSlowReaderDuringTheLateFlushIsCutByTheWriteDeadline() throws InterruptedException {
        var busy = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        Application second = (request, respond) -> {
            if (request.rawPath().equals("/busy")) {
                busy.countDown();
                done.await();
            }
            return respond.with(HI);
        };

        try (var talk = Conversation.with(second)) {
            talk.client.takeNothing();
            talk.client.send(GET + GET.replace("/ ", "/busy "));
            busy.await();
            talk.pass(ofMillis(100));
            talk.client.awaitWriter();
            talk.pass(ofSeconds(31));
            talk.client.awaitEnding();
            done.countDown();
            talk.awaitEnd();

            assertThat(talk.received()).isEmpty();
        }
    }

    @Test
    void closesAfterTheClientsLastRequest() {
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).isEqualTo("""
                    HTTP/1.1 200 OK\r
                    Content-Length: 2\r
                    Connection: close\r
                    \r
                    hi""");
        }
    }

    @Test
    void aRequestBehindTheLastOneIsNotAnswered() {
        var seen = Collections.synchronizedList(new ArrayList<String>());
        Application records = (request, respond) -> {
            seen.add(request.rawPath());
            return respond.with(HI);
        };

        try (var talk = Conversation.with(records)) {
            talk.client.send(
                    "GET /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
            talk.client.awaitReader();
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(seen).containsExactly("/1");
        }
    }

    @Test
    void closesWhenTheApplicationSaysSo() {
        Application closes = (_, respond) -> respond.with(HI.withHeader(HeaderName.CONNECTION, "close"));

        try (var talk = Conversation.with(closes)) {
            talk.client.send(GET);

            talk.client.awaitEnding();
            talk.client.end();
            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).contains("Connection: close\r\n");
        }
    }

    @Test
    void closesAfterARequestOfHttp10() {
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.client.send("GET / HTTP/1.0\r\n\r\n");

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).endsWith("\r\n\r\nhi");
        }
    }

    @Test
    void keepsAnHttp10ConnectionThatAsksForIt() {
        try (var talk = Conversation.with(SAYS_HI)) {
            var get = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";

            var received = talk.exchange(get, get);

            assertThat(received)
                    .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nhi".repeat(2));
        }
    }

    @Test
    void answersAClientThatHasClosedItsDirection() {
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.client.send(GET);
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).startsWith("HTTP/1.1 200 OK").endsWith("hi");
        }
    }

    @Test
    void endsSilentlyWhenTheClientSaysNothing() {
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).isEmpty();
            assertThat(talk.failures()).isEmpty();
        }
    }

    @Test
    void endsWhenTheClientResets() {
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.exchange(GET);
            talk.client.reset();

            talk.awaitEnd();
            assertThat(talk.server.connections().count()).isZero();
        }
    }

    @Test
    void aRefusedPeerGetsNoByteAndNoClosingHook() {
        var closed = new ArrayList<Object>();
        var hooks = Hooks.defaults().withOnOpen(_ -> false).withOnClose(closed::add);

        try (var talk = Conversation.with(settings -> settings.withHooks(hooks), SAYS_HI)) {
            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).isEmpty();
            assertThat(closed).isEmpty();
            assertThat(talk.server.connections().count()).isZero();
        }
    }

    @Test
    void theHooksSeeTheConnectionOpenAndClose() {
        var seen = Collections.synchronizedList(new ArrayList<String>());
        var hooks = Hooks.defaults()
                .withOnOpen(peer -> seen.add("open " + peer))
                .withOnClose(peer -> seen.add("close " + peer));

        try (var talk = Conversation.with(settings -> settings.withHooks(hooks), SAYS_HI)) {
            talk.exchange(GET);
            assertThat(seen).hasSize(1);
            talk.client.end();
            talk.awaitEnd();
        }

        assertThat(seen).hasSize(2).first().asString().startsWith("open client");
        assertThat(seen).last().asString().startsWith("close client");
    }

    @Test
    void anInterruptThatTheApplicationLeavesIsGoneAtTheNextRequest() {
        var flags = Collections.synchronizedList(new ArrayList<Boolean>());
        Application interrupts = (_, respond) -> {
            flags.add(Thread.currentThread().isInterrupted());
            Thread.currentThread().interrupt();
            return respond.with(HI);
        };

        try (var talk = Conversation.with(interrupts)) {
            assertThat(talk.exchange(GET, GET, GET)).isEqualTo(HI_BYTES.repeat(3));
        }

        assertThat(flags).containsExactly(false, false, false);
    }

    @Test
    void exchangesShareNothing() {
        var key = Key.<String>named("note");
        var requests = Collections.synchronizedList(new ArrayList<Request>());
        Application remembers = (request, respond) -> {
            requests.add(request);
            var note = request.get(key).orElse("none");
            var noted = request.with(key, "mine");
            return respond.with(HI.withBody(Bytes.utf8(note + noted.get(key).orElseThrow())));
        };
        var first = "GET /1 HTTP/1.1\r\nHost: a\r\nCookie: secret\r\n\r\n";
        var second = "GET /2 HTTP/1.1\r\nHost: b\r\n\r\n";

        try (var talk = Conversation.with(remembers)) {
            assertThat(talk.exchange(first, second)).endsWith("nonemine").doesNotContain("minemine");
        }

        assertThat(requests).extracting(Request::rawPath).containsExactly("/1", "/2");
        assertThat(requests.get(1).headers()).isEqualTo(Headers.of(HeaderName.HOST, "b"));
        assertThat(requests.get(0).headers().first(HeaderName.COOKIE)).contains("secret");
    }

    @Test
    void saysWhatTheConnectionIsDoing() throws InterruptedException {
        var busy = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        Application waits = (_, respond) -> {
            busy.countDown();
            done.await();
            return respond.with(Response.text(Status.OK, ""));
        };

        try (var talk = Conversation.with(waits)) {
            talk.client.awaitReader();
            assertThat(talk.connection.describe()).contains("client").contains("IDLE");
            talk.client.send(GET);
            busy.await();
            talk.pass(ofSeconds(2));

            assertThat(talk.connection.describe()).contains("GET / HTTP/1.1", "response NONE", "2000 ms");
            done.countDown();
        }
    }
}
