package wai.servlet.exchange;

import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import wai.Capability;
import wai.Connection;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.Request;

/// What a container told of a request, and what follows from it.
///
/// @param method as it was sent
/// @param target path and query as they were sent
/// @param path the decoded segments below the place where the application is mounted
/// @param secure whether the client speaks TLS, as filters and customizers see it
/// @param remoteAddress the client's address, as they see it
/// @param version of HTTP
/// @param headers the fields; none when there is a flaw
/// @param body not read yet
/// @param length of the body in bytes; negative when it is not known
/// @param facts of the connection
/// @param extendedConnectProtocol of an extended CONNECT (RFC 8441 §4)
/// @param capabilities what can be done for the request
/// @param flaw what the container should not have let pass; null when there is nothing
public record RequestHead(
        String method,
        String target,
        List<String> path,
        boolean secure,
        SocketAddress remoteAddress,
        HttpVersion version,
        Headers headers,
        ContainerBody body,
        long length,
        Connection facts,
        Optional<String> extendedConnectProtocol,
        Set<Capability> capabilities,
        @Nullable String flaw) {
    /// How much of a body that nobody wanted is read; as much as Warp does unless it is set.
    private static final int DROPPED = 64 * 1024;

    /// Reads what an application has left of the body, when that is little; behind the end of the response. For
    /// containers that do not wait for it: they break the connection, and the client may lose the response with it.
    /// What a client holds back until it gets 100 Continue is left, and so are streams of HTTP/2, which end apart.
    public void dropRestOfBody() {
        boolean http1 = version == HttpVersion.HTTP_1_1 || version == HttpVersion.HTTP_1_0;
        boolean heldBack = body.isUntouched() && headers.contains(HeaderName.EXPECT);
        if (http1 && !heldBack) {
            body.drop(DROPPED);
        }
    }

    /// The request for the application.
    ///
    /// @param exchange its live side
    /// @return the request
    /// @throws IllegalArgumentException when the client sent what no request can have
    Request seenBy(ContainerExchange exchange) {
        if (flaw != null) {
            throw new IllegalArgumentException(flaw);
        }
        var builder = Request.builder(method, target)
                .path(path)
                .version(version)
                .headers(headers)
                .remoteAddress(remoteAddress)
                .scheme(secure ? "https" : "http")
                .peer(exchange);
        if (length != 0) {
            builder.body(exchange.scoped(body), length < 0 ? OptionalLong.empty() : OptionalLong.of(length));
        }
        return builder.build();
    }
}
