package wai.logging;

import java.util.Set;
import wai.HeaderName;
import wai.Headers;

/// Events as JSON, in ASCII.
final class JsonLines {
    private static final Set<HeaderName> SECRETS =
            Set.of(HeaderName.AUTHORIZATION, HeaderName.PROXY_AUTHORIZATION, HeaderName.COOKIE, HeaderName.SET_COOKIE);

    private final StringBuilder json = new StringBuilder(256);

    private JsonLines() {}

    static String line(AccessEvent event, boolean withHeaders) {
        var line = new JsonLines();
        var request = event.request();
        line.json.append('{');
        line.text("time", event.began().toString());
        line.name("remote");
        line.json.append('"');
        ApacheLines.appendRemote(line.json, request.remoteAddress()); // nothing in it needs an escape
        line.json.append('"');
        event.user().ifPresent(user -> line.text("user", user));
        line.text("method", request.method());
        line.text("path", request.rawPath());
        line.text("query", request.rawQuery());
        event.route().ifPresent(route -> line.text("route", route));
        line.text("version", request.version().toString());
        line.number("status", event.status().code());
        event.bytes().ifPresent(bytes -> line.number("bytes", bytes));
        line.number("untilResponseMs", event.untilResponse().toNanos() / 1_000_000.0);
        line.number("durationMs", event.total().toNanos() / 1_000_000.0);
        line.text("outcome", event.outcome().name());
        if (event.failure() != null) {
            line.text("failure", event.failure().toString());
        }
        if (withHeaders) {
            line.headers("requestHeaders", request.headers());
            line.headers("responseHeaders", event.headers());
        }
        return line.json.append('}').toString();
    }

    private void name(String name) {
        char last = json.charAt(json.length() - 1);
        if (last != '{' && last != '[') {
            json.append(',');
        }
        quoted(name);
        json.append(':');
    }

    private void text(String name, String value) {
        name(name);
        quoted(value);
    }

    private void number(String name, Number value) {
        name(name);
        json.append(value);
    }

    /// Pairs in an array, because names may stand twice and their order counts.
    private void headers(String name, Headers headers) {
        name(name);
        json.append('[');
        for (int i = 0; i < headers.size(); i++) {
            json.append(i == 0 ? "[" : ",[");
            quoted(headers.name(i).toString());
            json.append(',');
            quoted(SECRETS.contains(headers.name(i)) ? "…" : headers.value(i));
            json.append(']');
        }
        json.append(']');
    }

    private void quoted(String text) {
        json.append('"');
        Escaping.append(json, text, "\\u", 4);
        json.append('"');
    }
}
