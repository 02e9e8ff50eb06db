package wai.middleware;

import static java.util.Objects.requireNonNull;
import static wai.HeaderName.ACCEPT;
import static wai.HeaderName.CONTENT_LENGTH;
import static wai.HeaderName.CONTENT_TYPE;
import static wai.HeaderName.ETAG;
import static wai.HeaderName.X_CONTENT_TYPE_OPTIONS;

import java.util.Locale;
import wai.Application;
import wai.Body;
import wai.Bytes;
import wai.Headers;
import wai.Middleware;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.StreamingBody;

/// Wraps JSON into a call of a function for pages that load it as a script: JSON-P.
///
/// {@snippet file="wai/middleware/Samples.java" region="jsonp"}
///
/// For old clients; new ones use `Cors`. When `Accept` names JavaScript and the query has a callback, the application
/// is asked for JSON and its answer becomes `callback(…)`. Any page may load that: never for anything that a cookie
/// opens. The name of the callback is checked, because it becomes part of a script: JavaScript names joined by dots, up
/// to 100 characters; others are answered with 400. Bytes and streams are wrapped, files and raw connections pass.
public final class Jsonp {
    private static final int LONGEST = 100;
    private static final Response REFUSED = Response.text(
            Status.BAD_REQUEST, "callback: expected JavaScript names joined by dots, up to 100 characters\n");

    private Jsonp() {}

    /// By the parameter `callback`.
    ///
    /// @return the middleware
    public static Middleware byCallback() {
        return byCallback("callback");
    }

    /// By another parameter.
    ///
    /// @param parameter its name
    /// @return the middleware
    public static Middleware byCallback(String parameter) {
        requireNonNull(parameter, "parameter");
        return inner -> (request, respond) -> {
            var callback = request.query().first(parameter);
            boolean script = request.headers().elements(ACCEPT).stream().anyMatch(Jsonp::isScript);
            if (callback.isEmpty() || !script) {
                return inner.handle(request, respond);
            }
            return isCallback(callback.get()) ? called(inner, request, respond, callback.get()) : respond.with(REFUSED);
        };
    }

    private static ResponseReceived called(Application inner, Request request, Respond respond, String callback)
            throws Exception {
        var asked = request.withHeaders(request.headers().with(ACCEPT, "application/json"));
        return inner.handle(asked, response -> respond.with(wrapped(response, callback)));
    }

    private static Response wrapped(Response response, String callback) {
        boolean content = response.status().allowsContent() && response.status().code() != 206;
        if (!content || !type(response.headers().first(CONTENT_TYPE, "")).equals("application/json")) {
            return response;
        }
        // The comment keeps the first bytes of the file out of the client's hands.
        var before = Bytes.utf8("/**/" + callback + "(");
        var after = Bytes.utf8(");");
        return switch (response.body()) {
            case Bytes json -> script(response, before.plus(json).plus(after));
            case Body.Stream(StreamingBody writer) ->
                script(response, new Body.Stream(out -> {
                    out.write(before);
                    writer.writeTo(out);
                    out.write(after);
                }));
            case Body.File _, Body.Raw _ -> response;
        };
    }

    private static Response script(Response response, Body body) {
        var headers = Headers.builder();
        response.headers().forEach((name, value) -> {
            if (!name.equals(CONTENT_LENGTH) && !name.equals(ETAG)) {
                headers.add(name, name.equals(CONTENT_TYPE) ? "text/javascript; charset=utf-8" : value);
            }
        });
        return new Response(response.status(), headers.build(), body).withHeader(X_CONTENT_TYPE_OPTIONS, "nosniff");
    }

    private static boolean isScript(String range) {
        var type = type(range);
        return type.equals("text/javascript") || type.equals("application/javascript");
    }

    private static String type(String text) {
        int semicolon = text.indexOf(';');
        return (semicolon < 0 ? text : text.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }

    private static boolean isCallback(String name) {
        boolean first = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
            boolean digit = c >= '0' && c <= '9';
            boolean dot = c == '.';
            if (first ? !letter : !letter && !digit && !dot) {
                return false;
            }
            first = dot;
        }
        return !first && name.length() <= LONGEST;
    }
}
