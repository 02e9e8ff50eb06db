package wai.shelf;

import java.util.function.Consumer;
import wai.Middleware;
import wai.compression.Compression;
import wai.forwarded.RealIp;
import wai.forwarded.TrustedProxies;
import wai.logging.LogFormat;
import wai.logging.RequestLogger;
import wai.middleware.Autohead;
import wai.middleware.ErrorPages;
import wai.middleware.HealthCheck;
import wai.middleware.RequestId;
import wai.middleware.RequestSizeLimit;
import wai.security.Csrf;
import wai.security.SecurityHeaders;

/// The program of docs/middleware.md.
final class StackGuide {
    private StackGuide() {}

    static Middleware stack(Consumer<String> log) {
        Middleware stack = HealthCheck.at("/healthz")
                .then(RealIp.byXForwarded(TrustedProxies.onThisMachine()))
                .then(RequestId.fresh())
                .then(RequestLogger.lines(LogFormat.combined(), log))
                .then(ErrorPages.problemJson())
                .then(Compression.gzip())
                .then(SecurityHeaders.defaults())
                .then(Csrf.refusingOtherSites())
                .then(RequestSizeLimit.of(10_000_000))
                .then(Autohead.asGet());
        return stack;
    }
}
