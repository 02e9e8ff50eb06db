package wai.cgi.responder;

import static org.assertj.core.api.Assertions.assertThat;
import static wai.cgi.fastcgi.Records.begin;
import static wai.cgi.fastcgi.Records.record;
import static wai.cgi.fastcgi.Records.stdin;
import static wai.cgi.responder.FastCgiClient.get;
import static wai.cgi.responder.FastCgiClient.head;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import wai.Application;
import wai.ClientDisconnectedException;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.cgi.CgiServer;
import wai.cgi.FastCgi;
import wai.cgi.settings.Failure;
import wai.cgi.settings.FastCgiSettings;
import wai.cgi.settings.Hooks;

/// Ends other than that of a response which is whole: aborts, failures, the stop.
@Timeout(60)
class FastCgiEndsTest {
    private static final Application PATH =
            (request, respond) -> respond.with(Response.text(Status.OK, request.rawPath()));

    private final LinkedBlockingQueue<Failure> failures = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Object> seen = new LinkedBlockingQueue<>();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        goOn.countDown();
        for (var each : open.reversed()) {
            each.close();
        }
    }

    private CgiServer start(Application application) throws IOException {
        var settings = FastCgiSettings.defaults();
        var requests = settings.server().requests().withHooks(Hooks.defaults().withOnFailure(failures::add));
        var server = FastCgi.start(settings.withServer(settings.server().withRequests(requests)), application);
        open.add(server);
        return server;
    }

    private FastCgiClient connect(CgiServer server) throws IOException {
        var client = FastCgiClient.to(server.address());
        open.add(client);
        return client;
    }

    private FastCgiClient serve(Application application) throws IOException {
        return connect(start(application));
    }

    // ------------------------------------------------------------------------------------------ the stop, told

    @Test
    void aStreamThatIsToldOfTheStopEndsWhole() throws Exception {
        var server = start((request, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            request.onShutdown(goOn::countDown);
            out.writeUtf8("begun ");
            out.flush();
            seen.add("begun");
            goOn.await();
            out.writeUtf8("and ended");
        })));
        var client = connect(server);
        client.send(get(1, "/"));
        assertThat(seen.take()).isEqualTo("begun");

        var stop = new FutureTask<>(() -> server.stop(Duration.ofSeconds(50)));
        Thread.ofVirtual().start(stop);

        assertThat(client.output(1)).endsWith("begun and ended");
        client.close();
        assertThat(stop.get()).isTrue();
    }

    @Test
    void aRequestThatIsOverIsNotToldOfTheStop() throws Exception {
        var server = start((request, respond) -> {
            request.onShutdown(() -> seen.add("told"));
            throw new IllegalStateException("on purpose"); // what the handler answers is sent when the exchange is over
        });
        var client = connect(server);
        client.send(get(1, "/over"));
        assertThat(client.output(1)).startsWith("Status: 500");
        client.close();

        assertThat(server.stop(Duration.ofSeconds(50))).isTrue();

        assertThat(seen).isEmpty();
    }

    // ------------------------------------------------------------------------------------------ aborts

    @Test
    void anAbortEndsTheRequestAtOnceAndTellsTheApplication() throws Exception {
        var client = serve((request, respond) -> {
            if (request.rawPath().equals("/next")) {
                return PATH.handle(request, respond);
            }
            request.onDisconnect(() -> seen.add("signal"));
            try {
                seen.add(request.body().read());
                return respond.with(Response.text(Status.OK, "" + request.body().read()));
            } catch (ClientDisconnectedException e) {
                seen.add(e.getMessage());
                goOn.await();
                throw e;
            }
        });

        client.send(head(1, "POST", "/", "CONTENT_LENGTH", "5"), record("STDIN", 1, "h"));
        assertThat(seen.take()).isEqualTo((int) 'h');
        client.send(record("ABORT_REQUEST", 1, ""));

        assertThat(client.untilEnd(1)).containsExactly("END_REQUEST 1 status 0 REQUEST_COMPLETE");
        assertThat(List.of(seen.take(), seen.take()))
                .containsExactlyInAnyOrder("signal", "the web server aborted the request: its client has left");
        client.send(get(1, "/next"));
        assertThat(client.output(1)).endsWith("/next");
    }

    @Test
    void anAbortBeforeTheParametersAreCompleteEndsTheRequest() throws IOException {
        var client = serve(PATH);

        client.send(begin(1), record("PARAMS", 1, "\1\1AB"), record("ABORT_REQUEST", 1, ""), get(1, "/next"));

        assertThat(client.untilEnd(1)).containsExactly("END_REQUEST 1 status 0 REQUEST_COMPLETE");
        assertThat(client.output(1)).endsWith("/next");
    }

    @Test
    void writingBehindAnAbortFailsAndSendsNothing() throws Exception {
        var client = serve((request, respond) -> {
            if (request.rawPath().equals("/next")) {
                return PATH.handle(request, respond);
            }
            return respond.with(Response.stream(Status.OK, Headers.EMPTY, sink -> {
                sink.writeUtf8("one");
                sink.flush();
                goOn.await();
                try {
                    sink.writeUtf8("two");
                    sink.flush();
                } catch (ClientDisconnectedException e) {
                    seen.add("gone");
                    throw e;
                }
            }));
        });

        client.send(get(1, "/"));
        assertThat(client.next()).contains("one");
        client.send(record("ABORT_REQUEST", 1, ""));
        assertThat(client.untilEnd(1)).containsExactly("END_REQUEST 1 status 0 REQUEST_COMPLETE");
        goOn.countDown();

        assertThat(seen.take()).isEqualTo("gone");
        client.send(get(1, "/next"));
        assertThat(client.output(1)).endsWith("/next");
    }

    @Test
    void aWebServerThatClosesTellsAllApplications() throws Exception {
        var client = serve((request, respond) -> {
            request.onDisconnect(() -> seen.add(request.rawPath()));
            seen.add("begun");
            goOn.await();
            return PATH.handle(request, respond);
        });

        client.send(get(1, "/1"), get(2, "/2"));
        assertThat(List.of(seen.take(), seen.take())).containsExactly("begun", "begun");
        client.close();

        assertThat(List.of(seen.take(), seen.take())).containsExactlyInAnyOrder("/1", "/2");
    }

    @Test
    void inputThatEndsTooEarlyIsNoWholeBody() throws Exception {
        var client = serve((request, respond) -> {
            try {
                return respond.with(Response.text(Status.OK, "" + request.body().readAllBytes().length));
            } catch (ClientDisconnectedException e) {
                seen.add("cut");
                throw e;
            }
        });

        client.send(head(1, "POST", "/", "CONTENT_LENGTH", "5"), stdin(1, "hell"));

        assertThat(client.isClosed()).isTrue();
        assertThat(seen.take()).isEqualTo("cut");
    }

    // ------------------------------------------------------------------------------------------ failures

    @Test
    void anApplicationThatFailsBeforeItsResponseGetsAStatusAndTheConnectionGoesOn() throws Exception {
        var client = serve((request, respond) -> {
            if (request.rawPath().equals("/next")) {
                return PATH.handle(request, respond);
            }
            throw new IllegalArgumentException("on purpose");
        });

        client.send(get(1, "/"));

        assertThat(client.output(1)).startsWith("Status: 500 ");
        assertThat(failures.take().cause()).hasMessage("on purpose");
        client.send(get(1, "/next"));
        assertThat(client.output(1)).endsWith("/next");
    }

    @Test
    void aResponseThatFailsInTheMiddleTakesItsConnectionDown() throws IOException {
        var client = serve((_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, sink -> {
            sink.writeUtf8("one");
            sink.flush();
            goOn.await();
            throw new IllegalArgumentException("on purpose");
        })));

        client.send(get(1, "/"));
        assertThat(client.next()).contains("one");
        goOn.countDown();

        assertThat(untilClosed(client)).noneMatch(line -> line.startsWith("END_REQUEST"));
    }

    private static List<String> untilClosed(FastCgiClient client) {
        var lines = new ArrayList<String>();
        try {
            for (var line = client.next(); line != null; line = client.next()) {
                lines.add(line);
            }
        } catch (IOException _) {
            // a reset is an end
        }
        return lines;
    }

    @Test
    void aResponseThatFailsInTheMiddleLeavesOtherRequestsAlone() throws IOException {
        var other = new CountDownLatch(1);
        var client = serve((request, respond) -> {
            if (request.rawPath().equals("/other")) {
                seen.add("begun");
                other.await();
                return PATH.handle(request, respond);
            }
            return respond.with(Response.stream(Status.OK, Headers.EMPTY, sink -> {
                sink.writeUtf8("one");
                sink.flush();
                throw new IllegalArgumentException("on purpose");
            }));
        });

        client.send(get(2, "/other"), get(1, "/"));

        assertThat(client.untilEnd(1))
                .containsExactly(
                        "STDOUT 1 \"Status: 200 OK\\r\\n\\r\\none\"",
                        "STDERR 1 \"APPLICATION failed (GET / HTTP/1.1, response SENDING): "
                                + "java.lang.IllegalArgumentException: on purpose\\n\"",
                        "END_REQUEST 1 status 1 REQUEST_COMPLETE");
        other.countDown();
        assertThat(client.output(2)).endsWith("/other");
    }

    @Test
    void anInterruptThatAnApplicationLeavesBehindHarmsNobody() throws IOException {
        var client = serve((request, respond) -> {
            Thread.currentThread().interrupt();
            return PATH.handle(request, respond);
        });

        client.send(get(1, "/a"));
        assertThat(client.output(1)).endsWith("/a");
        client.send(get(1, "/b"));
        assertThat(client.output(1)).endsWith("/b");
    }

    // ------------------------------------------------------------------------------------------ the stop

    @Test
    void aStopClosesIdleConnectionsAndLetsRequestsFinish() throws Exception {
        var server = start((request, respond) -> {
            if (request.rawPath().equals("/slow")) {
                seen.add("begun");
                goOn.await();
            }
            return PATH.handle(request, respond);
        });
        var idle = connect(server);
        idle.send(get(1, "/fast"));
        assertThat(idle.output(1)).endsWith("/fast");
        var busy = connect(server);
        busy.send(get(1, "/slow"));
        seen.take();

        var stop = new LinkedBlockingQueue<Boolean>();
        Thread.startVirtualThread(() -> {
            try {
                stop.add(server.stop(Duration.ofSeconds(50)));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(idle.isClosed()).isTrue();
        goOn.countDown();

        assertThat(busy.output(1)).endsWith("/slow");
        assertThat(busy.next()).isNull();
        busy.close();
        assertThat(stop.take()).isTrue();
    }

    @Test
    void aStopInterruptsWhatDoesNotFinish() throws Exception {
        var server = start((request, respond) -> {
            seen.add("begun");
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                seen.add("interrupted");
                throw e;
            }
            return PATH.handle(request, respond);
        });
        var client = connect(server);
        client.send(get(1, "/"), get(2, "/"));
        seen.take();
        seen.take();

        boolean isClean = server.stop(Duration.ZERO);

        assertThat(isClean).isFalse();
        assertThat(List.of(seen.take(), seen.take())).containsExactly("interrupted", "interrupted");
        assertThat(client.isClosed()).isTrue();
    }
}
