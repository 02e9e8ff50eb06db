package wai.routing;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import wai.Application;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.field.Authority;

/// Chooses an application by the host that the client asks for.
///
/// {@snippet file="wai/routing/Samples.java" region="virtual-host"}
///
/// Hosts compare without regard to case, to a dot at the end and to the port. `*.a.example` is every host below
/// `a.example`, and not that one itself; what is named exactly goes first, then the longest. A host that is not listed,
/// or none, gets 421 (RFC 9110 §15.5.20), or [#otherwise].
public final class VirtualHost implements Application {
    private static final Application MISDIRECTED =
            (_, respond) -> respond.with(Response.text(Status.MISDIRECTED_REQUEST, "this host is not served here\n"));

    private final Map<String, Application> hosts;
    private final Application otherwise;

    private VirtualHost(Map<String, Application> hosts, Application otherwise) {
        this.hosts = hosts;
        this.otherwise = otherwise;
    }

    /// One host.
    ///
    /// @param host a name or address without port, or `*.` and a name
    /// @param application what is there
    /// @return the application that chooses
    /// @throws IllegalArgumentException when it is no host
    public static VirtualHost of(String host, Application application) {
        return new VirtualHost(Map.of(), MISDIRECTED).and(host, application);
    }

    /// One host more.
    ///
    /// @param host a name or address without port, or `*.` and a name
    /// @param application what is there
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is no host, or taken
    public VirtualHost and(String host, Application application) {
        requireNonNull(application, "application");
        var more = new HashMap<>(hosts);
        if (more.put(pattern(host), application) != null) {
            throw new IllegalArgumentException("host \"" + host + "\" has an application already");
        }
        return new VirtualHost(Map.copyOf(more), otherwise);
    }

    /// What answers for all other hosts; 421 without this call.
    ///
    /// @param application the application
    /// @return the changed copy
    public VirtualHost otherwise(Application application) {
        return new VirtualHost(hosts, requireNonNull(application, "application"));
    }

    /// {@inheritDoc}
    @Override
    public ResponseReceived handle(Request request, Respond respond) throws Exception {
        return chosen(request).handle(request, respond);
    }

    private Application chosen(Request request) {
        var asked = Authority.of(request);
        if (asked.isEmpty()) {
            return otherwise;
        }
        var host = asked.get().host();
        var exact = hosts.get(host);
        if (exact != null) {
            return exact;
        }
        for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
            var below = hosts.get("*" + host.substring(dot));
            if (below != null) {
                return below;
            }
        }
        return otherwise;
    }

    /// The host in the form in which hosts compare, with its `*.` if it has one.
    static String pattern(String host) {
        boolean all = host.startsWith("*.");
        var parsed = Authority.parse(all ? host.substring(2) : host)
                .filter(authority -> authority.port() < 0)
                .orElseThrow(() -> new IllegalArgumentException(
                        "host \"" + host + "\": expected a name or address without port, or *. and a name"));
        return all ? "*." + parsed.host() : parsed.host();
    }
}
