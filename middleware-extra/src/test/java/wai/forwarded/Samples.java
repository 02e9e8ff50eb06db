package wai.forwarded;

import java.util.List;
import java.util.Optional;
import wai.Application;

/// The snippets of the classes of the package; the tests of the classes run them.
final class Samples {
    private Samples() {}

    static TrustedProxies trustedProxies() {
        // @start region="trusted-proxies"
        return TrustedProxies.of("10.1.0.0/16", "2001:db8::7", "unix");
        // @end
    }

    static Optional<List<Forwarded>> forwarded() {
        // @start region="forwarded"
        return Forwarded.parse("for=192.0.2.60;proto=https, for=\"[2001:db8::7]:4711\"");
        // @end
    }

    static Application realIp(Application shop) {
        // @start region="real-ip"
        return RealIp.byForwarded(TrustedProxies.onThisMachine()).wrap(shop);
        // @end
    }
}
