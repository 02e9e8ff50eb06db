package wai.servlet.embedded;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import wai.Application;
import wai.servlet.WaiServlet;
import wai.servlet.jetty.WaiHandler;

/// Jetty inside a program: HTTP/1.1 and HTTP/2 in the clear, on virtual threads.
///
/// Targets that Jetty finds ambiguous (`%2F`, `//`) are let through, heads may have 64 KiB, and no time-out ends a
/// stream of HTTP/2 on which the application works.
public final class JettyServer implements EmbeddedServer {
    private static final int HEAD_SIZE = 64 * 1024;

    private final Server server;
    private final InetSocketAddress address;
    private final Runnable farewell;
    private final AtomicBoolean stopped = new AtomicBoolean();

    private JettyServer(Server server, InetSocketAddress address, Runnable farewell) {
        this.server = server;
        this.address = address;
        this.farewell = farewell;
    }

    /// Starts Jetty with a servlet that runs the application.
    ///
    /// @param address where to listen; port 0 for any free one
    /// @param application the application
    /// @return the running server
    /// @throws IOException when the address cannot be listened on
    public static JettyServer startServlet(InetSocketAddress address, Application application) throws IOException {
        findEncoders();
        var servlet = new WaiServlet(application);
        var context = new ServletContextHandler("/");
        context.getServletHandler().setDecodeAmbiguousURIs(true); // else mapping such a target may throw
        context.getMimeTypes().clear(); // else Content-Type gets a charset
        context.setClassLoader(Thread.currentThread().getContextClassLoader());
        var holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/*");
        return start(address, context, servlet::announceStop);
    }

    /// Starts Jetty with the application as a handler of its core, without servlets.
    ///
    /// @param address where to listen; port 0 for any free one
    /// @param application the application
    /// @return the running server
    /// @throws IOException when the address cannot be listened on
    public static JettyServer start(InetSocketAddress address, Application application) throws IOException {
        findEncoders();
        var handler = new WaiHandler(application);
        return start(address, handler, handler::announceStop);
    }

    private static JettyServer start(InetSocketAddress address, Handler handler, Runnable farewell) throws IOException {
        var threads = new VirtualThreadPool();
        threads.setMaxConcurrentTasks(0); // no limit
        var server = new Server(threads);
        var connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http()), http2());
        connector.setHost(address.getAddress().getHostAddress());
        connector.setPort(address.getPort());
        server.addConnector(connector);
        server.setHandler(new GracefulHandler(handler));
        server.setStopAtShutdown(false);
        try {
            server.start();
        } catch (Exception e) {
            halt(server);
            throw e instanceof IOException io ? io : new IOException("Jetty could not be started", e);
        }
        var real = new InetSocketAddress(address.getAddress(), connector.getLocalPort());
        return new JettyServer(server, real, farewell);
    }

    /// Jetty looks once for what encodes its own fields for HTTP/2, by the class loader of the thread. Where that does
    /// not see Jetty, every response over HTTP/2 would fail.
    private static void findEncoders() {
        var thread = Thread.currentThread();
        var before = thread.getContextClassLoader();
        var jettys = HTTP2CServerConnectionFactory.class.getClassLoader();
        thread.setContextClassLoader(jettys);
        try {
            Class.forName(PreEncodedHttpField.class.getName(), true, jettys);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("this Jetty is not whole", e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static void halt(Server server) {
        try {
            server.stop();
        } catch (Exception _) {
            // it did not even start, and that is what is told
        }
    }

    private static HttpConfiguration http() {
        var http = new HttpConfiguration();
        http.setUriCompliance(UriCompliance.UNSAFE.without("WAI", UriCompliance.Violation.FRAGMENT));
        http.setHeaderCacheCaseSensitive(true);
        http.setHeaderCacheSize(0); // else «GZIP» arrives as «gzip»
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(HEAD_SIZE);
        http.setMaxResponseHeaderSize(HEAD_SIZE);
        return http;
    }

    private static HTTP2CServerConnectionFactory http2() {
        var http2 = new HTTP2CServerConnectionFactory(http());
        http2.setStreamIdleTimeout(-1); // its second expiry resets a stream on which the application works
        return http2;
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public boolean stop(Duration grace) throws InterruptedException {
        if (!stopped.compareAndSet(false, true)) {
            return true;
        }
        farewell.run();
        server.setStopTimeout(grace.toMillis());
        try {
            server.stop();
            return true;
        } catch (InterruptedException e) {
            throw e;
        } catch (TimeoutException _) {
            return false;
        } catch (Exception e) {
            throw new IllegalStateException("Jetty could not be stopped", e);
        }
    }

    @Override
    public void close() {
        try {
            stop(Duration.ZERO);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
