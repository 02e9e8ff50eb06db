package wai.test;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.cert.CertificateException;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import wai.HttpVersion;

/// Speaks HTTP/1 to a server, in the clear or over TLS, one connection for each request: one thread writes the request,
/// one reads the response.
final class WireBackend implements Backend {
    private static final int BUFFER = 16 * 1024;

    private final String host;
    private final int port;
    /// Null in the clear. A client may have another one.
    private final @Nullable SSLContext tls;

    private final @Nullable Switchboard switchboard;
    private final Runnable server;

    private WireBackend(
            String host, int port, @Nullable SSLContext tls, @Nullable Switchboard switchboard, Runnable server) {
        this.host = host;
        this.port = port;
        this.tls = tls;
        this.switchboard = switchboard;
        this.server = server;
    }

    /// A server that is not ours.
    ///
    /// @param tls null to speak in the clear
    static WireBackend at(String host, int port, @Nullable SSLContext tls) {
        return new WireBackend(host, port, tls, null, () -> {});
    }

    /// A server of our own.
    static WireBackend started(ServerStarter starter) {
        var switchboard = new Switchboard();
        try {
            var server = starter.start(switchboard);
            var address = server.address();
            var certificates = server.certificates();
            var tls = certificates.isEmpty() ? null : Trust.in(certificates);
            return new WireBackend(address.getHostString(), address.getPort(), tls, switchboard, server::close);
        } catch (Exception failure) {
            throw new IllegalStateException("the server did not start", failure);
        }
    }

    @Override
    public void start(Outgoing outgoing, Conversation conversation) {
        var version = outgoing.request().version();
        if (version != HttpVersion.HTTP_1_1 && version != HttpVersion.HTTP_1_0) {
            throw new UnsupportedOperationException(version + " over a port: this client speaks HTTP/1.0 and HTTP/1.1");
        }
        Thread.ofVirtual().name("wai.test reader of " + conversation).start(() -> run(outgoing, conversation));
    }

    @Override
    public boolean isInMemory() {
        return false;
    }

    @Override
    public boolean isSecure() {
        return tls != null;
    }

    @Override
    public boolean servesEveryHost() {
        return switchboard != null;
    }

    @Override
    public void close() {
        server.run();
    }

    private void run(Outgoing outgoing, Conversation conversation) {
        var call = Optional.ofNullable(switchboard).map(board -> board.expect(outgoing, conversation));
        try (var wire = Wire.connect(host, port)) {
            conversation.onLeave(wire::cut);
            secure(wire, outgoing);
            wire.session().ifPresent(conversation::secured);
            var writer = new WireWriter(outgoing, conversation, wire);
            writer.head(call);
            Thread.ofVirtual().name("wai.test writer of " + conversation).start(writer::body);
            receive(new WireReader(new BufferedInputStream(wire.input(), BUFFER)), outgoing, conversation, writer);
        } catch (IOException gone) {
            conversation.cut(gone + hint(gone));
        } finally {
            conversation.cut("the connection was closed");
            if (switchboard != null) {
                call.ifPresent(switchboard::forget);
            }
            conversation.transportEnded();
        }
    }

    /// Speaks TLS, where the server does. One that is not ours must be who it says it is; ours serves every host, and
    /// has told its certificates itself.
    private void secure(Wire wire, Outgoing outgoing) throws IOException {
        if (tls != null) {
            var settings = outgoing.settings();
            var context = settings.tls == null ? tls : settings.tls;
            wire.secure(context, Origin.host(settings.origin.authority()), switchboard == null);
        }
    }

    /// What to do about a certificate that is not trusted: the commonest failure, and the exception does not tell.
    private static String hint(IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return "; TestClient.withTls says which certificates are trusted, withOrigin which name is expected";
            }
        }
        return "";
    }

    private void receive(WireReader reader, Outgoing outgoing, Conversation conversation, WireWriter writer)
            throws IOException {
        var method = outgoing.request().method();
        for (var head = reader.head(method); ; head = reader.head(method)) {
            if (head.kind() == Head.Kind.HTTP && head.status().isInformational()) {
                conversation.inform(head.status(), head.headers());
                continue;
            }
            conversation.respond(new Head(head.status(), WireReader.withoutCoding(head.headers()), head.kind()));
            if (head.kind() == Head.Kind.RAW) {
                Thread.ofVirtual()
                        .name("wai.test raw writer of " + conversation)
                        .start(writer::raw);
            }
            try (var body = reader.body(method, head)) {
                pump(body, conversation.toClient());
            }
            conversation.complete(reader.trailers());
            if (head.kind() == Head.Kind.RAW) {
                awaitRawEnd(conversation, writer);
            }
            return;
        }
    }

    /// Keeps the connection open while an application that has closed its direction may still read.
    private void awaitRawEnd(Conversation conversation, WireWriter writer) throws IOException {
        if (switchboard == null) {
            writer.awaitRawEnd();
        } else {
            conversation.awaitOver(Patience.ENDLESS);
            conversation.rawToApplication().abandon("the raw application has returned");
        }
    }

    /// Passes on what comes as it comes.
    private static void pump(InputStream from, Pipe to) throws IOException {
        var buffer = new byte[BUFFER];
        for (int count; (count = from.read(buffer)) >= 0; ) {
            to.write(Arrays.copyOf(buffer, count), Patience.ENDLESS);
        }
    }
}
