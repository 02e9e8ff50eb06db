package wai.test;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.Body;
import wai.Bytes;
import wai.Capability;
import wai.ClientDisconnectedException;
import wai.FilePart;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.RawConnection;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.spi.Exchange;
import wai.spi.FramedResponse;
import wai.spi.ScopedSink;

/// A server of one request per connection, just good enough to be the other end of the client's wire side.
final class TinyServer implements RunningServer {
    static final Set<Capability> CAPABILITIES = EnumSet.of(
            Capability.RAW,
            Capability.EARLY_HINTS,
            Capability.INFORMATIONAL,
            Capability.REQUEST_TRAILERS,
            Capability.RESPONSE_TRAILERS,
            Capability.INCREMENTAL_FLUSH,
            Capability.RAW_TARGET);

    private final ServerSocket listener;
    private final List<X509Certificate> certificates;

    private TinyServer(ServerSocket listener, List<X509Certificate> certificates) {
        this.listener = listener;
        this.certificates = certificates;
    }

    static TinyServer start(Application application) throws IOException {
        return start(new ServerSocket(0, 1000, InetAddress.getLoopbackAddress()), List.of(), application);
    }

    /// Starts a server that speaks TLS.
    static TinyServer startSecure(Application application) throws IOException {
        var keys = TestKeys.SHARED;
        var listener =
                keys.context().getServerSocketFactory().createServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        return start(listener, List.of(keys.certificate()), application);
    }

    private static TinyServer start(
            ServerSocket listener, List<X509Certificate> certificates, Application application) {
        var server = new TinyServer(listener, certificates);
        Thread.ofVirtual().start(() -> server.accept(application));
        return server;
    }

    @Override
    public List<X509Certificate> certificates() {
        return certificates;
    }

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort());
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void accept(Application application) {
        try {
            while (true) {
                var socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(application, socket));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private static void serve(Application application, Socket socket) {
        try (socket) {
            var exchange = new WireExchange(socket);
            try {
                exchange.run(application, exchange.request());
            } catch (Throwable failure) {
                if (exchange.progress() == Exchange.Progress.NONE) {
                    boolean cut = failure instanceof ClientDisconnectedException;
                    exchange.answer(Response.text(cut ? Status.BAD_REQUEST : Status.INTERNAL_SERVER_ERROR, "failed"));
                }
            }
            if (!socket.isOutputShutdown()) {
                socket.shutdownOutput();
            }
            socket.getInputStream().transferTo(OutputStream.nullOutputStream()); // a reset would overtake the response
        } catch (Exception _) {
            // the client has left
        }
    }

    private static final class WireExchange extends Exchange implements Request.Peer {
        private final InputStream in;
        private final OutputStream out;
        private final Socket socket;
        private final WireReader reader;
        private boolean bodyEnded;
        private boolean continueIsDue;
        private @Nullable Head held;

        WireExchange(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream());
            this.out = new BufferedOutputStream(socket.getOutputStream());
            this.reader = new WireReader(in);
        }

        Request request() throws IOException {
            var line = reader.line().split(" ", -1);
            var headers = reader.fields();
            boolean chunked = headers.contains(HeaderName.TRANSFER_ENCODING);
            var length = headers.first(HeaderName.CONTENT_LENGTH);
            boolean none = !chunked && length.isEmpty();
            bodyEnded = none;
            continueIsDue = !none && headers.contains(HeaderName.EXPECT);
            var body = none
                    ? InputStream.nullInputStream()
                    : new RequestBody(reader.body("POST", new Head(Status.OK, headers, Head.Kind.HTTP)));
            return Request.builder(line[0], line[1])
                    .version(line[2].equals("HTTP/1.0") ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1)
                    .headers(headers)
                    .body(
                            scoped(body),
                            chunked ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(length.orElse("0"))))
                    .peer(this)
                    .build();
        }

        @Override
        public Set<Capability> capabilities() {
            return CAPABILITIES;
        }

        @Override
        public Headers trailers() {
            if (!bodyEnded) {
                throw new IllegalStateException("not yet");
            }
            return reader.trailers();
        }

        @Override
        public void sendInformational(Status status, Headers fields) throws IOException {
            head(status, fields);
            out.flush();
        }

        @Override
        protected void send(FramedResponse response) throws Exception {
            var headers = response.headers();
            if (response.length() >= 0) {
                headers = headers.adding(HeaderName.CONTENT_LENGTH, Long.toString(response.length()));
            }
            if (response.isDelimitedByHandler()) {
                headers = headers.adding(HeaderName.TRANSFER_ENCODING, "chunked");
            }
            if (!(response.body() instanceof Body.Raw)) {
                headers = headers.adding(HeaderName.DATE, "Sun, 06 Nov 1994 08:49:37 GMT");
            }
            if (response.body() instanceof Body.Stream && continueIsDue) {
                held = new Head(response.status(), headers, Head.Kind.HTTP); // the stream may ask for 100 first
            } else {
                continueIsDue = false;
                head(response.status(), headers);
            }
            switch (response.body()) {
                case Bytes bytes -> bytes.writeTo(out);
                case Body.File(Path path, FilePart part) -> {
                    var all = Files.readAllBytes(path);
                    int from = part == null ? 0 : Math.toIntExact(part.offset());
                    int count = part == null ? all.length : Math.toIntExact(part.length());
                    out.write(all, from, count);
                }
                case Body.Stream stream -> {
                    var sink = new Sink(response.length());
                    stream(stream, sink);
                    beginResponse();
                    sink.end();
                }
                case Body.Raw raw -> {
                    out.flush();
                    raw.application().run(new Connection());
                }
            }
            out.flush();
        }

        /// Sends the head that waited for a stream to ask for 100; none can follow it.
        private void beginResponse() throws IOException {
            continueIsDue = false;
            var head = held;
            if (head != null) {
                held = null;
                head(head.status(), head.headers());
            }
        }

        private void head(Status status, Headers headers) throws IOException {
            text("HTTP/1.1 " + status.code() + " " + status.reason() + "\r\n");
            fields(headers);
        }

        private void fields(Headers headers) throws IOException {
            for (int i = 0; i < headers.size(); i++) {
                text(headers.name(i) + ": " + headers.value(i) + "\r\n");
            }
            text("\r\n");
        }

        private void text(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        private final class RequestBody extends InputStream {
            private final InputStream source;

            RequestBody(InputStream source) {
                this.source = source;
            }

            @Override
            public int read() throws IOException {
                var one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                if (continueIsDue) {
                    head(Status.CONTINUE, Headers.EMPTY);
                    beginResponse();
                    out.flush();
                }
                try {
                    int count = source.read(target, offset, length);
                    bodyEnded |= count < 0;
                    return count;
                } catch (IOException gone) {
                    throw new ClientDisconnectedException("the client has left", gone);
                }
            }
        }

        private final class Sink extends ScopedSink {
            private final boolean chunked;
            private Headers trailers = Headers.EMPTY;

            Sink(long length) {
                super(length);
                chunked = length < 0;
            }

            @Override
            protected void send(byte[] array, int offset, int count) throws IOException {
                beginResponse();
                if (chunked) {
                    text(Integer.toHexString(count) + "\r\n");
                }
                out.write(array, offset, count);
                if (chunked) {
                    text("\r\n");
                }
            }

            @Override
            protected void sendFlush() throws IOException {
                beginResponse();
                out.flush();
            }

            @Override
            protected void keepTrailers(Headers newTrailers) {
                trailers = newTrailers;
            }

            void end() throws IOException {
                if (chunked) {
                    text("0\r\n");
                    fields(trailers);
                }
            }
        }

        private final class Connection implements RawConnection {
            @Override
            public InputStream input() {
                return in;
            }

            @Override
            public OutputStream output() {
                return out;
            }

            @Override
            public void closeOutput() throws IOException {
                out.flush();
                if (!socket.isOutputShutdown()) {
                    socket.shutdownOutput();
                }
            }

            @Override
            public SocketAddress remoteAddress() {
                return socket.getRemoteSocketAddress();
            }

            @Override
            public void onShutdown(Runnable action) {
                // never shuts down
            }
        }
    }
}
