package wai.warp.server;

import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import wai.Capability;
import wai.Headers;
import wai.Request;
import wai.Status;
import wai.spi.FramedResponse;
import wai.warp.http1.Http1Event;
import wai.warp.settings.Failure.Phase;

/// One request on a connection and its right to one response; also the live side of the request.
final class Http1Exchange extends WarpExchange {
    private final Http1Connection connection;
    private final Set<Capability> capabilities;
    private final Request request;

    Http1Exchange(Http1Connection connection, Http1Event.Head head) {
        super(connection.server(), connection.arrival());
        this.connection = connection;
        var arrival = connection.arrival();
        this.capabilities = Http1Capabilities.of(head, arrival.isTls());
        var builder = builder(head.method(), head.target(), head.version(), head.headers(), arrival);
        if (head.bodyLength() != 0) {
            builder.body(new RequestBody(connection, this), bodyLength(head));
        }
        this.request = builder.build();
    }

    @Override
    Request request() {
        return request;
    }

    @Override
    ServerState server() {
        return connection.server();
    }

    @Override
    void report(Phase phase, Throwable cause) {
        connection.report(phase, cause, this);
    }

    @Override
    void send(FramedResponse response, @Nullable FileLease file) throws Exception {
        connection.responses().send(this, response, file);
    }

    @Override
    void watch() {
        connection.reading().watch(this);
    }

    /// Runs a streaming body; for the connection, which sends what the sink takes.
    void stream(wai.Body.Stream body, ResponseSink sink) throws Exception {
        super.stream(body, sink);
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

    private static java.util.OptionalLong bodyLength(Http1Event.Head head) {
        return head.bodyLength() == Http1Event.Head.CHUNKED
                ? java.util.OptionalLong.empty()
                : java.util.OptionalLong.of(head.bodyLength());
    }
}
