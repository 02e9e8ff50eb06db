package wai.warp.arrival;

import wai.Application;
import wai.warp.settings.Listener;
import wai.warp.transport.Transport;

/// What one listener asks of its connections before they speak HTTP.
public final class Entrance {
    private final Listener listener;
    private final Application application;

    /// The entrance of a listener.
    ///
    /// @param listener what was set
    /// @param application what serves those who come in
    public Entrance(Listener listener, Application application) {
        this.listener = listener;
        this.application = application;
    }

    /// A connection came.
    ///
    /// @param socket its bytes; belongs to the arrival from now on
    /// @return how it comes in
    public Arrival arrive(Transport socket) {
        var proxyProtocol = listener.proxyProtocol().orElse(null);
        return proxyProtocol == null
                ? Arrival.plain(socket, application)
                : Arrival.proxied(new ProxiedTransport(socket, proxyProtocol), application);
    }
}
