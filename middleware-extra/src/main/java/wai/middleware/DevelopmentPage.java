package wai.middleware;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;

/// What shows a developer why a request failed.
final class DevelopmentPage implements ErrorPages.Page {
    private static final int LINES_AROUND = 4;
    private static final int FRAMES = 40;
    private static final int CAUSES = 10;

    private static final Headers HTML = Headers.of(
            HeaderName.CONTENT_TYPE, "text/html; charset=utf-8",
            HeaderName.CACHE_CONTROL, "no-store",
            HeaderName.CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'");

    private static final String STYLE = """
            <style>
            :root { color-scheme: light dark }
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }
            pre { overflow-x: auto; padding: .8rem; border: 1px solid #8886; border-radius: .4rem }
            mark { background: #f55a; color: inherit; display: inline-block; min-width: 100% }
            h1 { font-size: 1.3rem } h2 { font-size: 1rem; margin-top: 2rem }
            </style>
            """;

    private final List<Path> sources;

    DevelopmentPage(Path... sources) {
        this.sources = List.of(sources);
    }

    @Override
    public Response answer(Request request, Status status, Throwable failure) {
        boolean browser = request.headers().first(HeaderName.ACCEPT, "").contains("text/html");
        return browser
                ? Response.of(status, HTML, Bytes.utf8(html(request, status, failure)))
                : Response.text(status, text(request, failure)).withHeader(HeaderName.CACHE_CONTROL, "no-store");
    }

    private static String text(Request request, Throwable failure) {
        var text = new StringBuilder().append(request).append('\n');
        int depth = 0;
        for (var cause = failure; cause != null && depth < CAUSES; cause = cause.getCause(), depth++) {
            text.append(depth == 0 ? "\n" : "\ncaused by ").append(cause).append('\n');
            frames(cause).forEach(frame -> text.append("    at ").append(frame).append('\n'));
        }
        return text.toString();
    }

    private String html(Request request, Status status, Throwable failure) {
        var html = new StringBuilder("<!doctype html><html lang=en><meta charset=utf-8><title>");
        html.append(escaped(status.toString())).append("</title>").append(STYLE);
        html.append("<h1>").append(escaped(failure.toString())).append("</h1>");
        int depth = 0;
        for (var cause = failure; cause != null && depth < CAUSES; cause = cause.getCause(), depth++) {
            if (depth > 0) {
                html.append("<h2>Caused by ").append(escaped(cause.toString())).append("</h2>");
            }
            source(cause, html);
            html.append("<pre>");
            frames(cause)
                    .forEach(frame -> html.append(escaped(frame.toString())).append('\n'));
            html.append("</pre>");
        }
        html.append("<h2>Request</h2><pre>").append(escaped(request.toString())).append('\n');
        request.headers().forEach((name, value) -> html.append(escaped(name.toString()))
                .append(": ")
                .append(isSecret(name) ? "…" : escaped(value))
                .append('\n'));
        return html.append("</pre>").toString();
    }

    private static List<StackTraceElement> frames(Throwable failure) {
        return Arrays.stream(failure.getStackTrace()).limit(FRAMES).toList();
    }

    /// The lines around the first frame whose source is there.
    private void source(Throwable failure, StringBuilder html) {
        for (var frame : frames(failure)) {
            var lines = lines(frame);
            if (lines != null && frame.getLineNumber() > 0 && frame.getLineNumber() <= lines.size()) {
                int at = frame.getLineNumber();
                html.append("<p>")
                        .append(escaped(frame.getFileName() + ":" + at))
                        .append("</p><pre>");
                for (int line = Math.max(1, at - LINES_AROUND);
                        line <= Math.min(lines.size(), at + LINES_AROUND);
                        line++) {
                    var shown = String.format(Locale.ROOT, "%5d  %s", line, escaped(lines.get(line - 1)));
                    html.append(line == at ? "<mark>" + shown + "</mark>" : shown)
                            .append('\n');
                }
                html.append("</pre>");
                return;
            }
        }
    }

    private @Nullable List<String> lines(StackTraceElement frame) {
        var name = frame.getFileName();
        if (name == null) {
            return null;
        }
        int dot = frame.getClassName().lastIndexOf('.');
        var folder = dot < 0 ? "" : frame.getClassName().substring(0, dot).replace('.', '/');
        for (var source : sources) {
            var file = source.resolve(folder).resolve(name);
            if (Files.isRegularFile(file)) {
                try {
                    return Files.readAllLines(file, StandardCharsets.UTF_8);
                } catch (IOException _) { // a page about a failure does not fail over its decoration
                    return null;
                }
            }
        }
        return null;
    }

    private static boolean isSecret(HeaderName name) {
        return name.equals(HeaderName.AUTHORIZATION)
                || name.equals(HeaderName.PROXY_AUTHORIZATION)
                || name.equals(HeaderName.COOKIE);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
