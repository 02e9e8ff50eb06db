package wai.warp.tls;

import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SSLEngine;

/// Makes the engine of each connection, for those who have another than the JDK's (OpenSSL by Netty's `tcnative`,
/// Conscrypt, Bouncy Castle …) or must set what [Tls] does not.
@FunctionalInterface
public interface TlsEngines {
    /// Makes an engine in server mode, with certificates, versions and suites as they are to be. It may be called on
    /// many threads at a time.
    ///
    /// @param applicationProtocols what Warp speaks, the best first, to be offered by ALPN (RFC 7301)
    /// @return an engine that has not begun; Warp sets nothing on it
    /// @throws GeneralSecurityException when there is none; the connection is closed then
    SSLEngine create(List<String> applicationProtocols) throws GeneralSecurityException;
}
