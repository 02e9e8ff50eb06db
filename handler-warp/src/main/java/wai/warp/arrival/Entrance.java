package wai.warp.arrival;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.transport.Transport;
import wai.warp.settings.Listener;
import wai.warp.tls.Tls;

/// What one listener asks of its connections before they speak HTTP.
public final class Entrance {
    private final Listener listener;
    private final Application application;
    private final RecordBuffers buffers;
    private final @Nullable TlsContext tls;
    private final Application forPlain;

    private Entrance(
            Listener listener,
            Application application,
            RecordBuffers buffers,
            @Nullable TlsContext tls,
            Application forPlain) {
        this.listener = listener;
        this.application = application;
        this.buffers = buffers;
        this.tls = tls;
        this.forPlain = forPlain;
    }

    /// The entrance of a listener; loads its certificates.
    ///
    /// @param listener what was set
    /// @param application what serves those who come in
    /// @param applicationProtocols what the server speaks over TLS, the best first
    /// @param buffers for TLS
    /// @return the entrance
    /// @throws IOException when certificates cannot be loaded
    public static Entrance open(
            Listener listener, Application application, List<String> applicationProtocols, RecordBuffers buffers)
            throws IOException {
        var settings = listener.tls().orElse(null);
        if (settings == null) {
            return new Entrance(listener, application, buffers, null, application);
        }
        try {
            var context = new TlsContext(settings, applicationProtocols);
            var forPlain =
                    switch (settings.plain()) {
                        case REFUSED -> PlainAnswers.UPGRADE_REQUIRED;
                        case REDIRECTED -> HttpsRedirection.TO_SAME_PORT;
                        case SERVED -> application;
                    };
            return new Entrance(listener, application, buffers, context, forPlain);
        } catch (IOException e) {
            throw new IOException("cannot listen on " + listener + ": " + e.getMessage(), e);
        }
    }

    /// A connection came.
    ///
    /// @param socket its bytes; belongs to the arrival from now on
    /// @return how it comes in
    public Arrival arrive(Transport socket) {
        var proxyProtocol = listener.proxyProtocol().orElse(null);
        if (proxyProtocol == null && tls == null) {
            return Arrival.plain(socket, application);
        }
        var proxied = proxyProtocol == null ? null : new ProxiedTransport(socket, proxyProtocol);
        var lower = proxied == null ? socket : proxied;
        var secured = tls == null ? null : new TlsTransport(lower, tls, buffers);
        return new Arrival(secured == null ? lower : secured, proxied, secured, application, forPlain);
    }

    /// Loads the certificates again, for connections that come from now on.
    ///
    /// @throws IOException when that fails; nothing is changed then
    public void reloadCertificates() throws IOException {
        if (tls != null) {
            tls.reload();
        }
    }

    /// Whether [#reloadChangedCertificates] is to be called now and then.
    ///
    /// @return false when there is nothing to look at
    public boolean watchesFiles() {
        return tls != null && tls.watchesFiles();
    }

    /// How often [#reloadChangedCertificates] is to be called.
    ///
    /// @return the interval
    public Duration reloadInterval() {
        return listener.tls().map(Tls::reloadInterval).orElse(Tls.NEVER);
    }

    /// Loads the certificates again if their files have changed.
    ///
    /// @throws IOException when that fails, at the first time with these files; nothing is changed then
    public void reloadChangedCertificates() throws IOException {
        if (tls != null) {
            tls.reloadIfChanged();
        }
    }
}
