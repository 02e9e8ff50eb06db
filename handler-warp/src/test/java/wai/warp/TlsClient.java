package wai.warp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import wai.warp.tls.Identity;

/// A client that speaks TLS with the JDK's sockets, byte by byte what the test says.
final class TlsClient implements AutoCloseable {
    private final SSLSocket socket;

    private TlsClient(SSLSocket socket) {
        this.socket = socket;
    }

    /// A context that trusts a root, and perhaps has an identity of its own.
    static SSLContext context(X509Certificate root, @Nullable Identity own) throws Exception {
        return contextWith(root, own == null ? new KeyManager[0] : keysOf(own));
    }

    /// A context that trusts a root, and may ask for identities of its own.
    static SSLContext contextWith(X509Certificate root, KeyManager... keys) throws Exception {
        var anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry("root", root);
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(anchors);
        var context = SSLContext.getInstance("TLS");
        context.init(keys, trust.getTrustManagers(), null);
        return context;
    }

    private static KeyManager[] keysOf(Identity own) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", own.key(), new char[0], own.chain().toArray(X509Certificate[]::new));
        var factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    /// Connects, asks for a name, and makes the handshake.
    static TlsClient connect(SSLContext context, int port, @Nullable String name, Consumer<SSLParameters> change)
            throws IOException {
        var plain = new Socket();
        plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return over(plain, context, name, change);
    }

    static TlsClient connect(SSLContext context, int port, String name) throws IOException {
        return connect(context, port, name, _ -> {});
    }

    /// Makes the handshake over a socket that is connected.
    static TlsClient over(Socket plain, SSLContext context, @Nullable String name, Consumer<SSLParameters> change)
            throws IOException {
        plain.setSoTimeout(30_000); // a safety net, nothing depends on it
        var socket = (SSLSocket) context.getSocketFactory()
                .createSocket(plain, name == null ? "127.0.0.1" : name, plain.getPort(), true);
        var parameters = socket.getSSLParameters();
        if (name != null) {
            parameters.setServerNames(List.of(new SNIHostName(name)));
        }
        change.accept(parameters);
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return new TlsClient(socket);
    }

    TlsClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        return this;
    }

    /// Sends a request and reads up to the end of its answer, which closes the connection.
    String ask(String request) throws IOException {
        send(request);
        return rest();
    }

    /// Reads so many bytes.
    String take(int count) throws IOException {
        return new String(socket.getInputStream().readNBytes(count), ISO_8859_1);
    }

    /// Reads an answer with a head and a body whose length is told.
    String answer() throws IOException {
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("the end came behind: " + head);
            }
            head.append((char) next);
        }
        int at = head.indexOf("Content-Length: ") + "Content-Length: ".length();
        return head + take(Integer.parseInt(head.substring(at, head.indexOf("\r\n", at))));
    }

    String rest() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    SSLSocket socket() {
        return socket;
    }

    SSLSession session() {
        return socket.getSession();
    }

    /// The name in the server's certificate.
    String server() throws GeneralSecurityException, IOException {
        var own = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        return own.getSubjectX500Principal().getName().substring("CN=".length());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
