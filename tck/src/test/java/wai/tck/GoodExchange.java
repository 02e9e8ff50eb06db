package wai.tck;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import wai.Body;
import wai.Bytes;
import wai.Capability;
import wai.FilePart;
import wai.HeaderName;
import wai.Headers;
import wai.RawConnection;
import wai.Request;
import wai.Status;
import wai.spi.Exchange;
import wai.spi.FramedResponse;
import wai.spi.HttpDate;
import wai.spi.ScopedSink;

/// One exchange of the [GoodHandler]: writes the response, and is the live side of the request.
class GoodExchange extends Exchange {
    final GoodConnection connection;
    final GoodBody requestBody;
    private final AtomicReference<@Nullable Runnable> onDisconnect = new AtomicReference<>();
    private boolean kept;
    private volatile boolean begun;

    GoodExchange(GoodConnection connection, GoodBody requestBody, boolean kept) {
        this.connection = connection;
        this.requestBody = requestBody;
        this.kept = kept;
        requestBody.belongsTo(this);
    }

    /// Whether the connection can take another request afterwards.
    boolean isKept() {
        return kept;
    }

    /// Whether the head of the response is on its way. That of a stream waits for what follows it: the application may
    /// ask for the body of the request first, and 100 must come before it.
    boolean isBegun() {
        return begun;
    }

    /// The body as the application gets it.
    InputStream body(GoodBody body) {
        return scoped(body);
    }

    Request.Peer peer() {
        return new Peer();
    }

    @Override
    protected void send(FramedResponse response) throws Exception {
        var out = connection.out;
        boolean http11 = requestBody.isHttp11();
        boolean chunked = response.isDelimitedByHandler() && http11;
        kept &= !response.isDelimitedByHandler() || http11;
        kept &= response.headers().elements(HeaderName.CONNECTION).stream().noneMatch("close"::equalsIgnoreCase);
        if (response.body() instanceof Body.Raw raw) {
            kept = false;
            writeHead(response, "");
            out.flush();
            raw(raw);
            return;
        }
        if (!(response.body() instanceof Body.Stream)) {
            writeHead(response, "");
        }
        switch (response.body()) {
            case Bytes bytes -> bytes.writeTo(out);
            case Body.File(Path path, FilePart part) when part != null -> writeSlice(path, part, out);
            case Body.File file -> throw new IllegalStateException("a file without a part: " + file);
            case Body.Stream body -> {
                var sink = new Sink(response, chunked);
                stream(body, sink);
                sink.end();
            }
            case Body.Raw raw -> throw new IllegalStateException("answered above: " + raw);
        }
        out.flush();
    }

    /// Runs when the application has returned.
    void ended() throws Exception {}

    /// Runs when the application has thrown behind its response.
    void failed() throws IOException {}

    void raw(Body.Raw raw) throws Exception {
        runRaw(raw, new RawBytes());
    }

    final void runRaw(Body.Raw raw, RawConnection bytes) throws Exception {
        raw.application().run(bytes);
        if (!connection.socket.isOutputShutdown()) {
            connection.out.flush();
        }
    }

    final void writeHead(FramedResponse response, String framing) throws IOException {
        begun = true;
        var head =
                new StringBuilder("HTTP/1.1 ").append(response.status().code()).append(' ');
        head.append(response.status().reason()).append("\r\n");
        response.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        if (!response.headers().contains(HeaderName.DATE)) {
            head.append("Date: ").append(HttpDate.format(now())).append("\r\n");
        }
        if (response.length() != FramedResponse.UNKNOWN) {
            head.append("Content-Length: ").append(response.length()).append("\r\n");
        }
        head.append(framing);
        if (!kept && !response.headers().contains(HeaderName.CONNECTION)) {
            head.append("Connection: close\r\n");
        }
        connection.out.write(head.append("\r\n").toString().getBytes(ISO_8859_1));
    }

    final void writeInterim(Status status, Headers fields) throws IOException {
        var head = new StringBuilder("HTTP/1.1 " + status.code() + " " + status.reason() + "\r\n");
        fields.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        connection.out.write(head.append("\r\n").toString().getBytes(ISO_8859_1));
        connection.out.flush();
    }

    /// Runs when the exchange is over: from now on nobody is told.
    final void forgetDisconnect() {
        onDisconnect.set(null);
    }

    private static void writeSlice(Path path, FilePart part, OutputStream out) throws IOException {
        try (var channel = Files.newByteChannel(path)) {
            channel.position(part.offset());
            var in = Channels.newInputStream(channel);
            var buffer = new byte[64 * 1024];
            for (long left = part.length(); left > 0; ) {
                int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (count < 0) {
                    throw new IOException("the file " + path + " became shorter while it was sent");
                }
                out.write(buffer, 0, count);
                left -= count;
            }
        }
    }

    /// Reads ahead while the application works: the end of input is the end of the client. A client that leaves while
    /// its body is still to be read is noticed by that read.
    private void watch() {
        boolean gone;
        try {
            gone = !connection.in.awaitByte();
        } catch (IOException _) {
            gone = true;
        }
        var action = onDisconnect.getAndSet(null);
        if (gone && action != null) {
            try {
                action.run();
            } catch (RuntimeException _) {
                // nobody is left to be told
            }
        }
    }

    /// The body of a stream: chunked, or as it is.
    private final class Sink extends ScopedSink {
        private final FramedResponse response;
        private final boolean chunked;
        private boolean hasHead;
        private Headers trailers = Headers.EMPTY;

        Sink(FramedResponse response, boolean chunked) {
            super(response.length());
            this.response = response;
            this.chunked = chunked;
        }

        private void begin() throws IOException {
            if (!hasHead) {
                hasHead = true;
                writeHead(response, chunked ? "Transfer-Encoding: chunked\r\n" : "");
            }
        }

        @Override
        protected void send(byte[] array, int offset, int count) throws IOException {
            begin();
            if (chunked) {
                connection.out.write((Integer.toHexString(count) + "\r\n").getBytes(ISO_8859_1));
            }
            connection.out.write(array, offset, count);
            if (chunked) {
                connection.out.write("\r\n".getBytes(ISO_8859_1));
            }
        }

        @Override
        protected void sendFlush() throws IOException {
            begin();
            connection.out.flush();
        }

        @Override
        protected void keepTrailers(Headers fields) {
            trailers = fields;
        }

        void end() throws IOException {
            begin();
            if (chunked) {
                var end = new StringBuilder("0\r\n");
                trailers.forEach((name, value) ->
                        end.append(name).append(": ").append(value).append("\r\n"));
                connection.out.write(end.append("\r\n").toString().getBytes(ISO_8859_1));
            }
        }
    }

    /// What only the connection knows.
    class Peer implements Request.Peer {
        @Override
        public Set<Capability> capabilities() {
            return connection.capabilities();
        }

        @Override
        public Headers trailers() {
            return requestBody.trailers();
        }

        @Override
        public void sendInformational(Status status, Headers fields) throws IOException {
            checkInformationalInTime(status);
            if (requestBody.isHttp11()) {
                writeInterim(status, fields);
            }
        }

        @Override
        public void onDisconnect(Runnable action) {
            var before = onDisconnect.getAndUpdate(known -> known == null
                    ? action
                    : () -> {
                        try {
                            known.run();
                        } finally {
                            action.run();
                        }
                    });
            if (before == null) {
                Thread.ofVirtual().name("watch").start(GoodExchange.this::watch);
            }
        }

        @Override
        public void onShutdown(Runnable action) {
            connection.onShutdown(() -> {
                if (!isOver() || connection.tellsTheDead()) {
                    action.run();
                }
            });
        }
    }

    /// The connection after the head of a raw response.
    class RawBytes implements RawConnection {
        @Override
        public InputStream input() {
            return connection.in;
        }

        @Override
        public OutputStream output() {
            return connection.out;
        }

        @Override
        public void closeOutput() throws IOException {
            if (!connection.socket.isOutputShutdown()) {
                connection.out.flush();
                connection.socket.shutdownOutput();
            }
        }

        @Override
        public SocketAddress remoteAddress() {
            return connection.socket.getRemoteSocketAddress();
        }

        @Override
        public void onShutdown(Runnable action) {
            // this server stops raw connections by closing their sockets
        }
    }
}
