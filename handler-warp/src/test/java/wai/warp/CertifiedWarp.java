package wai.warp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import wai.Application;
import wai.tck.Backend;
import wai.tck.Endpoint;
import wai.warp.settings.Hooks;
import wai.warp.settings.Listener;
import wai.warp.settings.WarpSettings;
import wai.warp.tls.Identity;
import wai.warp.tls.Tls;

/// Warp on a free port of the loopback interface, for the kit.
enum CertifiedWarp {
    PLAIN,
    TLS;

    private static final Identity OWN = Identity.selfSigned(List.of("localhost"), Duration.ofDays(1));

    /// Starts a server, to be spoken to by HTTP/1.1.
    Backend start(Application application) throws Exception {
        var server = run(application);
        return Backend.at(endpoint(server), server);
    }

    /// Starts a server, to be spoken to by HTTP/2.
    Backend startHttp2(Application application) throws Exception {
        var server = run(application);
        return Backend.at(endpoint(server).withHttp2(), server);
    }

    private WarpServer run(Application application) throws Exception {
        var listener = Listener.tcp("127.0.0.1", 0);
        var settings = WarpSettings.defaults()
                .withListeners(List.of(this == TLS ? listener.withTls(Tls.of(OWN)) : listener))
                .withHooks(Hooks.defaults().withOnFailure(_ -> {})); // the cases fail on purpose
        return Warp.start(settings, application);
    }

    private Endpoint endpoint(WarpServer server) throws Exception {
        var endpoint = Endpoint.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        return this == TLS ? endpoint.withTls(OWN.chain().getFirst()) : endpoint;
    }
}
