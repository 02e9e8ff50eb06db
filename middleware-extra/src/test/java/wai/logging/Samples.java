package wai.logging;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
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

    static void logFile(Path folder, Application shop, Consumer<Application> serve) throws IOException {
        // @start region="log-file"
        try (var log = LogFile.appendingTo(folder.resolve("access.log"))) {
            serve.accept(RequestLogger.lines(LogFormat.combined(), log).wrap(shop));
        }
        // @end
    }

    static Application development(Application shop, PrintStream out) {
        // @start region="development"
        return RequestLogger.development(out::println).wrap(shop);
        // @end
    }

    static Application logFormat(Application shop, Consumer<String> lines) {
        // @start region="log-format"
        return RequestLogger.lines(LogFormat.json().redacting("token", "email"), lines)
                .wrap(shop);
        // @end
    }

    static Application requestNotes(Consumer<AccessEvent> events, Application orders) {
        // @start region="request-notes"
        Application routes = (request, respond) -> {
            RequestNotes.route(request, "/orders/{id}"); // a router does this
            RequestNotes.user(request, "alice"); // and whoever authenticates this
            return orders.handle(request, respond);
        };
        return RequestLogger.to(events).wrap(routes); // event.route() and event.user() say so
        // @end
    }
}
