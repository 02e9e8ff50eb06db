package wai.warp.memory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.TrustManagerFactory;

/// The client's end of TLS over a transport in memory, by an engine of the JDK: records as they go over the wire.
public final class TlsPeer {
    /// Room for two records.
    private static final int ROOM = 40_000;

    private final MemoryTransport wire;
    private final SSLEngine engine;
    private int heard;

    /// @param wire carries the records
    /// @param root whose certificates are trusted
    /// @param version of TLS, as the JDK calls it
    public TlsPeer(MemoryTransport wire, X509Certificate root, String version) throws Exception {
        var anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry("root", root);
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(anchors);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        this.wire = wire;
        engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {version});
    }

    /// The JDK's engine.
    public SSLEngine engine() {
        return engine;
    }

    /// The first record: the hello.
    public String hello() throws IOException {
        engine.beginHandshake();
        return wrap("");
    }

    /// Makes the handshake.
    ///
    /// @param byByte whether each byte is sent by itself
    public void shakeHands(boolean byByte) throws IOException {
        engine.beginHandshake();
        goOn(byByte, () -> engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING);
    }

    /// Makes the handshake of TLS 1.3 up to its last records, which are not sent.
    public String shakeHandsToTheLast() throws IOException {
        wire.send(hello());
        var last = new StringBuilder();
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> engine.getDelegatedTask().run();
                case NEED_WRAP -> last.append(wrap(""));
                case NOT_HANDSHAKING -> {
                    return last.toString();
                }
                default -> {
                    if (hear(new StringBuilder()) == Status.BUFFER_UNDERFLOW) {
                        Thread.onSpinWait();
                    }
                }
            }
        }
    }

    /// Goes on with the handshake.
    ///
    /// @param done when it is enough; looked at before each step
    public void goOn(boolean byByte, BooleanSupplier done) throws IOException {
        while (!done.getAsBoolean()) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> engine.getDelegatedTask().run();
                case NEED_WRAP -> {
                    var record = wrap("");
                    wire.send(byByte ? record.split("") : new String[] {record});
                }
                default -> {
                    if (hear(new StringBuilder()) == Status.BUFFER_UNDERFLOW) {
                        Thread.onSpinWait();
                    }
                }
            }
        }
    }

    /// Encrypts a text as one record.
    public String wrap(String text) throws IOException {
        var record = ByteBuffer.allocate(ROOM);
        engine.wrap(ByteBuffer.wrap(text.getBytes(ISO_8859_1)), record);
        return new String(record.array(), 0, record.position(), ISO_8859_1);
    }

    /// Asks for an update of keys, which is what the JDK makes of a second begin in TLS 1.3; the record is not sent.
    public String updateOfKeys() throws IOException {
        engine.beginHandshake();
        return wrap("");
    }

    /// Decrypts a record, if one has come as a whole.
    public Status hear(StringBuilder into) throws IOException {
        var input = ByteBuffer.wrap(wire.received().getBytes(ISO_8859_1)).position(heard);
        var output = ByteBuffer.allocate(ROOM);
        var result = engine.unwrap(input, output);
        heard = input.position();
        into.append(new String(output.array(), 0, output.position(), ISO_8859_1));
        return result.getStatus();
    }

    /// Everything that can be decrypted.
    public String heard() throws IOException {
        var text = new StringBuilder();
        while (hear(text) == Status.OK) {}
        return text.toString();
    }
}
