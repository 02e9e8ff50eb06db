package wai.warp;

import java.util.EnumSet;
import java.util.Set;
import wai.Application;
import wai.Capability;
import wai.tck.Backend;
import wai.tck.HandlerTck;

/// Warp keeps the contract, over HTTP/1.1 on a real port.
final class WarpTckTest extends HandlerTck {
    @Override
    protected Backend start(Application application) throws Exception {
        return CertifiedWarp.PLAIN.start(application);
    }

    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.complementOf(EnumSet.of(Capability.TLS_FACTS, Capability.HTTP_2));
    }
}
