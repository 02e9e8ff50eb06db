package wai.tck;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static wai.tck.BrokenHandler.around;
import static wai.tck.BrokenHandler.receiving;
import static wai.tck.BrokenHandler.sending;
import static wai.tck.BrokenHandler.serving;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.PathSegments;
import wai.Query;
import wai.Response;
import wai.Status;
import wai.spi.FramedResponse;
import wai.spi.Rule;

/// What a handler can do wrong with targets, and with the fields of requests and responses.
final class FieldFaults {
    private FieldFaults() {}

    static List<BrokenHandler> all() {
        var faults = new ArrayList<BrokenHandler>();
        faults.addAll(targets());
        faults.addAll(requestFields());
        faults.addAll(responseFields());
        return faults;
    }

    private static List<BrokenHandler> targets() {
        return List.of(
                target(
                        "resolves dots in paths",
                        path -> path.replaceAll("/[^/]+/\\.\\.(?=/|$)|/\\.(?=/|$)", ""),
                        Rule.REQ_TARGET,
                        Rule.REQ_PATH),
                target("merges repeated slashes", path -> path.replaceAll("//+", "/"), Rule.REQ_TARGET, Rule.REQ_PATH),
                target("replaces backslashes", path -> path.replace("%5C", "/"), Rule.REQ_TARGET, Rule.REQ_PATH),
                target(
                        "cuts paths at 1,000 characters",
                        path -> path.substring(0, Math.min(1000, path.length())),
                        Rule.REQ_TARGET),
                receiving(
                        "loses a ? without a query",
                        request -> request.rawQuery().equals("?")
                                ? request.toBuilder().target(request.rawPath()).build()
                                : request,
                        Rule.REQ_TARGET),
                receiving(
                        "takes segments that were encoded for several",
                        request -> request.withPath(PathSegments.decode(
                                request.rawPath().replace("%2F", "/").replace("%2f", "/"))),
                        Rule.REQ_PATH),
                receiving(
                        "decodes queries twice",
                        request -> request.withQuery(new Query(request.query().parameters().stream()
                                .map(each -> new Query.Parameter(
                                        once(each.name()), each.value() == null ? null : once(each.value())))
                                .toList())),
                        Rule.REQ_QUERY),
                around(
                        "answers OPTIONS * itself",
                        inner -> (request, respond) -> request.rawPath().equals("*")
                                ? respond.with(Response.text(Status.OK, ""))
                                : inner.handle(request, respond),
                        Rule.REQ_TARGET),
                serving(
                        "takes the absolute form for a path",
                        (socket, application, capabilities) -> new GoodConnection(socket, application, capabilities) {
                            @Override
                            String target(String received) {
                                return received;
                            }
                        },
                        Rule.REQ_TARGET));
    }

    private static List<BrokenHandler> requestFields() {
        return List.of(
                fields("sorts the fields of requests", FieldFaults::sorted, Rule.REQ_HEADERS),
                fields("gives Content-Type in front of all other fields", FieldFaults::typeFirst, Rule.REQ_HEADERS),
                fields("drops request fields whose value is empty", FieldFaults::withoutEmpty, Rule.REQ_HEADERS),
                fields("folds the names of request fields", FieldFaults::folded, Rule.REQ_HEADERS),
                fields(
                        "joins Cookie fields",
                        headers -> headers.contains(HeaderName.COOKIE)
                                ? headers.with(HeaderName.COOKIE, String.join("; ", headers.all(HeaderName.COOKIE)))
                                : headers,
                        Rule.REQ_HEADERS),
                fields("sorts cookies", FieldFaults::cookiesSorted, Rule.REQ_HEADERS),
                fields("takes fifty fields at most", headers -> firstFields(headers, 50), Rule.REQ_HEADERS),
                fields(
                        "hides Authorization",
                        headers -> headers.without(HeaderName.of("Authorization")),
                        Rule.REQ_HEADERS),
                fields("drops Proxy", headers -> headers.without(HeaderName.of("Proxy")), Rule.REQ_HEADERS),
                fields(
                        "reads values as UTF-8",
                        headers -> values(headers, value -> {
                            var text = new String(value.getBytes(ISO_8859_1), UTF_8);
                            return text.chars().allMatch(c -> c <= 0xff) ? text : value.replaceAll("[^ -~]", "?");
                        }),
                        Rule.REQ_HEADERS),
                fields(
                        "folds white space in values",
                        headers -> values(headers, value -> value.replaceAll("[ \t]+", " ")),
                        Rule.REQ_HEADERS));
    }

    private static List<BrokenHandler> responseFields() {
        return List.of(
                changing("sorts the fields of responses", FieldFaults::sorted, Rule.RSP_HEADERS),
                changing("sends Content-Type in front of all other fields", FieldFaults::typeFirst, Rule.RSP_HEADERS),
                changing("sends no field whose value is empty", FieldFaults::withoutEmpty, Rule.RSP_HEADERS),
                changing("folds the names of response fields", FieldFaults::folded, Rule.RSP_HEADERS),
                changing("sends fifty fields at most", headers -> firstFields(headers, 50), Rule.RSP_HEADERS),
                changing(
                        "sends values in ASCII",
                        headers -> values(headers, value -> value.replaceAll("[^\t -~]", "?")),
                        Rule.RSP_HEADERS),
                changing(
                        "resolves Location",
                        headers -> headers.first(HeaderName.LOCATION)
                                .map(at -> headers.with(HeaderName.LOCATION, "http://tck.test" + at))
                                .orElse(headers),
                        Rule.RSP_HEADERS),
                changing(
                        "adds a charset to every text",
                        headers -> headers.first(HeaderName.CONTENT_TYPE)
                                .filter(type -> type.equals("text/html"))
                                .map(type -> headers.with(HeaderName.CONTENT_TYPE, type + ";charset=iso-8859-1"))
                                .orElse(headers),
                        Rule.RSP_HEADERS),
                sending(
                        "takes a field called Status for the status",
                        response -> response.headers()
                                .first(HeaderName.of("Status"))
                                .map(status -> new FramedResponse(
                                        Status.of(Integer.parseInt(status.substring(0, 3))),
                                        response.headers().without(HeaderName.of("Status")),
                                        response.body(),
                                        response.length()))
                                .orElse(response),
                        Rule.RSP_HEADERS),
                around(
                        "sends no reason phrase",
                        Middleware.onResponse(response ->
                                response.withStatus(new Status(response.status().code(), ""))),
                        Rule.RSP_STATUS),
                changing(
                        "sends a second Date",
                        headers -> headers.adding(HeaderName.DATE, "Sun, 06 Nov 1994 08:49:38 GMT"),
                        Rule.RSP_DATE),
                changing(
                        "sends a Date of another format",
                        headers -> headers.contains(HeaderName.DATE)
                                ? headers
                                : headers.with(HeaderName.DATE, "Sunday, 06-Nov-94 08:49:37 GMT"),
                        Rule.RSP_DATE));
    }

    private static BrokenHandler target(String fault, UnaryOperator<String> change, Rule... broken) {
        return receiving(
                fault,
                request -> request.toBuilder()
                        .target(Optional.of(change.apply(request.rawPath()))
                                        .filter(path -> !path.isEmpty())
                                        .orElse("/")
                                + request.rawQuery())
                        .build(),
                broken);
    }

    private static BrokenHandler fields(String fault, UnaryOperator<Headers> change, Rule... broken) {
        return receiving(fault, request -> request.withHeaders(change.apply(request.headers())), broken);
    }

    private static BrokenHandler changing(String fault, UnaryOperator<Headers> change, Rule... broken) {
        return sending(
                fault,
                response -> new FramedResponse(
                        response.status(), change.apply(response.headers()), response.body(), response.length()),
                broken);
    }

    private static String once(String text) {
        var decoded = PathSegments.decode("/" + text.replace("/", "%2F"));
        return decoded.isEmpty() ? "" : decoded.getFirst();
    }

    private static Headers sorted(Headers headers) {
        var order = new ArrayList<Integer>();
        for (int i = 0; i < headers.size(); i++) {
            order.add(i);
        }
        order.sort(Comparator.comparing(i -> headers.name(i).lowerCase()));
        var sorted = Headers.builder();
        order.forEach(i -> sorted.add(headers.name(i), headers.value(i)));
        return sorted.build();
    }

    private static Headers typeFirst(Headers headers) {
        var type = Headers.builder();
        headers.all(HeaderName.CONTENT_TYPE).forEach(value -> type.add(HeaderName.CONTENT_TYPE, value));
        return type.addAll(headers.without(HeaderName.CONTENT_TYPE)).build();
    }

    private static Headers withoutEmpty(Headers headers) {
        var full = Headers.builder();
        headers.forEach((name, value) -> {
            if (!value.isEmpty()) {
                full.add(name, value);
            }
        });
        return full.build();
    }

    private static Headers folded(Headers headers) {
        var folded = Headers.builder();
        headers.forEach((name, value) -> folded.add(
                HeaderName.of(name.toString().substring(0, 1).toUpperCase(Locale.ROOT)
                        + name.lowerCase().substring(1)),
                value));
        return folded.build();
    }

    private static Headers cookiesSorted(Headers headers) {
        return headers.first(HeaderName.COOKIE)
                .map(value -> headers.with(
                        HeaderName.COOKIE,
                        java.util.stream.Stream.of(value.split("; ", -1))
                                .sorted()
                                .reduce((a, b) -> a + "; " + b)
                                .orElse("")))
                .filter(changed -> headers.all(HeaderName.COOKIE).size() == 1)
                .orElse(headers);
    }

    private static Headers firstFields(Headers headers, int most) {
        var first = Headers.builder();
        for (int i = 0; i < Math.min(most, headers.size()); i++) {
            first.add(headers.name(i), headers.value(i));
        }
        return first.build();
    }

    private static Headers values(Headers headers, UnaryOperator<String> change) {
        var changed = Headers.builder();
        headers.forEach((name, value) -> changed.add(name, change.apply(value)));
        return changed.build();
    }
}
