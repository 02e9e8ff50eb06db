package wai.middleware;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import wai.Application;
import wai.HeaderName;
import wai.Middleware;
import wai.Response;
import wai.Status;

/// Runs the application on a few platform threads: for requests that compute instead of waiting.
///
/// Virtual threads are not time-sliced. As many requests that compute as there are processors keep everybody else
/// waiting, because nothing takes their processor away from them. The operating system does take it away from platform
/// threads, so requests that compute run on some of those, no more at a time than make sense, and everything else is
/// served as before:
///
/// {@snippet file="wai/middleware/Guide.java" region="offload"}
///
/// - **What moves.** The whole call of the application, the body of a stream included; a client that reads its response
///   slowly keeps its thread meanwhile, and so does a raw connection for all its life. Offload what computes, not
///   everything: [Middleware#when].
/// - **When all threads are busy** requests wait in the order in which they came, each at the price of a parked virtual
///   thread. [#withQueue] bounds how many; more than that are answered with 503 and `Retry-After`.
/// - **What stays.** The application sees the same request, vault and respond function. An exception passes as the same
///   object. An interrupt of the waiting thread interrupts the application; a request that has not begun is withdrawn.
///   The context class loader comes along, thread-locals and scoped values do not.
/// - **Nothing to close.** Threads are started when there is work, end after ten seconds without, and do not keep the
///   JVM alive.
///
/// One offload may be around any number of applications, which share its threads; inside itself it changes nothing. An
/// application on it must not wait for another request that needs one of its threads.
public final class Offload implements Middleware {
    private static final int UNLIMITED = Integer.MAX_VALUE;
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final int threads;
    private final int queue;
    private final Duration retryAfter;
    private final Semaphore places;
    private final ThreadPoolExecutor pool;

    private Offload(int threads, int queue, Duration retryAfter) {
        this.threads = threads;
        this.queue = queue;
        this.retryAfter = retryAfter;
        this.places = new Semaphore((int) Math.min((long) threads + queue, Integer.MAX_VALUE));
        this.pool = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE.toNanos(),
                TimeUnit.NANOSECONDS,
                new LinkedBlockingQueue<>(),
                work -> new OffloadThread(this, work));
        pool.allowCoreThreadTimeOut(true);
    }

    /// An offload with threads of its own, on which any number of requests may wait for their turn.
    ///
    /// @param threads how many requests run at a time, 1 or more; as many as there are processors use all of the
    ///     machine
    /// @return the middleware
    /// @throws IllegalArgumentException when it is less than 1
    public static Offload onThreads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("offload on " + threads + " threads: expected 1 or more");
        }
        return new Offload(threads, UNLIMITED, RETRY_AFTER);
    }

    /// Sets how many requests may wait for a thread; the others are answered with 503. Unlimited unless set.
    ///
    /// @param requests 0 or more; 0 refuses whenever all threads are busy
    /// @return the changed copy, with threads of its own
    /// @throws IllegalArgumentException when it is negative
    public Offload withQueue(int requests) {
        if (requests < 0) {
            throw new IllegalArgumentException("offload with a queue of " + requests + ": expected 0 or more requests");
        }
        return new Offload(threads, requests, retryAfter);
    }

    /// Sets when those that are refused shall try again: the value of `Retry-After` (RFC 9110 §10.2.3). A second unless
    /// set.
    ///
    /// @param time zero or more, rounded up to seconds
    /// @return the changed copy, with threads of its own
    /// @throws IllegalArgumentException when it is negative
    public Offload withRetryAfter(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("Retry-After of " + time + ": expected zero or more");
        }
        return new Offload(threads, queue, time);
    }

    /// {@inheritDoc}
    @Override
    public Application wrap(Application inner) {
        requireNonNull(inner, "inner");
        return (request, respond) -> {
            if (Thread.currentThread() instanceof OffloadThread thread && thread.belongsTo(this)) {
                return inner.handle(request, respond); // waiting for another of the same threads could last for ever
            }
            if (!places.tryAcquire()) {
                return respond.with(refusal());
            }
            try {
                var call = new OffloadCall(inner, request, respond);
                pool.execute(call);
                try {
                    return call.await();
                } finally {
                    if (call.isWithdrawn()) {
                        pool.remove(call);
                    }
                }
            } finally {
                places.release();
            }
        };
    }

    private Response refusal() {
        var seconds = retryAfter.plusNanos(999_999_999).toSeconds();
        return Response.text(Status.SERVICE_UNAVAILABLE, "503 Service Unavailable: too many requests wait\n")
                .withHeader(HeaderName.RETRY_AFTER, Long.toString(seconds));
    }
}
