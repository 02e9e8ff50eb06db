package wai.servlet.jetty;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import wai.Application;
import wai.servlet.container.JettyCore;
import wai.servlet.exchange.Failures;
import wai.spi.Signal;

/// Runs an application as a handler of Jetty's core.
///
/// ```java
/// server.setHandler(new GracefulHandler(new WaiHandler(application)));
/// ```
///
/// The application blocks the thread on which Jetty calls the handler, which should be a virtual one. In a
/// `ContextHandler` it sees the path below the context path. Failures are written to the `System.Logger` named
/// `wai.servlet`.
public final class WaiHandler extends Handler.Abstract {
    private final Application application;
    private final Signal shutdown = new Signal(Failures::report);
    private final AtomicBoolean advised = new AtomicBoolean();

    /// A handler that answers every request.
    ///
    /// @param application the application
    public WaiHandler(Application application) {
        this.application = requireNonNull(application, "application");
    }

    /// Runs the application. Called by Jetty.
    ///
    /// @param request the request
    /// @param response its response
    /// @param callback told when the response is complete, or was cut
    /// @return true
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (advised.compareAndSet(false, true)) {
            Failures.adviseOn(Thread.currentThread());
            JettyCore.advise(request);
        }
        new JettyExchange(request, response, callback, shutdown).complete(application);
        return true;
    }

    /// Tells streams and raw connections that the server begins to shut down, so that they can say goodbye; stopping
    /// this handler does it too, but Jetty does that late. For programs that stop gracefully.
    public void announceStop() {
        shutdown.fire();
    }

    @Override
    protected void doStop() throws Exception {
        announceStop();
        super.doStop();
    }
}
