package wai.warp.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import wai.ClientDisconnectedException;
import wai.ContentTooLargeException;
import wai.HeaderName;
import wai.Headers;
import wai.warp.http2.Http2Engine;
import wai.warp.http2.Http2Event;
import wai.warp.http2.Http2Stream;
import wai.warp.http2.PromisedRequest;
import wai.warp.http2.frame.ErrorCode;
import wai.warp.http2.frame.StreamFault;
import wai.warp.observe.Count;
import wai.warp.settings.Failure;
import wai.warp.settings.Failure.Phase;
import wai.warp.settings.Http2;

/// The requests that are in hand on one connection: begins them as the engine's events say, tells them what comes, and
/// knows which there are.
///
/// Everything here is for whoever holds the connection's lock, but for what says otherwise.
final class Http2Requests {
    private final Http2Connection connection;
    private final ServerState server;
    private final Http2Engine engine;
    private final long requestLimit;
    private final long oldAt;
    /// Changed under the lock, looked at by anybody.
    private final Set<Http2Exchange> exchanges = ConcurrentHashMap.newKeySet();

    private final Deque<Failure> unreported = new ArrayDeque<>();
    private long begun;

    /// @param oldAt when the connection is too old for further requests
    Http2Requests(Http2Connection connection, long oldAt) {
        this.connection = connection;
        this.server = connection.server();
        this.engine = connection.engine();
        this.requestLimit = server.settings().limits().requestsPerConnection();
        this.oldAt = oldAt;
    }

    // ------------------------------------------------------------------------------------------ what comes

    /// Does what an event says.
    void take(Http2Event event) {
        switch (event) {
            case Http2Event.Head head -> begin(head);
            case Http2Event.Refusal refusal -> refuse(refusal);
            case Http2Event.Data(Http2Stream stream, ByteBuffer bytes) -> {
                if (stream.owner() instanceof Http2Exchange exchange) {
                    exchange.body().add(bytes);
                }
            }
            case Http2Event.End end -> {
                if (end.stream().owner() instanceof Http2Exchange exchange) {
                    exchange.body().end(end.trailers());
                }
            }
            case Http2Event.Excess(Http2Stream stream) -> {
                if (stream.owner() instanceof Http2Exchange exchange) {
                    exchange.body()
                            .fail(new ContentTooLargeException(
                                    server.settings().limits().bodyBytes()));
                }
            }
            case Http2Event.Reset reset -> reset(reset);
            case Http2Event.Signal _ -> {}
        }
    }

    private void begin(Http2Event.Head head) {
        var exchange = new Http2Exchange(connection, head, server.observe(), null);
        head.stream().belongsTo(exchange);
        if (!head.stream().isReceiving()) {
            exchange.body().end(Headers.EMPTY);
        }
        begun++;
        connection.tally().add(Count.REQUESTS);
        if (begun >= requestLimit || Deadline.isPassed(oldAt, server.ticker().nanos())) {
            engine.finishStop();
        }
        start(exchange, exchange);
    }

    /// Begins a request that its client did not make.
    void push(Http2Stream stream, PromisedRequest request, Http2Exchange by) {
        var fields = Headers.of(HeaderName.HOST, request.authority()).adding(request.fields());
        var head = new Http2Event.Head(stream, PromisedRequest.METHOD, request.target(), null, fields, 0, false);
        var exchange = new Http2Exchange(connection, head, server.observe(), by.request());
        stream.belongsTo(exchange);
        exchange.body().end(Headers.EMPTY);
        connection.tally().add(Count.REQUESTS);
        start(exchange, exchange);
    }

    private void start(Http2Exchange exchange, Runnable work) {
        exchanges.add(exchange);
        boolean started = false;
        try {
            connection.transport().start(work);
            started = true;
        } finally {
            if (!started) { // out of memory
                engine.reset(exchange.stream(), ErrorCode.REFUSED_STREAM);
                connection.ended(exchange);
            }
        }
    }

    /// Answers a request past a limit on a thread of its own: the reader does not wait for windows.
    private void refuse(Http2Event.Refusal refusal) {
        var stream = refusal.stream();
        var fault = new StreamFault(stream.id(), ErrorCode.PROTOCOL_ERROR, refusal.why());
        unreported.add(connection.failure(Phase.REQUEST, fault, null));
        var request = new Http2Event.Head(stream, "GET", "/", null, Headers.EMPTY, 0, false);
        var exchange = new Http2Exchange(connection, request, null, null);
        stream.belongsTo(exchange);
        start(exchange, () -> {
            try {
                exchange.responses().refuse(refusal.method(), refusal.status(), refusal.why());
            } catch (IOException _) {
                // the client is gone and needs no answer
            } finally {
                connection.ended(exchange);
            }
        });
    }

    private void reset(Http2Event.Reset reset) {
        var owner = reset.stream().owner() instanceof Http2Exchange exchange ? exchange : null;
        if (reset.fault() != null) {
            if (reset.code() == ErrorCode.REFUSED_STREAM) {
                server.totals().exceeded(Http2.Limit.CONCURRENT_STREAMS);
            }
            var fault = new StreamFault(reset.stream().id(), reset.code(), reset.fault());
            unreported.add(connection.failure(Phase.REQUEST, fault, owner));
        }
        if (owner != null) {
            owner.body().fail(new ClientDisconnectedException("the stream was reset: " + reset.code()));
            owner.disconnected();
            owner.responses().waiting().wake();
        }
    }

    /// Tells the hook what was seen under the lock. By the reader, without the lock.
    void reportAll() {
        for (Failure failure; (failure = unreported.poll()) != null; ) {
            try {
                server.report(failure);
            } catch (Throwable _) {
                // as in Http2Connection.report
            }
        }
    }

    // ------------------------------------------------------------------------------------------ the end

    /// An exchange is over.
    void ended(Http2Exchange exchange) {
        exchange.body().giveUp();
        if (exchange.isDisconnected()) {
            connection.tally().add(Count.DISCONNECTS);
        }
        engine.release(exchange.stream());
        exchanges.remove(exchange);
    }

    /// Nothing comes and nothing can be sent any more.
    void failAll(IOException why) {
        inputEnded(why);
        exchanges.forEach(exchange -> exchange.responses().waiting().wake());
    }

    /// The client sends nothing more.
    void inputEnded(IOException why) {
        for (var exchange : exchanges) {
            exchange.body().fail(why);
            exchange.disconnected();
        }
    }

    /// Whether nothing is in hand.
    boolean isEmpty() {
        return exchanges.isEmpty();
    }

    // ------------------------------------------------------------------------------------------ by anybody

    /// Ends waits whose deadline has passed. By the sweeper.
    ///
    /// @return when the next one passes
    long visited(long now) {
        long next = Visit.NEVER;
        for (var exchange : exchanges) {
            next = Visit.earlier(next, exchange.visited(now));
        }
        return next;
    }

    /// The server stops: applications are told.
    void tellOfStop() {
        exchanges.forEach(Http2Exchange::fireShutdown);
    }

    /// The grace period is over.
    void interrupt() {
        exchanges.forEach(Http2Exchange::interrupt);
    }

    /// How many requests are in hand, without raw ones.
    int inHand() {
        return (int) exchanges.stream().filter(exchange -> !exchange.isRaw()).count();
    }

    /// What they are doing, for people.
    String describe() {
        var running = exchanges.stream().map(Http2Exchange::describe).toList();
        return running.isEmpty() ? "IDLE" : "ACTIVE: " + String.join("; ", running);
    }
}
