package wai.middleware;

import static wai.HeaderName.CONTENT_LENGTH;
import static wai.HeaderName.CONTENT_TYPE;
import static wai.HeaderName.ETAG;
import static wai.HeaderName.RETRY_AFTER;
import static wai.HeaderName.X_REQUEST_ID;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Key;
import wai.Middleware;
import wai.Response;
import wai.Status;
import wai.lint.Lint;

/// The programs of `docs/writing-a-middleware.md`; [GuideTest] runs them and compares the page with this file.
final class Guide {
    private Guide() {}

    static Middleware poweredBy(String name) {
        return Middleware.onResponse(response -> response.withHeader(HeaderName.of("X-Powered-By"), name));
    }

    static Middleware maintenance(BooleanSupplier underway) {
        return inner -> (request, respond) -> {
            if (underway.getAsBoolean()) {
                return respond.with(Response.text(Status.SERVICE_UNAVAILABLE, "Back in a minute.\n")
                        .withHeader(RETRY_AFTER, "60"));
            }
            return inner.handle(request, respond);
        };
    }

    static final Key<String> REQUEST_ID = Key.named("request id");

    static Middleware requestId(Supplier<String> fresh) {
        return inner -> (request, respond) -> {
            var id = request.headers()
                    .first(X_REQUEST_ID)
                    .filter(sent -> sent.matches("[\\w.-]{1,64}")) // it goes into logs: not everything is welcome
                    .orElseGet(fresh);
            return inner.handle(
                    request.with(REQUEST_ID, id), response -> respond.with(response.withHeader(X_REQUEST_ID, id)));
        };
    }

    static Middleware timed(InstantSource clock, Consumer<Duration> record) {
        return inner -> (request, respond) -> {
            var start = clock.instant();
            try {
                return inner.handle(request, respond);
            } finally {
                record.accept(Duration.between(start, clock.instant()));
            }
        };
    }

    static Middleware footer(Bytes footer) {
        return Middleware.onResponse(response -> {
            boolean html = response.headers().first(CONTENT_TYPE, "").startsWith("text/html");
            if (!html || !(response.body() instanceof Bytes page)) {
                return response; // files stay files, streams stay streams, raw stays raw
            }
            return response.withBody(page.plus(footer)).without(CONTENT_LENGTH).without(ETAG);
        });
    }

    static Application site(Application shop, Supplier<String> ids, BooleanSupplier underway) {
        return requestId(ids)
                .then(maintenance(underway).when(request -> !request.rawPath().equals("/health")))
                .wrap(shop);
    }

    // @start region="linted"
    static Application linted(Lint lint, Application shop, Supplier<String> ids, BooleanSupplier underway) {
        return lint.around("request id", requestId(ids))
                .then(lint.around("maintenance", maintenance(underway)))
                .wrap(lint.named("shop", shop));
    }
    // @end

    // @start region="offload"
    static Application withReports(Application shop) {
        var offload =
                Offload.onThreads(Runtime.getRuntime().availableProcessors()).withQueue(100);
        return offload.when(request -> request.rawPath().startsWith("/reports/"))
                .wrap(shop);
    }
    // @end
}
