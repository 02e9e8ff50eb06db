package wai.servlet.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import wai.Application;
import wai.Capability;
import wai.tck.Backend;
import wai.tck.Departure;
import wai.tck.HandlerTck;

/// The servlet keeps the contract in Jetty.
final class JettyServletTckTest extends HandlerTck {
    @Override
    protected Backend start(Application application) throws IOException {
        var server = JettyServer.startServlet(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), application);
        return Backend.at(server.address(), server);
    }

    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.of(
                Capability.RAW,
                Capability.EARLY_HINTS,
                Capability.REQUEST_TRAILERS,
                Capability.RESPONSE_TRAILERS,
                Capability.INCREMENTAL_FLUSH,
                Capability.RAW_TARGET);
    }

    @Override
    protected Map<Departure, String> departures() {
        return Map.of(
                Departure.HTTP_PARSER,
                "Jetty takes a chunked body whose last empty line is missing, and refuses Upgrade that Connection does not name",
                Departure.REASON_PHRASE,
                "Jetty takes reason phrases from a table of its own",
                Departure.TARGETS,
                "Jetty refuses targets that lead above the root, have %00 or a broken escape, whatever its UriCompliance",
                Departure.ASTERISK_FORM,
                "Jetty finds no servlet for OPTIONS * and answers 404",
                Departure.TRAILER_DUPLICATES,
                "a servlet gets trailer fields as a map, in which Jetty joins those of one name");
    }
}
