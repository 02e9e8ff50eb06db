package wai.servlet.container;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLSession;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.AbstractHTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.BufferUtil;
import wai.Capability;
import wai.ClientDisconnectedException;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.Status;
import wai.servlet.exchange.BodyBeginning;
import wai.servlet.exchange.Failures;
import wai.spi.Signal;

/// What Jetty's core requests and responses tell and do, for its own handlers and for the servlets on top of them.
public final class JettyCore {
    private static final Set<Capability> HTTP_1_1 = Collections.unmodifiableSet(EnumSet.of(
            Capability.SHUTDOWN_SIGNAL,
            Capability.INCREMENTAL_FLUSH,
            Capability.RAW_TARGET,
            Capability.RESPONSE_TRAILERS,
            Capability.REQUEST_TRAILERS,
            Capability.EARLY_HINTS,
            Capability.RAW));
    private static final Set<Capability> HTTP_2 = Set.of(Capability.DISCONNECT_SIGNAL);

    private JettyCore() {}

    /// Finds the classes of Jetty's that are needed, at least one of each of its jars.
    ///
    /// @throws LinkageError when one is hidden
    public static void link() {
        Objects.requireNonNull(List.of(Request.class, HttpFields.class, EndPoint.class, Blocker.class));
    }

    /// What Jetty can do for a request in HTTP/1.1.
    ///
    /// @return the capabilities
    public static Set<Capability> capabilities() {
        return HTTP_1_1;
    }

    /// What it can do beside, when the request came in HTTP/2.
    ///
    /// @return the capabilities
    public static Set<Capability> capabilitiesOfHttp2() {
        return HTTP_2;
    }

    /// Says what Jetty should be set to.
    ///
    /// @param request its first request
    public static void advise(Request request) {
        var settings = request.getConnectionMetaData().getHttpConfiguration();
        var needed = EnumSet.copyOf(UriCompliance.UNSAFE.getAllowed());
        needed.remove(UriCompliance.Violation.FRAGMENT); // no target has one (RFC 9112 §3.2)
        if (!settings.getUriCompliance().getAllowed().containsAll(needed)) {
            Failures.advise("Jetty refuses targets that it finds ambiguous, %2F and // among them: "
                    + "set UriCompliance.UNSAFE in its HttpConfiguration, at best without FRAGMENT");
        }
        if (!settings.isHeaderCacheCaseSensitive()) {
            Failures.advise("Jetty changes the case of well-known field values: "
                    + "call setHeaderCacheCaseSensitive(true) of its HttpConfiguration");
        }
        adviseOnHttp2(request.getConnectionMetaData().getConnector().getConnectionFactories());
    }

    private static void adviseOnHttp2(Collection<ConnectionFactory> factories) {
        for (var factory : factories) {
            boolean http2 = factory.getProtocols().stream().anyMatch(Set.of("h2", "h2c")::contains);
            if (http2 && Http2Settings.endStreams(factory)) {
                Failures.advise("Jetty resets streams of HTTP/2 on which an application works for long: "
                        + "call setStreamIdleTimeout(-1) of its connection factory for HTTP/2");
            }
        }
    }

    /// Apart, because the jar of Jetty's HTTP/2 may be missing.
    private static final class Http2Settings {
        static boolean endStreams(ConnectionFactory factory) {
            return factory instanceof AbstractHTTP2ServerConnectionFactory http2 && http2.getStreamIdleTimeout() >= 0;
        }
    }

    /// Fields as they came.
    ///
    /// @param fields Jetty's
    /// @return ours
    /// @throws IllegalArgumentException when one cannot be a field
    public static Headers headers(HttpFields fields) {
        var headers = Headers.builder();
        for (var field : fields) {
            var value = field.getValue();
            headers.add(HeaderName.of(field.getName()), value == null ? "" : value);
        }
        return headers.build();
    }

    /// Fields as Jetty takes them.
    ///
    /// @param headers ours
    /// @return Jetty's
    public static HttpFields fields(Headers headers) {
        var fields = HttpFields.build(headers.size());
        headers.forEach((name, value) -> fields.add(name.toString(), value));
        return fields.asImmutable();
    }

    /// Sets `Content-Type` as it is: servlets would change its text.
    ///
    /// @param response below that of the servlet
    /// @param value the value
    public static void setContentType(Response response, String value) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, value);
    }

    /// The trailer fields of a request.
    ///
    /// @param request read to the end of its body
    /// @return the fields, one by one; none when none came
    public static Headers trailers(Request request) {
        var trailers = request.getTrailers();
        return trailers == null ? Headers.EMPTY : headers(trailers);
    }

    /// Looks at what has come of a body, without asking for more; so no 100 Continue is sent.
    ///
    /// @param request of which nothing was read
    /// @return what has come; the rest is still to be read from the request
    public static BodyBeginning beginning(Request request) {
        var chunk = request.read();
        if (chunk == null || Content.Chunk.isFailure(chunk)) {
            return BodyBeginning.unread(false); // whoever reads on sees the failure again
        }
        try {
            return chunk.hasRemaining()
                    ? BodyBeginning.of(BufferUtil.toArray(chunk.getByteBuffer()))
                    : BodyBeginning.unread(chunk.isLast());
        } finally {
            chunk.release();
        }
    }

    /// The limit that a body passed: that of a `SizeLimitHandler`, for which nobody but its message tells the number.
    ///
    /// @param failure what the body's stream threw, or one of its causes
    /// @param read how many bytes Jetty let through
    /// @return that number; empty when the failure is another one
    public static OptionalLong passedLimit(Throwable failure, long read) {
        return failure instanceof HttpException refused && refused.getCode() == Status.CONTENT_TOO_LARGE.code()
                ? OptionalLong.of(read)
                : OptionalLong.empty();
    }

    /// The protocol of an extended CONNECT (RFC 8441 §4).
    ///
    /// @param request the request
    /// @return the protocol; empty on every other request
    public static Optional<String> extendedConnectProtocol(Request request) {
        var tunnel = request.getTunnelSupport();
        return tunnel == null ? Optional.empty() : Optional.ofNullable(tunnel.getProtocol());
    }

    /// The TLS session.
    ///
    /// @param request the request
    /// @return the session; empty on a plain connection
    public static Optional<SSLSession> tlsSession(Request request) {
        return request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE) instanceof EndPoint.SslSessionData data
                ? Optional.ofNullable(data.sslSession())
                : Optional.empty();
    }

    /// Sends an informational response.
    ///
    /// @param response the response of the same exchange
    /// @param status 102 to 199
    /// @param fields the header fields
    /// @throws IOException when the client is gone
    public static void sendInformational(Response response, Status status, Headers fields) throws IOException {
        try {
            response.writeInterim(status.code(), fields(fields)).get();
        } catch (ExecutionException e) {
            throw new ClientDisconnectedException("status " + status + " could not be sent", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while status " + status + " was sent", e);
        }
    }

    /// Has actions run when the client resets a stream of HTTP/2 or leaves; over HTTP/1 nobody tells.
    ///
    /// @param request the request
    /// @param disconnect what to fire
    public static void watch(Request request, Signal disconnect) {
        request.addFailureListener(_ -> disconnect.fire());
    }

    /// Resets a connection of HTTP/1.0, where closing would mean the end of the body; Jetty itself cuts all others.
    ///
    /// @param request the request
    /// @param version its version
    public static void reset(Request request, HttpVersion version) {
        if (version != HttpVersion.HTTP_1_0) {
            return;
        }
        var end = request.getConnectionMetaData().getConnection().getEndPoint();
        if (end.getTransport() instanceof SocketChannel socket) {
            try {
                socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException _) {
                // closed already
            }
        }
        end.close();
    }
}
