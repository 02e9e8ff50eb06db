package wai.warp;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import wai.Application;
import wai.Capability;
import wai.tck.Backend;
import wai.tck.Departure;
import wai.tck.HandlerTck;

/// Warp keeps the contract by HTTP/2 in the clear, by prior knowledge.
final class WarpH2cTckTest extends HandlerTck {
    @Override
    protected String name() {
        return "Warp over h2c";
    }

    @Override
    protected Backend start(Application application) throws Exception {
        return CertifiedWarp.PLAIN.startHttp2(application);
    }

    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.complementOf(EnumSet.of(Capability.TLS_FACTS));
    }

    @Override
    protected Map<Departure, String> departures() {
        return Departure.ofHttp2();
    }
}
