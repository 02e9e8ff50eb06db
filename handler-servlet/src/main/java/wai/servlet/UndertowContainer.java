package wai.servlet;

import static io.undertow.util.Headers.CONNECTION;
import static io.undertow.util.Headers.TRANSFER_ENCODING;

import io.undertow.UndertowOptions;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.RequestTooBigException;
import io.undertow.server.ServerConnection;
import io.undertow.server.protocol.http.HttpAttachments;
import io.undertow.servlet.spec.HttpServletRequestImpl;
import io.undertow.servlet.spec.HttpServletResponseImpl;
import io.undertow.util.ConduitFactory;
import io.undertow.util.HeaderMap;
import io.undertow.util.HttpString;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLSession;
import org.xnio.Option;
import org.xnio.Options;
import org.xnio.conduits.StreamSinkConduit;
import wai.Capability;
import wai.Headers;
import wai.HttpVersion;
import wai.Status;
import wai.servlet.container.UpgradedServlet;
import wai.servlet.exchange.BodyBeginning;
import wai.servlet.exchange.Failures;
import wai.spi.FramedResponse;

/// Undertow's own ways.
final class UndertowContainer extends Container {
    private static final Set<Capability> CAPABILITIES;

    static {
        var all = EnumSet.copyOf(COMMON);
        all.add(Capability.REQUEST_TRAILERS);
        all.add(Capability.RAW);
        all.add(Capability.SHUTDOWN_SIGNAL);
        CAPABILITIES = Collections.unmodifiableSet(all);
    }

    private UndertowContainer() {}

    /// Undertow's.
    ///
    /// @throws LinkageError when its classes are hidden from us, or we see others than it has
    static Container of(HttpServletRequest own) {
        if (!(own instanceof HttpServletRequestImpl)) {
            throw new LinkageError("the web application has classes of Undertow's of its own");
        }
        return new UndertowContainer();
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
        adviseOn(exchange.getConnection(), Options.WRITE_TIMEOUT, "ends responses early as if they were whole");
        adviseOn(
                exchange.getConnection(),
                Options.READ_TIMEOUT,
                "cuts streams of HTTP/2 on which the application works");
    }

    private static void adviseOn(ServerConnection connection, Option<Integer> option, String effect) {
        Integer millis;
        try {
            millis = connection.getOption(option);
        } catch (IOException _) {
            return; // the client is gone; nobody misses the advice
        }
        if (millis != null && millis > 0) {
            Failures.advise("Undertow " + effect + " after " + millis + " ms: do not set " + option);
        }
    }

    @Override
    Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    BodyBeginning beginning(HttpServletRequest request, HttpServletRequest own) {
        return BodyBeginning.unread(exchange(own).isRequestComplete());
    }

    @Override
    OptionalLong passedLimit(HttpServletRequest own, Throwable failure, long read) {
        return failure instanceof RequestTooBigException
                ? OptionalLong.of(exchange(own).getMaxEntitySize())
                : OptionalLong.empty();
    }

    @Override
    void sendTrailers(Supplier<Headers> trailers, HttpServletResponse response, HttpServletResponse own) {
        if (response.equals(own) && own instanceof HttpServletResponseImpl undertows) {
            undertows.getExchange().putAttachment(HttpAttachments.RESPONSE_TRAILER_SUPPLIER, () -> {
                var fields = new HeaderMap();
                trailers.get().forEach((name, value) -> fields.add(new HttpString(name.toString()), value));
                return fields;
            });
        } else {
            super.sendTrailers(trailers, response, own);
        }
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
                exchange.getResponseHeaders().put(CONNECTION, "close"); // forgotten where there is no body
            }
            if (exchange.isHttp10() && exchange.isPersistent() && head.length() != FramedResponse.UNKNOWN) {
                var fields = exchange.getResponseHeaders();
                if (!fields.contains(CONNECTION)) { // close, when the application says so
                    fields.put(CONNECTION, "keep-alive"); // else the client waits for the end
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
            exchange.getResponseHeaders().remove(TRANSFER_ENCODING);
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
