package wai.test;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;

/// A server that a [ServerStarter] has started.
public interface RunningServer extends AutoCloseable {
    /// Where it listens.
    ///
    /// @return the address, with the true port
    InetSocketAddress address();

    /// What clients are to trust, where it speaks TLS: its own certificate, or that of who signed it. Requests are
    /// secure then, and go to `https://localhost` unless a test says otherwise; names are not compared.
    ///
    /// @return the certificates; empty, which is the default, where it speaks in the clear
    default List<X509Certificate> certificates() {
        return List.of();
    }

    /// Stops it.
    @Override
    void close();
}
