package wai.middleware;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.Middleware;
import wai.Request;
import wai.Response;
import wai.Status;

/// Lets a link choose the media type: a parameter of the query takes the place of the `Accept` field.
///
/// {@snippet file="wai/middleware/Samples.java" region="accept-override"}
///
/// `/report?_accept=text/csv` is a link that a browser can follow. Without the parameter nothing changes; a value that
/// cannot stand in a field is answered with 400.
public final class AcceptOverride {
    private static final String PARAMETER = "_accept";
    private static final int LONGEST = 1000;

    private AcceptOverride() {}

    /// The middleware for the parameter `_accept`.
    ///
    /// @return the middleware
    public static Middleware byQuery() {
        return byQuery(PARAMETER);
    }

    /// The middleware for another parameter.
    ///
    /// @param parameter its name
    /// @return the middleware
    public static Middleware byQuery(String parameter) {
        requireNonNull(parameter, "parameter");
        return inner -> (request, respond) -> {
            var wanted = wanted(request, parameter);
            if (wanted == null) {
                return inner.handle(request, respond);
            }
            return isAcceptable(wanted)
                    ? inner.handle(request.withHeaders(request.headers().with(HeaderName.ACCEPT, wanted)), respond)
                    : respond.with(Response.text(
                            Status.BAD_REQUEST,
                            parameter + ": expected media ranges in up to " + LONGEST
                                    + " visible ASCII characters (RFC 9110 §12.5.1)\n"));
        };
    }

    private static @Nullable String wanted(Request request, String parameter) {
        return request.rawQuery().isEmpty() && request.query().isEmpty()
                ? null
                : request.query().first(parameter).orElse(null);
    }

    private static boolean isAcceptable(String value) {
        return value.length() <= LONGEST && value.chars().allMatch(c -> c >= ' ' && c < 0x7f);
    }
}
