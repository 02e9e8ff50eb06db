package wai.cgi.front;

import java.io.IOException;
import java.util.Set;
import wai.Application;
import wai.Capability;
import wai.cgi.CgiServer;
import wai.cgi.settings.CgiSettings;
import wai.cgi.settings.Hooks;
import wai.cgi.settings.ServerSettings;
import wai.tck.Backend;

/// The whole kit through a real web server and the server of a gateway protocol.
abstract class GatewayTck extends BehindWebServerTck {
    GatewayTck(WebServer kind) {
        super(kind);
    }

    /// Starts the server that is behind the web server.
    abstract CgiServer startGateway(ServerSettings settings, Application application) throws IOException;

    /// How the web server reaches it.
    abstract Route routeTo(CgiServer server);

    @Override
    protected Set<Capability> capabilities() {
        var all = super.capabilities();
        all.add(Capability.SHUTDOWN_SIGNAL);
        return all;
    }

    @Override
    protected Backend start(Application application) throws IOException {
        var requests = CgiSettings.defaults()
                .withMount("/")
                .withHooks(Hooks.defaults().withOnFailure(_ -> {})); // the cases fail on purpose
        var server = startGateway(ServerSettings.defaults().withRequests(requests), application);
        var front = FrontServer.start(kind(), routeTo(server));
        return Backend.at(front.address(), () -> {
            try (front;
                    server) {
                // both end, the one behind first: it tells applications
            }
        });
    }
}
