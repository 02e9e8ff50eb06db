package wai.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertow.Undertow;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xnio.Options;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.servlet.embedded.EmbeddedServer;
import wai.servlet.embedded.JettyServer;
import wai.servlet.embedded.TomcatServer;
import wai.servlet.embedded.UndertowServer;
import wai.servlet.jetty.WaiHandler;

/// What the log says of a container that is not set as applications need it.
class AdviceTest {
    private static final Application HELLO = (_, respond) -> respond.with(Response.text(Status.OK, "hello"));
    private static final InetSocketAddress ANYWHERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final Logger logger = Logger.getLogger("wai.servlet");
    private final Listener heard = new Listener();

    @AutoClose
    @SuppressWarnings("UnusedVariable") // JUnit closes it
    private AutoCloseable running = () -> {};

    @BeforeEach
    void listen() {
        logger.setLevel(Level.WARNING);
        logger.addHandler(heard);
    }

    @AfterEach
    void endListening() {
        logger.removeHandler(heard);
        logger.setLevel(null);
    }

    @Test
    void namesWhatIsMissingInJettyAndOnlyOnce() throws Exception {
        var context = new ServletContextHandler("/");
        context.addServlet(new ServletHolder(new WaiServlet(HELLO)), "/*");
        int port = startJetty(context);

        ask(port);
        ask(port);

        assertThat(heard.lines)
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).contains("virtual threads"),
                        line -> assertThat(line).contains("UriCompliance.UNSAFE"),
                        line -> assertThat(line).contains("setHeaderCacheCaseSensitive(true)"),
                        line -> assertThat(line).contains("setStreamIdleTimeout(-1)"));
    }

    @Test
    void namesWhatIsMissingOnJettysCore() throws Exception {
        ask(startJetty(new WaiHandler(HELLO)));

        assertThat(heard.lines)
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).contains("virtual threads"),
                        line -> assertThat(line).contains("UriCompliance.UNSAFE"),
                        line -> assertThat(line).contains("setHeaderCacheCaseSensitive(true)"),
                        line -> assertThat(line).contains("setStreamIdleTimeout(-1)"));
    }

    @Test
    void namesWhatIsMissingInTomcat(@TempDir Path folder) throws Exception {
        var tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        tomcat.setPort(0);
        var context = tomcat.addContext("", folder.toString());
        Tomcat.addServlet(context, "wai", new WaiServlet(HELLO));
        context.addServletMapping("/*", "wai", false);
        var connector = tomcat.getConnector();
        tomcat.start();
        running = () -> {
            tomcat.stop();
            tomcat.destroy();
        };

        ask(connector.getLocalPort());

        assertThat(heard.lines).singleElement().satisfies(line -> assertThat(line)
                .contains("virtual threads"));
    }

    @Test
    void namesWhatIsMissingInUndertow() throws Exception {
        var manager = Servlets.newContainer()
                .addDeployment(Servlets.deployment()
                        .setClassLoader(getClass().getClassLoader())
                        .setContextPath("/")
                        .setDeploymentName("test")
                        .addServlet(Servlets.servlet(
                                        "wai", WaiServlet.class, new ImmediateInstanceFactory<>(new WaiServlet(HELLO)))
                                .addMapping("/*")));
        manager.deploy();
        var undertow = Undertow.builder()
                .addHttpListener(0, InetAddress.getLoopbackAddress().getHostAddress())
                .setSocketOption(Options.READ_TIMEOUT, 60_000)
                .setSocketOption(Options.WRITE_TIMEOUT, 60_000)
                .setHandler(manager.start())
                .build();
        undertow.start();
        running = undertow::stop;

        ask(((InetSocketAddress) undertow.getListenerInfo().getFirst().getAddress()).getPort());

        assertThat(heard.lines)
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).contains("virtual threads"),
                        line -> assertThat(line).contains("MAX_ENTITY_SIZE"),
                        line -> assertThat(line).contains("BUFFER_PIPELINED_DATA"),
                        line -> assertThat(line).contains("WRITE_TIMEOUT"),
                        line -> assertThat(line).contains("READ_TIMEOUT"));
    }

    @Test
    void hasNothingToSayOfContainersThatAreSetAsTheyShouldBe() throws Exception {
        for (var starter : List.<Starter>of(
                JettyServer::start, JettyServer::startServlet, TomcatServer::start, UndertowServer::start)) {
            try (var server = starter.start(ANYWHERE, HELLO)) {
                ask(server.address().getPort());
            }
        }

        assertThat(heard.lines).isEmpty();
    }

    private int startJetty(org.eclipse.jetty.server.Handler handler) throws Exception {
        var server = new Server();
        var http = new HttpConfiguration();
        var connector =
                new ServerConnector(server, new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http));
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        server.addConnector(connector);
        server.setHandler(handler);
        server.start();
        running = server::stop;
        return connector.getLocalPort();
    }

    private static void ask(int port) throws IOException {
        try (var in = URI.create("http://127.0.0.1:" + port + "/").toURL().openStream()) {
            assertThat(in.readAllBytes()).asString().isEqualTo("hello");
        }
    }

    private interface Starter {
        EmbeddedServer start(InetSocketAddress address, Application application) throws IOException;
    }

    private static final class Listener extends Handler {
        final Queue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        public void publish(LogRecord line) {
            lines.add(line.getMessage());
        }

        @Override
        public void flush() {
            // nothing is kept back
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
