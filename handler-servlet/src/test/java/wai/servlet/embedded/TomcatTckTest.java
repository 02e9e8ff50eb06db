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

/// The servlet keeps the contract in Tomcat.
final class TomcatTckTest extends HandlerTck {
    @Override
    protected Backend start(Application application) throws IOException {
        var server = TomcatServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), application);
        return Backend.at(server.address(), server);
    }

    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.of(
                Capability.RAW,
                Capability.EARLY_HINTS,
                Capability.RESPONSE_TRAILERS,
                Capability.INCREMENTAL_FLUSH,
                Capability.RAW_TARGET);
    }

    @Override
    protected Map<Departure, String> departures() {
        return Map.of(
                Departure.HALF_CLOSE,
                "Tomcat closes an upgraded connection only as a whole",
                Departure.CUT_ON_HTTP_1_0,
                "Tomcat shows a servlet no way to reset a connection",
                Departure.REASON_PHRASE,
                "Tomcat sends no reason phrase at all",
                Departure.CONTENT_TYPE_TEXT,
                "Tomcat writes the charset of Content-Type anew",
                Departure.TARGETS,
                "Tomcat refuses targets that lead above the root, have %00, a broken escape or bytes that are no UTF-8",
                Departure.ASTERISK_FORM,
                "Tomcat answers OPTIONS * itself",
                Departure.REQUEST_FIELD_ORDER,
                "a servlet gets the fields of a request by name, so those of one name move together",
                Departure.HTTP_PARSER,
                "Tomcat joins folded lines, takes a length beside chunks, and answers 400 to heads that are too large");
    }
}
