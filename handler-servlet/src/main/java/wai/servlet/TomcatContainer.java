package wai.servlet;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import wai.Capability;
import wai.Headers;
import wai.Status;
import wai.servlet.container.UpgradedServlet;

/// Tomcat's own ways; they need none of its classes.
final class TomcatContainer extends Container {
    private static final Set<Capability> CAPABILITIES;

    static {
        var all = EnumSet.copyOf(COMMON);
        all.add(Capability.EARLY_HINTS);
        all.add(Capability.RAW);
        CAPABILITIES = Collections.unmodifiableSet(all);
    }

    @Override
    Set<Capability> capabilities() {
        return CAPABILITIES;
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
