package wai.runner;

import java.io.IOException;
import java.net.BindException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import wai.Application;
import wai.cgi.CgiServer;
import wai.cgi.Scgi;
import wai.cgi.settings.Listener;
import wai.cgi.settings.ServerSettings;

/// SCGI as a backend, for a web server to connect to.
///
/// @param server the running server
record ScgiServing(CgiServer server) implements Running {
    /// The [Backend].
    static Running start(Listen where, Application application) throws IOException {
        var listener =
                switch (where) {
                    case Listen.Tcp(var host, var port) -> Listener.tcp(host, port);
                    case Listen.Unix(var path) -> Listener.unix(path);
                };
        try {
            return new ScgiServing(Scgi.start(ServerSettings.defaults().withListeners(List.of(listener)), application));
        } catch (IOException e) {
            throw e.getCause() instanceof BindException cause ? cause : e;
        }
    }

    @Override
    public SocketAddress address() {
        return server.address();
    }

    @Override
    public String protocol() {
        return "scgi";
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
