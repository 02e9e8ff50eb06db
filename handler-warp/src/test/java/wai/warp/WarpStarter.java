package wai.warp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import wai.Application;
import wai.test.RunningServer;
import wai.test.ServerStarter;
import wai.warp.settings.Hooks;
import wai.warp.settings.Listener;
import wai.warp.settings.WarpSettings;
import wai.warp.tls.Identity;
import wai.warp.tls.Tls;

/// Runs the application of a test on Warp, on a free port of the loopback interface.
enum WarpStarter implements ServerStarter {
    PLAIN,
    TLS;

    private static final Identity OWN = Identity.selfSigned(List.of("localhost"), Duration.ofDays(1));

    @Override
    public RunningServer start(Application application) throws IOException {
        var listener = Listener.tcp("127.0.0.1", 0);
        var settings = WarpSettings.defaults()
                .withListeners(List.of(this == TLS ? listener.withTls(Tls.of(OWN)) : listener))
                .withHooks(Hooks.defaults().withOnFailure(_ -> {})); // the test gets the exception itself
        return new Running(Warp.start(settings, application), this == TLS ? OWN.chain() : List.of());
    }

    private record Running(WarpServer server, List<X509Certificate> certificates) implements RunningServer {
        @Override
        public InetSocketAddress address() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
