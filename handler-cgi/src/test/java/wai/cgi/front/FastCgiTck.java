package wai.cgi.front;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import wai.Application;
import wai.Capability;
import wai.cgi.FastCgi;
import wai.cgi.settings.CgiSettings;
import wai.cgi.settings.FastCgiSettings;
import wai.cgi.settings.Hooks;
import wai.cgi.settings.ServerSettings;
import wai.tck.Backend;
import wai.tck.Departure;
import wai.tck.HandlerTck;

/// The whole kit through a real web server and FastCGI.
abstract class FastCgiTck extends HandlerTck {
    private final WebServer kind;

    FastCgiTck(WebServer kind) {
        this.kind = kind;
    }

    @Override
    protected Backend start(Application application) throws IOException {
        var requests = CgiSettings.defaults()
                .withMount("/")
                .withHooks(Hooks.defaults().withOnFailure(_ -> {})); // the cases fail on purpose
        var settings = ServerSettings.defaults().withRequests(requests);
        var server = FastCgi.start(FastCgiSettings.defaults().withServer(settings), application);
        var front = FrontServer.start(kind, new Route.FastCgi(server.address()));
        return Backend.at(front.address(), () -> {
            try (server;
                    front) {
                // both end
            }
        });
    }

    /// Whether a web server sees that its application broke off, before it has sent what it had, is a race.
    @Override
    protected Set<Departure> occasional() {
        return EnumSet.of(Departure.CUT_STREAM, Departure.CUT_LENGTH, Departure.CUT_ON_HTTP_1_0);
    }

    @Override
    protected Map<Departure, String> departures() {
        return FastCgiDepartures.of(kind);
    }

    @Override
    protected Set<Capability> capabilities() {
        var all = EnumSet.of(Capability.INCREMENTAL_FLUSH, Capability.RAW_TARGET);
        if (kind == WebServer.NGINX) { // the others do not tell, or not always, that a client has left
            all.add(Capability.DISCONNECT_SIGNAL);
        }
        return all;
    }
}
