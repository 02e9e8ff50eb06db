package wai.warp;

import java.util.EnumSet;
import java.util.Set;
import wai.Application;
import wai.Capability;
import wai.tck.Backend;
import wai.tck.HandlerTck;

/// Warp keeps the contract over TLS.
final class WarpTlsTckTest extends HandlerTck {
    @Override
    protected String name() {
        return "Warp over TLS";
    }

    @Override
    protected Backend start(Application application) throws Exception {
        return CertifiedWarp.TLS.start(application);
    }

    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.complementOf(EnumSet.of(Capability.HTTP_2));
    }
}
