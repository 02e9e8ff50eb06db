package wai.runner;

import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import wai.Application;
import wai.warp.Warp;
import wai.warp.WarpServer;
import wai.warp.settings.WarpSettings;

/// Warp as a backend.
///
/// @param server the running server
record WarpServing(WarpServer server) implements Running {
    /// The [Backend].
    static Running start(Listen where, Application application) throws IOException {
        var settings =
                switch (where) {
                    case Listen.Tcp(var host, var port) ->
                        WarpSettings.defaults().withHost(host).withPort(port);
                    case Listen.Unix(var path) -> WarpSettings.defaults().withUnixSocket(path);
                };
        return new WarpServing(Warp.start(settings, application));
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
