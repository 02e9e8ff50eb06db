package wai.warp.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import wai.Status;

/// What a listener does whose only work is to send clients of plain HTTP to `https`: the same host, path and query.
///
/// ```java
/// WarpSettings.defaults().withListeners(List.of(
///         Listener.tcp(443).withTls(tls),
///         Listener.tcp(80).withRedirect(HttpsRedirect.toOwnPort().withHosts("example.org", "www.example.org"))));
/// ```
///
/// The application sees nothing of these requests. Authorities that check a host by a file below
/// `/.well-known/acme-challenge/` follow such a redirect.
public final class HttpsRedirect {
    private static final List<Status> STATUSES =
            List.of(Status.MOVED_PERMANENTLY, Status.FOUND, Status.TEMPORARY_REDIRECT, Status.PERMANENT_REDIRECT);

    private static final Pattern HOST = Pattern.compile("[\\w.-]+|\\[[0-9A-Fa-f:.]+]");

    private final OptionalInt port;
    private final Status status;
    private final Set<String> hosts;

    private HttpsRedirect(OptionalInt port, Status status, Set<String> hosts) {
        this.port = port;
        this.status = status;
        this.hosts = hosts;
    }

    /// To the port of TLS of the same server, the first one when there are several.
    ///
    /// @return the setting
    public static HttpsRedirect toOwnPort() {
        return new HttpsRedirect(OptionalInt.empty(), Status.PERMANENT_REDIRECT, Set.of());
    }

    /// To a port that clients see, as that of a balancer.
    ///
    /// @param port 1 to 65535; 443 is left out of the address
    /// @return the setting
    /// @throws IllegalArgumentException when it is another number
    public static HttpsRedirect toPort(int port) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + ": expected 1 to 65535");
        }
        return new HttpsRedirect(OptionalInt.of(port), Status.PERMANENT_REDIRECT, Set.of());
    }

    /// Where to.
    ///
    /// @return the port; empty for that of this server
    public OptionalInt port() {
        return port;
    }

    /// How.
    ///
    /// @return 308 unless set, which keeps method and body, and which browsers remember
    public Status status() {
        return status;
    }

    /// The hosts that are redirected. Requests for others are answered with 421 (Misdirected Request), so that nobody
    /// can make this server, or a cache in front of it, send clients elsewhere.
    ///
    /// @return names and addresses in lower case; empty, for all that are well-formed, unless set
    public Set<String> hosts() {
        return hosts;
    }

    /// Sets [#status()].
    ///
    /// @param how 301 or 308 (permanent), 302 or 307 (not remembered); 301 and 302 let clients turn POST into GET
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another
    public HttpsRedirect withStatus(Status how) {
        if (!STATUSES.contains(how)) {
            throw new IllegalArgumentException("status " + how + ": expected 301, 302, 307 or 308");
        }
        return new HttpsRedirect(port, how, hosts);
    }

    /// Sets [#hosts()].
    ///
    /// @param names one or more host names or addresses, IPv6 in brackets, without ports
    /// @return the changed copy
    /// @throws IllegalArgumentException when there is none, or one is no host
    public HttpsRedirect withHosts(String... names) {
        if (names.length == 0) {
            throw new IllegalArgumentException("no hosts: expected one or more");
        }
        for (var name : names) {
            if (!HOST.matcher(name).matches()) {
                throw new IllegalArgumentException("host \"" + name + "\": expected a name or an address, no port");
            }
        }
        var folded =
                Arrays.stream(names).map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
        return new HttpsRedirect(port, status, folded);
    }
}
