package wai.tracing;

import io.opentelemetry.api.OpenTelemetry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.routing.UrlMap;

/// The snippets of the classes of the package; the tests of the classes run them.
final class Samples {
    private Samples() {}

    static Application tracing(OpenTelemetry telemetry, Application orders) {
        // @start region="tracing"
        return Tracing.by(telemetry).wrap(UrlMap.of("/orders", orders));
        // @end
    }

    static Application tracingClient(OpenTelemetry telemetry, HttpClient http, URI stock) {
        // @start region="tracing-client"
        var client = TracingClient.of(telemetry, http);
        Application orders = (_, respond) -> {
            var answer = client.send(HttpRequest.newBuilder(stock).build(), BodyHandlers.ofString());
            return respond.with(Response.text(Status.OK, answer.body()));
        };
        return Tracing.by(telemetry).wrap(orders); // the span of the client is inside of that of the request
        // @end
    }
}
