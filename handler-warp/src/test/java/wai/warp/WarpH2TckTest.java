package wai.warp;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import wai.Application;
import wai.Capability;
import wai.tck.Backend;
import wai.tck.Departure;
import wai.tck.HandlerTck;

/// Warp keeps the contract by HTTP/2 over TLS, chosen by ALPN.
final class WarpH2TckTest extends HandlerTck {
    @Override
    protected String name() {
        return "Warp over h2";
    }

    @Override
    protected Backend start(Application application) throws Exception {
        return CertifiedWarp.TLS.startHttp2(application);
    }

    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    protected Map<Departure, String> departures() {
        return Departure.ofHttp2();
    }
}
