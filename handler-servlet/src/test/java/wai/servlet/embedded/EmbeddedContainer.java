package wai.servlet.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import wai.Application;

/// The containers that this module starts.
enum EmbeddedContainer {
    JETTY,
    JETTY_SERVLET,
    TOMCAT,
    UNDERTOW;

    /// Starts it on the loopback address.
    ///
    /// @param port 0 for any free one
    EmbeddedServer start(int port, Application application) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        return switch (this) {
            case JETTY -> JettyServer.start(address, application);
            case JETTY_SERVLET -> JettyServer.startServlet(address, application);
            case TOMCAT -> TomcatServer.start(address, application);
            case UNDERTOW -> UndertowServer.start(address, application);
        };
    }
}
