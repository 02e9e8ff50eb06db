package wai.warp.settings;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

/// How long Warp waits for a client, phase by phase. None of these runs while the application works, nor after a
/// connection became raw.
///
/// A wait ends within some tenths of a second of its limit, because one sweeper looks at all connections.
public final class Timeouts {
    /// No limit.
    public static final Duration NEVER = ChronoUnit.FOREVER.getDuration();

    private static final Timeouts DEFAULTS = new Timeouts(
            Duration.ofSeconds(20),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            240);

    private final Duration header;
    private final Duration body;
    private final Duration write;
    private final Duration idle;
    private final Duration linger;
    private final Duration stop;
    private final long minimumRate;

    private Timeouts(
            Duration header,
            Duration body,
            Duration write,
            Duration idle,
            Duration linger,
            Duration stop,
            long minimumRate) {
        this.header = header;
        this.body = body;
        this.write = write;
        this.idle = idle;
        this.linger = linger;
        this.stop = stop;
        this.minimumRate = minimumRate;
    }

    /// The defaults, named at each setting.
    ///
    /// @return the defaults
    public static Timeouts defaults() {
        return DEFAULTS;
    }

    /// How long the request line and header section may take, from the first byte to the last. Afterwards: 408, close.
    ///
    /// @return the limit; 20 seconds unless set
    public Duration header() {
        return header;
    }

    /// How long one read of a request body may wait for the next byte. Afterwards the read throws, and the client gets
    /// 408 when no response was begun.
    ///
    /// @return the limit; 30 seconds unless set
    public Duration body() {
        return body;
    }

    /// How long one write may wait for the client to take bytes. Afterwards the connection is cut.
    ///
    /// @return the limit; 30 seconds unless set
    public Duration write() {
        return write;
    }

    /// How long a connection may be silent between requests, and before the first. Afterwards it is closed silently.
    ///
    /// @return the limit; 60 seconds unless set
    public Duration idle() {
        return idle;
    }

    /// How long a refused client may go on sending before the connection is closed; so that it can read the refusal
    /// (RFC 9112 §9.6).
    ///
    /// @return the limit; 2 seconds unless set
    public Duration linger() {
        return linger;
    }

    /// The grace period of `WarpServer.close()`.
    ///
    /// @return the period; 10 seconds unless set
    public Duration stop() {
        return stop;
    }

    /// How many bytes per second a body must make on average, in both directions, beyond a grace of the `body` or
    /// `write` time-out. Against clients that send or take a byte now and then.
    ///
    /// @return bytes per second; 240 unless set; 0 for no such limit
    public long minimumRate() {
        return minimumRate;
    }

    /// Sets [#header()].
    ///
    /// @param limit more than zero, or [#NEVER]
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is zero or negative
    public Timeouts withHeader(Duration limit) {
        return new Timeouts(positive("header", limit), body, write, idle, linger, stop, minimumRate);
    }

    /// Sets [#body()].
    ///
    /// @param limit more than zero, or [#NEVER]
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is zero or negative
    public Timeouts withBody(Duration limit) {
        return new Timeouts(header, positive("body", limit), write, idle, linger, stop, minimumRate);
    }

    /// Sets [#write()].
    ///
    /// @param limit more than zero, or [#NEVER]
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is zero or negative
    public Timeouts withWrite(Duration limit) {
        return new Timeouts(header, body, positive("write", limit), idle, linger, stop, minimumRate);
    }

    /// Sets [#idle()].
    ///
    /// @param limit more than zero, or [#NEVER]
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is zero or negative
    public Timeouts withIdle(Duration limit) {
        return new Timeouts(header, body, write, positive("idle", limit), linger, stop, minimumRate);
    }

    /// Sets [#linger()].
    ///
    /// @param limit more than zero, or [#NEVER]
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is zero or negative
    public Timeouts withLinger(Duration limit) {
        return new Timeouts(header, body, write, idle, positive("linger", limit), stop, minimumRate);
    }

    /// Sets [#stop()].
    ///
    /// @param period zero or more; zero cuts every connection at once
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is negative
    public Timeouts withStop(Duration period) {
        if (period.isNegative()) {
            throw new IllegalArgumentException("stop period " + period + ": expected zero or more");
        }
        return new Timeouts(header, body, write, idle, linger, period, minimumRate);
    }

    /// Sets [#minimumRate()].
    ///
    /// @param bytesPerSecond 0 or more; 0 for no such limit
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is negative
    public Timeouts withMinimumRate(long bytesPerSecond) {
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException(
                    "minimum rate " + bytesPerSecond + " bytes per second: expected 0 or more");
        }
        return new Timeouts(header, body, write, idle, linger, stop, bytesPerSecond);
    }

    private static Duration positive(String name, Duration limit) {
        if (limit.isZero() || limit.isNegative()) {
            throw new IllegalArgumentException(
                    name + " time-out " + limit + ": expected more than zero, or Timeouts.NEVER");
        }
        return limit;
    }

    /// Which time-out it is that a client ran into.
    public enum Kind {
        /// [#header()]
        HEADER,
        /// [#body()], or the minimum rate of a request body.
        BODY,
        /// [#write()], or the minimum rate of a response.
        WRITE,
        /// [#idle()]
        IDLE,
        /// [#linger()]
        LINGER
    }
}
