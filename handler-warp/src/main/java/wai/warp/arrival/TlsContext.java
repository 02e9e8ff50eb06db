package wai.warp.arrival;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.StandardConstants;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import wai.warp.tls.ClientCertificates;
import wai.warp.tls.Identity;
import wai.warp.tls.Tls;

/// What the connections of one listener share for TLS: the context of the JDK, and the certificates, which can be
/// exchanged while it runs.
///
/// A reload changes what the key manager hands out. Connections that are open keep what they agreed on; the JDK resumes
/// no session under another certificate than the one it began with.
final class TlsContext {
    private static final String OLD_VERSION = "TLSv1.2";
    private static final String[] GROUPS = {"x25519", "secp256r1", "secp384r1"};

    private final Tls tls;
    private final List<String> applicationProtocols;
    private final @Nullable IdentityChoice keys;
    private final @Nullable SSLContext context;
    private final String[] cipherSuites;
    private final ReentrantLock loading = new ReentrantLock();
    /// What the files were when they were loaded, and when that last failed.
    private List<String> loaded = List.of();

    private List<String> failed = List.of();

    /// Loads the certificates.
    ///
    /// @param applicationProtocols what ALPN offers, the best first
    /// @throws IOException when they cannot be loaded, or this JDK cannot do what was set
    TlsContext(Tls tls, List<String> applicationProtocols) throws IOException {
        this.tls = tls;
        this.applicationProtocols = applicationProtocols;
        try {
            if (tls.engines().isPresent()) {
                keys = null;
                context = null;
                cipherSuites = new String[0];
                return;
            }
            if (tls.context().isPresent()) {
                keys = null;
                context = tls.context().get();
            } else {
                loaded = stamps();
                keys = new IdentityChoice(tls, load());
                context = SSLContext.getInstance("TLS");
                context.init(new KeyManager[] {keys}, trust(), null);
                context.getServerSessionContext()
                        .setSessionTimeout((int) tls.sessionLifetime().toSeconds());
            }
            cipherSuites = suites(context);
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS is not possible: " + e.getMessage(), e);
        }
    }

    /// An engine for a connection.
    SSLEngine newEngine() throws GeneralSecurityException {
        var shared = context;
        if (shared == null) {
            return tls.engines().orElseThrow().create(applicationProtocols);
        }
        var engine = shared.createSSLEngine();
        engine.setUseClientMode(false);
        var parameters = new SSLParameters(cipherSuites, tls.versions().toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(true);
        parameters.setApplicationProtocols(applicationProtocols.toArray(String[]::new));
        parameters.setNamedGroups(GROUPS);
        if (tls.clients().isPresent()) {
            if (tls.clients().get().mode() == ClientCertificates.Mode.NEEDED) {
                parameters.setNeedClientAuth(true);
            } else {
                parameters.setWantClientAuth(true);
            }
        }
        if (keys != null && tls.refusesUnknownNames()) {
            parameters.setSNIMatchers(List.of(new KnownNames(keys, engine)));
        }
        engine.setSSLParameters(parameters);
        if (ProtocolChoice.isNeeded(applicationProtocols, cipherSuites)) {
            engine.setHandshakeApplicationProtocolSelector(new ProtocolChoice(applicationProtocols));
        }
        return engine;
    }

    /// Whether a client may come in whose certificates a context that was made elsewhere has let through.
    boolean admits(List<X509Certificate> chain) {
        return tls.context().isEmpty()
                || chain.isEmpty()
                || tls.clients()
                        .map(ClientCertificates::decision)
                        .orElse(_ -> true)
                        .test(chain);
    }

    /// Lets an engine of TLS 1.2 refuse a second handshake by a fatal alert: the version of the first is none any more.
    /// Engines that are made elsewhere, or by a context that is, are left as they are.
    void endNegotiation(SSLEngine engine) {
        if (keys != null && engine.getSession().getProtocol().equals(OLD_VERSION)) {
            engine.setEnabledProtocols(new String[] {"TLSv1.3"});
        }
    }

    /// The handshake on this thread is over.
    void forgetHandshake() {
        if (keys != null) {
            keys.forget();
        }
    }

    /// What becomes of plain HTTP.
    Tls.Plain plain() {
        return tls.plain();
    }

    // ------------------------------------------------------------------------------------------ reloading

    /// Whether there are files that may change, and somebody wants to know.
    boolean watchesFiles() {
        return keys != null && !stamps().isEmpty() && !tls.reloadInterval().equals(Tls.NEVER);
    }

    /// Loads the certificates again.
    ///
    /// @throws IOException when that fails; nothing is changed then
    void reload() throws IOException {
        loading.lock();
        try {
            reload(stamps());
        } finally {
            loading.unlock();
        }
    }

    /// Loads the certificates again if their files have changed since they were.
    ///
    /// @return whether they were loaded
    /// @throws IOException when that fails, at the first time with these files; nothing is changed then
    boolean reloadIfChanged() throws IOException {
        loading.lock();
        try {
            var now = stamps();
            if (now.equals(loaded)) {
                return false;
            }
            try {
                reload(now);
                return true;
            } catch (IOException e) {
                if (now.equals(failed)) {
                    return false; // told already
                }
                failed = now;
                throw e;
            }
        } finally {
            loading.unlock();
        }
    }

    private void reload(List<String> now) throws IOException {
        if (keys != null) {
            keys.replace(load());
            loaded = now; // as they were before they were read: a change meanwhile is seen next time
            failed = List.of();
        }
    }

    private Identities load() throws IOException {
        var identities = new ArrayList<Identity>();
        for (var source : tls.identities()) {
            identities.add(source.load());
        }
        return new Identities(identities);
    }

    /// What tells one version of a file from another.
    private List<String> stamps() {
        return tls.identities().stream()
                .flatMap(source -> source.files().stream())
                .map(TlsContext::stamp)
                .toList();
    }

    private static String stamp(Path file) {
        try {
            var facts = Files.readAttributes(file, BasicFileAttributes.class);
            return file + " " + facts.lastModifiedTime() + " " + facts.size() + " " + facts.fileKey();
        } catch (IOException e) {
            return file + " " + e.getClass();
        }
    }

    private TrustManager[] trust() throws GeneralSecurityException {
        return tls.clients().isPresent()
                ? new TrustManager[] {new ClientTrust(tls.clients().get())}
                : new TrustManager[0];
    }

    private String[] suites(SSLContext from) throws GeneralSecurityException {
        var supported = Arrays.asList(from.getSupportedSSLParameters().getCipherSuites());
        var suites = tls.cipherSuites().stream().filter(supported::contains).toArray(String[]::new);
        if (suites.length == 0) {
            throw new GeneralSecurityException(
                    "cipher suites " + tls.cipherSuites() + ": the JDK has none of them, but " + supported);
        }
        return suites;
    }

    /// Lets the JDK refuse names that nobody knows (alert `unrecognized_name`, RFC 6066 §3).
    private static final class KnownNames extends SNIMatcher {
        private final IdentityChoice keys;
        private final SSLEngine engine;

        KnownNames(IdentityChoice keys, SSLEngine engine) {
            super(StandardConstants.SNI_HOST_NAME);
            this.keys = keys;
            this.engine = engine;
        }

        @Override
        public boolean matches(SNIServerName name) {
            try {
                return keys.knows(engine, new SNIHostName(name.getEncoded()).getAsciiName());
            } catch (IllegalArgumentException _) { // no host name
                return false;
            }
        }
    }
}
