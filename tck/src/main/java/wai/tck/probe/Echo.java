package wai.tck.probe;

import java.io.IOException;
import wai.Request;

/// What the application was given, as lines of text.
final class Echo {
    private Echo() {}

    static String of(Request request) throws IOException {
        var text = new StringBuilder();
        line(text, "method", request.method());
        line(text, "raw-path", request.rawPath());
        line(text, "raw-query", request.rawQuery());
        line(text, "path", String.join(" | ", request.path()));
        for (var parameter : request.query()) {
            line(text, "query", parameter.name() + " = " + parameter.value());
        }
        line(text, "version", request.version().toString());
        line(text, "secure", Boolean.toString(request.isSecure()));
        line(text, "upgrades", request.upgrades().toString());
        line(text, "stack", String.join(", ", request.get(Stack.PASSED).orElseThrow()));
        line(text, "request-id", request.get(Stack.REQUEST_ID).orElseThrow());
        request.headers().forEach((name, value) -> line(text, "field", name + ": " + value));
        line(text, "body-length", request.bodyLength().toString());
        line(text, "body", request.readBody(1000).utf8());
        return text.toString();
    }

    /// Nothing that a client sent can make a second line.
    private static void line(StringBuilder text, String name, String value) {
        text.append(name).append(": ");
        value.codePoints().forEach(c -> {
            if (c >= ' ' && c < 0x7f) {
                text.appendCodePoint(c);
            } else {
                text.append("\\u%04x".formatted(c));
            }
        });
        text.append('\n');
    }
}
