package wai.runner;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import wai.warp.tls.Identity;

/// The certificate of `--tls`: self-signed, for development only, and the same at each run, so that it is trusted once.
///
/// It is kept with its key in one file of the user's, which nobody else can read; beside it is the certificate alone,
/// for clients that are to trust it. A new one is made when there is none, it ends soon, lacks a name, cannot be read,
/// or its key can be read by others.
///
/// @param folder where the files are; made when it is not there
/// @param clock tells whether a certificate ends soon
record DevelopmentCertificate(Path folder, InstantSource clock) {
    /// Browsers take no certificate for longer from public authorities, and some from no one.
    private static final Duration VALIDITY = Duration.ofDays(397);
    private static final Duration LEAST_LEFT = Duration.ofDays(7);
    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "::1");
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private static final Set<PosixFilePermission> OWNER_ALONE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNERS_FOLDER = PosixFilePermissions.fromString("rwx------");

    /// That of this user: below `$XDG_DATA_HOME`, which is `~/.local/share` unless set.
    static DevelopmentCertificate ofUser() {
        return new DevelopmentCertificate(
                dataFolder(System.getenv("XDG_DATA_HOME"), System.getProperty("user.home", ".")),
                InstantSource.system());
    }

    /// Where files of users belong. A relative path in the variable does not count (XDG Base Directory Specification).
    static Path dataFolder(@Nullable String variable, String home) {
        var data = variable == null ? Path.of("") : Path.of(variable);
        return (data.isAbsolute() ? data : Path.of(home, ".local", "share")).resolve("waiup");
    }

    /// The key and the certificate, made if need be.
    ///
    /// @param host what is listened on besides `localhost`; `0.0.0.0` and `::` for all of the machine
    /// @throws IOException when it cannot be kept
    Kept forHost(String host) throws IOException {
        var names = namesFor(host);
        var known = known();
        if (known.isPresent() && isGood(known.get(), names)) {
            writeCertificate(known.get());
            return new Kept(known.get(), certificateFile(), false);
        }
        var all = new LinkedHashSet<>(names);
        known.ifPresent(old -> all.addAll(names(old)));
        var made = Identity.selfSigned(List.copyOf(all), VALIDITY);
        keep(made);
        writeCertificate(made);
        return new Kept(made, certificateFile(), true);
    }

    // ------------------------------------------------------------------------------------------ names

    private static Set<String> namesFor(String host) {
        var names = new LinkedHashSet<String>();
        LOOPBACK.forEach(name -> names.add(normal(name)));
        var address = literal(host);
        if (address.isPresent() && address.get().isAnyLocalAddress()) {
            machineName().map(DevelopmentCertificate::normal).ifPresent(names::add);
        } else {
            names.add(normal(host));
        }
        return names;
    }

    private static Optional<String> machineName() {
        try {
            var name = InetAddress.getLocalHost().getHostName();
            return name.matches("[A-Za-z0-9.-]+") ? Optional.of(name) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty(); // a machine without a name
        }
    }

    /// One form for each name and address, so that they can be compared.
    private static String normal(String name) {
        return literal(name).map(InetAddress::getHostAddress).orElseGet(() -> name.toLowerCase(Locale.ROOT));
    }

    private static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Set<String> names(Identity identity) {
        var names = new LinkedHashSet<String>();
        try {
            var alternatives = certificate(identity).getSubjectAlternativeNames();
            for (var name : alternatives == null ? List.<List<?>>of() : alternatives) {
                if (name.get(0).equals(DNS_NAME) || name.get(0).equals(IP_ADDRESS)) {
                    names.add(normal((String) name.get(1)));
                }
            }
        } catch (CertificateParsingException _) {
            return Set.of(); // then another is made
        }
        return names;
    }

    private static X509Certificate certificate(Identity identity) {
        return identity.chain().getFirst();
    }

    private boolean isGood(Identity identity, Set<String> names) {
        var end = certificate(identity).getNotAfter().toInstant();
        return clock.instant().plus(LEAST_LEFT).isBefore(end) && names(identity).containsAll(names);
    }

    // ------------------------------------------------------------------------------------------ files

    private Path keyFile() {
        return folder.resolve("development-key.pem");
    }

    private Path certificateFile() {
        return folder.resolve("development.pem");
    }

    /// What is kept; empty when there is nothing that may be used.
    private Optional<Identity> known() {
        try {
            if (hasPermissions() && !OWNER_ALONE.containsAll(Files.getPosixFilePermissions(keyFile()))) {
                return Optional.empty(); // others may have read it
            }
            return Optional.of(Identity.pemFiles(keyFile(), keyFile()).load());
        } catch (IOException _) {
            return Optional.empty(); // it is not there, or broken
        }
    }

    /// A start at the same time may have kept its own meanwhile; the later one stays, and the earlier is used by its
    /// maker alone until its next start.
    private void keep(Identity made) throws IOException {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder, only(OWNERS_FOLDER));
            }
            replace(keyFile(), made.keyAsPem() + made.certificatesAsPem());
        } catch (FileAlreadyExistsException e) {
            throw new FileSystemException(folder.toString(), null, "it is no folder");
        }
    }

    /// The certificate alone, unless it is there.
    private void writeCertificate(Identity identity) throws IOException {
        var text = identity.certificatesAsPem();
        if (!Files.isRegularFile(certificateFile())
                || !Files.readString(certificateFile()).equals(text)) {
            replace(certificateFile(), text);
        }
    }

    /// Writes a file so that nobody sees a part of it, or could ever have opened it but its owner.
    private void replace(Path file, String text) throws IOException {
        var part = Files.createTempFile(folder, file.getFileName().toString(), ".part", only(OWNER_ALONE));
        try {
            Files.writeString(part, text, StandardCharsets.US_ASCII);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private FileAttribute<?>[] only(Set<PosixFilePermission> permissions) {
        var attributes = new ArrayList<FileAttribute<?>>();
        if (hasPermissions()) {
            attributes.add(PosixFilePermissions.asFileAttribute(permissions));
        }
        return attributes.toArray(FileAttribute<?>[]::new);
    }

    private boolean hasPermissions() {
        return folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /// What there is to serve with.
    ///
    /// @param identity the key and the certificate
    /// @param file has the certificate, for clients
    /// @param isNew whether it was made just now, so that nobody trusts it yet
    record Kept(Identity identity, Path file, boolean isNew) {}
}
