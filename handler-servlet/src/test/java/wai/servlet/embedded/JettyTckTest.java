package wai.servlet.embedded;

import java.util.Map;
import wai.Capability;
import wai.tck.Departure;

/// The handler of Jetty's core keeps the contract.
final class JettyTckTest extends ContainerTck {
    JettyTckTest() {
        super(EmbeddedContainer.JETTY, Capability.EARLY_HINTS, Capability.REQUEST_TRAILERS);
    }

    @Override
    protected Map<Departure, String> departures() {
        return JETTY;
    }
}
