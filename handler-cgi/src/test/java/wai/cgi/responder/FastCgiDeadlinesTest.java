package wai.cgi.responder;

import static java.util.Objects.requireNonNull;
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
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.ClientTimeoutException;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.cgi.gateway.Gateway;
import wai.cgi.server.Server;
import wai.cgi.settings.Failure;
import wai.cgi.settings.FastCgiSettings;
import wai.cgi.settings.Hooks;
import wai.cgi.settings.Timeouts;

/// How long FastCGI waits, by a clock of the test's own.
@Timeout(60)
class FastCgiDeadlinesTest {
    private static final Application PATH =
            (request, respond) -> respond.with(Response.text(Status.OK, request.rawPath()));

    private final LinkedBlockingQueue<Failure> failures = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Object> seen = new LinkedBlockingQueue<>();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final List<AutoCloseable> open = new ArrayList<>();
    private final AtomicLong time = new AtomicLong();
    private final AtomicLong looks = new AtomicLong();
    private volatile boolean timeFlies;
    private @Nullable Server running;

    @AfterEach
    void close() throws Exception {
        goOn.countDown();
        for (var each : open.reversed()) {
            each.close();
        }
    }

    @Test
    void anIncompleteHeadIsWaitedForSoLong() throws Exception {
        var client = serve(PATH);

        client.send(begin(1), record("PARAMS", 1, "\1\1AB"));
        awaitBusy();
        timeFlies = true;

        assertThat(client.isClosed()).isTrue();
        assertThat(failures.take().cause())
                .isInstanceOf(ClientTimeoutException.class)
                .hasMessageContaining("the variables of a request (time-out PT20S)");
        assertThat(server().tally().timeouts(Timeouts.Kind.HEAD)).isEqualTo(1);
    }

    @Test
    void aConnectionWithoutRequestsIsClosedQuietly() throws IOException {
        var client = serve(PATH);

        client.send(get(1, "/"));
        assertThat(client.output(1)).endsWith("/");
        timeFlies = true;

        assertThat(client.isClosed()).isTrue();
        assertThat(failures).isEmpty();
        assertThat(server().tally().timeouts(Timeouts.Kind.IDLE)).isEqualTo(1);
    }

    @Test
    void anApplicationThatWorksIsNotAnIdleConnection() throws Exception {
        var client = serve((request, respond) -> {
            seen.add("begun");
            goOn.await();
            return PATH.handle(request, respond);
        });
        client.send(get(1, "/slow"));
        seen.take();

        var idle = connect();
        timeFlies = true;
        assertThat(idle.isClosed()).isTrue();
        timeFlies = false;
        goOn.countDown();

        assertThat(client.output(1)).endsWith("/slow");
    }

    @Test
    void aBodyIsWaitedForSoLongAndTheConnectionGoesOn() throws Exception {
        var client = serve((request, respond) -> {
            if (request.bodyLength().orElse(0) > 0) {
                seen.add(request.body().read());
            }
            var body = request.body().readAllBytes();
            return respond.with(Response.text(Status.OK, request.rawPath() + body.length));
        });

        client.send(head(1, "POST", "/", "CONTENT_LENGTH", "5"), record("STDIN", 1, "h"));
        assertThat(seen.take()).isEqualTo((int) 'h');
        timeFlies = true;
        assertThat(client.output(1)).startsWith("Status: 408 ");
        assertThat(server().tally().timeouts(Timeouts.Kind.BODY)).isEqualTo(1);

        client.send(stdin(1, "ello"), get(1, "/next"));
        assertThat(client.output(1)).endsWith("/next0");
    }

    @Test
    void aWebServerThatTakesNothingIsWaitedForSoLong() throws Exception {
        var client = serve((_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, sink -> {
            seen.add("begun");
            while (true) {
                sink.write(new byte[100_000]);
            }
        })));

        client.send(get(1, "/"));
        seen.take();
        timeFlies = true;

        var cause = failures.take().cause();
        if (!(cause instanceof ClientTimeoutException)) { // of the thread that reads, which sees the end as well
            cause = failures.take().cause();
        }
        assertThat(cause)
                .isInstanceOf(ClientTimeoutException.class)
                .hasMessageContaining("room for a response (time-out PT1M)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lighttpd/1.4.79", "Apache/2.4.71 (Debian)"})
    void aCutWaitsForWebServersThatLoseWhatTheyHaveNotRead(String webServer) throws Exception {
        var client = serve(FastCgiSettings.defaults(), failing());

        client.send(get(1, "/", "SERVER_SOFTWARE", webServer));
        failures.take();
        awaitLooks(5);
        assertThat(server().describeConnections()).as("time stands still").hasSize(1);
        timeFlies = true;

        assertThat(client.isClosed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nginx/1.26.3", "Caddy/2.10.0"})
    void aCutDoesNotWaitForOthers(String webServer) throws IOException {
        var client = serve(FastCgiSettings.defaults(), failing());

        client.send(get(1, "/", "SERVER_SOFTWARE", webServer));

        assertThat(client.isClosed()).as("time stands still").isTrue();
    }

    @Test
    void aCutWithoutDelayIsAtOnce() throws IOException {
        var client = serve(FastCgiSettings.defaults().withCutDelay(Duration.ZERO), failing());

        client.send(get(1, "/", "SERVER_SOFTWARE", "lighttpd/1.4.79"));

        assertThat(client.isClosed()).as("time stands still").isTrue();
    }

    @Test
    void aStopDoesNotWaitForACut() throws Exception {
        var client = serve(FastCgiSettings.defaults().withCutDelay(Duration.ofSeconds(10)), failing());

        client.send(get(1, "/", "SERVER_SOFTWARE", "lighttpd/1.4.79"));
        failures.take();
        var _ = server().stop(Duration.ZERO);

        assertThat(client.isClosed()).isTrue();
    }

    private static Application failing() {
        return (_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, sink -> {
            sink.writeUtf8("one");
            sink.flush();
            throw new IllegalArgumentException("on purpose");
        }));
    }

    private FastCgiClient serve(Application application) throws IOException {
        return serve(FastCgiSettings.defaults(), application);
    }

    private FastCgiClient serve(FastCgiSettings settings, Application application) throws IOException {
        var requests = settings.server().requests().withHooks(Hooks.defaults().withOnFailure(this::failed));
        var gateway = Gateway.ofServer(application, requests);
        var server =
                Server.start(settings.server(), new FastCgiProtocol(gateway, settings), gateway::report, this::now);
        running = server;
        open.add(() -> server.stop(Duration.ofSeconds(10)));
        return connect();
    }

    private FastCgiClient connect() throws IOException {
        var client = FastCgiClient.to(server().addresses().getFirst());
        open.add(client);
        return client;
    }

    private Server server() {
        return requireNonNull(running, "the server was not started");
    }

    private void failed(Failure failure) {
        timeFlies = false; // what follows must not be late, too
        failures.add(failure);
    }

    /// Stands still until the test lets it fly: then a minute goes by at each look, up to the first failure.
    private long now() {
        looks.incrementAndGet();
        return timeFlies ? time.addAndGet(Duration.ofMinutes(1).toNanos()) : time.get();
    }

    /// Waits until the clock was looked at so many times more, which the sweeper does again and again.
    private void awaitLooks(int more) {
        long enough = looks.get() + more;
        while (looks.get() < enough) {
            Thread.onSpinWait();
        }
    }

    private void awaitBusy() {
        while (server().describeConnections().stream().noneMatch(line -> line.endsWith("BUSY"))) {
            Thread.onSpinWait();
        }
    }
}
