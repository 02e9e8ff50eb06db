package wai.cgi.front;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import wai.Application;
import wai.Capability;
import wai.cgi.CgiServer;
import wai.cgi.Scgi;
import wai.cgi.settings.ServerSettings;
import wai.tck.Departure;

/// The whole kit through a real web server and SCGI.
abstract class ScgiTck extends GatewayTck {
    ScgiTck(WebServer kind) {
        super(kind);
    }

    @Override
    protected String name() {
        return "SCGI behind " + kind().title();
    }

    @Override
    CgiServer startGateway(ServerSettings settings, Application application) throws IOException {
        return Scgi.start(settings, application);
    }

    @Override
    Route routeTo(CgiServer server) {
        return new Route.Scgi(server.address());
    }

    @Override
    protected Set<Capability> capabilities() {
        var all = super.capabilities();
        if (kind() == WebServer.NGINX) { // the others do not tell, or not always, that a client has left
            all.add(Capability.DISCONNECT_SIGNAL);
        }
        return all;
    }

    @Override
    protected Map<Departure, String> departures() {
        var all = super.departures();
        all.put(Departure.REQUEST_BUFFERED, "SCGI needs the length of the body before anything else");
        switch (kind()) {
            case APACHE -> {
                all.put(Departure.CUT_STREAM, "httpd ends a response whose rest does not come, or leaves it open");
                all.put(Departure.CUT_LENGTH, "httpd leaves a response open whose rest does not come");
                all.put(Departure.LENGTH_REQUIRED, "mod_proxy_scgi refuses chunked bodies");
            }
            case LIGHTTPD -> all.put(Departure.CUT_STREAM, "lighttpd takes a reset of the connection for its end");
            case NGINX -> {}
        }
        return all;
    }

    /// Whether a web server sees that its application broke off, before it has sent what it had, is a race.
    @Override
    protected Set<Departure> occasional() {
        return switch (kind()) {
            case APACHE -> Set.of(Departure.CUT_STREAM, Departure.CUT_LENGTH);
            case LIGHTTPD -> Set.of(Departure.CUT_STREAM);
            case NGINX -> super.occasional();
        };
    }
}
