package wai.middleware;

import static java.util.Objects.requireNonNull;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.Key;
import wai.Middleware;

/// Gives every request an id, for logs and for people who ask what became of it.
///
/// {@snippet file="wai/middleware/Samples.java" region="request-id"}
///
/// Inside, [#ID] has it; the response says it in `X-Request-Id`, unless the application has set that field. An id that
/// the client sent is taken only by [#accepting()], and only when it has 1 to 128 letters, digits, `.`, `_` and `-`: it
/// goes into logs and into a field.
public final class RequestId {
    /// The id of the request; set inside of this middleware.
    public static final Key<String> ID = Key.named("request id");

    private static final int LONGEST = 128;

    private RequestId() {}

    /// Always an id of our own: a random UUID.
    ///
    /// @return the middleware
    public static Middleware fresh() {
        return fresh(new RandomIds());
    }

    /// Always an id of our own.
    ///
    /// @param ids makes them; called by several threads at a time
    /// @return the middleware
    public static Middleware fresh(Supplier<String> ids) {
        requireNonNull(ids, "ids");
        return by(_ -> null, ids);
    }

    /// The id that was sent in `X-Request-Id`, so that a request has one id on its way through several services; a
    /// random UUID for those without.
    ///
    /// @return the middleware
    public static Middleware accepting() {
        return by(sent -> sent != null && isId(sent) ? sent : null, new RandomIds());
    }

    private interface Choice {
        @Nullable
        String of(@Nullable String sent);
    }

    private static Middleware by(Choice choice, Supplier<String> ids) {
        return inner -> (request, respond) -> {
            var sent =
                    choice.of(request.headers().first(HeaderName.X_REQUEST_ID).orElse(null));
            var id = sent == null ? ids.get() : sent;
            return inner.handle(
                    request.with(ID, id),
                    response -> respond.with(
                            response.headers().contains(HeaderName.X_REQUEST_ID)
                                    ? response
                                    : response.adding(HeaderName.X_REQUEST_ID, id)));
        };
    }

    private static boolean isId(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST
                && text.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || c == '.'
                                || c == '_'
                                || c == '-');
    }
}
