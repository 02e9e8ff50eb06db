package wai.servlet.embedded;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.GracefulShutdownHandler;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import wai.Application;
import wai.servlet.WaiServlet;

/// Undertow inside a program: HTTP/1.1 and HTTP/2 in the clear, on virtual threads.
///
/// Bodies have no limit of the container's, and what the application flushes is sent at once.
public final class UndertowServer implements EmbeddedServer {
    private static final int BUFFER_SIZE = 16 * 1024 - 20;
    /// 16 MiB of them; what is needed beside these is made anew each time.
    private static final int POOLED_BUFFERS = 1024;

    private static final int MAX_HEADERS = 1000;
    private static final int PARSE_TIMEOUT_MILLIS = 60_000;

    private final Undertow undertow;
    private final InetSocketAddress address;
    private final GracefulShutdownHandler graceful;
    private final WaiServlet servlet;
    private final AtomicBoolean stopped = new AtomicBoolean();

    private UndertowServer(Undertow undertow, GracefulShutdownHandler graceful, WaiServlet servlet) {
        this.undertow = undertow;
        this.address = (InetSocketAddress) undertow.getListenerInfo().getFirst().getAddress();
        this.graceful = graceful;
        this.servlet = servlet;
    }

    /// Starts Undertow with a servlet that runs the application.
    ///
    /// @param address where to listen; port 0 for any free one
    /// @param application the application
    /// @return the running server
    /// @throws IOException when the address cannot be listened on
    public static UndertowServer start(InetSocketAddress address, Application application) throws IOException {
        var servlet = new WaiServlet(application);
        var graceful = Handlers.gracefulShutdown(deployed(servlet));
        var undertow = Undertow.builder()
                .addHttpListener(address.getPort(), address.getAddress().getHostAddress())
                .setByteBufferPool(
                        new DefaultByteBufferPool(true, BUFFER_SIZE, POOLED_BUFFERS, 0)) // nothing per thread
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L)
                .setServerOption(UndertowOptions.BUFFER_PIPELINED_DATA, false)
                .setServerOption(UndertowOptions.MAX_HEADERS, MAX_HEADERS)
                .setServerOption(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
                .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
                .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, PARSE_TIMEOUT_MILLIS)
                .setHandler(graceful)
                .build();
        try {
            undertow.start();
        } catch (RuntimeException e) {
            undertow.stop();
            if (e.getCause() instanceof BindException bind) {
                throw bind;
            }
            throw new IOException("Undertow could not be started: " + e.getMessage(), e);
        }
        return new UndertowServer(undertow, graceful, servlet);
    }

    private static HttpHandler deployed(WaiServlet servlet) throws IOException {
        Executor threads = Executors.newVirtualThreadPerTaskExecutor();
        var deployment = Servlets.deployment()
                .setClassLoader(Thread.currentThread().getContextClassLoader())
                .setContextPath("/")
                .setDeploymentName("wai")
                .setExecutor(threads)
                .setAsyncExecutor(threads)
                .addServlet(Servlets.servlet("wai", WaiServlet.class, new ImmediateInstanceFactory<>(servlet))
                        .setAsyncSupported(true)
                        .addMapping("/*"));
        var manager = Servlets.newContainer().addDeployment(deployment);
        manager.deploy();
        try {
            return manager.start();
        } catch (ServletException e) {
            throw new IOException("Undertow could not be started", e);
        }
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
        servlet.announceStop();
        graceful.shutdown();
        try {
            return graceful.awaitShutdown(grace.toMillis());
        } finally {
            undertow.stop();
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
