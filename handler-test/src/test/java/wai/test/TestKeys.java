package wai.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A key and a certificate that nobody else vouches for, made by the JDK's `keytool`: for `localhost` and
/// `shop.example`, and not for `127.0.0.1`.
///
/// @param context shows the certificate
record TestKeys(SSLContext context, X509Certificate certificate) {
    /// Made once, as that takes half a second.
    static final TestKeys SHARED = make();

    private static final String NAME = "server";

    private static TestKeys make() {
        try {
            var folder = Files.createTempDirectory("wai-test-keys");
            var file = folder.resolve("keys.p12");
            var password = "changeit";
            keytool(folder, file, password);
            var store = KeyStore.getInstance(file.toFile(), password.toCharArray());
            Files.delete(file);
            Files.delete(folder);
            var keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(store, password.toCharArray());
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return new TestKeys(context, (X509Certificate) store.getCertificate(NAME));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("no certificate could be made", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a certificate was made", e);
        }
    }

    private static void keytool(Path folder, Path file, String password) throws IOException, InterruptedException {
        var log = folder.resolve("log");
        var made = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-J-XX:TieredStopAtLevel=1",
                        "-genkeypair",
                        "-alias",
                        NAME,
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost,dns:shop.example",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        password))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (made.waitFor() != 0) {
            throw new IOException("keytool: " + Files.readString(log));
        }
        Files.delete(log);
    }
}
