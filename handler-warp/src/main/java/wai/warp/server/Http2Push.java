package wai.warp.server;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.warp.http2.PromisedRequest;
import wai.warp.push.ServerPush;

/// Push for one request: looks at what is promised, and has [Http2Responses] promise it.
final class Http2Push implements ServerPush {
    /// Fields by which responses are chosen.
    private static final List<HeaderName> CHOOSING =
            List.of(HeaderName.ACCEPT_ENCODING, HeaderName.ACCEPT_LANGUAGE, HeaderName.USER_AGENT);
    /// Fields that the promise itself stands for, or that a request without a body cannot have (RFC 9113 §8.2.2, §8.4).
    private static final Set<String> NOT_ALLOWED = Set.of(
            "connection",
            "content-length",
            "expect",
            "host",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private final Http2Exchange exchange;

    Http2Push(Http2Exchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public boolean promise(String target, Headers fields) throws IOException {
        check(target);
        check(fields);
        var by = exchange.request();
        var all = fields;
        for (var name : CHOOSING) {
            if (!fields.contains(name)) {
                for (var value : by.headers().all(name)) {
                    all = all.adding(name, value);
                }
            }
        }
        var authority = by.headers().first(HeaderName.HOST).orElse("");
        return exchange.responses()
                .promise(new PromisedRequest(by.isSecure() ? "https" : "http", authority, target, all));
    }

    private static void check(String target) {
        if (!target.startsWith("/")) {
            throw new IllegalArgumentException("target \"" + target
                    + "\": expected path and query of the same origin, beginning with / (RFC 9113 §8.4.1)");
        }
        var _ = Request.builder(PromisedRequest.METHOD, target); // throws
    }

    private static void check(Headers fields) {
        for (int i = 0; i < fields.size(); i++) {
            var name = fields.name(i);
            if (NOT_ALLOWED.contains(name.lowerCase())) {
                throw new IllegalArgumentException(
                        "field " + name + ": expected none of a connection, a body or the host (RFC 9113 §8.4)");
            }
        }
    }
}
