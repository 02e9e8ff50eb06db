package wai.servlet.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.ContentTooLargeException;
import wai.Response;
import wai.Status;
import wai.servlet.WaiServlet;
import wai.servlet.jetty.WaiHandler;

/// Bodies that pass a limit of the container's: 8 bytes here.
class LimitedContainerTest {
    private static final int LIMIT = 8;
    private static final int PATIENCE_SECONDS = 20;
    private static final String HEAD =
            "POST / HTTP/1.1\r\nHost: test\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String TOO_LARGE = HEAD + "5\r\nfive5\r\n5\r\nmore5\r\n0\r\n\r\n";

    private final CompletableFuture<Long> limitSeen = new CompletableFuture<>();
    private final Application reader = (request, respond) -> {
        try {
            return respond.with(Response.text(Status.OK, request.readBody(1000).utf8()));
        } catch (ContentTooLargeException e) {
            limitSeen.complete(e.limit());
            throw e;
        }
    };

    @AutoClose
    @SuppressWarnings("UnusedVariable") // JUnit closes it
    private AutoCloseable running = () -> {};

    @Test
    void areAnsweredWith413OnJettysCore() throws Exception {
        var answer = WireHttp1.answerTo(TOO_LARGE, jetty(new WaiHandler(reader)));

        assertThat(answer).startsWith("HTTP/1.1 413 ");
        assertThat(limitSeen.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isBetween(0L, (long) LIMIT);
    }

    @Test
    void areAnsweredWith413InJetty() throws Exception {
        var context = new ServletContextHandler("/");
        context.addServlet(new ServletHolder(new WaiServlet(reader)), "/*");

        var answer = WireHttp1.answerTo(TOO_LARGE, jetty(context));

        assertThat(answer).startsWith("HTTP/1.1 413 ");
        assertThat(limitSeen.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isBetween(0L, (long) LIMIT);
    }

    /// Undertow closes the connection when chunks pass its limit, so that no answer gets through.
    @Test
    void areKnownToTheApplicationInUndertow() throws Exception {
        var answer = WireHttp1.answerTo(TOO_LARGE, undertow());

        assertThat(answer).isEmpty();
        assertThat(limitSeen.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(LIMIT);
    }

    @Test
    void areAnsweredWith413InUndertowWhenTheirLengthIsDeclared() throws Exception {
        var declared = "POST / HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: 9\r\n\r\nnine byte";

        assertThat(WireHttp1.answerTo(declared, undertow())).startsWith("HTTP/1.1 413 ");
    }

    private InetSocketAddress jetty(Handler handler) throws Exception {
        var server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        var limit = new SizeLimitHandler(LIMIT, -1);
        limit.setHandler(handler);
        server.setHandler(limit);
        server.start();
        running = server::stop;
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), ((ServerConnector) server.getConnectors()[0]).getLocalPort());
    }

    private InetSocketAddress undertow() throws Exception {
        var manager = Servlets.newContainer()
                .addDeployment(Servlets.deployment()
                        .setClassLoader(getClass().getClassLoader())
                        .setContextPath("/")
                        .setDeploymentName("test")
                        .addServlet(Servlets.servlet(
                                        "wai", WaiServlet.class, new ImmediateInstanceFactory<>(new WaiServlet(reader)))
                                .addMapping("/*")));
        manager.deploy();
        var undertow = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, (long) LIMIT)
                .setHandler(manager.start())
                .build();
        undertow.start();
        running = undertow::stop;
        return (InetSocketAddress) undertow.getListenerInfo().getFirst().getAddress();
    }
}
