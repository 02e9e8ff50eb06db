package wai.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.servlet.exchange.BodyBeginning;
import wai.servlet.exchange.ConnectionFacts;
import wai.servlet.exchange.ContainerBody;
import wai.servlet.exchange.HeadRules;
import wai.servlet.exchange.MountPoint;
import wai.servlet.exchange.RequestHead;

/// Reads the head of a servlet request.
///
/// Nothing is asked that parses bodies or starts sessions; what containers decode is read from the raw target again.
final class ServletHead {
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

    private final Container container;
    private final HttpServletRequest request;
    private final HttpServletRequest own;
    private final HttpVersion version;
    private BodyBeginning beginning = BodyBeginning.unread(false);
    private @Nullable String flaw;

    /// @param request may be wrapped by filters, whose body, fields and address count
    /// @param own the container's
    ServletHead(Container container, HttpServletRequest request, HttpServletRequest own) {
        this.container = container;
        this.request = request;
        this.own = own;
        this.version = HeadRules.version(own.getProtocol());
    }

    /// Reads it.
    ///
    /// @throws IOException when the client is gone
    RequestHead read() throws IOException {
        var query = own.getQueryString();
        var headers = headers();
        long length = HeadRules.length(version, headers, request.getContentLengthLong(), this::hasNoBody);
        var extended = container.extendedConnectProtocol(own);
        var facts = facts();
        var capabilities = HeadRules.capabilities(
                version,
                HeadRules.canBecomeRaw(version, headers, length) || extended.isPresent(),
                facts.tlsSession().isPresent(),
                container.capabilities(),
                container.capabilitiesOfHttp2());
        return new RequestHead(
                own.getMethod(),
                query == null ? own.getRequestURI() : own.getRequestURI() + "?" + query,
                path(),
                request.isSecure(),
                ConnectionFacts.address(request.getRemoteAddr(), request.getRemotePort()),
                version,
                headers,
                new ContainerBody(new Body(), length),
                length,
                facts,
                extended,
                capabilities,
                flaw);
    }

    private final class Body implements ContainerBody.Source {
        @Override
        public InputStream open() throws IOException {
            return beginning.before(container.body(request, own));
        }

        @Override
        public OptionalLong passedLimit(Throwable failure, long read) {
            return container.passedLimit(own, failure, read);
        }
    }

    private boolean hasNoBody() throws IOException {
        beginning = container.beginning(request, own);
        return beginning.isNone();
    }

    private List<String> path() {
        var pattern = own.getHttpServletMapping().getPattern();
        var below = new MountPoint(own.getServletContext().getContextPath(), pattern).below(own.getRequestURI());
        if (below.isEmpty()) {
            flaw = "the path does not lead to " + pattern;
        }
        return below.orElse(List.of());
    }

    private Headers headers() {
        try {
            return withHost(container.headers(request, own));
        } catch (IllegalArgumentException e) {
            flaw = String.valueOf(e.getMessage());
            return Headers.EMPTY;
        }
    }

    /// HTTP/2 has the authority in a field of its own, which some containers do not show as `Host`.
    private Headers withHost(Headers headers) {
        if (version != HttpVersion.HTTP_2 || headers.contains(HeaderName.HOST)) {
            return headers;
        }
        int port = request.getServerPort();
        boolean usual = port == (request.isSecure() ? 443 : 80);
        var authority = usual ? request.getServerName() : request.getServerName() + ":" + port;
        return Headers.of(HeaderName.HOST, authority).adding(headers);
    }

    private ConnectionFacts facts() {
        boolean secure = own.isSecure();
        return new ConnectionFacts(
                ConnectionFacts.address(own.getLocalAddr(), own.getLocalPort()),
                ConnectionFacts.address(own.getRemoteAddr(), own.getRemotePort()),
                secure ? container.tlsSession(own) : Optional.empty(),
                secure && version == HttpVersion.HTTP_2 ? Optional.of("h2") : Optional.empty(),
                secure && own.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain
                        ? List.of(chain)
                        : List.of());
    }
}
