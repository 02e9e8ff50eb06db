package wai.cgi.settings;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What can be set on a FastCGI server: the settings of every server, and what FastCGI has beside them.
///
/// Of the server's settings, [ServerSettings#headBytes()] counts the parameters of a request with their lengths, and
/// [ServerSettings#variables()] how many they are; past either the client gets 431.
public final class FastCgiSettings {
    private static final FastCgiSettings DEFAULTS =
            new FastCgiSettings(ServerSettings.defaults(), 128, 64 * 1024, Set.of());

    private static final int MOST_REQUESTS = 0xffff; // an id has two bytes, and 0 is none
    private static final int MOST_IN_MEMORY = 256 * 1024 * 1024;

    private final ServerSettings server;
    private final int requestsPerConnection;
    private final int inputBytes;
    private final Set<InetAddress> webServers;

    private FastCgiSettings(
            ServerSettings server, int requestsPerConnection, int inputBytes, Set<InetAddress> webServers) {
        this.server = requireNonNull(server, "server");
        this.requestsPerConnection = requestsPerConnection;
        this.inputBytes = inputBytes;
        this.webServers = webServers;
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

    /// With other settings of the server.
    ///
    /// @param settings listeners, limits, time-outs
    /// @return a changed copy
    public FastCgiSettings withServer(ServerSettings settings) {
        return new FastCgiSettings(settings, requestsPerConnection, inputBytes, webServers);
    }

    /// With another number of requests at a time on a connection.
    ///
    /// @param number 1, which turns multiplexing off, to 65,535
    /// @return a changed copy
    /// @throws IllegalArgumentException when the number is out of range
    public FastCgiSettings withRequestsPerConnection(int number) {
        return new FastCgiSettings(
                server, inRange("requests per connection", number, MOST_REQUESTS), inputBytes, webServers);
    }

    /// With another limit for input that waits.
    ///
    /// @param bytes 1 to 256 MiB
    /// @return a changed copy
    /// @throws IllegalArgumentException when the number is out of range
    public FastCgiSettings withInputBytes(int bytes) {
        return new FastCgiSettings(
                server, requestsPerConnection, inRange("input bytes", bytes, MOST_IN_MEMORY), webServers);
    }

    /// With the web servers that may connect over TCP.
    ///
    /// @param addresses their addresses; none lets in all
    /// @return a changed copy
    public FastCgiSettings withWebServers(Set<InetAddress> addresses) {
        return new FastCgiSettings(server, requestsPerConnection, inputBytes, Set.copyOf(addresses));
    }

    private static int inRange(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " " + value + ": expected 1 to " + most);
        }
        return value;
    }
}
