package wai.servlet.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Keys and certificates of a server and a client that trust each other, made by the JDK's `keytool`.
///
/// @param folder where the key stores are: `server.p12` and `client.p12` with the keys, and what each of them trusts in
///     `server-trust.p12` and `client-trust.p12`
record TestCertificates(Path folder) {
    static final String PASSWORD = "changeit";
    static final String SERVER_NAME = "app.test";

    static TestCertificates make(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
        var made = new TestCertificates(folder);
        made.keytool("server", "CN=" + SERVER_NAME, "-ext", "san=dns:" + SERVER_NAME + ",dns:localhost,ip:127.0.0.1");
        made.keytool("client", "CN=a client");
        made.trust("client-trust", "server");
        made.trust("server-trust", "client");
        return made;
    }

    Path store(String name) {
        return folder.resolve(name + ".p12");
    }

    SSLContext forServer() throws IOException, GeneralSecurityException {
        return context(keys("server"), "server-trust");
    }

    SSLContext forClient(boolean withCertificate) throws IOException, GeneralSecurityException {
        return context(withCertificate ? keys("client") : new KeyManager[0], "client-trust");
    }

    private SSLContext context(KeyManager[] keys, String trusted) throws IOException, GeneralSecurityException {
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(load(trusted));
        var context = SSLContext.getInstance("TLS");
        context.init(keys, trust.getTrustManagers(), null);
        return context;
    }

    private KeyManager[] keys(String name) throws IOException, GeneralSecurityException {
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(load(name), PASSWORD.toCharArray());
        return factory.getKeyManagers();
    }

    private KeyStore load(String name) throws IOException, GeneralSecurityException {
        return KeyStore.getInstance(store(name).toFile(), PASSWORD.toCharArray());
    }

    private void trust(String name, String owner) throws IOException, GeneralSecurityException {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(owner, load(owner).getCertificate(owner));
        try (var out = Files.newOutputStream(store(name))) {
            trusted.store(out, PASSWORD.toCharArray());
        }
    }

    private void keytool(String name, String subject, String... more) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-genkeypair",
                "-alias",
                name,
                "-dname",
                subject,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store(name).toString(),
                "-storepass",
                PASSWORD));
        command.addAll(List.of(more));
        var log = folder.resolve(name + ".log");
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("keytool: " + Files.readString(log));
        }
    }
}
