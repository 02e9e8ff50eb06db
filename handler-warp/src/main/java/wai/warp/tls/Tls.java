package wai.warp.tls;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/// How a listener speaks TLS: immutable, checked when it is set.
///
/// ```java
/// var tls = Tls.of(Identity.pemFiles(Path.of("fullchain.pem"), Path.of("privkey.pem")));
/// var settings = WarpSettings.defaults().withListeners(List.of(Listener.tcp(443).withTls(tls)));
/// ```
///
/// Versions are TLS 1.3 and 1.2, suites those with forward secrecy and authenticated encryption, groups X25519, P-256
/// and P-384. Sessions are resumed by tickets. A client of TLS 1.2 that renegotiates is disconnected. There is no
/// compression and no early data, because the JDK has neither.
///
/// Two things are the JDK's for the whole process, and off: OCSP responses are stapled when java is started with
/// `-Djdk.tls.server.enableStatusRequestExtension=true`, and keys are logged by no setting at all, since the JDK does
/// not give them out (an engine of others may, see [TlsEngines]).
public final class Tls {
    /// What becomes of plain HTTP on a port of TLS.
    public enum Plain {
        /// It is answered with 426 (Upgrade Required), whatever was asked.
        REFUSED,
        /// It is answered with 308 (Permanent Redirect) to the same target by `https`.
        REDIRECTED,
        /// It is served, and [wai.Request#isSecure] is false.
        SERVED
    }

    /// Never.
    public static final Duration NEVER = ChronoUnit.FOREVER.getDuration();

    private static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");
    private static final List<String> SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private final List<IdentitySource> identities;
    private final Optional<SSLContext> context;
    private final Optional<TlsEngines> engines;
    private final Function<Optional<String>, Optional<Identity>> lookup;
    private final boolean unknownNamesRefused;
    private final Optional<ClientCertificates> clients;
    private final List<String> versions;
    private final List<String> cipherSuites;
    private final Duration sessionLifetime;
    private final Duration reloadInterval;
    private final Plain plain;

    private Tls(Builder builder) {
        identities = builder.identities;
        context = builder.context;
        engines = builder.engines;
        lookup = builder.lookup;
        unknownNamesRefused = builder.unknownNamesRefused;
        clients = builder.clients;
        versions = builder.versions;
        cipherSuites = builder.cipherSuites;
        sessionLifetime = builder.sessionLifetime;
        reloadInterval = builder.reloadInterval;
        plain = builder.plain;
    }

    /// TLS with certificates. Which one a client gets is told by the server name that it asks for (SNI) and the names
    /// in the certificates, exact ones before wildcards; several for one name, as RSA and elliptic curve ones, by what
    /// it can verify; the first one when none has the name, or there is no name.
    ///
    /// @param identities one or more
    /// @return the settings
    /// @throws IllegalArgumentException when there is none
    public static Tls of(IdentitySource... identities) {
        if (identities.length == 0) {
            throw new IllegalArgumentException("TLS without an identity: expected one or more");
        }
        var builder = new Builder();
        builder.identities = List.of(identities);
        return new Tls(builder);
    }

    /// TLS whose certificates a function chooses at every handshake: for virtual hosts that come and go, or are kept
    /// elsewhere.
    ///
    /// @param lookup is given the server name that the client asks for, in lower case, empty when it does not; runs on
    ///     the connection's thread and may block it; an empty answer ends the handshake
    /// @return the settings
    public static Tls byName(Function<Optional<String>, Optional<Identity>> lookup) {
        var builder = new Builder();
        builder.lookup = requireNonNull(lookup, "lookup");
        return new Tls(builder);
    }

    /// TLS with a context that was made elsewhere. Its keys and trust are used; versions, suites and whether clients
    /// show certificates are those of these settings, and its session cache is left as it is.
    ///
    /// @param context the context
    /// @return the settings
    public static Tls of(SSLContext context) {
        var builder = new Builder();
        builder.context = Optional.of(context);
        return new Tls(builder);
    }

    /// TLS by engines that somebody else makes. Of these settings only [#plain()] has a meaning then.
    ///
    /// @param engines makes one for each connection
    /// @return the settings
    public static Tls by(TlsEngines engines) {
        var builder = new Builder();
        builder.engines = Optional.of(engines);
        return new Tls(builder);
    }

    /// Where the certificates come from.
    ///
    /// @return the sources, the default one first; empty when a context, engines or a function gives them
    public List<IdentitySource> identities() {
        return identities;
    }

    /// The context that was made elsewhere.
    ///
    /// @return empty unless [#of(SSLContext)] set it
    public Optional<SSLContext> context() {
        return context;
    }

    /// Who makes the engines.
    ///
    /// @return empty, for the JDK, unless [#by] set it
    public Optional<TlsEngines> engines() {
        return engines;
    }

    /// Chooses the certificate for a server name that none of [#identities()] has.
    ///
    /// @return the function; empty answers unless [#byName] or [#withLookup] set it
    public Function<Optional<String>, Optional<Identity>> lookup() {
        return lookup;
    }

    /// Whether a client that asks for a server name which no certificate has is refused, with the alert
    /// `unrecognized_name`, instead of getting the first certificate.
    ///
    /// @return false unless set
    public boolean refusesUnknownNames() {
        return unknownNamesRefused;
    }

    /// Whether clients show certificates, and which of them come in.
    ///
    /// @return the setting; empty, so that they are not asked for one, unless set
    public Optional<ClientCertificates> clients() {
        return clients;
    }

    /// The versions that are spoken, as the JDK calls them.
    ///
    /// @return `TLSv1.3` and `TLSv1.2` unless set
    public List<String> versions() {
        return versions;
    }

    /// The cipher suites, as the JDK calls them, the best first. Those that the JDK does not have are left out. Where a
    /// client agrees on one that HTTP/2 prohibits (RFC 9113 §9.2.2), HTTP/1.1 is spoken.
    ///
    /// @return unless set, those of TLS 1.3 and, for TLS 1.2, ephemeral elliptic curves with AES-GCM or ChaCha20
    public List<String> cipherSuites() {
        return cipherSuites;
    }

    /// How long a session may be resumed without a whole handshake. Tickets are sealed with a key of this process.
    ///
    /// @return the time; 24 hours unless set
    public Duration sessionLifetime() {
        return sessionLifetime;
    }

    /// How often the files of [#identities()] are looked at, and loaded again when one has changed. Open connections
    /// are left alone; files that cannot be loaded, because they are just being written for instance, are reported and
    /// tried again, and the certificates stay as they are. `WarpServer.reloadCertificates` does the same at once.
    ///
    /// @return the interval; one minute unless set; [#NEVER] for only when told
    public Duration reloadInterval() {
        return reloadInterval;
    }

    /// What becomes of plain HTTP on this port.
    ///
    /// @return [Plain#REFUSED] unless set
    public Plain plain() {
        return plain;
    }

    /// Adds a function for server names that none of [#identities()] has ([#byName]).
    ///
    /// @param function is asked before the first certificate is taken
    /// @return the changed copy
    public Tls withLookup(Function<Optional<String>, Optional<Identity>> function) {
        var builder = new Builder(this);
        builder.lookup = requireNonNull(function, "function");
        return new Tls(builder);
    }

    /// Refuses clients that ask for a server name which no certificate has ([#refusesUnknownNames()]).
    ///
    /// @return the changed copy
    public Tls withUnknownNamesRefused() {
        var builder = new Builder(this);
        builder.unknownNamesRefused = true;
        return new Tls(builder);
    }

    /// Sets [#clients()].
    ///
    /// @param certificates whether they are asked for one, and which come in
    /// @return the changed copy
    public Tls withClients(ClientCertificates certificates) {
        var builder = new Builder(this);
        builder.clients = Optional.of(certificates);
        return new Tls(builder);
    }

    /// Sets [#versions()].
    ///
    /// @param names `TLSv1.3`, `TLSv1.2` or both
    /// @return the changed copy
    /// @throws IllegalArgumentException when there is none, or another
    public Tls withVersions(String... names) {
        var builder = new Builder(this);
        builder.versions = List.of(names);
        if (names.length == 0 || !VERSIONS.containsAll(builder.versions)) {
            throw new IllegalArgumentException("versions " + builder.versions + ": expected some of " + VERSIONS);
        }
        return new Tls(builder);
    }

    /// Sets [#cipherSuites()].
    ///
    /// @param names one or more, the best first
    /// @return the changed copy
    /// @throws IllegalArgumentException when there is none
    public Tls withCipherSuites(List<String> names) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("no cipher suites: expected one or more");
        }
        var builder = new Builder(this);
        builder.cipherSuites = List.copyOf(names);
        return new Tls(builder);
    }

    /// Sets [#sessionLifetime()].
    ///
    /// @param time 1 second to 7 days (RFC 8446 §4.6.1)
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another
    public Tls withSessionLifetime(Duration time) {
        if (time.compareTo(Duration.ofSeconds(1)) < 0 || time.compareTo(Duration.ofDays(7)) > 0) {
            throw new IllegalArgumentException("session lifetime " + time + ": expected 1 second to 7 days");
        }
        var builder = new Builder(this);
        builder.sessionLifetime = time;
        return new Tls(builder);
    }

    /// Sets [#reloadInterval()].
    ///
    /// @param interval more than zero, or [#NEVER]
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is zero or negative
    public Tls withReloadInterval(Duration interval) {
        if (!interval.isPositive()) {
            throw new IllegalArgumentException("reload interval " + interval + ": expected more than zero");
        }
        var builder = new Builder(this);
        builder.reloadInterval = interval;
        return new Tls(builder);
    }

    /// Sets [#plain()].
    ///
    /// @param what becomes of it
    /// @return the changed copy
    public Tls withPlain(Plain what) {
        var builder = new Builder(this);
        builder.plain = requireNonNull(what, "what");
        return new Tls(builder);
    }

    private static final class Builder {
        private List<IdentitySource> identities = List.of();
        private Optional<SSLContext> context = Optional.empty();
        private Optional<TlsEngines> engines = Optional.empty();
        private Function<Optional<String>, Optional<Identity>> lookup = _ -> Optional.empty();
        private boolean unknownNamesRefused;
        private Optional<ClientCertificates> clients = Optional.empty();
        private List<String> versions = VERSIONS;
        private List<String> cipherSuites = SUITES;
        private Duration sessionLifetime = Duration.ofHours(24);
        private Duration reloadInterval = Duration.ofMinutes(1);
        private Plain plain = Plain.REFUSED;

        private Builder() {}

        private Builder(Tls tls) {
            identities = tls.identities;
            context = tls.context;
            engines = tls.engines;
            lookup = tls.lookup;
            unknownNamesRefused = tls.unknownNamesRefused;
            clients = tls.clients;
            versions = tls.versions;
            cipherSuites = tls.cipherSuites;
            sessionLifetime = tls.sessionLifetime;
            reloadInterval = tls.reloadInterval;
            plain = tls.plain;
        }
    }
}
