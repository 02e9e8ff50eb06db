package wai.cgi.front;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import wai.Application;
import wai.Capability;
import wai.cgi.CgiServer;
import wai.cgi.FastCgi;
import wai.cgi.settings.FastCgiSettings;
import wai.cgi.settings.ServerSettings;
import wai.tck.Departure;

/// The whole kit through a real web server and FastCGI.
abstract class FastCgiTck extends GatewayTck {
    FastCgiTck(WebServer kind) {
        super(kind);
    }

    @Override
    protected String name() {
        return "FastCGI behind " + kind().title();
    }

    @Override
    CgiServer startGateway(ServerSettings settings, Application application) throws IOException {
        int loops = kind() == WebServer.NGINX ? 2 : 0; // either way is tried behind some web server
        return FastCgi.start(FastCgiSettings.defaults().withServer(settings.withLoops(loops)), application);
    }

    @Override
    Route routeTo(CgiServer server) {
        return new Route.FastCgi(server.address());
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
        switch (kind()) {
            case APACHE -> {
                all.put(Departure.REQUEST_BUFFERED, "mod_proxy_fcgi takes the body before it sends any of it on");
                all.put(Departure.LENGTH_BESIDE_CHUNKS, "httpd ignores a length beside chunks, and closes behind it");
                all.put(Departure.CODINGS, "httpd takes whatever ends with chunked");
                all.put(Departure.CHUNKS_ON_HTTP_1_0, "httpd takes chunks from clients of HTTP/1.0");
            }
            case NGINX ->
                all.put(
                        Departure.REQUEST_BUFFERED,
                        "nginx reads chunked bodies first, and drops requests that are cut");
            case LIGHTTPD -> {
                all.put(Departure.REQUEST_BUFFERED, "lighttpd calls the application when the body has come");
                all.put(Departure.CUT_ON_HTTP_1_0, "lighttpd takes a reset of the connection for its end");
            }
        }
        return all;
    }
}
