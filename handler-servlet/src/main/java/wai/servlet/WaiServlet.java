package wai.servlet;

import static java.util.Objects.requireNonNull;

import jakarta.servlet.Servlet;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.servlet.exchange.Failures;
import wai.spi.Signal;

/// Runs an application in a servlet container, Servlet 6.0 or later.
///
/// A program that embeds a container gives the application; a web application names it in `web.xml`, by a class that
/// implements [Application] or has a method `Application app()`:
///
/// ```xml
/// <servlet>
///   <servlet-name>shop</servlet-name>
///   <servlet-class>wai.servlet.WaiServlet</servlet-class>
///   <init-param><param-name>application</param-name><param-value>shop.Shop</param-value></init-param>
/// </servlet>
/// <servlet-mapping><servlet-name>shop</servlet-name><url-pattern>/*</url-pattern></servlet-mapping>
/// ```
///
/// The application blocks the thread of the container, which should be a virtual one. It sees the path below the
/// context path and the mapping; `rawPath` stays what the client sent. What the container cannot do is missing
/// among the capabilities of its requests. Failures are written to the `System.Logger` named `wai.servlet`.
///
/// May be shared by threads, as containers do.
public final class WaiServlet implements Servlet {
    /// The init parameter that names the class of the application.
    public static final String APPLICATION = "application";

    private final Signal shutdown = new Signal(Failures::report);
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Application application;
    private volatile @Nullable ServletConfig config;
    private volatile @Nullable Container container;

    /// A servlet whose application the init parameter [#APPLICATION] names; for containers.
    public WaiServlet() {}

    /// A servlet that runs an application.
    ///
    /// @param application the application
    public WaiServlet(Application application) {
        this.application = requireNonNull(application, "application");
    }

    /// Finds the application, unless the constructor had it. Called by the container.
    ///
    /// @param newConfig tells the init parameter
    /// @throws ServletException when the application cannot be found or made
    @Override
    public void init(ServletConfig newConfig) throws ServletException {
        config = newConfig;
        if (application == null) {
            application = NamedApplication.of(newConfig.getInitParameter(APPLICATION));
        }
    }

    @Override
    public @Nullable ServletConfig getServletConfig() {
        return config;
    }

    @Override
    public String getServletInfo() {
        return "WAI";
    }

    /// Runs the application on a request and sends its response. Called by the container.
    ///
    /// @param request an HTTP request
    /// @param response an HTTP response
    /// @throws ServletException when the response was cut, so that the container does not end it as if it were whole
    /// @throws IOException when the client is gone
    @Override
    public void service(ServletRequest request, ServletResponse response) throws ServletException, IOException {
        var running = application;
        if (running == null) {
            throw new ServletException("the servlet was not initialised");
        }
        if (!(request instanceof HttpServletRequest http) || !(response instanceof HttpServletResponse answer)) {
            throw new ServletException(
                    "not an HTTP request: " + request.getClass().getName());
        }
        var exchange = new ServletExchange(containerOf(http), http, answer, shutdown);
        if (!exchange.complete(running)) {
            throw new CutResponse();
        }
    }

    /// Tells streams and raw connections that the server begins to shut down, so that they can say goodbye; [#destroy]
    /// does it too, but containers call that late. For programs that embed a container.
    public void announceStop() {
        shutdown.fire();
    }

    /// Tells streams and raw connections that the container stops. Called by the container.
    @Override
    public void destroy() {
        announceStop();
    }

    private Container containerOf(HttpServletRequest request) {
        var known = container;
        if (known != null) {
            return known;
        }
        var own = ServletExchange.own(request);
        lock.lock();
        try {
            known = container;
            if (known == null) {
                known = Container.of(own);
                known.advise(own);
                container = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    /// Told to the container in the place of the end of a response; the reason was reported already.
    private static final class CutResponse extends ServletException {
        private static final long serialVersionUID = 1;

        CutResponse() {
            super("the response was cut; wai.servlet has logged why");
        }

        @Override
        public Throwable fillInStackTrace() {
            return this; // it tells nothing that the log does not
        }
    }
}
