package wai.warp.server;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.Headers;
import wai.spi.HttpDate;
import wai.warp.http1.CommonFields;

/// The server's coarse clock: moved on by the sweeper some times a second, read by connections for the price of two
/// fields.
///
/// Who moves it may rest while nobody looks at it ([#rest]). Whoever looks first afterwards moves it on himself, so
/// that the time is right, says that it is looked at, and wakes the sleeper. The sleeper says that it rests and looks
/// then whether anybody has looked meanwhile; so one of the two sees the other. No lock is taken: the sweeper must not
/// wait for virtual threads, which applications that compute may keep from running.
///
/// Also holds the encoded lines that every response has, `Date` among them, which change once a second.
final class Ticker {
    private final LongSupplier nanoClock;
    private final InstantSource wallClock;
    private final Headers always;
    private final AtomicLong nanos;
    private volatile Moment moment;
    /// Whether anybody has looked at the clock since [#takeSeen].
    private volatile boolean seen = true;
    /// Who rests until somebody looks.
    private volatile @Nullable Thread resting;

    /// @param always fields of all responses besides `Date`
    Ticker(LongSupplier nanoClock, InstantSource wallClock, Headers always) {
        this.nanoClock = nanoClock;
        this.wallClock = wallClock;
        this.always = always;
        this.nanos = new AtomicLong(nanoClock.getAsLong());
        this.moment = moment(wallClock.instant());
    }

    /// The time in nanoseconds, as of the last tick; only differences have a meaning.
    long nanos() {
        notice();
        return nanos.get();
    }

    /// The time in nanoseconds, as precise as it can be had; for measuring.
    LongSupplier exactClock() {
        return nanoClock;
    }

    /// The second that `Date` tells.
    Instant instant() {
        notice();
        return moment.second;
    }

    /// The fields that go into every response.
    CommonFields commonFields() {
        notice();
        return moment.fields;
    }

    private void notice() {
        if (!seen) {
            tick(); // before anybody else takes it for seen, and so for right
            seen = true;
            LockSupport.unpark(resting);
        }
    }

    // ------------------------------------------------------------------------------------------ for the sweeper

    /// The time of the last tick, without looking at the clock.
    long movedTo() {
        return nanos.get();
    }

    /// Whether anybody has looked at the clock since the last call. By one thread.
    boolean takeSeen() {
        if (seen) {
            seen = false;
            return true;
        }
        return false;
    }

    /// Waits until somebody looks at the clock, if nobody has since [#takeSeen], or the limit is over. By one thread.
    void rest(long limit) {
        resting = Thread.currentThread();
        if (!seen) {
            LockSupport.parkNanos(this, limit);
        }
        resting = null;
    }

    /// Moves the clock on.
    void tick() {
        long time = nanoClock.getAsLong();
        long last = nanos.get();
        while (time - last > 0 && !nanos.compareAndSet(last, time)) {
            last = nanos.get();
        }
        var now = wallClock.instant();
        if (now.getEpochSecond() != moment.second.getEpochSecond()) {
            moment = moment(now);
        }
    }

    private Moment moment(Instant now) {
        var fields = always.adding(HeaderName.DATE, HttpDate.format(now));
        return new Moment(now.truncatedTo(ChronoUnit.SECONDS), CommonFields.of(fields));
    }

    /// A second and its fields.
    private record Moment(Instant second, CommonFields fields) {}
}
