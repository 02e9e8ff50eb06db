package wai.runner;

import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import wai.Application;
import wai.warp.Warp;
import wai.warp.WarpServer;
import wai.warp.settings.Listener;
import wai.warp.settings.WarpSettings;
import wai.warp.tls.Tls;

/// Warp as a backend.
///
/// @param server the running server
/// @param isSecure whether it speaks TLS
record WarpServing(WarpServer server, boolean isSecure) implements Running {
    /// The [Backend].
    static Running start(Listen where, Application application) throws IOException {
        var settings =
                switch (where) {
                    case Listen.Tcp(var host, var port) ->
                        WarpSettings.defaults().withHost(host).withPort(port);
                    case Listen.Secure(var port, var identity) ->
                        WarpSettings.defaults()
                                .withListeners(List.of(
                                        Listener.tcp(port.host(), port.port()).withTls(Tls.of(identity))));
                    case Listen.Unix(var path) -> WarpSettings.defaults().withUnixSocket(path);
                };
        return new WarpServing(Warp.start(settings, application), where instanceof Listen.Secure);
    }

    @Override
    public String protocol() {
        return isSecure ? "https" : "http";
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
