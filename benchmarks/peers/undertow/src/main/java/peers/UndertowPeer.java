package peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.BlockingHandler;
import io.undertow.server.handlers.resource.PathResourceManager;
import io.undertow.server.handlers.resource.ResourceHandler;
import io.undertow.util.Headers;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.xnio.Options;

/// Undertow's own API, without servlets; the greeting is sent on the I/O thread.
///
/// Usage: `UndertowPeer PORT FILES LOOPS plain|h2c|tls`; for tls with KEYSTORE in the environment.
public final class UndertowPeer {
    private static final byte[] BLOCK = "x".repeat(4096).getBytes(US_ASCII);
    private static final int BLOCKS = 256;
    private static final ByteBuffer HELLO = ByteBuffer.allocateDirect(13)
            .put("Hello, World!".getBytes(US_ASCII))
            .flip()
            .asReadOnlyBuffer();

    private UndertowPeer() {}

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        var builder = Undertow.builder()
                .setIoThreads(Integer.parseInt(args[2]))
                .setHandler(routes(Path.of(args[1])))
                .setServerOption(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
                .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
                .setSocketOption(Options.BACKLOG, 4096);
        if (args[3].equals("tls")) {
            builder.addHttpsListener(port, "0.0.0.0", tls());
        } else {
            builder.addHttpListener(port, "0.0.0.0");
        }
        builder.build().start();
    }

    private static HttpHandler routes(Path folder) {
        var files = new ResourceHandler(new PathResourceManager(folder, 1024));
        var stream = new BlockingHandler(exchange -> stream(exchange, false));
        var flush = new BlockingHandler(exchange -> stream(exchange, true));
        return exchange -> {
            exchange.getResponseHeaders().put(Headers.SERVER, "undertow");
            switch (exchange.getRelativePath()) {
                case "/" -> {
                    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain");
                    exchange.getResponseSender().send(HELLO.duplicate());
                }
                case "/echo" ->
                    exchange.getRequestReceiver().receiveFullBytes((_, body) -> {
                        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/octet-stream");
                        exchange.getResponseSender().send(ByteBuffer.wrap(body));
                    });
                case "/stream" -> stream.handleRequest(exchange);
                case "/flush" -> flush.handleRequest(exchange);
                default -> files.handleRequest(exchange);
            }
        };
    }

    private static void stream(HttpServerExchange exchange, boolean flushed) throws IOException {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain");
        try (var out = exchange.getOutputStream()) {
            for (int i = 0; i < BLOCKS; i++) {
                out.write(BLOCK);
                if (flushed) {
                    out.flush();
                }
            }
        }
    }

    private static SSLContext tls() throws GeneralSecurityException, IOException {
        var password = "changeit".toCharArray();
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(new File(System.getenv("KEYSTORE")), password), password);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
