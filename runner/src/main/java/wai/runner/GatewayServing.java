package wai.runner;

import java.io.IOException;
import java.net.BindException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import wai.Application;
import wai.cgi.CgiServer;
import wai.cgi.FastCgi;
import wai.cgi.Scgi;
import wai.cgi.settings.FastCgiSettings;
import wai.cgi.settings.Listener;
import wai.cgi.settings.ServerSettings;

/// FastCGI and SCGI as backends, for a web server to connect to.
///
/// @param protocol what is spoken
/// @param server the running server
record GatewayServing(String protocol, CgiServer server) implements Running {
    /// The [Backend] of FastCGI.
    static Running fastCgi(Listen where, Application application) throws IOException {
        return started(
                "fastcgi",
                where,
                settings -> FastCgi.start(FastCgiSettings.defaults().withServer(settings), application));
    }

    /// The [Backend] of SCGI.
    static Running scgi(Listen where, Application application) throws IOException {
        return started("scgi", where, settings -> Scgi.start(settings, application));
    }

    private static Running started(String protocol, Listen where, Starter starter) throws IOException {
        var listener =
                switch (where) {
                    case Listen.Tcp(var host, var port) -> Listener.tcp(host, port);
                    case Listen.Secure _ -> throw new IOException("web servers speak no TLS to applications");
                    case Listen.Unix(var path) -> Listener.unix(path);
                };
        try {
            var settings = ServerSettings.defaults().withListeners(List.of(listener));
            return new GatewayServing(protocol, starter.start(settings));
        } catch (IOException e) {
            throw e.getCause() instanceof BindException cause ? cause : e;
        }
    }

    private interface Starter {
        CgiServer start(ServerSettings settings) throws IOException;
    }

    @Override
    public SocketAddress address() {
        return server.address();
    }

    @Override
    public boolean stop(Duration grace) throws InterruptedException {
        return server.stop(grace);
    }

    @Override
    public List<String> openConnections() {
        return server.openConnections();
    }
}
