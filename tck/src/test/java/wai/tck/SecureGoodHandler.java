package wai.tck;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import wai.Application;
import wai.Capability;
import wai.Connection;
import wai.Request;

/// The good handler over TLS, with a certificate that it signed itself.
class SecureGoodHandler extends GoodHandler {
    private static final char[] PASSWORD = "a test".toCharArray();

    private final SSLContext context;
    private final X509Certificate certificate;

    SecureGoodHandler() throws Exception {
        super(Scene.PATIENCE);
        var store = madeByKeytool();
        certificate = (X509Certificate) store.getCertificate("own");
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, PASSWORD);
        context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
    }

    /// The JDK makes certificates by its program only.
    private static KeyStore madeByKeytool() throws Exception {
        var folder = Files.createTempDirectory("wai-tck");
        var file = folder.resolve("own.p12");
        try {
            var keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "own",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=localhost",
                            "-keystore",
                            file.toString(),
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            new String(PASSWORD))
                    .redirectErrorStream(true)
                    .start();
            var said = new String(keytool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IllegalStateException("keytool made no certificate: " + said);
            }
            return KeyStore.getInstance(file.toFile(), PASSWORD);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    X509Certificate certificate() {
        return certificate;
    }

    /// What an exchange tells of its connection; a place to break it.
    Connection told(Connection connection) {
        return connection;
    }

    @Override
    public Set<Capability> capabilities() {
        var all = EnumSet.copyOf(super.capabilities());
        all.add(Capability.TLS_FACTS);
        return Set.copyOf(all);
    }

    @Override
    ServerSocket listen() throws IOException {
        var server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 128, InetAddress.getLoopbackAddress());
        var parameters = server.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        server.setSSLParameters(parameters);
        return server;
    }

    @Override
    Endpoint endpoint(InetSocketAddress address) {
        try {
            return super.endpoint(address).withTls(certificate);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    GoodConnection connection(Socket socket, Application application) throws IOException {
        return new GoodConnection(socket, application, capabilities()) {
            @Override
            String scheme() {
                return "https";
            }

            @Override
            GoodExchange exchange(GoodBody body, boolean keepAlive) {
                return new GoodExchange(this, body, keepAlive) {
                    @Override
                    Request.Peer peer() {
                        return new Peer() {
                            @Override
                            public Connection connection() {
                                return told(new Facts((SSLSocket) socket));
                            }
                        };
                    }
                };
            }
        };
    }

    private record Facts(SSLSocket socket) implements Connection {
        @Override
        public Optional<SSLSession> tlsSession() {
            return Optional.of(socket.getSession());
        }

        @Override
        public Optional<String> applicationProtocol() {
            return Optional.of(socket.getApplicationProtocol());
        }
    }
}
