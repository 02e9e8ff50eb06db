package wai.examples;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import wai.Application;
import wai.test.RunningServer;
import wai.test.ServerStarter;
import wai.warp.Warp;
import wai.warp.WarpServer;
import wai.warp.settings.Hooks;
import wai.warp.settings.WarpSettings;

/// Runs the applications of tests on Warp when the system property `wai.test` is `port`.
///
/// All that a project needs for that switch: this class, and its name in
/// `META-INF/services/wai.test.ServerStarter`.
public final class WarpStarter implements ServerStarter {
    /// For `java.util.ServiceLoader`.
    public WarpStarter() {}

    @Override
    public RunningServer start(Application application) throws IOException {
        var settings = WarpSettings.defaults()
                .withHost("127.0.0.1")
                .withPort(0)
                .withHooks(Hooks.defaults().withOnFailure(_ -> {})); // the test gets the exception itself
        return new Running(Warp.start(settings, application));
    }

    private record Running(WarpServer server) implements RunningServer {
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
