package wai.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Response;
import wai.Status;

/// What becomes of a response that a filter has touched before us.
class FilteredServletTest {
    private static final Application HELLO = (_, respond) -> respond.with(Response.text(Status.OK, "hello"));

    @AutoClose
    @SuppressWarnings("UnusedVariable") // JUnit closes it
    private AutoCloseable running = () -> {};

    @Test
    void keepsTheFieldsOfAFilter() throws Exception {
        var answer = answer(HELLO, response -> ((HttpServletResponse) response).addHeader("X-Filter", "seen"));

        assertThat(answer)
                .startsWith("HTTP/1.1 200 ")
                .contains("\r\nX-Filter: seen\r\n")
                .endsWith("\r\n\r\nhello");
    }

    @Test
    void cutsAResponseThatAFilterHasBegun() throws Exception {
        var failed = new CompletableFuture<Void>();

        var answer = answer(
                (_, _) -> {
                    failed.complete(null);
                    throw new IllegalStateException("thrown by a test, on purpose");
                },
                response -> {
                    response.getOutputStream().write("begun".getBytes(ISO_8859_1));
                    response.flushBuffer();
                });

        failed.get(20, TimeUnit.SECONDS);
        assertThat(answer).startsWith("HTTP/1.1 200 ").contains("begun").doesNotEndWith("0\r\n\r\n");
    }

    @Test
    void answers500WhenAFilterHasTakenTheWriter() throws Exception {
        var answer = answer(HELLO, ServletResponse::getWriter);

        assertThat(answer).startsWith("HTTP/1.1 500 ").endsWith("\r\n\r\n500 Internal Server Error\n");
    }

    private String answer(Application application, Touching filter) throws Exception {
        var context = new ServletContextHandler("/");
        context.addFilter(
                new FilterHolder((Filter) (request, response, chain) -> {
                    filter.touch(response);
                    chain.doFilter(request, response);
                }),
                "/*",
                EnumSet.of(DispatcherType.REQUEST));
        context.addServlet(new ServletHolder(new WaiServlet(application)), "/*");
        var server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server.setHandler(context);
        server.start();
        running = server::stop;
        int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n".getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private interface Touching {
        void touch(ServletResponse response) throws IOException;
    }
}
