package wai.warp.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Predicate;

/// Whether clients show certificates, and which of them come in.
///
/// ```java
/// tls.withClients(ClientCertificates.needed(ClientCertificates.read(Path.of("clients-ca.pem"))))
/// ```
///
/// The application sees them at [wai.Connection#peerCertificates].
public final class ClientCertificates {
    /// Whether a client must show one.
    public enum Mode {
        /// A client may show none; one that is shown must hold.
        WANTED,
        /// The handshake fails without one.
        NEEDED
    }

    private final Mode mode;
    private final List<X509Certificate> authorities;
    private final Predicate<List<X509Certificate>> decision;

    private ClientCertificates(
            Mode mode, List<X509Certificate> authorities, Predicate<List<X509Certificate>> decision) {
        this.mode = mode;
        this.authorities = authorities;
        this.decision = decision;
    }

    /// Clients are asked for a certificate and may come in without.
    ///
    /// @param authorities who may have issued it, also told to the client; when empty anybody may, the client itself
    ///     included, and only [#withDecision] or the application looks at it
    /// @return the setting
    public static ClientCertificates wanted(List<X509Certificate> authorities) {
        return new ClientCertificates(Mode.WANTED, List.copyOf(authorities), _ -> true);
    }

    /// Clients come in with a certificate only.
    ///
    /// @param authorities who may have issued it, also told to the client; when empty anybody may, the client itself
    ///     included, and only [#withDecision] or the application looks at it
    /// @return the setting
    public static ClientCertificates needed(List<X509Certificate> authorities) {
        return new ClientCertificates(Mode.NEEDED, List.copyOf(authorities), _ -> true);
    }

    /// Reads certificates, for [#wanted] and [#needed].
    ///
    /// @param pem a file of one or more in PEM
    /// @return the certificates
    /// @throws IOException when the file cannot be read, or has none
    public static List<X509Certificate> read(Path pem) throws IOException {
        try {
            return Pem.certificates(Files.readString(pem, StandardCharsets.ISO_8859_1));
        } catch (GeneralSecurityException e) {
            throw new IOException(pem + ": " + e.getMessage(), e);
        }
    }

    /// Whether a client must show one.
    ///
    /// @return the mode
    public Mode mode() {
        return mode;
    }

    /// Who may have issued certificates of clients.
    ///
    /// @return the certificates of authorities; empty for anybody
    public List<X509Certificate> authorities() {
        return authorities;
    }

    /// Decides on a chain that has held so far.
    ///
    /// @return the decision; always true unless set
    public Predicate<List<X509Certificate>> decision() {
        return decision;
    }

    /// Sets [#decision()]. It runs in the handshake, on the connection's thread, before anything is answered: false
    /// ends the handshake with an alert that the client can read.
    ///
    /// @param newDecision is given the client's chain, its own certificate first
    /// @return the changed copy
    public ClientCertificates withDecision(Predicate<List<X509Certificate>> newDecision) {
        return new ClientCertificates(mode, authorities, newDecision);
    }
}
