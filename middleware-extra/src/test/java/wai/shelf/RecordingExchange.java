package wai.shelf;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.Body;
import wai.Bytes;
import wai.Capability;
import wai.ClientDisconnectedException;
import wai.FilePart;
import wai.Headers;
import wai.RawConnection;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.spi.Exchange;
import wai.spi.FramedResponse;
import wai.spi.ScopedSink;

/// The smallest handler: writes down all that a client could see, event by event.
public final class RecordingExchange extends Exchange {
    private final List<String> events = new ArrayList<>();
    private final Set<Capability> capabilities = EnumSet.allOf(Capability.class);
    private boolean clientIsGone;
    private @Nullable Throwable thrown;

    /// A client that leaves before the first byte of a body.
    public RecordingExchange withoutClient() {
        clientIsGone = true;
        return this;
    }

    public RecordingExchange without(Capability capability) {
        capabilities.remove(capability);
        return this;
    }

    /// A request of this exchange.
    public Request request(String method, String target, String body) {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        return Request.builder(method, target)
                .body(scoped(new ByteArrayInputStream(bytes)), OptionalLong.of(bytes.length))
                .peer(new RecordingPeer())
                .build();
    }

    /// A request whose client leaves while its body is read.
    public Request requestWithLostBody(Supplier<ClientDisconnectedException> loss) {
        var lost = new InputStream() {
            @Override
            public int read() throws IOException {
                throw loss.get();
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                throw loss.get();
            }
        };
        return Request.builder("POST", "/")
                .body(scoped(lost), OptionalLong.of(5))
                .peer(new RecordingPeer())
                .build();
    }

    /// Does what every handler does: 500 when nothing was sent, and notes what else went wrong.
    public RecordingExchange serve(Application application, Request request) throws Exception {
        try {
            run(application, request);
        } catch (Exception failure) {
            thrown = failure;
            events.add("threw " + failure.getClass().getSimpleName() + " in " + progress());
            if (progress() == Progress.NONE) {
                answer(Response.text(Status.INTERNAL_SERVER_ERROR, "error"));
            }
        }
        return this;
    }

    /// What was seen of the response: head, each write, flushes, trailers, the end.
    public List<String> events() {
        return List.copyOf(events);
    }

    /// What the application threw; null when it returned.
    public @Nullable Throwable thrown() {
        return thrown;
    }

    @Override
    protected void send(FramedResponse response) throws Exception {
        events.add(response.status() + " " + response.headers() + " length " + response.length());
        switch (response.body()) {
            case Bytes bytes -> events.add("bytes " + bytes.utf8());
            case Body.File(var path, FilePart part) -> events.add("file " + Files.readString(path) + " " + part);
            case Body.Stream stream -> stream(stream, new RecordingSink(response.length()));
            case Body.Raw raw -> {
                var connection = new RecordingConnection();
                raw.application().run(connection);
                events.add("raw " + connection.out.toString(StandardCharsets.UTF_8));
            }
        }
        events.add("end");
    }

    private final class RecordingSink extends ScopedSink {
        RecordingSink(long length) {
            super(length);
        }

        @Override
        protected void send(byte[] array, int offset, int count) throws IOException {
            if (clientIsGone) {
                throw new ClientDisconnectedException("the client left");
            }
            events.add("write " + new String(array, offset, count, StandardCharsets.UTF_8));
        }

        @Override
        protected void sendFlush() {
            events.add("flush");
        }

        @Override
        protected void keepTrailers(Headers trailers) {
            events.add("trailers " + trailers);
        }
    }

    private final class RecordingPeer implements Request.Peer {
        @Override
        public Set<Capability> capabilities() {
            return capabilities;
        }

        @Override
        public Headers trailers() {
            return Headers.EMPTY;
        }

        @Override
        public void sendInformational(Status status, Headers fields) {
            if (progress() != Progress.NONE) {
                throw new IllegalStateException("the final response was begun");
            }
            events.add(status + " " + fields);
        }
    }

    private static final class RecordingConnection implements RawConnection {
        private final InputStream in = new ByteArrayInputStream("ping".getBytes(StandardCharsets.UTF_8));
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        @Override
        public InputStream input() {
            return in;
        }

        @Override
        public OutputStream output() {
            return out;
        }

        @Override
        public void closeOutput() {}

        @Override
        public SocketAddress remoteAddress() {
            return InetSocketAddress.createUnresolved("client", 1);
        }

        @Override
        public void onShutdown(Runnable action) {}
    }
}
