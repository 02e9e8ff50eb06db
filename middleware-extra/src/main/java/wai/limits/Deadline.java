package wai.limits;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import wai.Application;
import wai.HeaderName;
import wai.Key;
import wai.Middleware;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.StatusException;

/// Bounds the time of a whole exchange, from here to the last byte that the application writes, and tells it what is
/// left.
///
/// {@snippet file="wai/limits/Samples.java" region="deadline"}
///
/// When the time is over, the application's thread is interrupted, so that whatever waits there (a query, a queue, a
/// lock, another service) throws, and reads of the request body, writes and flushes throw a [StatusException].
///
/// - **Before the response** the client gets 503 with `Retry-After` as soon as the application has returned or thrown,
///   or what [#answering] says. What it would respond later is not sent.
/// - **In a stream** the response is cut, also when its writer catches everything and returns: no client takes it for
///   whole.
/// - **Bytes and files** that were handed over in time are whole; how long a client may take for them is the handler's
///   to say, as is how long a write may wait for one that reads nothing. A raw connection has no deadline.
///
/// An application that computes and looks at no interrupt goes on until it is done: nothing in Java can stop it.
///
/// What is left is for whoever asks others: [#within] is the time-out of a call to the next service, so that nobody
/// works for a request that was given up. Of deadlines inside of each other the earlier one counts, for both. Endless
/// streams (`wai.sse`) belong outside of a deadline; [Timeout] is the one for the time until the response.
public final class Deadline implements Middleware {
    private static final Key<Moment> MOMENT = Key.named("deadline");
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2); // so that moments can be compared
    private static final Response TOO_LATE = Response.text(
                    Status.SERVICE_UNAVAILABLE, "503 Service Unavailable: this took longer than it may\n")
            .withHeader(HeaderName.RETRY_AFTER, "1");

    private final Duration time;
    private final Response answer;
    private final Alarm alarm;
    private final LongSupplier clock;

    private Deadline(Duration time, Response answer, Alarm alarm, LongSupplier clock) {
        this.time = time;
        this.answer = answer;
        this.alarm = alarm;
        this.clock = clock;
    }

    /// The middleware; 503 when the time is over before the response.
    ///
    /// @param time more than zero; 146 years and more are as good as none
    /// @return the middleware
    /// @throws IllegalArgumentException when it is zero or negative
    public static Deadline after(Duration time) {
        return after(time, Alarm.onAThread(), System::nanoTime);
    }

    static Deadline after(Duration time, Alarm alarm, LongSupplier clock) {
        if (!time.isPositive()) {
            throw new IllegalArgumentException("deadline after " + time + ": expected more than zero");
        }
        return new Deadline(time.compareTo(LONGEST) > 0 ? LONGEST : time, TOO_LATE, alarm, clock);
    }

    /// Sets what is answered when the time is over before the response: 504 for a gateway, for example.
    ///
    /// @param response the answer
    /// @return the changed copy
    public Deadline answering(Response response) {
        return new Deadline(time, requireNonNull(response, "response"), alarm, clock);
    }

    /// What is left of the time of a request.
    ///
    /// @param request the request as the application got it
    /// @return the time, zero when the deadline has passed; empty when there is no deadline
    public static Optional<Duration> remaining(Request request) {
        return request.get(MOMENT).map(Moment::left);
    }

    /// What a call to somebody else may take: as long as is usual, and no longer than this request has.
    ///
    /// @param request the request as the application got it
    /// @param usual how long the call may take where there is no deadline, or one far off
    /// @return the shorter of both, more than zero when `usual` is
    /// @throws StatusException of 503, when the deadline has passed
    public static Duration within(Request request, Duration usual) throws StatusException {
        var left = remaining(request).orElse(usual);
        if (left.isZero()) {
            throw TimedCall.tooLate();
        }
        return left.compareTo(usual) < 0 ? left : usual;
    }

    /// {@inheritDoc}
    @Override
    public Application wrap(Application inner) {
        requireNonNull(inner, "inner");
        return (request, respond) -> {
            long at = clock.getAsLong() + time.toNanos();
            var outer = request.get(MOMENT);
            if (outer.isPresent() && outer.get().at() - at <= 0) {
                return inner.handle(request, respond);
            }
            var call = new TimedCall(TimedCall.Reach.LAST_BYTE, respond, answer);
            return call.run(alarm, time, inner, call.bounding(request).with(MOMENT, new Moment(at, clock)));
        };
    }

    /// When the time is over.
    ///
    /// @param at by the clock, which may have passed zero on the way
    private record Moment(long at, LongSupplier clock) {
        Duration left() {
            return Duration.ofNanos(Math.max(at - clock.getAsLong(), 0));
        }
    }
}
