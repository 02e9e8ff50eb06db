package wai.servlet;

import io.undertow.UndertowOptions;
import io.undertow.server.HttpServerExchange;
import io.undertow.servlet.spec.HttpServletRequestImpl;
import io.undertow.servlet.spec.HttpServletResponseImpl;
import io.undertow.util.ConduitFactory;
import io.undertow.util.Headers;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLSession;
import org.xnio.Options;
import org.xnio.conduits.StreamSinkConduit;
import wai.Capability;
import wai.HttpVersion;
import wai.Status;
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
        if (own instanceof HttpServletResponseImpl response) {
            var exchange = response.getExchange();
            exchange.setReasonPhrase(head.status().reason()); // without it Undertow finds one
            if (exchange.isHttp11() && !exchange.isPersistent()) {
                exchange.getResponseHeaders().put(Headers.CONNECTION, "close"); // forgotten where there is no body
            }
            if (exchange.isHttp10() && exchange.isPersistent() && head.length() != FramedResponse.UNKNOWN) {
                var fields = exchange.getResponseHeaders();
                if (!fields.contains(Headers.CONNECTION)) { // close, when the application says so
                    fields.put(Headers.CONNECTION, "keep-alive"); // else the client waits for the end
                }
            }
            if (head.status().code() == Status.NO_CONTENT.code()) {
                exchange.addResponseWrapper(UndertowContainer::withoutCoding);
            }
        }
    }

    /// Undertow says to HEAD that 204 comes in chunks (RFC 9112 §6.1).
    private static StreamSinkConduit withoutCoding(
            ConduitFactory<StreamSinkConduit> factory, HttpServerExchange exchange) {
        var conduit = factory.create(); // adds the field
        if (exchange.getStatusCode() == Status.NO_CONTENT.code()) { // not an error in its place
            exchange.getResponseHeaders().remove(Headers.TRANSFER_ENCODING);
        }
        return conduit;
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
