package wai.tck.probe;

import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;

/// Responses whose header fields are special.
final class ResponseFields {
    private ResponseFields() {}

    static Response of(String which) {
        var text = Response.text(Status.OK, which + "\n");
        return switch (which) {
            case "order" -> adding(text, "X-B", "1", "X-A", "2", "X-C", "3", "X-A", "4", "A", "5", "Z", "6", "M", "7");
            case "cookies" ->
                adding(
                        text,
                        "Set-Cookie",
                        "a=1; Path=/",
                        "Set-Cookie",
                        "b=\"2, 3\"; HttpOnly",
                        "Set-Cookie",
                        "a=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
            case "case" ->
                adding(
                        text,
                        "x-lower",
                        "1",
                        "X-UPPER",
                        "2",
                        "x-MiXeD",
                        "3",
                        "ETag",
                        "\"4\"",
                        "WWW-Authenticate",
                        "Basic");
            case "lists" ->
                adding(text, "Vary", "Accept", "Vary", "Accept-Encoding, Origin", "Allow", "", "Link", "</a>, </b>");
            case "empty" -> adding(text, "X-Empty", "", "X-Blank", "   ", "X-Tab", "a\tb");
            case "latin1" -> adding(text, "X-Latin", "caf\u00e9 \u00a0\u00ff");
            case "long" -> adding(text, "X-Long", "v".repeat(4000));
            case "many" -> many(text);
            case "type" -> text.withHeader(HeaderName.CONTENT_TYPE, "Text/HTML;Charset=\"ISO-8859-1\"");
            case "notype" -> text.without(HeaderName.CONTENT_TYPE);
            case "dates" ->
                adding(
                        text.withHeader(HeaderName.DATE, "Thu, 02 Jan 2025 03:04:05 GMT"),
                        "Last-Modified",
                        "Wed, 01 Jan 2025 00:00:00 GMT",
                        "Expires",
                        "0");
            case "server" -> adding(text, "Server", "the application's own");
            case "location" -> adding(text, "Location", "/x?y=z#f").withStatus(Status.FOUND);
            case "relative" ->
                adding(text, "Location", "../x", "Content-Location", "y").withStatus(Status.CREATED);
            case "auth" ->
                adding(text, "WWW-Authenticate", "Basic realm=\"a, b\"", "WWW-Authenticate", "Bearer")
                        .withStatus(Status.of(401));
            case "framing" ->
                adding(text, "Transfer-Encoding", "gzip", "Keep-Alive", "timeout=1", "Content-Length", "3");
            case "cache" ->
                adding(text, "Cache-Control", "no-store", "Cache-Control", "private", "Pragma", "no-cache", "Age", "5");
            case "security" ->
                adding(
                        text,
                        "Strict-Transport-Security",
                        "max-age=1",
                        "Content-Security-Policy",
                        "default-src 'none'; frame-ancestors 'self'",
                        "X-Frame-Options",
                        "DENY",
                        "Access-Control-Allow-Origin",
                        "*");
            case "encoding" ->
                adding(text, "Content-Encoding", "identity", "Content-Language", "de, en", "Accept-Ranges", "none");
            case "status" -> adding(text, "X-Status", "404", "Status-Note", "404 not a status line");
            case "reserved" -> adding(text, "Status", "404 Not Found", "X-Sendfile", "/nowhere");
            default -> Response.text(Status.NOT_FOUND, "no such fields: " + which + "\n");
        };
    }

    private static Response adding(Response response, String... namesAndValues) {
        var headers = response.headers();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers = headers.adding(HeaderName.of(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return response.withHeaders(headers);
    }

    private static Response many(Response response) {
        var headers = Headers.builder().addAll(response.headers());
        for (int i = 0; i < 60; i++) {
            headers.add(HeaderName.of("X-Field-" + i), "value " + i);
        }
        return response.withHeaders(headers.build());
    }
}
