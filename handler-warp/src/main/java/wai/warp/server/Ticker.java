package wai.warp.server;

import java.time.Instant;
import java.time.InstantSource;
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
    private volatile CommonFields commonFields;
    private long second = Long.MIN_VALUE;

    Ticker(LongSupplier nanoClock, InstantSource wallClock, String serverName) {
        this.nanoClock = nanoClock;
        this.wallClock = wallClock;
        this.serverName = serverName;
        this.nanos = nanoClock.getAsLong();
        this.commonFields = fields(wallClock.instant());
    }

    /// The time in nanoseconds, as of the last tick; only differences have a meaning.
    long nanos() {
        return nanos;
    }

    /// The fields that go into every response.
    CommonFields commonFields() {
        return commonFields;
    }

    /// Moves the clock on. By one thread.
    void tick() {
        nanos = nanoClock.getAsLong();
        var now = wallClock.instant();
        if (now.getEpochSecond() != second) {
            second = now.getEpochSecond();
            commonFields = fields(now);
        }
    }

    private CommonFields fields(Instant now) {
        var date = Headers.of(HeaderName.DATE, HttpDate.format(now));
        return CommonFields.of(
                serverName.isEmpty()
                        ? date
                        : Headers.of(HeaderName.SERVER, serverName).adding(date));
    }
}
