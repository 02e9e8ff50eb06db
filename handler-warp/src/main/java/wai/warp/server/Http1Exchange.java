package wai.warp.server;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import wai.Capability;
import wai.Connection;
import wai.Headers;
import wai.Request;
import wai.Status;
import wai.Vault;
import wai.spi.ContractViolation;
import wai.spi.Exchange;
import wai.spi.FileFacts;
import wai.spi.FramedResponse;
import wai.spi.Signal;
import wai.warp.http1.Http1Event;
import wai.warp.observe.Flight;
import wai.warp.settings.Failure;
import wai.warp.settings.ProxyProtocol;

/// One request on a connection and its right to one response; also the live side of the request.
final class Http1Exchange extends Exchange implements Request.Peer {
    private final Http1Connection connection;
    private final Connection connectionFacts;
    private final Set<Capability> capabilities;
    private final Request request;
    private final NegotiatedFiles files;
    private volatile @Nullable Signal disconnect;
    private volatile boolean disconnected;
    /// What is being sent; of the one thread that won the right to send.
    private @Nullable FileLease sending;

    Http1Exchange(Http1Connection connection, Http1Event.Head head) {
        this.connection = connection;
        this.files = new NegotiatedFiles(connection.files(), this);
        var arrival = connection.arrival();
        this.connectionFacts = arrival.facts();
        this.capabilities = Http1Capabilities.of(head, arrival.isTls());
        var builder = Request.builder(head.method(), head.target())
                .version(head.version())
                .headers(head.headers())
                .remoteAddress(connectionFacts.remoteAddress())
                .peer(this);
        if (arrival.isSecure()) {
            builder.scheme("https");
        }
        var proxyHeader = arrival.proxyHeader();
        if (proxyHeader.isPresent()) {
            builder.vault(Vault.EMPTY.with(ProxyProtocol.HEADER, proxyHeader.get()));
        }
        if (head.bodyLength() != 0) {
            builder.body(new RequestBody(connection, this), bodyLength(head));
        }
        this.request = builder.build();
    }

    Request request() {
        return request;
    }

    @Override
    protected void send(FramedResponse response) throws Exception {
        var file = files.take();
        if (file == null) {
            connection.responses().send(this, response, null);
            return;
        }
        try (file) {
            sending = file;
            connection.responses().send(this, response, file);
        } finally {
            sending = null;
        }
    }

    /// Leases the file until the response to it has been sent.
    @Override
    protected Optional<FileFacts> facts(Path path) throws IOException {
        return files.lease(path).facts();
    }

    @Override
    protected SeekableByteChannel open(Path path) throws IOException {
        var file = sending;
        return file != null && file.isOf(path) ? file.channel() : super.open(path);
    }

    /// The time in `Date`, so that no `Last-Modified` is later.
    @Override
    protected Instant now() {
        return connection.now();
    }

    @Override
    protected void onViolation(ContractViolation violation) {
        connection.report(Failure.Phase.CONTRACT, violation, this);
        Flight.contractViolated(violation, request);
    }

    /// Runs a streaming body; for the connection, which sends what the sink takes.
    void stream(wai.Body.Stream body, ResponseSink sink) throws Exception {
        super.stream(body, sink);
    }

    @Override
    public Connection connection() {
        return connectionFacts;
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public Headers trailers() {
        return connection.trailers();
    }

    @Override
    public void sendInformational(Status status, Headers fields) throws IOException {
        checkInformationalInTime(status);
        connection.responses().sendInformational(this, status, fields);
    }

    @Override
    public void onDisconnect(Runnable action) {
        if (isOver()) {
            return;
        }
        disconnectSignal().add(action);
        connection.reading().watch(this);
    }

    /// Gives back the files of responses that were negotiated and not sent: the framing failed, or another response was
    /// first.
    void releaseFiles() {
        files.release();
    }

    private synchronized Signal disconnectSignal() {
        var signal = disconnect;
        if (signal == null) {
            signal = new Signal(cause -> connection.report(Failure.Phase.APPLICATION, cause, this));
            disconnect = signal;
        }
        return signal;
    }

    /// The client is gone.
    void disconnected() {
        disconnected = true;
        var signal = disconnect;
        if (signal != null) {
            signal.fire();
        }
    }

    /// Whether the client was found gone.
    boolean isDisconnected() {
        return disconnected;
    }

    /// Waits for the actions that run because the client is gone.
    void awaitActions() {
        var signal = disconnect;
        if (signal != null) {
            signal.awaitActions();
        }
    }

    /// Whether somebody asked to be told when the client goes.
    boolean isWatched() {
        return disconnect != null;
    }

    private static java.util.OptionalLong bodyLength(Http1Event.Head head) {
        return head.bodyLength() == Http1Event.Head.CHUNKED
                ? java.util.OptionalLong.empty()
                : java.util.OptionalLong.of(head.bodyLength());
    }
}
