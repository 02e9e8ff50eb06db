package wai.cgi.responder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.cgi.fastcgi.Records.begin;
import static wai.cgi.fastcgi.Records.bytes;
import static wai.cgi.fastcgi.Records.join;
import static wai.cgi.fastcgi.Records.pairs;
import static wai.cgi.fastcgi.Records.params;
import static wai.cgi.fastcgi.Records.record;
import static wai.cgi.fastcgi.Records.stdin;
import static wai.cgi.responder.FastCgiClient.get;
import static wai.cgi.responder.FastCgiClient.head;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.cgi.CgiServer;
import wai.cgi.FastCgi;
import wai.cgi.settings.FastCgiSettings;
import wai.cgi.settings.Listener;

/// Requests over real connections: records in, records out.
@Timeout(60)
class FastCgiServerTest {
    private static final String OK =
            "Status: 200 OK\\r\\nContent-Type: text/plain; charset=utf-8\\r\\nContent-Length: ";
    private static final Application PATH =
            (request, respond) -> respond.with(Response.text(Status.OK, request.rawPath()));
    private static final Application ECHO = (request, respond) -> {
        var all = request.body().readAllBytes();
        return respond.with(Response.of(Status.OK, Headers.EMPTY, wai.Bytes.of(all)));
    };

    private final List<AutoCloseable> open = new java.util.ArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void close() throws Exception {
        for (var each : open.reversed()) {
            each.close();
        }
    }

    private FastCgiClient serve(Application application) throws IOException {
        return serve(FastCgiSettings.defaults(), application);
    }

    private FastCgiClient serve(FastCgiSettings settings, Application application) throws IOException {
        return connect(start(settings, application));
    }

    private CgiServer start(FastCgiSettings settings, Application application) throws IOException {
        var server = FastCgi.start(settings, application);
        open.add(server);
        return server;
    }

    private FastCgiClient connect(CgiServer server) throws IOException {
        var client = FastCgiClient.to(server.address());
        open.add(client);
        return client;
    }

    // ------------------------------------------------------------------------------------------ requests

    @Test
    void aRequestGetsAHeadABodyAndTwoEnds() throws IOException {
        var client = serve(PATH);

        client.send(get(1, "/a%20b"));

        assertThat(client.untilEnd(1))
                .containsExactly(
                        "STDOUT 1 \"" + OK + "6\\r\\n\\r\\n/a%20b\"",
                        "STDOUT 1 \"\"",
                        "END_REQUEST 1 status 0 REQUEST_COMPLETE");
    }

    @Test
    void aConnectionIsKeptAndItsIdsAreUsedAgain() throws IOException {
        var client = serve(PATH);

        for (int i = 0; i < 100; i++) {
            client.send(get(1 + i % 2, "/" + i));
            assertThat(client.output(1 + i % 2)).endsWith("/" + i);
        }
    }

    @Test
    void aConnectionThatIsNotKeptEndsBehindTheResponse() throws IOException {
        var client = serve(PATH);
        var request = get(1, "/x");
        request[10] = 0; // the flags

        client.send(request);

        assertThat(client.output(1)).endsWith("/x");
        assertThat(client.next()).isNull();
    }

    @Test
    void requestsThatComeAsAWholeOneByOneAreRunByTheThreadThatReads() throws IOException {
        var threads = new HashSet<Long>();
        var client = serve((request, respond) -> {
            threads.add(Thread.currentThread().threadId());
            return ECHO.handle(request, respond);
        });

        for (int i = 0; i < 50; i++) {
            client.send(join(head(1, "POST", "/", "CONTENT_LENGTH", "4"), stdin(1, "four")));
            assertThat(client.output(1)).endsWith("four");
        }

        // on a machine that is busy, another thread may take up the reading now and then
        assertThat(threads).hasSizeLessThan(50);
    }

    @Test
    void aRequestThatComesWhileTheThreadThatReadsRunsAnotherIsAnswered() throws Exception {
        var begun = new CountDownLatch(1);
        var second = new CountDownLatch(1);
        var client = serve((request, respond) -> {
            if (request.rawPath().equals("/first")) {
                begun.countDown();
                second.await();
            }
            return PATH.handle(request, respond);
        });

        client.send(get(1, "/first"));
        begun.await();
        client.send(get(2, "/second"));
        var beside = client.output(2);
        second.countDown();

        assertThat(beside).endsWith("/second");
        assertThat(client.output(1)).endsWith("/first");
        client.send(get(3, "/third"));
        assertThat(client.output(3)).endsWith("/third");
    }

    @Test
    void requestsAtTheSameTimeAreAnsweredWhenTheyAreReady() throws IOException {
        var second = new CountDownLatch(1);
        var client = serve((request, respond) -> {
            if (request.rawPath().equals("/first")) {
                second.await();
            }
            try {
                return PATH.handle(request, respond);
            } finally {
                second.countDown();
            }
        });

        client.send(join(get(1, "/first"), get(2, "/second")));

        assertThat(client.output(2)).endsWith("/second");
        assertThat(client.output(1)).endsWith("/first");
    }

    @Test
    void aHundredRequestsAtTheSameTimeKeepTheirOwnInput() throws IOException {
        var client = serve(ECHO);
        var seed = System.nanoTime();
        var random = new Random(seed);
        var inputs = new byte[101][];
        for (int id = 1; id <= 100; id++) {
            inputs[id] = new byte[random.nextInt(3000)];
            Arrays.fill(inputs[id], (byte) id);
            client.send(head(id, "POST", "/", "CONTENT_LENGTH", Integer.toString(inputs[id].length)));
        }
        for (int at = 0; at < 3000; at += 500) {
            for (int id = 1; id <= 100; id++) {
                if (at < inputs[id].length) {
                    var piece = Arrays.copyOfRange(inputs[id], at, Math.min(at + 500, inputs[id].length));
                    client.send(record(5, id, piece, 0));
                }
            }
        }

        for (int id = 1; id <= 100; id++) {
            client.send(stdin(id, ""));
        }

        var bodies = client.bodies(100);
        for (int id = 1; id <= 100; id++) {
            assertThat(bodies.get(id)).as("seed %d, request %d", seed, id).isEqualTo(inputs[id]);
        }
    }

    @Test
    void aLargeBodyGoesThereAndBack() throws Exception {
        var settings = FastCgiSettings.defaults().withInputBytes(1000);
        var client = serve(
                settings,
                (request, respond) -> respond.with(Response.stream(
                        Status.OK, Headers.EMPTY, sink -> request.body().transferTo(sink))));
        var content = new byte[5_000_000];
        new Random(1).nextBytes(content);

        var sending = Thread.startVirtualThread(() -> {
            try {
                client.send(head(1, "POST", "/", "CONTENT_LENGTH", Integer.toString(content.length)));
                for (int at = 0; at < content.length; at += 50_000) {
                    client.send(record(5, 1, Arrays.copyOfRange(content, at, at + 50_000), 0));
                }
                client.send(stdin(1, ""));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });

        assertThat(client.bodies(1).get(1)).isEqualTo(content);
        sending.join();
    }

    @Test
    void aBodyWithoutALengthEndsWithItsStream() throws IOException {
        var client = serve(ECHO);

        client.send(head(1, "POST", "/", "HTTP_TRANSFER_ENCODING", "chunked"), stdin(1, "hello"));

        assertThat(client.output(1)).endsWith("hello");
    }

    @Test
    void aFileComesWhole() throws IOException {
        var content = new byte[300_000];
        new Random(2).nextBytes(content);
        var file = Files.write(folder.resolve("f"), content);
        var client = serve((_, respond) -> respond.with(Response.file(Status.OK, Headers.EMPTY, file)));

        client.send(get(1, "/"));

        assertThat(client.bodies(1).get(1)).isEqualTo(content);
    }

    @Test
    void aFlushReachesTheWebServerBeforeTheEnd() throws IOException {
        var goOn = new CountDownLatch(1);
        var client = serve((_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, sink -> {
            sink.writeUtf8("one");
            sink.flush();
            goOn.await();
            sink.writeUtf8("two");
        })));

        client.send(get(1, "/"));

        assertThat(client.next()).isEqualTo("STDOUT 1 \"Status: 200 OK\\r\\n\\r\\none\"");
        goOn.countDown();
        assertThat(client.next()).isEqualTo("STDOUT 1 \"two\"");
    }

    @Test
    void theEndDoesNotWaitForAnApplicationThatGoesOnBehindItsResponse() throws IOException {
        var goOn = new CountDownLatch(1);
        var client = serve((request, respond) -> {
            var received = PATH.handle(request, respond);
            goOn.await();
            return received;
        });

        client.send(get(1, "/a"));
        assertThat(client.output(1)).endsWith("/a");
        client.send(get(1, "/b"));
        assertThat(client.output(1)).endsWith("/b");

        goOn.countDown();
    }

    @Test
    void applicationsThatGoOnBehindTheirResponsesCountAsRequests() throws IOException {
        var goOn = new CountDownLatch(1);
        var begun = new LinkedBlockingQueue<String>();
        var client = serve(FastCgiSettings.defaults().withRequestsPerConnection(2), (request, respond) -> {
            begun.add(request.rawPath());
            var received = PATH.handle(request, respond);
            goOn.await();
            return received;
        });

        client.send(get(1, "/a"));
        client.untilEnd(1);
        client.send(get(1, "/b"));
        client.untilEnd(1);
        client.send(get(1, "/c"));

        assertThat(begun).containsExactly("/a", "/b");
        goOn.countDown();
        assertThat(client.output(1)).endsWith("/c");
    }

    @Test
    void inputThatNobodyReadsIsForgottenAndTheConnectionGoesOn() throws IOException {
        var client = serve(PATH);

        client.send(head(1, "POST", "/a", "CONTENT_LENGTH", "5"));
        assertThat(client.output(1)).endsWith("/a");
        client.send(record("STDIN", 1, "he"), record("STDIN", 1, "llo"), record("STDIN", 1, ""), get(1, "/b"));

        assertThat(client.output(1)).endsWith("/b");
    }

    @Test
    void anApplicationReadsOnBehindItsResponse() throws Exception {
        var seen = new LinkedBlockingQueue<String>();
        var client = serve((request, respond) -> {
            var received = PATH.handle(request, respond);
            seen.add(new String(request.body().readAllBytes(), UTF_8));
            return received;
        });

        client.send(head(1, "POST", "/a", "CONTENT_LENGTH", "5"));
        assertThat(client.next()).endsWith("/a\"");
        client.send(stdin(1, "hello"));

        assertThat(seen.take()).isEqualTo("hello");
        assertThat(client.untilEnd(1)).containsExactly("STDOUT 1 \"\"", "END_REQUEST 1 status 0 REQUEST_COMPLETE");
    }

    @Test
    void fieldsThatCameTwiceStayTwo() throws IOException {
        var client = serve((request, respond) -> respond.with(Response.text(
                Status.OK,
                request.headers().all(HeaderName.of("X-A")) + " "
                        + request.headers().all(HeaderName.COOKIE))));

        client.send(
                head(1, "GET", "/", "HTTP_X_A", "1", "HTTP_COOKIE", "a=1", "HTTP_X_A", "2", "HTTP_COOKIE", "b=2"),
                stdin(1, ""));

        assertThat(client.output(1)).endsWith("[1, 2] [a=1, b=2]");
    }

    @ParameterizedTest
    @CsvSource({"nginx/1.22.1,true", "'',true", "Apache/2.4.71 (Debian),false", "lighttpd/1.4.69,false"})
    void supportsTheSignalOfADisconnectWhereTheWebServerTells(String software, boolean tells) throws IOException {
        var client = serve((request, respond) ->
                respond.with(Response.text(Status.OK, "" + request.supports(Capability.DISCONNECT_SIGNAL))));

        client.send(head(1, "GET", "/", "SERVER_SOFTWARE", software), stdin(1, ""));

        assertThat(client.output(1)).endsWith("" + tells);
    }

    // ------------------------------------------------------------------------------------------ the protocol

    @Test
    void tellsWhatItCanDo() throws IOException {
        var settings = FastCgiSettings.defaults();
        var client =
                serve(settings.withServer(settings.server().withConnections(10)).withRequestsPerConnection(4), PATH);

        client.send(record(9, 0, pairs("FCGI_MAX_CONNS", "", "FCGI_MAX_REQS", "", "FCGI_MPXS_CONNS", ""), 0));
        client.send(record(77, 0, bytes(""), 0));

        assertThat(client.next()).isEqualTo("GET_VALUES_RESULT 0 FCGI_MAX_CONNS=10 FCGI_MAX_REQS=40 FCGI_MPXS_CONNS=1");
        assertThat(client.next()).isEqualTo("UNKNOWN_TYPE 0 77");
    }

    @Test
    void endsRolesThatItDoesNotHaveAndGoesOn() throws IOException {
        var client = serve(PATH);

        client.send(begin(1, 2, 1), params(1, "A", "b"), get(1, "/"));

        assertThat(client.next()).isEqualTo("END_REQUEST 1 status 0 UNKNOWN_ROLE");
        assertThat(client.output(1)).endsWith("/");
    }

    @Test
    void takesOneRequestAtATimeWhereMoreAreNotAllowed() throws IOException {
        var goOn = new CountDownLatch(1);
        var client = serve(FastCgiSettings.defaults().withRequestsPerConnection(1), (request, respond) -> {
            goOn.await();
            return PATH.handle(request, respond);
        });

        client.send(get(1, "/a"), get(2, "/b"));

        assertThat(client.next()).isEqualTo("END_REQUEST 2 status 0 CANT_MPX_CONN");
        goOn.countDown();
        assertThat(client.output(1)).endsWith("/a");
    }

    @Test
    void refusesParametersThatAreTooLargeAndGoesOn() throws IOException {
        var settings = FastCgiSettings.defaults();
        var client = serve(settings.withServer(settings.server().withHeadBytes(1000)), PATH);

        client.send(begin(1), params(1, "A", "a".repeat(1000)), stdin(1, "x"), get(2, "/b"));

        assertThat(client.output(1)).startsWith("Status: 431 ").contains("expected at most 1000");
        assertThat(client.output(2)).endsWith("/b");
    }

    @Test
    void refusesParametersThatAreNone() throws IOException {
        var client = serve(PATH);

        client.send(begin(1), record("PARAMS", 1, "\7\7short"), record("PARAMS", 1, ""));

        assertThat(client.output(1)).startsWith("Status: 400 ");
    }

    @Test
    void refusesTwoLengths() throws IOException {
        var client = serve(PATH);

        client.send(head(1, "POST", "/", "CONTENT_LENGTH", "1", "CONTENT_LENGTH", "2"), stdin(1, "x"), get(1, "/b"));

        assertThat(client.output(1)).startsWith("Status: 400 ").contains("CONTENT_LENGTH");
        assertThat(client.output(1)).endsWith("/b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n\r\n", "\1\1\0\0\0\10\0\0", "\1\1\0\1\0\1\0\0", "\1\5\0"})
    void brokenRecordsEndTheConnection(String wire) throws Exception {
        var client = serve(PATH);

        client.send(bytes(wire));
        client.endWriting();

        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void aFaultEndsAllRequestsOfTheConnection() throws Exception {
        var left = new CountDownLatch(1);
        var client = serve((request, respond) -> {
            request.onDisconnect(left::countDown);
            left.await();
            return PATH.handle(request, respond);
        });

        client.send(get(1, "/"), begin(1));

        assertThat(client.isClosed()).isTrue();
        left.await();
    }

    // ------------------------------------------------------------------------------------------ where from

    @Test
    void servesUnixSockets() throws IOException {
        var settings = FastCgiSettings.defaults();
        var listeners = List.of(Listener.unix(folder.resolve("s")));
        var client = serve(settings.withServer(settings.server().withListeners(listeners)), PATH);

        client.send(get(1, "/unix"));

        assertThat(client.output(1)).endsWith("/unix");
    }

    @Test
    void closesConnectionsOfOthersThanTheNamedWebServers() throws IOException {
        var settings = FastCgiSettings.defaults()
                .withWebServers(Set.of(InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1})));
        var client = serve(settings, PATH);

        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void servesTheNamedWebServers() throws IOException {
        var client = serve(FastCgiSettings.defaults().withWebServers(Set.of(InetAddress.getLoopbackAddress())), PATH);

        client.send(get(1, "/in"));

        assertThat(client.output(1)).endsWith("/in");
    }
}
