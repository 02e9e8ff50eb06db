package wai.servlet;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.apache.catalina.connector.RequestFacade;
import org.apache.catalina.connector.ResponseFacade;
import wai.Capability;
import wai.Headers;
import wai.Status;
import wai.servlet.container.UpgradedServlet;

/// Tomcat's own ways.
final class TomcatContainer extends Container {
    private static final Set<Capability> CAPABILITIES;

    static {
        var all = EnumSet.copyOf(COMMON);
        all.add(Capability.EARLY_HINTS);
        all.add(Capability.RAW);
        all.add(Capability.SHUTDOWN_SIGNAL);
        CAPABILITIES = Collections.unmodifiableSet(all);
    }

    private TomcatContainer() {}

    /// Tomcat's.
    ///
    /// @throws LinkageError when its classes are hidden from us, or we see others than it has
    static Container of(HttpServletRequest own) {
        if (!(own instanceof RequestFacade)) {
            throw new LinkageError("the web application has classes of Tomcat's of its own");
        }
        return new TomcatContainer();
    }

    @Override
    Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    /// Tomcat answers 400 or 408 when a body cannot be read, unless the head was sent, and holds it back until the
    /// servlet has returned; an exception would put a 500 in its place.
    @Override
    boolean hasAnswered(HttpServletResponse own) {
        return own instanceof ResponseFacade facade && facade.isFinished();
    }

    @Override
    void finish(OutputStream out) throws IOException {
        out.close();
    }

    @Override
    void sendInformational(Status status, Headers fields, HttpServletResponse own) throws IOException {
        ServletExchange.tell(fields, own);
        own.sendError(status.code());
        own.reset();
    }

    @Override
    UpgradedServlet.Habit habit() {
        return UpgradedServlet.Habit.CLOSES_AFTER_INIT;
    }
}
