package wai.limits;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import wai.Application;
import wai.HeaderName;
import wai.Middleware;
import wai.Response;
import wai.Status;

/// Answers for an application that takes too long, and ends its work by an interrupt.
///
/// {@snippet file="wai/limits/Samples.java" region="timeout"}
///
/// When the application has not responded in time, its thread is interrupted: whatever waits there (a query, a queue, a
/// lock, another service) throws, and as soon as the application has returned or thrown the client gets 503 with
/// `Retry-After`. What it would respond later is not sent. An application that computes and looks at no interrupt goes
/// on until it is done: nothing in Java can stop it. The time is that *until the response*: a stream may take as long
/// as it likes. [Deadline] bounds that too.
///
/// `request.onDisconnect(Thread.currentThread()::interrupt)` does the same for a client that left.
public final class Timeout implements Middleware {
    private static final Response TOO_LATE = Response.text(
                    Status.SERVICE_UNAVAILABLE, "503 Service Unavailable: the application took too long\n")
            .withHeader(HeaderName.RETRY_AFTER, "1");

    private final Duration time;
    private final Response answer;
    private final Alarm alarm;

    private Timeout(Duration time, Response answer, Alarm alarm) {
        this.time = time;
        this.answer = answer;
        this.alarm = alarm;
    }

    /// The middleware; 503 when the time is over.
    ///
    /// @param time more than zero
    /// @return the middleware
    /// @throws IllegalArgumentException when it is zero or negative
    public static Timeout after(Duration time) {
        return after(time, Alarm.onAThread());
    }

    static Timeout after(Duration time, Alarm alarm) {
        if (!time.isPositive()) {
            throw new IllegalArgumentException("timeout after " + time + ": expected more than zero");
        }
        return new Timeout(time, TOO_LATE, alarm);
    }

    /// Sets what is answered when the time is over.
    ///
    /// @param response the answer
    /// @return the changed copy
    public Timeout answering(Response response) {
        return new Timeout(time, requireNonNull(response, "response"), alarm);
    }

    /// {@inheritDoc}
    @Override
    public Application wrap(Application inner) {
        requireNonNull(inner, "inner");
        return (request, respond) ->
                new TimedCall(TimedCall.Reach.RESPONSE, respond, answer).run(alarm, time, inner, request);
    }
}
