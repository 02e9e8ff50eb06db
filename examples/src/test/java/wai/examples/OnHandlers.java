package wai.examples;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import wai.Application;
import wai.servlet.embedded.EmbeddedServer;
import wai.servlet.embedded.JettyServer;
import wai.servlet.embedded.TomcatServer;
import wai.servlet.embedded.UndertowServer;
import wai.test.RunningServer;
import wai.test.ServerStarter;

/// The handlers that listen on a port, for tests that go over all of them.
public enum OnHandlers implements ServerStarter {
    /// Our server.
    WARP,
    /// Jetty without servlets.
    JETTY,
    /// A servlet in Jetty.
    JETTY_SERVLET,
    /// A servlet in Tomcat.
    TOMCAT,
    /// A servlet in Undertow.
    UNDERTOW;

    @Override
    public RunningServer start(Application application) throws IOException {
        var anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return switch (this) {
            case WARP -> new WarpStarter().start(application);
            case JETTY -> new Embedded(JettyServer.start(anywhere, application));
            case JETTY_SERVLET -> new Embedded(JettyServer.startServlet(anywhere, application));
            case TOMCAT -> new Embedded(TomcatServer.start(anywhere, application));
            case UNDERTOW -> new Embedded(UndertowServer.start(anywhere, application));
        };
    }

    private record Embedded(EmbeddedServer server) implements RunningServer {
        @Override
        public InetSocketAddress address() {
            return server.address();
        }

        @Override
        public void close() {
            try {
                server.stop(Duration.ZERO);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
