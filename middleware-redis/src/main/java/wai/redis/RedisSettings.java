package wai.redis;

import java.net.URI;
import java.time.Duration;

/// Where Redis is, and how long to wait for it.
///
/// {@snippet file="wai/redis/Samples.java" region="settings"}
public final class RedisSettings {
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final int MOST_CONNECTIONS = 10_000;
    private static final int LONGEST_PREFIX = 64;

    private final URI address;
    private final String prefix;
    private final int connections;
    private final Waits waits;

    private RedisSettings(URI address, String prefix, int connections, Waits waits) {
        this.address = address;
        this.prefix = prefix;
        this.connections = connections;
        this.waits = waits;
    }

    /// Settings for one server, the rest as said at each of them.
    ///
    /// @param address `redis://host:port`, `redis://user:password@host:port/database`, or the same with `rediss` for
    ///     TLS, by which the server must show a certificate for the host that the JVM trusts
    /// @return the settings
    /// @throws IllegalArgumentException when it is no such address
    public static RedisSettings at(URI address) {
        boolean known = "redis".equals(address.getScheme()) || "rediss".equals(address.getScheme());
        if (!known || address.getHost() == null || address.getPort() == 0 || address.getPort() > 65_535) {
            throw new IllegalArgumentException("address of Redis \"" + shown(address)
                    + "\": expected redis://host:port or rediss://host:port, with user:password@ and /database if any");
        }
        var second = Duration.ofSeconds(1);
        return new RedisSettings(
                address, "wai:", 16, new Waits(second, second, Duration.ofMillis(500), Duration.ofMillis(250)));
    }

    /// Sets what the names of all keys begin with, so that several applications can share a server; `wai:` unless set.
    ///
    /// @param newPrefix up to 64 characters of visible ASCII
    /// @return the changed settings
    /// @throws IllegalArgumentException when it is longer, or has others
    public RedisSettings withPrefix(String newPrefix) {
        if (newPrefix.length() > LONGEST_PREFIX || !newPrefix.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException(
                    "prefix \"" + newPrefix + "\": expected up to " + LONGEST_PREFIX + " characters of visible ASCII");
        }
        return new RedisSettings(address, newPrefix, connections, waits);
    }

    /// Sets how many connections there are at most; 16 unless set. A broadcast has one of its own besides.
    ///
    /// @param most 1 to 10,000
    /// @return the changed settings
    /// @throws IllegalArgumentException when it is less or more
    public RedisSettings withConnections(int most) {
        if (most < 1 || most > MOST_CONNECTIONS) {
            throw new IllegalArgumentException("connections " + most + ": expected 1 to " + MOST_CONNECTIONS);
        }
        return new RedisSettings(address, prefix, most, waits);
    }

    /// Sets how long a connection may take to be made; a second unless set.
    ///
    /// @param time a millisecond to a minute
    /// @return the changed settings
    /// @throws IllegalArgumentException when it is less or more
    public RedisSettings withConnectTimeout(Duration time) {
        return with(new Waits(checked("connect timeout", time), waits.answer, waits.patience, waits.pause));
    }

    /// Sets how long an answer may take; a second unless set.
    ///
    /// @param time a millisecond to a minute
    /// @return the changed settings
    /// @throws IllegalArgumentException when it is less or more
    public RedisSettings withAnswerTimeout(Duration time) {
        return with(new Waits(waits.connect, checked("answer timeout", time), waits.patience, waits.pause));
    }

    /// Sets how long to wait for a connection while all are in use; half a second unless set.
    ///
    /// @param time a millisecond to a minute
    /// @return the changed settings
    /// @throws IllegalArgumentException when it is less or more
    public RedisSettings withPatience(Duration time) {
        return with(new Waits(waits.connect, waits.answer, checked("patience", time), waits.pause));
    }

    /// Sets how long Redis is left alone after it could not be reached; 250 milliseconds unless set. Calls fail at once
    /// meanwhile, instead of waiting for their time-outs one after the other.
    ///
    /// @param time a millisecond to a minute
    /// @return the changed settings
    /// @throws IllegalArgumentException when it is less or more
    public RedisSettings withPause(Duration time) {
        return with(new Waits(waits.connect, waits.answer, waits.patience, checked("pause", time)));
    }

    /// The address without the password.
    @Override
    public String toString() {
        return shown(address);
    }

    URI address() {
        return address;
    }

    String prefix() {
        return prefix;
    }

    int connections() {
        return connections;
    }

    Duration connectTimeout() {
        return waits.connect;
    }

    Duration answerTimeout() {
        return waits.answer;
    }

    Duration patience() {
        return waits.patience;
    }

    Duration pause() {
        return waits.pause;
    }

    private RedisSettings with(Waits newWaits) {
        return new RedisSettings(address, prefix, connections, newWaits);
    }

    private static Duration checked(String what, Duration time) {
        if (time.compareTo(SHORTEST) < 0 || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(what + " " + time + ": expected a millisecond to a minute");
        }
        return time;
    }

    private static String shown(URI address) {
        var text = address.toString();
        int at = text.indexOf('@');
        int user = text.indexOf("//");
        return at < 0 || user < 0 ? text : text.substring(0, user + 2) + "…" + text.substring(at);
    }

    /// @param connect until a connection is made
    /// @param answer until an answer is there
    /// @param patience until a connection is free
    /// @param pause until Redis is tried again
    private record Waits(Duration connect, Duration answer, Duration patience, Duration pause) {}
}
