package wai.warp.server;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import wai.Headers;
import wai.warp.arrival.Arrival;
import wai.warp.http1.OutputBuffer;
import wai.warp.memory.MemoryTransport;
import wai.warp.settings.Failure;
import wai.warp.settings.Hooks;
import wai.warp.settings.Limits;
import wai.warp.settings.Timeouts;
import wai.warp.settings.WarpSettings;

/// Plays one script against one connection, in virtual time and in an order of threads that the seed decides.
final class SimulatedRun {
    /// Longer than any time-out below.
    private static final Duration LONG = Duration.ofSeconds(13);

    private static final int MOST_LONG_WAITS = 12;

    final SimulatedScript script;
    final SimulatedApplication application;
    final List<Failure> failures = new ArrayList<>();
    final MemoryTransport client;
    final ServerState server;
    /// Whether the server ended the connection by itself, before the client did what it does last.
    /// Whether the connection was cut.
    boolean killed;
    boolean endedByServer;

    private final SeededScheduler scheduler;
    private final AtomicLong clock = new AtomicLong(1_000_000_000);
    private final AcceptedConnection connection;
    private int sweeps;
    private boolean sweeping;
    private int opened;
    private int closed;

    private SimulatedRun(SimulatedScript script, Path folder) {
        this.script = script;
        this.scheduler = new SeededScheduler(new Random(~script.seed()));
        this.client = new MemoryTransport(scheduler::pause);
        this.application = new SimulatedApplication(script.requests(), folder, scheduler::pause);
        this.server = new ServerState(
                application,
                settings(),
                new Ticker(clock::get, InstantSource.fixed(Instant.EPOCH), Headers.EMPTY),
                new PoisoningShelf<>(() -> ByteBuffer.allocate(ServerState.BUFFER_SIZE), SimulatedRun::poison),
                new PoisoningShelf<>(() -> ByteBuffer.allocate(ServerState.GATHERING_SIZE), SimulatedRun::poison),
                new PoisoningShelf<>(
                        () -> new OutputBuffer(ServerState.OUTPUT_SIZE),
                        buffer -> Arrays.fill(buffer.array(), (byte) '#')));
        this.connection = new AcceptedConnection(Arrival.plain(client, server.application()), server);
        server.connections().add(connection, Integer.MAX_VALUE);
        client.restsWith(task -> scheduler.start("driver", task));
        connection.start();
    }

    @SuppressWarnings("ByteBufferBackingArray") // of a buffer that was allocated above
    private static void poison(ByteBuffer buffer) {
        Arrays.fill(buffer.array(), (byte) '#');
    }

    private WarpSettings settings() {
        return WarpSettings.defaults()
                .withServerName("")
                .withTimeouts(Timeouts.defaults()
                        .withHeader(Duration.ofSeconds(3))
                        .withBody(Duration.ofSeconds(5))
                        .withWrite(Duration.ofSeconds(7))
                        .withIdle(Duration.ofSeconds(11))
                        .withLinger(Duration.ofSeconds(2))
                        .withMinimumRate(0))
                .withLimits(Limits.defaults()
                        .withBodyBytes(SimulatedRequest.BODY_LIMIT)
                        .withDrainBytes(SimulatedRequest.DRAIN_LIMIT))
                .withHooks(Hooks.defaults()
                        .withOnOpen(_ -> {
                            opened++;
                            return true;
                        })
                        .withOnClose(_ -> closed++)
                        .withOnFailure(failures::add));
    }

    /// Plays a script, and checks it.
    ///
    /// @return everything that could be seen, for comparison
    static String play(SimulatedScript script, Path folder) {
        var run = new SimulatedRun(script, folder);
        run.play();
        run.checkNothingIsLeft();
        new SimulationModel(run).check();
        return run.toString();
    }

    private void play() {
        var bytes = script.bytes();
        int sent = 0;
        for (var step : script.steps()) {
            int upTo = step.kind() == SimulatedScript.Kind.SEND ? Math.min(bytes.length(), sent + step.amount()) : sent;
            take(step, bytes.substring(sent, upTo));
            sent = upTo;
            scheduler.run(step.turns());
        }
        if (!script.cut() && sent < bytes.length()) {
            client.send(bytes.substring(sent));
        }
        if (script.early()) {
            end();
            client.open(Long.MAX_VALUE);
            scheduler.runToRest();
            checkSignals(bytes.length() - sent);
        }
        client.open(Long.MAX_VALUE);
        scheduler.runToRest();
        application.openGate();
        scheduler.runToRest();
        if (!script.early()) {
            end();
            scheduler.runToRest();
        }
        awaitEnd();
    }

    private void take(SimulatedScript.Step step, String bytes) {
        switch (step.kind()) {
            case SEND -> {
                if (!bytes.isEmpty()) {
                    client.send(bytes);
                }
            }
            case PASS -> pass(Duration.ofMillis(step.amount()));
            case TAKE_NOTHING -> client.takeNothing();
            case TAKE -> client.open(step.amount());
            case GATE -> application.openGate();
            case REST -> scheduler.runToRest();
            case STOP -> stop();
            case KILL -> kill();
            case RESET -> client.reset();
        }
    }

    private void end() {
        switch (script.end()) {
            case HALF_CLOSE -> client.end();
            case RESET -> client.reset();
            case SILENCE -> {}
            case STOP -> stop();
            case KILL -> kill();
        }
    }

    /// Cuts the connection, and interrupts an application that works.
    private void kill() {
        killed = true;
        scheduler.start("kill", connection::kill);
    }

    private void stop() {
        scheduler.start("stop", () -> {
            server.beginStopping();
            scheduler.pause();
            connection.stop();
        });
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
        server.ticker().tick();
        scheduler.start("sweeper", this::sweep);
    }

    /// There is one sweeper; who comes while it works has it go on.
    private void sweep() {
        sweeps++;
        while (sweeps > 0 && !sweeping) {
            sweeping = true;
            sweeps = 0;
            server.wheel().sweep(server.ticker().nanos());
            sweeping = false;
        }
    }

    private boolean isAlive() {
        return server.connections().count() > 0;
    }

    /// Everybody who waits for a client that is silent must give up in time; but no time runs for a raw connection.
    private void awaitEnd() {
        for (int i = 0; i < MOST_LONG_WAITS && isAlive(); i++) {
            pass(LONG);
            scheduler.runToRest();
        }
        endedByServer = !isAlive();
        if (isAlive()) {
            client.end();
            scheduler.runToRest();
        }
        if (isAlive()) {
            kill();
            scheduler.runToRest();
        }
    }

    // ------------------------------------------------------------------------------------------ right away

    /// Who waits for nothing but the signal must have got it, without any time going by.
    private void checkSignals(int unsent) {
        if (script.end() != SimulatedScript.End.HALF_CLOSE && script.end() != SimulatedScript.End.RESET) {
            return;
        }
        for (var seen : application.history()) {
            var plan = seen.plan;
            if (seen.waiting && plan != null && plan.act().watches() && plan.size() == 0 && unsent < 8000) {
                throw new AssertionError("not told that the client has left: " + seen);
            }
        }
    }

    private void checkNothingIsLeft() {
        if (isAlive()) {
            throw new AssertionError("the connection lives on: " + connection.describe());
        }
        if (!client.isClosed()) {
            throw new AssertionError("the transport is open");
        }
        if (server.connections().count() != 0) {
            throw new AssertionError("the connection is still listed");
        }
        if (server.buffersInUse() != 0) {
            throw new AssertionError(server.buffersInUse() + " buffers were not given back");
        }
        if (opened != 1 || closed != 1) {
            throw new AssertionError("onOpen ran " + opened + " times, onClose " + closed + " times");
        }
        client.revive();
        pass(LONG);
        scheduler.runToRest();
        if (client.isExpired()) {
            throw new AssertionError("a deadline was left behind");
        }
        for (var seen : application.history()) {
            if (!seen.ended) {
                throw new AssertionError("a call of the application has not ended: " + seen);
            }
        }
    }

    /// Everything that could be seen.
    @Override
    public String toString() {
        return "application:\n  "
                + application.history().stream().map(Object::toString).collect(Collectors.joining("\n  "))
                + "\nfailures:\n  "
                + failures.stream()
                        .map(failure -> failure.phase() + " " + failure.progress() + " "
                                + failure.request().map(Object::toString).orElse("no request") + ": " + failure.cause())
                        .collect(Collectors.joining("\n  "))
                + "\nwrites, then " + client.ending() + ":\n  "
                + client.writes().stream()
                        .map(text -> text.replace("\r\n", "\\r\\n"))
                        .map(text -> text.length() < 600
                                ? text
                                : text.substring(0, 400) + "…" + text.substring(text.length() - 100) + " ("
                                        + text.length() + ", " + text.hashCode() + ")")
                        .collect(Collectors.joining("\n  "));
    }
}
