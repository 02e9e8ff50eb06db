package wai.servlet.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardService;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;
import wai.Application;
import wai.servlet.WaiServlet;

/// Tomcat inside a program: HTTP/1.1 and HTTP/2 in the clear, on virtual threads.
///
/// `%2F`, `\` and the characters that Tomcat would refuse are let through in targets, heads may have 64 KiB, and 100
/// Continue is sent when the application reads.
public final class TomcatServer implements EmbeddedServer {
    private static final String HEAD_SIZE = "65536";
    private static final String RELAXED = "\"<>[\\]^`{|}";
    private static final int STREAMS_AT_ONCE = 100;

    private final Tomcat tomcat;
    private final InetSocketAddress address;
    private final WaiServlet servlet;
    private final Path folder;
    private final AtomicBoolean stopped = new AtomicBoolean();

    private TomcatServer(Tomcat tomcat, InetSocketAddress address, WaiServlet servlet, Path folder) {
        this.tomcat = tomcat;
        this.address = address;
        this.servlet = servlet;
        this.folder = folder;
    }

    /// Starts Tomcat with a servlet that runs the application.
    ///
    /// @param address where to listen; port 0 for any free one
    /// @param application the application
    /// @return the running server
    /// @throws IOException when the address cannot be listened on
    public static TomcatServer start(InetSocketAddress address, Application application) throws IOException {
        var folder = Files.createTempDirectory("wai-tomcat");
        var tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        var connector = connector(address);
        tomcat.setConnector(connector);
        var servlet = new WaiServlet(application);
        Context context = tomcat.addContext("", folder.toString());
        context.setParentClassLoader(Thread.currentThread().getContextClassLoader());
        Tomcat.addServlet(context, "wai", servlet).setAsyncSupported(true);
        context.addServletMapping("/*", "wai", false);
        try {
            tomcat.start();
            if (connector.getLocalPort() <= 0) { // Tomcat logs the reason, and starts all the same
                throw new IOException("Tomcat could not listen on " + address + "; its log says why");
            }
        } catch (LifecycleException e) {
            halt(tomcat, folder);
            throw new IOException("Tomcat could not be started: " + e.getMessage(), e);
        } catch (IOException e) {
            halt(tomcat, folder);
            throw e;
        }
        var real = new InetSocketAddress(address.getAddress(), connector.getLocalPort());
        return new TomcatServer(tomcat, real, servlet, folder);
    }

    private static Connector connector(InetSocketAddress address) {
        var connector = new Connector("HTTP/1.1");
        connector.setPort(address.getPort());
        connector.setProperty("address", address.getAddress().getHostAddress());
        connector.setProperty("useVirtualThreads", "true");
        connector.setEncodedSolidusHandling("passthrough");
        connector.setEncodedReverseSolidusHandling("passthrough");
        connector.setAllowBackslash(true);
        connector.setAllowTrace(true);
        connector.setProperty("relaxedPathChars", RELAXED);
        connector.setProperty("relaxedQueryChars", RELAXED);
        connector.setProperty("maxHttpHeaderSize", HEAD_SIZE);
        connector.setProperty("maxHttpResponseHeaderSize", HEAD_SIZE);
        connector.setProperty("maxHeaderCount", "-1");
        connector.setProperty("continueResponseTiming", "onRead");
        connector.setProperty("maxKeepAliveRequests", "-1");
        connector.setProperty("bindOnInit", "false"); // else a graceful stop goes on accepting
        var http2 = new Http2Protocol();
        http2.setMaxConcurrentStreamExecution(STREAMS_AT_ONCE);
        connector.addUpgradeProtocol(http2);
        return connector;
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    /// Stops as [EmbeddedServer#stop] says. Tomcat waits all the time while idle connections are open, and does not
    /// tell whether it cut requests: the answer is always true.
    @Override
    public boolean stop(Duration grace) {
        if (!stopped.compareAndSet(false, true)) {
            return true;
        }
        servlet.announceStop();
        ((StandardService) tomcat.getService()).setGracefulStopAwaitMillis(grace.toMillis());
        halt(tomcat, folder);
        return true;
    }

    @Override
    public void close() {
        stop(Duration.ZERO);
    }

    private static void halt(Tomcat tomcat, Path folder) {
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            throw new IllegalStateException("Tomcat could not be stopped", e);
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException _) {
            // in the folder for temporary files somebody else tidies up
        }
    }
}
