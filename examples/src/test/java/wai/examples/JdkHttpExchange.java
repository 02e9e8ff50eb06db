package wai.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executors;
import wai.Application;
import wai.Body;
import wai.Bytes;
import wai.Capability;
import wai.FilePart;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.spi.BodyStreams;
import wai.spi.Exchange;
import wai.spi.FramedResponse;
import wai.spi.ScopedSink;

/// Runs applications on the HTTP server of the JDK: the handler of `docs/writing-a-handler.md`.
final class JdkHttpExchange extends Exchange implements Request.Peer {
    static final Set<Capability> CAPABILITIES = Set.of(Capability.INCREMENTAL_FLUSH, Capability.RAW_TARGET);

    private final HttpExchange http;

    private JdkHttpExchange(HttpExchange http) {
        this.http = http;
    }

    static HttpServer start(InetSocketAddress address, Application application) throws IOException {
        var server = HttpServer.create(address, 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", http -> {
            try {
                new JdkHttpExchange(http).serve(application);
            } catch (Throwable failure) {
                throw new IOException("the response is not whole", failure); // the server cuts the connection
            }
        });
        server.start();
        return server;
    }

    private void serve(Application application) throws Throwable {
        Request request;
        try {
            request = request();
        } catch (IllegalArgumentException malformed) {
            answer(Response.text(Status.BAD_REQUEST, malformed.getMessage() + "\n"));
            return;
        }
        try {
            run(application, request);
        } catch (Throwable failure) {
            switch (progress()) {
                case NONE -> answer(Response.text(statusFor(failure), "The application failed.\n"));
                case SENDING -> throw failure;
                case SENT -> {} // the client has its response; a server would write to its log here
            }
        }
    }

    private Request request() {
        var fields = Headers.builder();
        http.getRequestHeaders()
                .forEach((name, values) -> values.forEach(value -> fields.add(HeaderName.of(name), value)));
        var headers = fields.build();
        var target = http.getRequestURI().toString().replaceFirst("^https?://[^/?]*", ""); // the absolute form
        var request = Request.builder(http.getRequestMethod(), target)
                .version(http.getProtocol().equals("HTTP/1.0") ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1)
                .headers(headers)
                .remoteAddress(http.getRemoteAddress())
                .peer(this);
        if (headers.contains(HeaderName.TRANSFER_ENCODING)) {
            request.body(scoped(http.getRequestBody()), OptionalLong.empty());
        } else {
            long length = Long.parseLong(headers.first(HeaderName.CONTENT_LENGTH, "0"));
            request.body(scoped(BodyStreams.limited(http.getRequestBody(), length)), OptionalLong.of(length));
        }
        return request.build();
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    protected void send(FramedResponse response) throws Exception {
        var fields = http.getResponseHeaders();
        response.headers().forEach((name, value) -> fields.add(name.toString(), value));
        if ("close".equalsIgnoreCase(http.getRequestHeaders().getFirst("Connection"))) {
            fields.set("Connection", "close");
        }
        long length = response.length();
        boolean empty = length == 0 || (response.body() instanceof Bytes bytes && bytes.length() == 0);
        if (empty && length != FramedResponse.UNKNOWN) {
            fields.set("Content-Length", Long.toString(length)); // the length of a GET in the answer to HEAD
        }
        // in the words of this server: -1 is no body, 0 is chunked
        http.sendResponseHeaders(response.status().code(), empty ? -1 : response.isDelimitedByHandler() ? 0 : length);
        var out = http.getResponseBody();
        switch (response.body()) {
            case Bytes bytes -> bytes.writeTo(out);
            case Body.File(Path path, FilePart part)
            when part != null -> {
                try (var in = Files.newInputStream(path)) {
                    in.skipNBytes(part.offset());
                    BodyStreams.limited(in, part.length()).transferTo(out);
                }
            }
            case Body.Stream stream -> stream(stream, new Sink(out, length));
            case Body.File _, Body.Raw _ -> throw new IllegalStateException("the kernel sends no " + response.body());
        }
        out.close();
    }

    private static final class Sink extends ScopedSink {
        private final OutputStream out;

        Sink(OutputStream out, long length) {
            super(length);
            this.out = out;
        }

        @Override
        protected void send(byte[] array, int offset, int count) throws IOException {
            out.write(array, offset, count);
        }

        @Override
        protected void sendFlush() throws IOException {
            out.flush();
        }

        @Override
        protected void keepTrailers(Headers trailers) {
            // this server has no trailers: they are dropped, as the missing capability says
        }
    }
}
