package wai.servlet.embedded;

import jakarta.servlet.Servlet;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.Capability;
import wai.servlet.WaiServlet;
import wai.tck.Backend;
import wai.tck.Departure;
import wai.tck.HandlerTck;

/// The servlet keeps the contract in a container of which it knows nothing but Servlet 6.0: a Jetty whose requests and
/// responses are of classes that nobody has heard of.
final class UnknownContainerTckTest extends HandlerTck {
    /// What a servlet that leaves requests and responses as they are must not call: it parses the body or the query,
    /// makes a session, looks names up, decodes, or has the container answer.
    private static final Set<String> FORBIDDEN = Set.of(
            "getParameter",
            "getParameterMap",
            "getParameterNames",
            "getParameterValues",
            "getPart",
            "getParts",
            "getReader",
            "getSession",
            "getLocalName",
            "getRemoteHost",
            "getServletPath",
            "getPathInfo",
            "getPathTranslated",
            "getWriter",
            "sendRedirect",
            "sendError");

    @Override
    protected String name() {
        return "Servlet container, unknown";
    }

    @Override
    protected Backend start(Application application) throws Exception {
        var http = new HttpConfiguration();
        http.setUriCompliance(UriCompliance.UNSAFE.without("WAI", UriCompliance.Violation.FRAGMENT));
        http.setHeaderCacheCaseSensitive(true);
        http.setHeaderCacheSize(0);
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(64 * 1024);
        var threads = new VirtualThreadPool();
        threads.setMaxConcurrentTasks(0);
        var server = new Server(threads);
        var connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        server.addConnector(connector);
        var context = new ServletContextHandler("/");
        context.getServletHandler().setDecodeAmbiguousURIs(true);
        context.getMimeTypes().clear();
        context.addServlet(new ServletHolder(new Disguise(new WaiServlet(application))), "/*");
        server.setHandler(context);
        server.start();
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort());
        return Backend.at(address, server::stop);
    }

    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.of(Capability.RESPONSE_TRAILERS, Capability.INCREMENTAL_FLUSH, Capability.RAW_TARGET);
    }

    @Override
    protected Map<Departure, String> departures() {
        return ContainerTck.and(
                ContainerTck.JETTY,
                Map.of(
                        Departure.ASTERISK_FORM,
                        "Jetty finds no servlet for OPTIONS * and answers 404",
                        Departure.REQUEST_FIELD_ORDER,
                        "a servlet gets the fields of a request by name, so those of one name move together",
                        Departure.OWN_CONTINUE,
                        "Jetty's servlets send 100 Continue to clients of HTTP/1.0 too",
                        Departure.CONTENT_TYPE_TEXT,
                        "Jetty's servlets write well-known types without blanks",
                        Departure.CUT_ON_HTTP_1_0,
                        "a servlet has no way to reset a connection"));
    }

    /// Passes requests and responses on as objects of other classes.
    private record Disguise(Servlet servlet) implements Servlet {
        @Override
        public void service(ServletRequest request, ServletResponse response) throws ServletException, IOException {
            servlet.service(
                    disguised(HttpServletRequest.class, request), disguised(HttpServletResponse.class, response));
        }

        private static <T> T disguised(Class<T> type, Object container) {
            return type.cast(
                    Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                        if (FORBIDDEN.contains(method.getName())) {
                            throw new AssertionError("calls " + method);
                        }
                        try {
                            return method.invoke(container, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }));
        }

        @Override
        public void init(ServletConfig config) throws ServletException {
            servlet.init(config);
        }

        @Override
        public @Nullable ServletConfig getServletConfig() {
            return servlet.getServletConfig();
        }

        @Override
        public String getServletInfo() {
            return servlet.getServletInfo();
        }

        @Override
        public void destroy() {
            servlet.destroy();
        }
    }
}
