package wai.benchmarks;

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

/// The stack that docs/middleware.md recommends to begin with, in its order; what benchmarks measure.
final class RecommendedStack {
    private static final long LARGEST_BODY = 10_000_000;

    private RecommendedStack() {}

    /// The stack.
    ///
    /// @param log where a line for each request goes
    static Middleware loggingTo(Consumer<String> log) {
        return HealthCheck.at("/healthz")
                .then(RealIp.byXForwarded(TrustedProxies.onThisMachine()))
                .then(RequestId.fresh())
                .then(RequestLogger.lines(LogFormat.combined(), log))
                .then(ErrorPages.problemJson())
                .then(Compression.gzip())
                .then(SecurityHeaders.defaults())
                .then(Csrf.refusingOtherSites())
                .then(RequestSizeLimit.of(LARGEST_BODY))
                .then(Autohead.asGet());
    }
}
