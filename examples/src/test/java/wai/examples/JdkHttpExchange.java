package wai.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.Executors;
import wai.Application;
import wai.Bytes;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.Request;
import wai.spi.BodyStreams;
import wai.spi.Exchange;
import wai.spi.FramedResponse;
import wai.spi.RequestFraming;

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
            var exchange = new JdkHttpExchange(http);
            try {
                exchange.serve(application, exchange::request);
            } catch (Throwable failure) {
                throw new IOException("the response is not whole", failure); // the server cuts the connection
            }
        });
        server.start();
        return server;
    }

    private Request request() {
        var fields = Headers.builder();
        http.getRequestHeaders()
                .forEach((name, values) -> values.forEach(value -> fields.add(HeaderName.of(name), value)));
        var headers = fields.build();
        var target = http.getRequestURI().toString().replaceFirst("^https?://[^/?]*", ""); // the absolute form
        var length = RequestFraming.length(headers);
        var body = http.getRequestBody();
        return Request.builder(http.getRequestMethod(), target)
                .version(http.getProtocol().equals("HTTP/1.0") ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1)
                .headers(headers)
                .remoteAddress(http.getRemoteAddress())
                .peer(this)
                .body(scoped(length.isPresent() ? BodyStreams.limited(body, length.getAsLong()) : body), length)
                .build();
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
        write(response, http.getResponseBody());
        http.getResponseBody().close();
    }
}
