package wai.warp.settings;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

/// How long Warp waits for a client, phase by phase. None of these runs while the application works, nor after a
/// connection became raw.
///
/// A wait ends at its limit or up to two tenths of a second after it, and never before by more than one, because one
/// sweeper looks ten times a second what is due, and moves the clock by which connections count. Shorter limits than
/// that make no sense.
public final class Timeouts {
    /// No limit.
    public static final Duration NEVER = ChronoUnit.FOREVER.getDuration();

    private static final Timeouts DEFAULTS = new Timeouts(new Builder());

    private final Duration handshake;
    private final Duration header;
    private final Duration body;
    private final Duration write;
    private final Duration idle;
    private final Duration linger;
    private final Duration connectionAge;
    private final Duration notice;
    private final Duration stop;
    private final long minimumRate;

    private Timeouts(Builder builder) {
        handshake = builder.handshake;
        header = builder.header;
        body = builder.body;
        write = builder.write;
        idle = builder.idle;
        linger = builder.linger;
        connectionAge = builder.connectionAge;
        notice = builder.notice;
        stop = builder.stop;
        minimumRate = builder.minimumRate;
    }

    /// The defaults, named at each setting.
    ///
    /// @return the defaults
    public static Timeouts defaults() {
        return DEFAULTS;
    }

    /// How long a connection may take, from its begin, to everything that comes before HTTP: the PROXY header and the
    /// TLS handshake. Afterwards it is closed silently.
    ///
    /// @return the limit; 10 seconds unless set
    public Duration handshake() {
        return handshake;
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

    /// How old a connection may become. The first response after that says `Connection: close`; it is not cut. So that
    /// a balancer in front spreads its connections again when servers were added.
    ///
    /// @return the age; no limit ([#NEVER]) unless set
    public Duration connectionAge() {
        return connectionAge;
    }

    /// How long `WarpServer.close()` announces the stop before it begins: the hook `onStop` has been told and
    /// `isStopping()` is true, so that health checks fail and balancers look elsewhere; connections are accepted and
    /// served as ever.
    ///
    /// @return the period; none unless set
    public Duration notice() {
        return notice;
    }

    /// The grace period of `WarpServer.close()`: how long busy connections may go on.
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

    /// Sets [#handshake()].
    ///
    /// @param limit more than zero, or [#NEVER]
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is zero or negative
    public Timeouts withHandshake(Duration limit) {
        var builder = new Builder(this);
        builder.handshake = positive("handshake", limit);
        return new Timeouts(builder);
    }

    /// Sets [#header()].
    ///
    /// @param limit more than zero, or [#NEVER]
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is zero or negative
    public Timeouts withHeader(Duration limit) {
        var builder = new Builder(this);
        builder.header = positive("header", limit);
        return new Timeouts(builder);
    }

    /// Sets [#body()].
    ///
    /// @param limit more than zero, or [#NEVER]
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is zero or negative
    public Timeouts withBody(Duration limit) {
        var builder = new Builder(this);
        builder.body = positive("body", limit);
        return new Timeouts(builder);
    }

    /// Sets [#write()].
    ///
    /// @param limit more than zero, or [#NEVER]
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is zero or negative
    public Timeouts withWrite(Duration limit) {
        var builder = new Builder(this);
        builder.write = positive("write", limit);
        return new Timeouts(builder);
    }

    /// Sets [#idle()].
    ///
    /// @param limit more than zero, or [#NEVER]
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is zero or negative
    public Timeouts withIdle(Duration limit) {
        var builder = new Builder(this);
        builder.idle = positive("idle", limit);
        return new Timeouts(builder);
    }

    /// Sets [#linger()].
    ///
    /// @param limit more than zero, or [#NEVER]
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is zero or negative
    public Timeouts withLinger(Duration limit) {
        var builder = new Builder(this);
        builder.linger = positive("linger", limit);
        return new Timeouts(builder);
    }

    /// Sets [#connectionAge()].
    ///
    /// @param limit more than zero, or [#NEVER]
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is zero or negative
    public Timeouts withConnectionAge(Duration limit) {
        var builder = new Builder(this);
        builder.connectionAge = positive("connection age", limit);
        return new Timeouts(builder);
    }

    /// Sets [#notice()].
    ///
    /// @param period zero or more; zero stops at once
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is negative
    public Timeouts withNotice(Duration period) {
        var builder = new Builder(this);
        builder.notice = notNegative("notice", period);
        return new Timeouts(builder);
    }

    /// Sets [#stop()].
    ///
    /// @param period zero or more; zero cuts every connection at once
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is negative
    public Timeouts withStop(Duration period) {
        var builder = new Builder(this);
        builder.stop = notNegative("stop", period);
        return new Timeouts(builder);
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
        var builder = new Builder(this);
        builder.minimumRate = bytesPerSecond;
        return new Timeouts(builder);
    }

    private static Duration positive(String name, Duration limit) {
        if (limit.isZero() || limit.isNegative()) {
            throw new IllegalArgumentException(
                    name + " time-out " + limit + ": expected more than zero, or Timeouts.NEVER");
        }
        return limit;
    }

    private static Duration notNegative(String name, Duration period) {
        if (period.isNegative()) {
            throw new IllegalArgumentException(name + " period " + period + ": expected zero or more");
        }
        return period;
    }

    private static final class Builder {
        private Duration handshake = Duration.ofSeconds(10);
        private Duration header = Duration.ofSeconds(20);
        private Duration body = Duration.ofSeconds(30);
        private Duration write = Duration.ofSeconds(30);
        private Duration idle = Duration.ofSeconds(60);
        private Duration linger = Duration.ofSeconds(2);
        private Duration connectionAge = NEVER;
        private Duration notice = Duration.ZERO;
        private Duration stop = Duration.ofSeconds(10);
        private long minimumRate = 240;

        private Builder() {}

        private Builder(Timeouts timeouts) {
            handshake = timeouts.handshake;
            header = timeouts.header;
            body = timeouts.body;
            write = timeouts.write;
            idle = timeouts.idle;
            linger = timeouts.linger;
            connectionAge = timeouts.connectionAge;
            notice = timeouts.notice;
            stop = timeouts.stop;
            minimumRate = timeouts.minimumRate;
        }
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
        LINGER,
        /// [#handshake()]
        HANDSHAKE
    }
}
