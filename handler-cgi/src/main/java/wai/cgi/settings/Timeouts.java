package wai.cgi.settings;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

/// How long a server waits for the web server in front of it, phase by phase. None of these runs while the application
/// works.
///
/// A wait ends at its limit or up to two tenths of a second after it, because one sweeper looks at all connections ten
/// times a second.
public final class Timeouts {
    /// Which time-out: for [wai.cgi.ServerCounters#timeouts].
    public enum Kind {
        /// [Timeouts#head()].
        HEAD,
        /// [Timeouts#body()].
        BODY,
        /// [Timeouts#write()].
        WRITE,
        /// [Timeouts#idle()].
        IDLE
    }

    /// No limit.
    public static final Duration NEVER = ChronoUnit.FOREVER.getDuration();

    private static final Timeouts DEFAULTS = new Timeouts(
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofMinutes(2),
            Duration.ofSeconds(10));

    private final Duration head;
    private final Duration body;
    private final Duration write;
    private final Duration idle;
    private final Duration stop;

    private Timeouts(Duration head, Duration body, Duration write, Duration idle, Duration stop) {
        this.head = head;
        this.body = body;
        this.write = write;
        this.idle = idle;
        this.stop = stop;
    }

    /// The defaults, named at each setting.
    ///
    /// @return the defaults
    public static Timeouts defaults() {
        return DEFAULTS;
    }

    /// How long the variables of a request may take, from their first byte to their last. Afterwards the connection is
    /// closed.
    ///
    /// @return the limit; 20 seconds unless set
    public Duration head() {
        return head;
    }

    /// How long one read of a request body may wait for the next byte. Afterwards the read throws
    /// [wai.ClientTimeoutException], and the client gets 408 when no response was begun. Web servers that do not gather
    /// the body first pass on as slowly as the client sends.
    ///
    /// @return the limit; 60 seconds unless set
    public Duration body() {
        return body;
    }

    /// How long one write may wait for the web server to take bytes. Afterwards the connection is cut. Web servers that
    /// do not gather the response first take it as slowly as the client reads.
    ///
    /// @return the limit; 60 seconds unless set
    public Duration write() {
        return write;
    }

    /// How long a connection may be silent before a request. Afterwards it is closed.
    ///
    /// @return the limit; 2 minutes unless set
    public Duration idle() {
        return idle;
    }

    /// The grace period of `close()`: how long running requests may go on.
    ///
    /// @return the period; 10 seconds unless set
    public Duration stop() {
        return stop;
    }

    /// Sets [#head()].
    ///
    /// @param limit more than zero, or [#NEVER]
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is zero or negative
    public Timeouts withHead(Duration limit) {
        return new Timeouts(positive("head", limit), body, write, idle, stop);
    }

    /// Sets [#body()].
    ///
    /// @param limit more than zero, or [#NEVER]
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is zero or negative
    public Timeouts withBody(Duration limit) {
        return new Timeouts(head, positive("body", limit), write, idle, stop);
    }

    /// Sets [#write()].
    ///
    /// @param limit more than zero, or [#NEVER]
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is zero or negative
    public Timeouts withWrite(Duration limit) {
        return new Timeouts(head, body, positive("write", limit), idle, stop);
    }

    /// Sets [#idle()].
    ///
    /// @param limit more than zero, or [#NEVER]
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is zero or negative
    public Timeouts withIdle(Duration limit) {
        return new Timeouts(head, body, write, positive("idle", limit), stop);
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
        return new Timeouts(head, body, write, idle, period);
    }

    private static Duration positive(String name, Duration limit) {
        if (limit.isZero() || limit.isNegative()) {
            throw new IllegalArgumentException(
                    name + " time-out " + limit + ": expected more than zero, or Timeouts.NEVER");
        }
        return limit;
    }
}
