package wai.warp.arrival;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/// Chooses what is spoken over TLS: the first of our protocols that the client offers, but never HTTP/2 with a cipher
/// suite that it prohibits (RFC 9113 §9.2.2), which may have been set by hand.
final class ProtocolChoice implements BiFunction<SSLEngine, List<String>, @Nullable String> {
    private static final String HTTP_2 = "h2";

    private final List<String> protocols;

    /// @param protocols ours, the best first
    ProtocolChoice(List<String> protocols) {
        this.protocols = protocols;
    }

    /// Whether HTTP/2 is offered, and not all suites will do for it. Else the JDK chooses as well.
    static boolean isNeeded(List<String> protocols, String[] suites) {
        return protocols.contains(HTTP_2) && Arrays.stream(suites).anyMatch(ProtocolChoice::isProhibited);
    }

    /// @return null where nothing will do: the handshake ends with `no_application_protocol`
    @Override
    public @Nullable String apply(SSLEngine engine, List<String> offered) {
        var suite = engine.getHandshakeSession().getCipherSuite();
        return protocols.stream()
                .filter(offered::contains)
                .filter(protocol -> !protocol.equals(HTTP_2) || !isProhibited(suite))
                .findFirst()
                .orElse(null);
    }

    /// Whether a suite is among those of RFC 9113, Appendix A: all of TLS 1.2 that have no ephemeral keys, or no
    /// authenticated encryption.
    static boolean isProhibited(String suite) {
        boolean ofTls13 = !suite.contains("_WITH_");
        boolean hasEphemeralKeys = suite.startsWith("TLS_ECDHE_") || suite.startsWith("TLS_DHE_");
        boolean isAuthenticated = suite.contains("_GCM_") || suite.contains("_CCM") || suite.contains("_POLY1305");
        return !ofTls13 && !(hasEphemeralKeys && isAuthenticated);
    }
}
