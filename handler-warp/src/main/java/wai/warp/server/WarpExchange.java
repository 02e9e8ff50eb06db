package wai.warp.server;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wai.Connection;
import wai.Headers;
import wai.HttpVersion;
import wai.Request;
import wai.Vault;
import wai.spi.ContractViolation;
import wai.spi.Exchange;
import wai.spi.FileFacts;
import wai.spi.FramedResponse;
import wai.spi.Signal;
import wai.warp.arrival.Arrival;
import wai.warp.observe.Flight;
import wai.warp.settings.Failure.Phase;
import wai.warp.settings.ProxyProtocol;

/// One request and its right to one response; also the live side of the request. What does not depend on the version of
/// HTTP: where the client is, the files that are sent, and what runs when the client goes or the server stops.
abstract class WarpExchange extends Exchange implements Request.Peer {
    private final Connection connectionFacts;
    private final NegotiatedFiles files;
    private volatile @Nullable Signal disconnect;
    private volatile @Nullable Signal shutdown;
    private volatile boolean disconnected;
    /// What is being sent; of the one thread that won the right to send.
    private @Nullable FileLease sending;

    WarpExchange(ServerState server, Arrival arrival) {
        this.files = new NegotiatedFiles(server.files(), this);
        this.connectionFacts = arrival.facts();
    }

    /// Begins the request.
    final Request.Builder builder(String method, String target, HttpVersion version, Headers headers, Arrival arrival) {
        var builder = Request.builder(method, target)
                .version(version)
                .headers(headers)
                .remoteAddress(connectionFacts.remoteAddress())
                .peer(this);
        if (arrival.isSecure()) {
            builder.scheme("https");
        }
        var proxyHeader = arrival.proxyHeader();
        if (proxyHeader.isPresent()) {
            builder.vault(Vault.EMPTY.with(ProxyProtocol.HEADER, proxyHeader.get()));
        }
        return builder;
    }

    abstract Request request();

    abstract ServerState server();

    /// Tells the hook what went wrong in this exchange.
    abstract void report(Phase phase, Throwable cause);

    /// Sends it.
    ///
    /// @param file of a file's response, leased until this returns
    abstract void send(FramedResponse response, @Nullable FileLease file) throws Exception;

    /// Sees to it that the actions run when the client goes, or has gone already.
    abstract void watch();

    @Override
    protected final void send(FramedResponse response) throws Exception {
        var file = files.take();
        try (file) {
            sending = file;
            send(response, file);
        } finally {
            sending = null;
        }
    }

    /// Leases the file until the response to it has been sent.
    @Override
    protected final Optional<FileFacts> facts(Path path) throws IOException {
        return files.lease(path).facts();
    }

    @Override
    protected final SeekableByteChannel open(Path path) throws IOException {
        var file = sending;
        return file != null && file.isOf(path) ? file.channel() : super.open(path);
    }

    /// The thread that made it, and that runs the application over HTTP/1.
    final Thread driver() {
        return files.driver();
    }

    /// Gives back the files of responses that were negotiated and not sent: the framing failed, or another response was
    /// first.
    final void releaseFiles() {
        files.release();
    }

    /// The time in `Date`, so that no `Last-Modified` is later.
    @Override
    protected final Instant now() {
        return server().ticker().instant();
    }

    @Override
    protected final void onViolation(ContractViolation violation) {
        report(Phase.CONTRACT, violation);
        Flight.contractViolated(violation, request());
    }

    @Override
    public final Connection connection() {
        return connectionFacts;
    }

    @Override
    public final void onDisconnect(Runnable action) {
        if (isOver()) {
            return;
        }
        disconnectSignal().add(action);
        watch();
    }

    private synchronized Signal disconnectSignal() {
        var signal = disconnect;
        if (signal == null) {
            disconnect = signal = newSignal();
        }
        return signal;
    }

    /// Also that of the exchange's raw connection.
    @Override
    public final void onShutdown(Runnable action) {
        if (isOver()) {
            return;
        }
        shutdownSignal().add(() -> {
            if (!isOver()) {
                action.run();
            }
        });
        if (server().isStopping()) { // looked at after the signal was set, so that the stop fires it or we do
            fireShutdown();
        }
    }

    private synchronized Signal shutdownSignal() {
        var signal = shutdown;
        if (signal == null) {
            shutdown = signal = newSignal();
        }
        return signal;
    }

    private Signal newSignal() {
        return new Signal(cause -> report(Phase.APPLICATION, cause));
    }

    /// The server stops: runs the actions, if there are any, which it does once.
    final void fireShutdown() {
        fire(shutdown);
    }

    /// The client is gone.
    void disconnected() {
        disconnected = true;
        fireDisconnect();
    }

    /// Runs the actions, if there are any, which it does once.
    final void fireDisconnect() {
        fire(disconnect);
    }

    private static void fire(@Nullable Signal signal) {
        if (signal != null) {
            signal.fire();
        }
    }

    /// Whether the client was found gone.
    final boolean isDisconnected() {
        return disconnected;
    }

    /// Waits for the actions that run because the client is gone, or the server stops.
    final void awaitActions() {
        awaitActions(disconnect);
        awaitActions(shutdown);
    }

    private static void awaitActions(@Nullable Signal signal) {
        if (signal != null) {
            signal.awaitActions();
        }
    }

    /// Whether somebody asked to be told when the client goes.
    final boolean isWatched() {
        return disconnect != null;
    }
}
