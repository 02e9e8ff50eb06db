package wai.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.servlet.jetty.WaiHandler;

/// What the application sees below a context path and a mapping, in containers with settings of their own.
class MountedServletTest {
    private static final Application TELLER = (request, respond) ->
            respond.with(Response.text(Status.OK, request.rawPath() + request.rawQuery() + " " + request.path()));

    @AutoClose
    @SuppressWarnings("UnusedVariable") // JUnit closes it
    private AutoCloseable running = () -> {};

    @Test
    void seesThePathBelowTheMappingInJetty() throws Exception {
        var context = new ServletContextHandler("/ctx");
        context.addServlet(new ServletHolder(new WaiServlet(TELLER)), "/app/*");
        var server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server.setHandler(context);
        server.start();
        running = server::stop;

        expectPathsBelowTheMapping(((ServerConnector) server.getConnectors()[0]).getLocalPort());
    }

    @Test
    void seesThePathBelowTheMappingInTomcat(@TempDir Path folder) throws Exception {
        var tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        tomcat.setPort(0);
        var context = tomcat.addContext("/ctx", folder.toString());
        Tomcat.addServlet(context, "wai", new WaiServlet(TELLER));
        context.addServletMapping("/app/*", "wai", false);
        var connector = tomcat.getConnector();
        tomcat.start();
        running = () -> {
            tomcat.stop();
            tomcat.destroy();
        };

        expectPathsBelowTheMapping(connector.getLocalPort());
    }

    @Test
    void seesThePathBelowTheMappingInUndertow() throws Exception {
        var manager = Servlets.newContainer()
                .addDeployment(Servlets.deployment()
                        .setClassLoader(getClass().getClassLoader())
                        .setContextPath("/ctx")
                        .setDeploymentName("test")
                        .addServlet(Servlets.servlet(
                                        "wai", WaiServlet.class, new ImmediateInstanceFactory<>(new WaiServlet(TELLER)))
                                .addMapping("/app/*")));
        manager.deploy();
        var undertow = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setHandler(Handlers.path().addPrefixPath("/ctx", manager.start()))
                .build();
        undertow.start();
        running = undertow::stop;

        expectPathsBelowTheMapping(
                ((InetSocketAddress) undertow.getListenerInfo().getFirst().getAddress()).getPort());
    }

    @Test
    void seesThePathBelowTheContextOnJettysCore() throws Exception {
        var server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server.setHandler(new ContextHandler(new WaiHandler(TELLER), "/ctx"));
        server.start();
        running = server::stop;
        int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();

        assertThat(answer(port, "/ctx/a%20b/?q=1")).isEqualTo("/ctx/a%20b/?q=1 [a b, ]");
        assertThat(answer(port, "/ctx;v=1/x")).isEqualTo("/ctx;v=1/x [x]");
    }

    private static void expectPathsBelowTheMapping(int port) throws IOException {
        assertThat(answer(port, "/ctx/app/a%20b/c?q=1")).isEqualTo("/ctx/app/a%20b/c?q=1 [a b, c]");
        assertThat(answer(port, "/ctx/app/")).isEqualTo("/ctx/app/ []");
        assertThat(answer(port, "/ctx/app")).isEqualTo("/ctx/app []");
        assertThat(answer(port, "/ctx/app;v=1/x;w")).isEqualTo("/ctx/app;v=1/x;w [x;w]");
        assertThat(answer(port, "/ctx/%61pp/x")).isEqualTo("/ctx/%61pp/x [x]");
    }

    private static String answer(int port, String target) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            var head = "GET " + target + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            var all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return all.substring(all.indexOf("\r\n\r\n") + 4);
        }
    }
}
