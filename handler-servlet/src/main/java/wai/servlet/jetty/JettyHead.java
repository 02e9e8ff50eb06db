package wai.servlet.jetty;

import java.io.IOException;
import java.io.InputStream;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.servlet.container.JettyCore;
import wai.servlet.exchange.BodyBeginning;
import wai.servlet.exchange.ConnectionFacts;
import wai.servlet.exchange.ContainerBody;
import wai.servlet.exchange.HeadRules;
import wai.servlet.exchange.MountPoint;
import wai.servlet.exchange.RequestHead;

/// Reads the head of a request of Jetty's core.
final class JettyHead {
    private final Request request;
    private final HttpVersion version;
    private BodyBeginning beginning = BodyBeginning.unread(false);
    private @Nullable String flaw;

    JettyHead(Request request) {
        this.request = request;
        this.version = HeadRules.version(request.getConnectionMetaData().getProtocol());
    }

    RequestHead read() {
        var headers = headers();
        long length = length(headers);
        var extended = JettyCore.extendedConnectProtocol(request);
        var facts = facts();
        var capabilities = HeadRules.capabilities(
                version,
                HeadRules.canBecomeRaw(version, headers, length) || extended.isPresent(),
                facts.tlsSession().isPresent(),
                JettyCore.capabilities(),
                JettyCore.capabilitiesOfHttp2());
        return new RequestHead(
                request.getMethod(),
                target(extended.isPresent()),
                path(),
                request.isSecure(),
                facts.remoteAddress(),
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
        public InputStream open() {
            return beginning.before(Request.asInputStream(request));
        }

        @Override
        public OptionalLong passedLimit(Throwable failure, long read) {
            return JettyCore.passedLimit(failure, read);
        }
    }

    private String target(boolean extended) {
        var uri = request.getHttpURI();
        var target = uri.getPathQuery();
        if (HttpMethod.CONNECT.is(request.getMethod()) && !extended) {
            return String.valueOf(uri.getAuthority());
        }
        return target == null || target.isEmpty() ? "/" : target;
    }

    private List<String> path() {
        var raw = String.valueOf(request.getHttpURI().getPath());
        var context = Request.getContextPath(request);
        var below = new MountPoint(context == null || context.equals("/") ? "" : context, "/*").below(raw);
        if (below.isEmpty()) {
            flaw = "the path does not lead to " + context;
        }
        return below.orElse(List.of());
    }

    private long length(Headers headers) {
        try {
            return HeadRules.length(version, headers, request.getLength(), this::hasNoBody);
        } catch (IOException e) {
            throw new AssertionError("nothing is read", e);
        }
    }

    private boolean hasNoBody() {
        beginning = JettyCore.beginning(request);
        return beginning.isNone();
    }

    private Headers headers() {
        try {
            var headers = JettyCore.headers(request.getHeaders());
            var authority = request.getHttpURI().getAuthority();
            return version != HttpVersion.HTTP_2 || authority == null || headers.contains(HeaderName.HOST)
                    ? headers
                    : Headers.of(HeaderName.HOST, authority).adding(headers);
        } catch (IllegalArgumentException e) {
            flaw = String.valueOf(e.getMessage());
            return Headers.EMPTY;
        }
    }

    private ConnectionFacts facts() {
        var connection = request.getConnectionMetaData();
        boolean secure = connection.isSecure();
        return new ConnectionFacts(
                connection.getLocalSocketAddress(),
                connection.getRemoteSocketAddress(),
                secure ? JettyCore.tlsSession(request) : Optional.empty(),
                secure && version == HttpVersion.HTTP_2 ? Optional.of("h2") : Optional.empty(),
                certificates());
    }

    private List<X509Certificate> certificates() {
        return request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE) instanceof EndPoint.SslSessionData data
                        && data.peerCertificates() != null
                ? List.of(data.peerCertificates())
                : List.of();
    }
}
