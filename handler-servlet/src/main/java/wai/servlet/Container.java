package wai.servlet;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLSession;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.Status;
import wai.servlet.container.UpgradedServlet;
import wai.servlet.exchange.BodyBeginning;
import wai.servlet.exchange.Failures;
import wai.servlet.exchange.RawTunnel;
import wai.servlet.exchange.RequestHead;
import wai.spi.FramedResponse;
import wai.spi.Signal;

/// What a servlet container does its own way; this one keeps to what Servlet 6.0 says of all of them.
///
/// The requests and responses it is given are the container's own, without the wrappers of filters, unless said
/// otherwise. The class for one container is loaded only when requests of that container come.
class Container {
    /// What every container can do in HTTP/1.1. Whether one whose ways are not known destroys servlets while requests
    /// run nobody can tell.
    static final Set<Capability> COMMON = Collections.unmodifiableSet(
            EnumSet.of(Capability.INCREMENTAL_FLUSH, Capability.RAW_TARGET, Capability.RESPONSE_TRAILERS));

    /// The one for a container, by the class of its requests. Without the container's own classes it is the common one.
    static Container of(HttpServletRequest own) {
        var name = own.getClass().getName();
        try {
            if (name.startsWith("org.eclipse.jetty.ee") && name.endsWith(".servlet.ServletApiRequest")) {
                return JettyContainer.of(own);
            }
            if (name.equals("org.apache.catalina.connector.RequestFacade")) {
                return TomcatContainer.of(own);
            }
            if (name.equals("io.undertow.servlet.spec.HttpServletRequestImpl")) {
                return UndertowContainer.of(own);
            }
        } catch (LinkageError e) {
            Failures.advise(
                    "The classes of this container are hidden from the web application (" + e
                            + "): raw connections, early hints and facts about TLS need them; docs/handlers.md says how it may see them");
        }
        return new Container();
    }

    /// Says what the container should be set to, as far as that shows in its first request.
    void advise(HttpServletRequest own) {
        Failures.adviseOn(Thread.currentThread());
    }

    /// What can be done for a request in HTTP/1.1; HTTP/1.0 and HTTP/2 are taken off by the caller.
    Set<Capability> capabilities() {
        return COMMON;
    }

    /// What can be done for a request in HTTP/2, beside [#capabilities].
    Set<Capability> capabilitiesOfHttp2() {
        return Set.of();
    }

    /// The protocol of an extended CONNECT (RFC 8441 §4).
    Optional<String> extendedConnectProtocol(HttpServletRequest own) {
        return Optional.empty();
    }

    /// The header fields.
    ///
    /// @param request may be wrapped by filters, whose fields count
    /// @throws IllegalArgumentException when one cannot be a field
    Headers headers(HttpServletRequest request, HttpServletRequest own) {
        var headers = Headers.builder();
        for (var names = request.getHeaderNames(); names.hasMoreElements(); ) {
            var name = names.nextElement();
            for (var values = request.getHeaders(name); values.hasMoreElements(); ) {
                headers.add(HeaderName.of(name), values.nextElement());
            }
        }
        return headers.build();
    }

    /// The body of a request.
    ///
    /// @param request may be wrapped by filters, whose body counts
    /// @throws IOException when the client is gone
    InputStream body(HttpServletRequest request, HttpServletRequest own) throws IOException {
        return request.getInputStream();
    }

    /// Looks whether a request of HTTP/2 has a body.
    ///
    /// @param request may be wrapped by filters, whose body counts
    /// @return what had to be read for that, in front of what [#body] gives
    /// @throws IOException when the client is gone
    BodyBeginning beginning(HttpServletRequest request, HttpServletRequest own) throws IOException {
        return BodyBeginning.unread(request.getInputStream().isFinished());
    }

    /// The limit of the container's that a body passed.
    ///
    /// @param failure what reading the body threw, or one of its causes
    /// @param read how many bytes came before
    /// @return the limit in bytes, as far as the container tells; empty when the failure is another one
    OptionalLong passedLimit(HttpServletRequest own, Throwable failure, long read) {
        return OptionalLong.empty();
    }

    /// Whether the container has answered a request itself whose body it could not read, in the place of whatever is
    /// answered by others.
    boolean hasAnswered(HttpServletResponse own) {
        return false;
    }

    /// The trailer fields of a request whose body was read to its end.
    ///
    /// @param request may be wrapped by filters, whose fields count
    Headers receivedTrailers(HttpServletRequest request, HttpServletRequest own) {
        if (!request.isTrailerFieldsReady()) {
            return Headers.EMPTY;
        }
        var trailers = Headers.builder();
        request.getTrailerFields().forEach((name, value) -> trailers.add(HeaderName.of(name), value));
        return trailers.build();
    }

    /// Has trailer fields sent behind the body; before its first byte.
    ///
    /// @param response may be wrapped by filters, which see them too
    void sendTrailers(Supplier<Headers> trailers, HttpServletResponse response, HttpServletResponse own) {
        response.setTrailerFields(() -> joined(trailers.get()));
    }

    private static Map<String, String> joined(Headers trailers) {
        var fields = new LinkedHashMap<String, String>();
        trailers.forEach((name, value) -> fields.merge(name.toString(), value, (one, two) -> one + ", " + two));
        return fields;
    }

    /// The TLS session of a secure request.
    Optional<SSLSession> tlsSession(HttpServletRequest own) {
        return Optional.empty();
    }

    /// Adds to a head what the specification has no way for.
    void complete(FramedResponse head, HttpServletResponse own) {}

    /// Ends a response, or at least sends what is there of it.
    void finish(OutputStream out) throws IOException {
        out.flush();
    }

    /// Does what is left to do for a request whose response is whole.
    void conclude(RequestHead head) {}

    /// Sends an informational response.
    void sendInformational(Status status, Headers fields, HttpServletResponse own) throws IOException {
        throw new IllegalStateException("informational responses are not among the capabilities of this container");
    }

    /// Has the client see that a response is not whole, beside the exception that `service` throws.
    void abort(HttpServletRequest own, HttpServletResponse ownResponse, HttpVersion version) {}

    /// Has actions run when the client goes.
    void watch(HttpServletRequest own, Signal disconnect) {}

    /// Prepares the container to give its connection away; on the thread of the application.
    RawTunnel tunnel(HttpServletRequest own, Signal shutdown) {
        return new RawTunnel();
    }

    /// Sends the head of a raw response, or leaves it to [#upgrade]; on the thread of the application.
    ///
    /// @throws IllegalStateException when it has a status that cannot be sent
    /// @throws IOException when the client is gone
    void sendHeadOfRaw(HttpServletResponse response) throws IOException {
        if (response.getStatus() != HttpServletResponse.SC_SWITCHING_PROTOCOLS) {
            throw new IllegalStateException(
                    "a raw response of status " + response.getStatus() + ": this container sends 101 only");
        }
    }

    /// Gives the connection away; on the thread of the container, before it returns.
    ///
    /// @param request may be wrapped
    void upgrade(HttpServletRequest request, SocketAddress client, RawTunnel tunnel, Signal shutdown)
            throws IOException, ServletException {
        request.upgrade(UpgradedServlet.class).lead(tunnel, client, shutdown, habit());
    }

    /// What the container does with connections that [#upgrade] gave away.
    UpgradedServlet.Habit habit() {
        return UpgradedServlet.Habit.LENDS_NO_THREAD;
    }
}
