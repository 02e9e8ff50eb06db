package wai.warp.server;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import wai.Capability;
import wai.ClientDisconnectedException;
import wai.ClientTimeoutException;
import wai.ContentTooLargeException;
import wai.Headers;
import wai.HttpVersion;
import wai.Request;
import wai.Status;
import wai.spi.FramedResponse;
import wai.warp.http2.Http2Event;
import wai.warp.http2.Http2Stream;
import wai.warp.http2.frame.ErrorCode;
import wai.warp.observe.Flight;
import wai.warp.observe.Observation;
import wai.warp.push.ServerPush;
import wai.warp.settings.Failure.Phase;
import wai.warp.settings.Timeouts.Kind;

/// One request on a stream and its right to one response; also the live side of the request, and what runs the
/// application, on a thread of its own.
final class Http2Exchange extends WarpExchange implements Runnable {
    private static final Set<Capability> PLAIN = Collections.unmodifiableSet(EnumSet.of(
            Capability.DISCONNECT_SIGNAL,
            Capability.SHUTDOWN_SIGNAL,
            Capability.INCREMENTAL_FLUSH,
            Capability.RAW_TARGET,
            Capability.EARLY_HINTS,
            Capability.INFORMATIONAL,
            Capability.REQUEST_TRAILERS,
            Capability.RESPONSE_TRAILERS,
            Capability.HTTP_2));
    /// Elsewhere a raw response cannot be told from the bytes of another protocol.
    private static final Set<Capability> CONNECT = with(PLAIN, Capability.RAW);

    private static final Set<Capability> SECURE = with(PLAIN, Capability.TLS_FACTS);
    private static final Set<Capability> SECURE_CONNECT = with(CONNECT, Capability.TLS_FACTS);

    private final Http2Connection connection;
    private final Http2Stream stream;
    private final Http2Body body;
    private final Http2Responses responses;
    private final Request request;
    private final Set<Capability> capabilities;
    private final @Nullable String protocol;
    private final @Nullable Observation observation;
    private final long since;
    private volatile @Nullable Thread thread;
    private volatile boolean raw;

    /// Under the lock.
    ///
    /// @param observation null when nobody wants to know
    /// @param promisedBy the request that brings this one; null for one that the client has made
    Http2Exchange(
            Http2Connection connection,
            Http2Event.Head head,
            @Nullable Observation observation,
            @Nullable Request promisedBy) {
        super(connection.server(), connection.arrival());
        this.connection = connection;
        this.stream = head.stream();
        this.observation = observation;
        this.since = connection.server().ticker().nanos();
        this.protocol = head.protocol();
        var arrival = connection.arrival();
        this.capabilities = capabilities(head.method().equals("CONNECT"), arrival.isTls());
        this.body = new Http2Body(connection, stream, this, head.expectsContinue());
        this.responses = new Http2Responses(connection, this, stream, observation);
        var builder = builder(head.method(), head.target(), HttpVersion.HTTP_2, head.headers(), arrival);
        if (head.bodyLength() != 0) {
            builder.body(body, bodyLength(head));
        }
        this.request = withPush(builder.build(), promisedBy);
    }

    private Request withPush(Request plain, @Nullable Request promisedBy) {
        if (promisedBy != null) {
            return plain.with(ServerPush.PROMISED_BY, promisedBy);
        }
        return connection.engine().takesPromises() ? plain.with(ServerPush.KEY, new Http2Push(this)) : plain;
    }

    private static Set<Capability> with(Set<Capability> some, Capability more) {
        var all = EnumSet.copyOf(some);
        all.add(more);
        return Collections.unmodifiableSet(all);
    }

    private static Set<Capability> capabilities(boolean connect, boolean tls) {
        if (tls) {
            return connect ? SECURE_CONNECT : SECURE;
        }
        return connect ? CONNECT : PLAIN;
    }

    private static OptionalLong bodyLength(Http2Event.Head head) {
        return head.bodyLength() == Http2Event.Head.UNKNOWN ? OptionalLong.empty() : OptionalLong.of(head.bodyLength());
    }

    @Override
    Request request() {
        return request;
    }

    Http2Stream stream() {
        return stream;
    }

    Http2Body body() {
        return body;
    }

    Http2Responses responses() {
        return responses;
    }

    boolean isRaw() {
        return raw;
    }

    // ------------------------------------------------------------------------------------------ running

    @Override
    public void run() {
        thread = Thread.currentThread();
        if (observation != null) {
            observation.headIsRead();
        }
        try {
            serve();
        } catch (Throwable e) { // of a hook, or out of memory
            connection.report(Phase.SERVER, e, this);
        } finally {
            releaseFiles();
            if (observation != null) {
                connection.server().served(observation, request);
            }
            connection.ended(this);
        }
    }

    private void serve() {
        Throwable thrown = null;
        try {
            run(connection.arrival().application(), request);
        } catch (Throwable e) { // an application may throw anything, and must not take the server with it
            thrown = e;
        }
        Thread.interrupted(); // one was meant for the application, not for what is sent in its place
        if (thrown != null) {
            failed(thrown);
        }
    }

    /// Answers for an application that failed.
    private void failed(Throwable thrown) {
        var unreadable = connection.failureOf(body);
        var phase = FailurePhases.of(thrown, unreadable);
        if (phase != Phase.CONTRACT) { // those were reported when they were detected
            connection.report(phase, thrown, this);
        }
        if (progress() == Progress.SENT) {
            return;
        }
        if (responses.isBegun() || !stream.isSendable()) {
            connection.reset(stream, ErrorCode.INTERNAL_ERROR);
        } else if (unreadable instanceof ContentTooLargeException) {
            refuse(Status.CONTENT_TOO_LARGE, String.valueOf(unreadable.getMessage()));
        } else if (unreadable instanceof ClientTimeoutException) {
            refuse(Status.REQUEST_TIMEOUT, "the request body took too long");
        } else if (unreadable == null) {
            answerError(phase, thrown);
        }
    }

    private void answerError(Phase phase, Throwable thrown) {
        if (progress() == Progress.SENDING) { // it failed before its first byte: a file that vanished
            refuse(Status.INTERNAL_SERVER_ERROR, "");
            return;
        }
        try {
            answer(connection.server().hooks().errorResponse().apply(connection.failure(phase, thrown, this)));
        } catch (Throwable e) { // of a hook, which is as foreign as an application
            connection.report(e instanceof ClientDisconnectedException ? Phase.RESPONSE : Phase.SERVER, e, this);
            refuse(Status.INTERNAL_SERVER_ERROR, "");
        }
    }

    private void refuse(Status status, String why) {
        if (responses.isBegun()) {
            connection.reset(stream, ErrorCode.INTERNAL_ERROR);
            return;
        }
        try {
            responses.refuse(request.method(), status, why);
        } catch (IOException _) {
            // the client is gone and needs no answer
        }
    }

    /// The grace period is over.
    void interrupt() {
        var running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    /// Ends waits whose deadline has passed; by the sweeper.
    ///
    /// @return when the next one passes
    long visited(long now) {
        tell(body.waiting().expire(now));
        tell(responses.waiting().expire(now));
        return Visit.earlier(body.waiting().time(), responses.waiting().time());
    }

    private void tell(@Nullable Kind late) {
        if (late != null) {
            connection.server().totals().timedOut(late);
            Flight.deadlineFired(late, connection.transport().remoteAddress(), request);
        }
    }

    /// What it is doing, for people.
    String describe() {
        var age = Duration.ofNanos(connection.server().ticker().nanos() - since);
        return request + ", response " + progress() + ", for " + age.toMillis() + " ms";
    }

    // ------------------------------------------------------------------------------------------ of the exchange

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
        try {
            responses.send(response, file);
        } catch (ClientDisconnectedException e) {
            disconnected();
            throw e;
        }
    }

    /// Refuses a promise that comes late: the client may be asking for the same already (RFC 9113 §8.4.1).
    void checkPromiseInTime(String target) {
        if (isOver() || progress() != Progress.NONE) {
            throw new IllegalStateException("promise of " + target + " with a response " + progress()
                    + (isOver() ? ", behind the exchange" : "")
                    + ": expected it before the response (RFC 9113 §8.4.1)");
        }
    }

    @Override
    void watch() {
        if (isDisconnected()) {
            fireDisconnect(); // it may have been found gone before there was a signal
        }
    }

    /// The client is gone, or wants no response any more.
    @Override
    void disconnected() {
        if (!isOver()) {
            super.disconnected();
        }
    }

    /// Runs a streaming body; for the responses, which send what the sink takes.
    void stream(wai.Body.Stream streaming, ResponseSink sink) throws Exception {
        super.stream(streaming, sink);
    }

    /// The application owns the stream from now on.
    Http2RawSession becomesRaw() {
        raw = true;
        body.becomesRaw();
        return new Http2RawSession(body, responses, connection().remoteAddress(), this);
    }

    // ------------------------------------------------------------------------------------------ of the request

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public Optional<String> extendedConnectProtocol() {
        return Optional.ofNullable(protocol);
    }

    @Override
    public Headers trailers() {
        return body.trailers();
    }

    @Override
    public void sendInformational(Status status, Headers fields) throws IOException {
        checkInformationalInTime(status);
        responses.sendInformational(status, fields);
    }
}
