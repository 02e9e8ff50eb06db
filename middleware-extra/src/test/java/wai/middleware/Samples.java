package wai.middleware;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.Response;
import wai.Status;

/// The snippets of the classes of the package; the tests of the classes run them.
final class Samples {
    private Samples() {}

    static Application addHeaders(Application shop) {
        // @start region="add-headers"
        var named = AddHeaders.unlessSet(Headers.of(HeaderName.SERVER, "shop"));
        return named.wrap(shop);
        // @end
    }

    static Application bufferBody(Application shop) {
        // @start region="buffer-body"
        Middleware checkSignature = inner -> (request, respond) -> {
            var bytes = request.get(BufferBody.BODY).orElseThrow(); // without touching request.body()
            return request.headers().first(SIGNATURE, "").equals(signature(bytes))
                    ? inner.handle(request, respond)
                    : respond.with(Response.text(Status.FORBIDDEN, "The signature is not that of the body.\n"));
        };
        return BufferBody.upTo(64 * 1024).then(checkSignature).wrap(shop);
        // @end
    }

    static final HeaderName SIGNATURE = HeaderName.of("X-Signature");

    static String signature(Bytes bytes) {
        return "sum-" + bytes.utf8().chars().sum();
    }

    static Application targetUri() {
        return (request, respond) -> {
            // @start region="target-uri"
            var link = TargetUri.of(request).origin() + "/orders/17";
            // @end
            return respond.with(Response.text(Status.OK, link));
        };
    }

    static Application requestSizeLimit(Application store, Application forms) {
        // @start region="request-size-limit"
        var upload = RequestSizeLimit.of(1 << 30).wrap(store);
        var everythingElse = RequestSizeLimit.of(64 * 1024).wrap(forms);
        // @end
        return (request, respond) ->
                (request.rawPath().equals("/upload") ? upload : everythingElse).handle(request, respond);
    }

    static Application acceptedMedia() {
        // @start region="accepted-media"
        return (request, respond) -> {
            var type = AcceptedMedia.of(request).best("text/html", "application/json");
            var response = type.isEmpty()
                    ? Response.text(Status.NOT_ACCEPTABLE, "There is text/html and application/json.\n")
                    : Response.text(Status.OK, type.get().equals("text/html") ? "<p>" : "{}")
                            .withHeader(HeaderName.CONTENT_TYPE, type.get());
            return respond.with(response.withHeader(HeaderName.VARY, "Accept"));
        };
        // @end
    }

    static Application stripHeaders(Application shop) {
        // @start region="strip-headers"
        var silent = StripHeaders.fromResponses(HeaderName.SERVER, HeaderName.of("X-Powered-By"));
        var honest = StripHeaders.fromRequests(HeaderName.of("X-Authenticated-User"));
        return silent.then(honest).wrap(shop);
        // @end
    }

    static Application combineHeaders(Application shop) {
        // @start region="combine-headers"
        return CombineHeaders.ofRequests().wrap(shop); // Accept: text/html + Accept: */* becomes one field
        // @end
    }

    static Application autohead(Application shop) {
        // @start region="autohead"
        return Autohead.asGet().wrap(shop);
        // @end
    }

    static Application acceptOverride(Application reports) {
        // @start region="accept-override"
        return AcceptOverride.byQuery().wrap(reports);
        // @end
    }

    static Application methodOverride(Application notes) {
        // @start region="method-override"
        // <form method="post"><input type="hidden" name="_method" value="DELETE">…
        return MethodOverride.byForm().wrap(notes);
        // @end
    }

    static Application healthCheck(Application shop, AtomicBoolean warm) {
        // @start region="health-check"
        return HealthCheck.at("/healthz")
                .then(HealthCheck.at("/readyz", warm::get))
                .wrap(shop);
        // @end
    }

    static Application streamFile(Application files, Middleware watermark) {
        // @start region="stream-file"
        return watermark.then(StreamFile.always()).wrap(files);
        // @end
    }

    static Application requestId(Application shop) {
        // @start region="request-id"
        return RequestId.fresh().wrap(shop);
        // @end
    }

    static Application cacheControl(Application site) {
        // @start region="cache-control"
        var assets = CacheControl.forTheClient(Duration.ofDays(1))
                .when(request -> request.rawPath().startsWith("/assets/"));
        return CacheControl.never().then(assets).wrap(site); // what the inner one has set, the outer one leaves
        // @end
    }

    static Application errorPages(Application shop, boolean development) {
        // @start region="error-pages"
        var errors = development ? ErrorPages.development(Path.of("src/main/java")) : ErrorPages.problemJson();
        return errors.wrap(shop);
        // @end
    }

    static Application jsonp(Application api) {
        // @start region="jsonp"
        return Jsonp.byCallback().wrap(api);
        // @end
    }

    static Application conditionalGet(Application api) {
        // @start region="conditional-get"
        return ConditionalGet.taggingUpTo(100_000).wrap(api);
        // @end
    }
}
