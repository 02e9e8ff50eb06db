package wai.logging;

import java.util.function.Consumer;
import wai.Application;

/// The snippets of the classes of the package; the tests of the classes run them.
final class Samples {
    private Samples() {}

    static Application requestLogger(Application shop) {
        // @start region="request-logger"
        var log = System.getLogger("shop.access");
        return RequestLogger.lines(LogFormat.combined(), line -> log.log(System.Logger.Level.INFO, line))
                .wrap(shop);
        // @end
    }

    static Application logFormat(Application shop, Consumer<String> lines) {
        // @start region="log-format"
        return RequestLogger.lines(LogFormat.json().redacting("token", "email"), lines)
                .wrap(shop);
        // @end
    }
}
