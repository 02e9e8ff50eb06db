package wai.servlet;

import io.undertow.UndertowOptions;
import io.undertow.server.HttpServerExchange;
import io.undertow.servlet.spec.HttpServletRequestImpl;
import io.undertow.servlet.spec.HttpServletResponseImpl;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLSession;
import org.xnio.Options;
import wai.Capability;
import wai.HttpVersion;
import wai.servlet.container.UpgradedServlet;
import wai.servlet.exchange.Failures;
import wai.spi.FramedResponse;

/// Undertow's own ways.
final class UndertowContainer extends Container {
    private static final Set<Capability> CAPABILITIES;

    static {
        var all = EnumSet.copyOf(COMMON);
        all.add(Capability.REQUEST_TRAILERS);
        all.add(Capability.RAW);
        CAPABILITIES = Collections.unmodifiableSet(all);
    }

    @Override
    void advise(HttpServletRequest own) {
        super.advise(own);
        var exchange = exchange(own);
        if (exchange.getMaxEntitySize() > 0) {
            Failures.advise("Undertow refuses bodies over " + exchange.getMaxEntitySize()
                    + " bytes: set UndertowOptions.MAX_ENTITY_SIZE to -1");
        }
        if (exchange.getConnection().getUndertowOptions().get(UndertowOptions.BUFFER_PIPELINED_DATA, false)) {
            Failures.advise("Undertow may hold flushed data back: set UndertowOptions.BUFFER_PIPELINED_DATA to false");
        }
    }

    @Override
    Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    Optional<SSLSession> tlsSession(HttpServletRequest own) {
        var facts = exchange(own).getConnection().getSslSessionInfo();
        return facts == null ? Optional.empty() : Optional.ofNullable(facts.getSSLSession());
    }

    @Override
    void complete(FramedResponse head, HttpServletResponse own) {
        if (own instanceof HttpServletResponseImpl response
                && !head.status().reason().isEmpty()) {
            response.getExchange().setReasonPhrase(head.status().reason());
        }
    }

    /// An exception does not cut a response here: the body would end as if it were whole.
    @Override
    void abort(HttpServletRequest own, HttpServletResponse ownResponse, HttpVersion version) {
        var connection = exchange(own).getConnection();
        try {
            if (connection.supportsOption(Options.CLOSE_ABORT)) {
                connection.setOption(Options.CLOSE_ABORT, true);
            }
            connection.close();
        } catch (IOException _) {
            // closed already
        }
    }

    @Override
    UpgradedServlet.Habit habit() {
        return UpgradedServlet.Habit.HALF_CLOSES;
    }

    private static HttpServerExchange exchange(HttpServletRequest own) {
        return ((HttpServletRequestImpl) own).getExchange();
    }
}
