package wai.warp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import wai.Application;
import wai.test.RunningServer;
import wai.test.ServerStarter;
import wai.warp.settings.Hooks;
import wai.warp.settings.WarpSettings;

/// Runs the application of a test on Warp, on a free port of the loopback interface.
final class WarpStarter implements ServerStarter {
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
