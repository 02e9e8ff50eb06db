package wai.warp.server;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;
import wai.HeaderName;
import wai.Headers;
import wai.spi.HttpDate;
import wai.warp.http1.CommonFields;

/// The server's coarse clock: moved on by the sweeper some times a second, read by connections for the price of a
/// field.
///
/// Also holds the encoded `Date` and `Server` lines, which change once a second.
final class Ticker {
    private final LongSupplier nanoClock;
    private final InstantSource wallClock;
    private final String serverName;
    private volatile long nanos;
    private volatile Moment moment;

    Ticker(LongSupplier nanoClock, InstantSource wallClock, String serverName) {
        this.nanoClock = nanoClock;
        this.wallClock = wallClock;
        this.serverName = serverName;
        this.nanos = nanoClock.getAsLong();
        this.moment = moment(wallClock.instant());
    }

    /// The time in nanoseconds, as of the last tick; only differences have a meaning.
    long nanos() {
        return nanos;
    }

    /// The time in nanoseconds, as precise as it can be had; for measuring.
    LongSupplier exactClock() {
        return nanoClock;
    }

    /// The second that `Date` tells.
    Instant instant() {
        return moment.second;
    }

    /// The fields that go into every response.
    CommonFields commonFields() {
        return moment.fields;
    }

    /// Moves the clock on. By one thread.
    void tick() {
        nanos = nanoClock.getAsLong();
        var now = wallClock.instant();
        if (now.getEpochSecond() != moment.second.getEpochSecond()) {
            moment = moment(now);
        }
    }

    private Moment moment(Instant now) {
        var date = Headers.of(HeaderName.DATE, HttpDate.format(now));
        var fields = serverName.isEmpty()
                ? date
                : Headers.of(HeaderName.SERVER, serverName).adding(date);
        return new Moment(now.truncatedTo(ChronoUnit.SECONDS), CommonFields.of(fields));
    }

    /// A second and its fields.
    private record Moment(Instant second, CommonFields fields) {}
}
