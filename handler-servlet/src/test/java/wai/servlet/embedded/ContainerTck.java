package wai.servlet.embedded;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import wai.Application;
import wai.Capability;
import wai.tck.Backend;
import wai.tck.Departure;
import wai.tck.HandlerTck;

/// What the tests of all containers have in common; each adds what its container can do more, and what it does its
/// own way.
abstract class ContainerTck extends HandlerTck {
    /// Of Jetty's core, and so of its servlets.
    static final Map<Departure, String> JETTY = Map.of(
            Departure.REQUEST_LINE_BLANKS,
            "Jetty counts several blanks in a request line as one",
            Departure.VERSIONS,
            "Jetty takes http/1.1 for HTTP/1.1, and answers HTTP/2.0 in the form of HTTP/1 with 426",
            Departure.LAST_LINE,
            "Jetty takes a chunked body whose last empty line is missing",
            Departure.UNNAMED_UPGRADE,
            "Jetty refuses Upgrade that Connection does not name",
            Departure.REASON_PHRASE,
            "Jetty takes reason phrases from a table of its own",
            Departure.TARGETS,
            "Jetty refuses targets that lead above the root, have %00 or a broken escape, whatever its UriCompliance");

    private static final Duration GRACE = Duration.ofSeconds(10);

    private final EmbeddedContainer container;
    private final Set<Capability> capabilities = EnumSet.of(
            Capability.RAW,
            Capability.RESPONSE_TRAILERS,
            Capability.SHUTDOWN_SIGNAL,
            Capability.INCREMENTAL_FLUSH,
            Capability.RAW_TARGET);

    ContainerTck(EmbeddedContainer container, Capability... more) {
        this.container = container;
        Collections.addAll(capabilities, more);
    }

    @Override
    protected final Backend start(Application application) throws IOException {
        var running = new AtomicInteger();
        var server = container.start(0, counting(running, application));
        return Backend.at(server.address(), () -> server.stop(running.get() > 0 ? GRACE : Duration.ZERO));
    }

    /// Requests that run when the server stops get time to end. Where there are none there is nothing to wait for, but
    /// Tomcat and Jetty would: for connections that are idle.
    private static Application counting(AtomicInteger running, Application application) {
        return (request, respond) -> {
            running.incrementAndGet();
            try {
                return application.handle(request, respond);
            } finally {
                running.decrementAndGet();
            }
        };
    }

    @Override
    protected final Set<Capability> capabilities() {
        return capabilities;
    }

    /// Those of a container beside some that it shares.
    static Map<Departure, String> and(Map<Departure, String> shared, Map<Departure, String> own) {
        var all = new EnumMap<Departure, String>(shared);
        all.putAll(own);
        return all;
    }
}
