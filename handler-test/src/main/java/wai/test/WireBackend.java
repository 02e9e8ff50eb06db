package wai.test;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wai.HttpVersion;

/// Speaks HTTP/1 to a server, one connection for each request: one thread writes the request, one reads the response.
final class WireBackend implements Backend {
    private static final int BUFFER = 16 * 1024;

    private final String host;
    private final int port;
    private final @Nullable Switchboard switchboard;
    private final Runnable server;

    private WireBackend(String host, int port, @Nullable Switchboard switchboard, Runnable server) {
        this.host = host;
        this.port = port;
        this.switchboard = switchboard;
        this.server = server;
    }

    /// A server that is not ours.
    static WireBackend at(String host, int port) {
        return new WireBackend(host, port, null, () -> {});
    }

    /// A server of our own.
    static WireBackend started(ServerStarter starter) {
        var switchboard = new Switchboard();
        try {
            var server = starter.start(switchboard);
            var address = server.address();
            return new WireBackend(address.getHostString(), address.getPort(), switchboard, server::close);
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
    public boolean servesEveryHost() {
        return switchboard != null;
    }

    @Override
    public void close() {
        server.run();
    }

    private void run(Outgoing outgoing, Conversation conversation) {
        var call = Optional.ofNullable(switchboard).map(board -> board.expect(outgoing, conversation));
        try (var socket = new Socket(host, port)) {
            conversation.onLeave(() -> close(socket));
            var writer = new WireWriter(outgoing, conversation, socket);
            writer.head(call);
            Thread.ofVirtual().name("wai.test writer of " + conversation).start(writer::body);
            receive(
                    new WireReader(new BufferedInputStream(socket.getInputStream(), BUFFER)),
                    outgoing,
                    conversation,
                    writer);
        } catch (IOException gone) {
            conversation.cut(gone.toString());
        } finally {
            conversation.cut("the connection was closed");
            if (switchboard != null) {
                call.ifPresent(switchboard::forget);
            }
            conversation.transportEnded();
        }
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

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // it is as closed as it can be
        }
    }
}
