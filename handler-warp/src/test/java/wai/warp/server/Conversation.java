package wai.warp.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.Bytes;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.arrival.Entrance;
import wai.warp.memory.MemoryTransport;
import wai.warp.settings.Failure;
import wai.warp.settings.Hooks;
import wai.warp.settings.WarpSettings;

/// One connection of a server in memory, in virtual time: the client's end, the driver on a thread of its own, and what
/// the driver reported.
final class Conversation implements AutoCloseable {
    /// The smallest request.
    static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    /// What [#HI] answers to it, without `Date`.
    static final String HI_BYTES = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    static final Response HI = Response.of(Status.OK, Headers.EMPTY, Bytes.utf8("hi"));
    static final Application SAYS_HI = (_, respond) -> respond.with(HI);

    private static final Duration PATIENCE = Duration.ofSeconds(20); // a safety net, nothing depends on it
    private static final String DATE = "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n";

    final MemoryTransport client = new MemoryTransport();
    final ServerState server;
    final AcceptedConnection connection;
    private final AtomicLong clock = new AtomicLong(1_000_000_000);
    private final ConcurrentLinkedQueue<Failure> failures = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Thread driver;

    Conversation(WarpSettings settings, Application application) {
        var hooks = settings.hooks();
        var recording = hooks.withOnFailure(failure -> {
            failures.add(failure);
            if (!hooks.onFailure().equals(Hooks.defaults().onFailure())) { // that one would log
                hooks.onFailure().accept(failure);
            }
        });
        var ticker = new Ticker(clock::get, InstantSource.fixed(Instant.EPOCH), Server.fieldsOf(settings));
        server = new ServerState(application, settings.withHooks(recording), ticker);
        connection = new AcceptedConnection(entrance(settings, application).arrive(client), server);
        server.connections().add(connection, Integer.MAX_VALUE);
        client.restsWith(this::start);
    }

    /// Starts a thread: of a stream, or of the connection, at the begin or in place of one that rested.
    private void start(Runnable task) {
        var thread = Thread.ofVirtual().start(task);
        if (task.equals(connection)) {
            driver = thread;
        }
    }

    private Entrance entrance(WarpSettings settings, Application application) {
        try {
            return Entrance.open(settings.listeners().getFirst(), application, List.of("http/1.1"), server.records());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A conversation that has begun, with an application under the default settings.
    static Conversation with(Application application) {
        return with(settings -> settings, application);
    }

    /// A conversation that has begun, with other settings.
    static Conversation with(UnaryOperator<WarpSettings> change, Application application) {
        return new Conversation(change.apply(WarpSettings.defaults().withServerName("")), application).begin();
    }

    Conversation begin() {
        connection.start();
        return this;
    }

    /// Sends pieces and answers everything the client got by the time the driver waits for more.
    String exchange(String... pieces) {
        client.send(pieces);
        awaitDriver();
        return received();
    }

    /// Waits until the driver, or the application on its thread, waits for bytes that the client did not send.
    void awaitDriver() {
        var running = driver;
        if (running == null) {
            client.awaitRest();
        } else {
            client.awaitReader(running);
        }
    }

    /// The thread that drives the connection, or did before it rested; null before there was one.
    @Nullable
    Thread driver() {
        return driver;
    }

    /// Everything the client got, without the lines of `Date`.
    String received() {
        return client.received().replace(DATE, "");
    }

    List<String> writes() {
        return client.writes().stream().map(text -> text.replace(DATE, "")).toList();
    }

    /// Lets time pass, then the sweeper look once.
    void pass(Duration time) {
        clock.addAndGet(time.toNanos());
        server.ticker().tick();
        server.wheel().sweep(server.ticker().nanos());
    }

    /// Lets time pass without the sweeper looking: it was busy elsewhere.
    void passUnseen(Duration time) {
        clock.addAndGet(time.toNanos());
        server.ticker().tick();
    }

    /// Waits until the driver has ended, and answers how the client saw it end.
    MemoryTransport.Ending awaitEnd() {
        try {
            Thread last;
            do {
                last = driver;
                if ((last != null && !last.join(PATIENCE)) || client.isResting()) {
                    throw new AssertionError("the connection lives on: " + connection.describe() + "\n" + received());
                }
            } while (!Objects.equals(last, driver));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        return client.ending();
    }

    /// What was reported so far.
    List<Failure> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        connection.kill();
        awaitEnd();
        server.files().close();
    }
}
