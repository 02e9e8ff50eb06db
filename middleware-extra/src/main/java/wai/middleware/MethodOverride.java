package wai.middleware;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import wai.Application;
import wai.HeaderName;
import wai.Middleware;
import wai.Query;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.spi.BodyStreams;

/// Lets POST stand for PUT, PATCH or DELETE, for clients that can send nothing else: HTML forms above all.
///
/// {@snippet file="wai/middleware/Samples.java" region="method-override"}
///
/// Only POST is overridden, and only by one of the three, in whatever case: everything else is answered with 400. So
/// nothing that a link or an image can do becomes more than it was. A check against forged requests belongs outside of
/// this one, or looks at the method that the client really sent.
public final class MethodOverride {
    private static final Set<String> METHODS = Set.of("PUT", "PATCH", "DELETE");
    private static final HeaderName FIELD = HeaderName.of("X-HTTP-Method-Override");
    private static final String PARAMETER = "_method";
    private static final int LOOKED_AT = 64 * 1024;

    private MethodOverride() {}

    /// By the field `X-HTTP-Method-Override`.
    ///
    /// @return the middleware
    public static Middleware byHeader() {
        return byHeader(FIELD);
    }

    /// By another field.
    ///
    /// @param name its name
    /// @return the middleware
    public static Middleware byHeader(HeaderName name) {
        requireNonNull(name, "name");
        return inner -> (request, respond) -> override(
                inner, request, respond, isPost(request) ? request.headers().first(name) : Optional.empty());
    }

    /// By the parameter `_method` of the query.
    ///
    /// @return the middleware
    public static Middleware byQuery() {
        return inner -> (request, respond) -> override(
                inner, request, respond, isPost(request) ? request.query().first(PARAMETER) : Optional.empty());
    }

    /// By the field `_method` of a form (`application/x-www-form-urlencoded`): a hidden input.
    ///
    /// The beginning of the body is read, and given to the application again: up to 64 KiB, in which the field must
    /// stand, so it should be the first.
    ///
    /// @return the middleware
    public static Middleware byForm() {
        return inner -> (request, respond) ->
                isPost(request) && isForm(request) ? byForm(inner, request, respond) : inner.handle(request, respond);
    }

    private static ResponseReceived byForm(Application inner, Request request, Respond respond) throws Exception {
        var peeked = BodyStreams.peek(request.body(), LOOKED_AT);
        var replayed = request.withBody(peeked.replay(), request.bodyLength());
        return override(inner, replayed, respond, firstValue(peeked));
    }

    private static Optional<String> firstValue(BodyStreams.Peeked peeked) {
        var text = peeked.seen().utf8();
        boolean cut = peeked.seen().length() == LOOKED_AT;
        var whole = cut ? text.substring(0, Math.max(0, text.lastIndexOf('&'))) : text;
        return whole.contains(PARAMETER) ? Query.parse(whole).first(PARAMETER) : Optional.empty();
    }

    private static ResponseReceived override(
            Application inner, Request request, Respond respond, Optional<String> wanted) throws Exception {
        if (wanted.isEmpty()) {
            return inner.handle(request, respond);
        }
        var method = wanted.get().toUpperCase(Locale.ROOT);
        return METHODS.contains(method)
                ? inner.handle(request.withMethod(method), respond)
                : respond.with(Response.text(
                        Status.BAD_REQUEST, "the method that POST stands for: expected PUT, PATCH or DELETE\n"));
    }

    private static boolean isPost(Request request) {
        return request.method().equals("POST");
    }

    private static boolean isForm(Request request) {
        var type = request.headers().first(HeaderName.CONTENT_TYPE, "");
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon))
                .strip()
                .equalsIgnoreCase("application/x-www-form-urlencoded");
    }
}
