package wai.warp.server;

import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import wai.Capability;
import wai.Connection;
import wai.Headers;
import wai.HttpVersion;
import wai.Request;
import wai.Status;
import wai.spi.ContractViolation;
import wai.spi.Exchange;
import wai.spi.FramedResponse;
import wai.warp.http1.Http1Event;
import wai.warp.observe.Flight;
import wai.warp.settings.Failure;

/// One request on a connection and its right to one response; also the live side of the request.
final class Http1Exchange extends Exchange implements Request.Peer {
    private static final Set<Capability> HTTP_1_0 = Collections.unmodifiableSet(
            EnumSet.of(Capability.DISCONNECT_SIGNAL, Capability.INCREMENTAL_FLUSH, Capability.RAW_TARGET));
    private static final Set<Capability> HTTP_1_1_WITH_BODY = Collections.unmodifiableSet(EnumSet.of(
            Capability.DISCONNECT_SIGNAL,
            Capability.INCREMENTAL_FLUSH,
            Capability.RAW_TARGET,
            Capability.EARLY_HINTS,
            Capability.INFORMATIONAL,
            Capability.REQUEST_TRAILERS,
            Capability.RESPONSE_TRAILERS));
    private static final Set<Capability> HTTP_1_1;

    static {
        var all = EnumSet.copyOf(HTTP_1_1_WITH_BODY);
        all.add(Capability.RAW); // bytes of a body and bytes of the raw protocol could not be told apart
        HTTP_1_1 = Collections.unmodifiableSet(all);
    }

    private final Http1Connection connection;
    private final Connection connectionFacts;
    private final Set<Capability> capabilities;
    private final Request request;
    private volatile @Nullable Signal disconnect;
    private volatile boolean disconnected;

    Http1Exchange(Http1Connection connection, Http1Event.Head head) {
        this.connection = connection;
        this.connectionFacts = connection.facts();
        this.capabilities = head.version() == HttpVersion.HTTP_1_0
                ? HTTP_1_0
                : head.bodyLength() == 0 ? HTTP_1_1 : HTTP_1_1_WITH_BODY;
        var builder = Request.builder(head.method(), head.target())
                .version(head.version())
                .headers(head.headers())
                .remoteAddress(connectionFacts.remoteAddress())
                .peer(this);
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
        connection.send(this, response);
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
        connection.sendInformational(status, fields);
    }

    @Override
    public void onDisconnect(Runnable action) {
        if (isOver()) {
            return;
        }
        disconnectSignal().add(action);
        connection.reading().watch(this);
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
