package wai.runner;

import java.nio.file.Path;
import wai.warp.tls.IdentitySource;

/// Where a backend listens.
sealed interface Listen {
    /// A TCP port.
    ///
    /// @param host a name or an address
    /// @param port 0 to 65535; 0 for any free one
    record Tcp(String host, int port) implements Listen {
        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /// A TCP port of TLS.
    ///
    /// @param port where
    /// @param identity the key and the certificates
    record Secure(Tcp port, IdentitySource identity) implements Listen {
        @Override
        public String toString() {
            return port.toString();
        }
    }

    /// A Unix domain socket.
    ///
    /// @param path where the socket is made
    record Unix(Path path) implements Listen {
        @Override
        public String toString() {
            return "unix:" + path;
        }
    }
}
