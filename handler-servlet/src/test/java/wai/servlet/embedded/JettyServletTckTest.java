package wai.servlet.embedded;

import java.util.Map;
import wai.Capability;
import wai.tck.Departure;

/// The servlet keeps the contract in Jetty.
final class JettyServletTckTest extends ContainerTck {
    JettyServletTckTest() {
        super(EmbeddedContainer.JETTY_SERVLET, Capability.EARLY_HINTS, Capability.REQUEST_TRAILERS);
    }

    @Override
    protected String name() {
        return "Jetty, servlet";
    }

    @Override
    protected Map<Departure, String> departures() {
        return and(JETTY, Map.of(Departure.ASTERISK_FORM, "Jetty finds no servlet for OPTIONS * and answers 404"));
    }
}
