package wai.limits;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import wai.Application;
import wai.HeaderName;
import wai.Middleware;
import wai.Response;
import wai.Status;

/// Works on so many requests at a time and no more; the rest wait a little, or are sent away at once.
///
/// {@snippet file="wai/limits/Samples.java" region="concurrency-limit"}
///
/// For what has a limit of its own: connections of a database, memory, a service behind. A few that wait smooth a
/// burst; when more come than can wait, the rest get 503 with `Retry-After` immediately, which keeps the service fast
/// for those that it takes. Who waits, waits in the order of arrival. A request counts until its response is sent, a
/// raw connection until it ends.
///
/// One limit may be around any number of applications, which share it.
public final class ConcurrencyLimit implements Middleware {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final int requests;
    private final int queue;
    private final Duration patience;
    private final Semaphore places;
    private final Semaphore seats;

    private ConcurrencyLimit(int requests, int queue, Duration patience) {
        this.requests = requests;
        this.queue = queue;
        this.patience = patience;
        this.places = new Semaphore(requests, true);
        this.seats = new Semaphore(queue);
    }

    /// A limit with which nobody waits.
    ///
    /// @param requests how many are worked on at a time, 1 or more
    /// @return the middleware
    /// @throws IllegalArgumentException when it is less than 1
    public static ConcurrencyLimit of(int requests) {
        if (requests < 1) {
            throw new IllegalArgumentException("limit of " + requests + " requests at a time: expected 1 or more");
        }
        return new ConcurrencyLimit(requests, 0, Duration.ZERO);
    }

    /// Lets some wait.
    ///
    /// @param waiting how many at a time, 0 or more
    /// @param longest how long each waits before it is sent away, zero or more
    /// @return the changed copy, with places of its own
    /// @throws IllegalArgumentException when one is negative
    public ConcurrencyLimit withQueue(int waiting, Duration longest) {
        if (waiting < 0 || longest.isNegative()) {
            throw new IllegalArgumentException(
                    "queue of " + waiting + " for " + longest + ": expected 0 or more, and zero or more");
        }
        return new ConcurrencyLimit(requests, waiting, longest);
    }

    /// {@inheritDoc}
    @Override
    public Application wrap(Application inner) {
        requireNonNull(inner, "inner");
        return (request, respond) -> {
            if (!enter()) {
                return respond.with(refusal());
            }
            try {
                return inner.handle(request, respond);
            } finally {
                places.release();
            }
        };
    }

    /// Whether there is a place, perhaps after waiting. Who was interrupted while waiting goes.
    private boolean enter() throws InterruptedException {
        if (!places.hasQueuedThreads() && places.tryAcquire()) {
            return true;
        }
        if (queue == 0 || !seats.tryAcquire()) {
            return false;
        }
        try {
            return places.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            seats.release();
        }
    }

    /// How many wait now; for tests.
    int waiting() {
        return places.getQueueLength();
    }

    private static Response refusal() {
        return Response.text(Status.SERVICE_UNAVAILABLE, "503 Service Unavailable: too many requests at a time\n")
                .withHeader(HeaderName.RETRY_AFTER, Long.toString(RETRY_AFTER.toSeconds()));
    }
}
