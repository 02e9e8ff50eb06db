package wai.cgi.settings;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// What can be set on a FastCGI server: the settings of every server, and what FastCGI has beside them.
///
/// Of the server's settings, [ServerSettings#headBytes()] counts the parameters of a request with their lengths, and
/// [ServerSettings#variables()] how many they are; past either the client gets 431.
public final class FastCgiSettings {
    private static final FastCgiSettings DEFAULTS = new FastCgiSettings(new Builder());

    private static final int MOST_REQUESTS = 0xffff; // an id has two bytes, and 0 is none
    private static final int MOST_IN_MEMORY = 256 * 1024 * 1024;
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);

    private final ServerSettings server;
    private final int requestsPerConnection;
    private final int inputBytes;
    private final Set<InetAddress> webServers;
    private final Function<Failure, String> errorLine;
    private final Duration cutDelay;

    private FastCgiSettings(Builder builder) {
        server = builder.server;
        requestsPerConnection = builder.requestsPerConnection;
        inputBytes = builder.inputBytes;
        webServers = builder.webServers;
        errorLine = builder.errorLine;
        cutDelay = builder.cutDelay;
    }

    /// The defaults, named at each setting.
    ///
    /// @return the defaults
    public static FastCgiSettings defaults() {
        return DEFAULTS;
    }

    /// What FastCGI has in common with other servers: listeners, limits, time-outs.
    ///
    /// @return those settings; their defaults unless set
    public ServerSettings server() {
        return server;
    }

    /// The most requests at a time on one connection; one more is ended with `FCGI_OVERLOADED`, or with
    /// `FCGI_CANT_MPX_CONN` when the number is 1. Web servers of today send one at a time.
    ///
    /// @return a number; 128 unless set
    public int requestsPerConnection() {
        return requestsPerConnection;
    }

    /// The most bytes of a request's body that wait for the application. When there are as many, the connection is not
    /// read until the application has read some: FastCGI cannot hold back one request alone.
    ///
    /// @return bytes; 64 KiB unless set
    public int inputBytes() {
        return inputBytes;
    }

    /// For a program that a web server or `spawn-fcgi` starts: listens on the socket that it inherits
    /// (FastCGI 1.0 §2.2), and takes connections of the web servers that `FCGI_WEB_SERVER_ADDRS` names (§3.2).
    ///
    /// @param environment the environment of the process, [System#getenv()]
    /// @return the defaults but for these
    /// @throws IllegalArgumentException when an address is none
    public static FastCgiSettings inherited(Map<String, String> environment) {
        var named = new HashSet<InetAddress>();
        for (var address : environment.getOrDefault("FCGI_WEB_SERVER_ADDRS", "").split(",", -1)) {
            if (!address.isBlank()) {
                named.add(literal(address.strip()));
            }
        }
        var server = ServerSettings.defaults().withListeners(List.of(Listener.inherited()));
        return defaults().withServer(server).withWebServers(named);
    }

    private static InetAddress literal(String address) {
        try {
            return InetAddress.ofLiteral(address);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "FCGI_WEB_SERVER_ADDRS has \"" + address + "\": expected IP addresses with commas between them"
                            + " (FastCGI 1.0 §3.2)",
                    e);
        }
    }

    /// The web servers that may connect over TCP; connections of others are closed. A firewall or a Unix socket does it
    /// better.
    ///
    /// @return addresses; empty, which lets in all, unless set
    public Set<InetAddress> webServers() {
        return webServers;
    }

    /// What the web server writes into its own error log when a request fails: the stream `FCGI_STDERR` (FastCGI 1.0
    /// §5.3). Control characters become blanks, and what is longer than a thousand characters is cut. A failure behind
    /// the end of a response comes too late for it. The hook [Hooks#onFailure()] is told in any case.
    ///
    /// @return makes the line, on a thread that may hold up the request; an empty one sends nothing. Unless set, phase,
    ///     method, target and what was thrown, without a stack trace, of failures of the application, the contract and
    ///     the handler
    public Function<Failure, String> errorLine() {
        return errorLine;
    }

    /// How long a response that failed in its middle stays open before its connection is cut, where the web server is
    /// lighttpd or Apache httpd. Until lighttpd has begun to send, it makes a whole response of what it has, and
    /// nothing tells when it has begun: too short, and a client may take the beginning of a response for all of it,
    /// unless it has a `Content-Length`. httpd loses what it has not read by then, and answers 503 when that was all.
    ///
    /// @return the time, two tenths of a second more at most; 200 milliseconds unless set
    public Duration cutDelay() {
        return cutDelay;
    }

    /// With other settings of the server.
    ///
    /// @param settings listeners, limits, time-outs
    /// @return a changed copy
    public FastCgiSettings withServer(ServerSettings settings) {
        var builder = new Builder(this);
        builder.server = requireNonNull(settings, "settings");
        return new FastCgiSettings(builder);
    }

    /// With another number of requests at a time on a connection.
    ///
    /// @param number 1, which turns multiplexing off, to 65,535
    /// @return a changed copy
    /// @throws IllegalArgumentException when the number is out of range
    public FastCgiSettings withRequestsPerConnection(int number) {
        var builder = new Builder(this);
        builder.requestsPerConnection = inRange("requests per connection", number, MOST_REQUESTS);
        return new FastCgiSettings(builder);
    }

    /// With another limit for input that waits.
    ///
    /// @param bytes 1 to 256 MiB
    /// @return a changed copy
    /// @throws IllegalArgumentException when the number is out of range
    public FastCgiSettings withInputBytes(int bytes) {
        var builder = new Builder(this);
        builder.inputBytes = inRange("input bytes", bytes, MOST_IN_MEMORY);
        return new FastCgiSettings(builder);
    }

    /// With the web servers that may connect over TCP.
    ///
    /// @param addresses their addresses; none lets in all
    /// @return a changed copy
    public FastCgiSettings withWebServers(Set<InetAddress> addresses) {
        var builder = new Builder(this);
        builder.webServers = Set.copyOf(addresses);
        return new FastCgiSettings(builder);
    }

    /// With another line for the error log of the web server.
    ///
    /// @param line makes it; `_ -> ""` for none
    /// @return a changed copy
    public FastCgiSettings withErrorLine(Function<Failure, String> line) {
        var builder = new Builder(this);
        builder.errorLine = requireNonNull(line, "line");
        return new FastCgiSettings(builder);
    }

    /// With another time before a cut.
    ///
    /// @param delay zero to ten seconds
    /// @return a changed copy
    /// @throws IllegalArgumentException when it is out of range
    public FastCgiSettings withCutDelay(Duration delay) {
        if (delay.isNegative() || delay.compareTo(LONGEST_DELAY) > 0) {
            throw new IllegalArgumentException("delay of a cut " + delay + ": expected zero to " + LONGEST_DELAY);
        }
        var builder = new Builder(this);
        builder.cutDelay = delay;
        return new FastCgiSettings(builder);
    }

    private static String lineOf(Failure failure) {
        return switch (failure.phase()) {
            case APPLICATION, CONTRACT, SERVER -> failure.summary() + ": " + failure.cause();
            case REQUEST, RESPONSE, OVERLOAD -> "";
        };
    }

    private static int inRange(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " " + value + ": expected 1 to " + most);
        }
        return value;
    }

    private static final class Builder {
        private ServerSettings server = ServerSettings.defaults();
        private int requestsPerConnection = 128;
        private int inputBytes = 64 * 1024;
        private Set<InetAddress> webServers = Set.of();
        private Function<Failure, String> errorLine = FastCgiSettings::lineOf;
        private Duration cutDelay = Duration.ofMillis(200);

        private Builder() {}

        private Builder(FastCgiSettings settings) {
            server = settings.server;
            requestsPerConnection = settings.requestsPerConnection;
            inputBytes = settings.inputBytes;
            webServers = settings.webServers;
            errorLine = settings.errorLine;
            cutDelay = settings.cutDelay;
        }
    }
}
