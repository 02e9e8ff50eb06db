package wai.warp.arrival;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import wai.warp.tls.Identity;
import wai.warp.tls.Tls;

/// Chooses the identity of a handshake by the server name, for the JDK's engine.
///
/// The JDK asks once for each kind of key that the client can verify, then for the key and the chain by an alias; all
/// that on the thread that runs the handshake. So what was chosen is kept for the thread, and an alias means just that.
final class IdentityChoice extends X509ExtendedKeyManager {
    private static final String CHOSEN = "chosen";

    private final Tls tls;

    @SuppressWarnings("ThreadLocalUsage") // removed when the handshake is over
    private final ThreadLocal<Choice> choice = ThreadLocal.withInitial(Choice::new);

    private volatile Identities identities;

    /// @param tls what was set
    /// @param identities those that are there now
    IdentityChoice(Tls tls, Identities identities) {
        this.tls = tls;
        this.identities = identities;
    }

    /// Uses others from the next handshake on.
    void replace(Identities others) {
        identities = others;
    }

    /// Whether there is an identity for a server name.
    boolean knows(SSLEngine engine, String name) {
        return !candidates(engine, Optional.of(name.toLowerCase(Locale.ROOT))).isEmpty();
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        var name = serverName(engine.getHandshakeSession());
        var found = candidates(engine, name);
        if (found.isEmpty() && !(name.isPresent() && tls.refusesUnknownNames())) {
            found = identities.otherwise();
        }
        var chosen = Identities.withKey(keyType, found).orElse(null);
        choice.get().identity = chosen;
        return chosen == null ? null : CHOSEN;
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        var chosen = choice.get().identity;
        return chosen == null ? null : chosen.key();
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        var chosen = choice.get().identity;
        return chosen == null ? null : chosen.chain().toArray(X509Certificate[]::new);
    }

    /// The handshake of this thread is over.
    void forget() {
        choice.remove();
    }

    /// The identities for a name, of the settings or else of the function, which is asked once in a handshake.
    private List<Identity> candidates(SSLEngine engine, Optional<String> name) {
        var named = name.map(identities::named).orElse(List.of());
        if (!named.isEmpty()) {
            return named;
        }
        var mine = choice.get();
        if (!engine.equals(mine.engine)) {
            mine.engine = engine;
            mine.found = tls.lookup().apply(name).map(List::of).orElse(List.of());
        }
        return mine.found;
    }

    /// The server name that the client asked for, in lower case.
    static Optional<String> serverName(@Nullable SSLSession session) {
        if (session instanceof ExtendedSSLSession extended) {
            for (var name : extended.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return Optional.of(host.getAsciiName().toLowerCase(Locale.ROOT));
                }
            }
        }
        return Optional.empty();
    }

    // ------------------------------------------------------------------------------------------ never asked of us

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    /// What one thread is about.
    private static final class Choice {
        private @Nullable SSLEngine engine;
        private List<Identity> found = List.of();
        private @Nullable Identity identity;
    }
}
