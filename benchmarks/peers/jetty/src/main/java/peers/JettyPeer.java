package peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.server.handler.gzip.GzipHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.resource.ResourceFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;

/// Jetty's own API, without servlets; handlers run on virtual threads.
///
/// Usage: `JettyPeer PORT FILES LOOPS plain|h2c|tls`; for tls with KEYSTORE in the environment.
public final class JettyPeer {
    private static final byte[] BLOCK = "x".repeat(4096).getBytes(US_ASCII);
    private static final int BLOCKS = 256;
    private static final ByteBuffer HELLO =
            ByteBuffer.wrap("Hello, World!".getBytes(US_ASCII)).asReadOnlyBuffer();
    private static final HttpField TEXT = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/plain");
    private static final HttpField THIRTEEN = new PreEncodedHttpField(HttpHeader.CONTENT_LENGTH, "13");
    private static final HttpField OCTETS =
            new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/octet-stream");

    private JettyPeer() {}

    public static void main(String[] args) throws Exception {
        var virtual = new VirtualThreadPool();
        virtual.setMaxConcurrentTasks(-1);
        var threads = new QueuedThreadPool(200);
        threads.setVirtualThreadsExecutor(virtual);
        var server = new Server(threads);
        var connector = connector(server, args[3].equals("tls"));
        connector.setPort(Integer.parseInt(args[0]));
        connector.setAcceptQueueSize(4096);
        connector.setIdleTimeout(600_000);
        server.addConnector(connector);

        var files = new ResourceHandler();
        files.setBaseResource(ResourceFactory.of(server).newResource(Path.of(args[1])));
        files.setServer(server);
        server.addBean(files);
        var gzip = new GzipHandler(files); // deflates at level 6
        gzip.setServer(server);
        server.addBean(gzip);
        server.setHandler(new Routes(files, gzip));
        server.start();
        server.join();
    }

    private static ServerConnector connector(Server server, boolean secure) {
        var configuration = new HttpConfiguration();
        if (!secure) {
            return new ServerConnector(
                    server, new HttpConnectionFactory(configuration), new HTTP2CServerConnectionFactory(configuration));
        }
        configuration.addCustomizer(new SecureRequestCustomizer(false));
        var tls = new SslContextFactory.Server();
        tls.setKeyStorePath(System.getenv("KEYSTORE"));
        tls.setKeyStorePassword("changeit");
        var alpn = new ALPNServerConnectionFactory();
        alpn.setDefaultProtocol("http/1.1");
        return new ServerConnector(
                server,
                new SslConnectionFactory(tls, "alpn"),
                alpn,
                new HTTP2ServerConnectionFactory(configuration),
                new HttpConnectionFactory(configuration));
    }

    private static final class Routes extends Handler.Abstract {
        private final Handler files;
        private final Handler gzip;

        Routes(Handler files, Handler gzip) {
            super(InvocationType.BLOCKING);
            this.files = files;
            this.gzip = gzip;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            switch (Request.getPathInContext(request)) {
                case "/" -> {
                    response.getHeaders().put(TEXT);
                    response.getHeaders().put(THIRTEEN);
                    response.write(true, HELLO.slice(), callback);
                }
                case "/echo" -> {
                    var body = Content.Source.asByteBuffer(request);
                    response.getHeaders().put(OCTETS);
                    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.remaining());
                    response.write(true, body, callback);
                }
                case "/stream" -> {
                    response.getHeaders().put(TEXT);
                    stream(Content.Sink.asOutputStream(Response.asBufferedSink(request, response)));
                    callback.succeeded();
                }
                case "/flush" -> {
                    response.getHeaders().put(TEXT);
                    stream(Content.Sink.asOutputStream(response));
                    callback.succeeded();
                }
                case "/page.html" -> {
                    return gzip.handle(request, response, callback);
                }
                default -> {
                    return files.handle(request, response, callback);
                }
            }
            return true;
        }

        private static void stream(OutputStream blocks) throws IOException {
            try (var out = blocks) {
                for (int i = 0; i < BLOCKS; i++) {
                    out.write(BLOCK);
                }
            }
        }
    }
}
