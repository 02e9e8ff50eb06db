package wai.limits;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import wai.Application;
import wai.Middleware;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;

/// Answers for an application that takes too long, and ends its work by an interrupt.
///
/// {@snippet file="wai/limits/Samples.java" region="timeout"}
///
/// When the application has not responded in time, its thread is interrupted: whatever waits there (a query, a queue, a
/// lock, another service) throws, and as soon as the application has returned or thrown the client gets 503. What it
/// would respond later is not sent. An application that computes and looks at no interrupt goes on until it is done:
/// nothing in Java can stop it. The time is that *until the response*: a stream may take as long as it likes.
///
/// `request.onDisconnect(Thread.currentThread()::interrupt)` does the same for a client that left.
public final class Timeout implements Middleware {
    private static final Response TOO_LATE =
            Response.text(Status.SERVICE_UNAVAILABLE, "503 Service Unavailable: the application took too long\n");

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
        return (request, respond) -> new TimedCall(Thread.currentThread()).run(inner, request, respond);
    }

    /// One request. The thread is interrupted only between the start and the response, and what is left of an interrupt
    /// is cleared, so that it reaches nobody else.
    private final class TimedCall {
        private final Thread thread;
        private State state = State.WAITING; // guarded by this

        TimedCall(Thread thread) {
            this.thread = thread;
        }

        ResponseReceived run(Application inner, Request request, Respond respond) throws Exception {
            var callOff = alarm.after(time, this::expire);
            try {
                return inner.handle(request, response -> {
                    callOff.run();
                    return respond.with(begin() ? response : answer);
                });
            } catch (Exception failure) {
                if (end() == State.EXPIRED) {
                    return respond.with(answer);
                }
                throw failure;
            } finally {
                callOff.run();
                end();
            }
        }

        private synchronized void expire() {
            if (state == State.WAITING) {
                state = State.EXPIRED;
                thread.interrupt();
            }
        }

        /// Whether the response came in time.
        private synchronized boolean begin() {
            boolean inTime = state != State.EXPIRED;
            clearInterrupt();
            state = State.ANSWERED;
            return inTime;
        }

        /// Nothing is interrupted from here on.
        private synchronized State end() {
            var before = state;
            clearInterrupt();
            state = State.ANSWERED;
            return before;
        }

        private void clearInterrupt() {
            if (state == State.EXPIRED && Thread.currentThread().equals(thread)) {
                var _ = Thread.interrupted(); // it was ours, and has done what it was for
            }
        }
    }

    private enum State {
        /// The application has neither responded nor ended.
        WAITING,
        /// The time is over and the thread was interrupted.
        EXPIRED,
        /// A response was begun, or the application has ended.
        ANSWERED
    }
}
