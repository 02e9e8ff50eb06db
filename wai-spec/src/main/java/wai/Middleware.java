package wai;

import static java.util.Objects.requireNonNull;

import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// A function from application to application: what happens around every request, or instead of it.
///
/// A middleware may change the request, change the response, answer by itself, or call the inner application several
/// times, as long as it answers once. It keeps no state per request; data for the inner application travels in the
/// request's [Vault] under a [Key].
@FunctionalInterface
public interface Middleware {
    /// Wraps an application.
    ///
    /// @param inner what to run inside
    /// @return the wrapped application
    Application wrap(Application inner);

    /// Puts another middleware inside this one: `a.then(b).wrap(app)` behaves as `a.wrap(b.wrap(app))`.
    ///
    /// @param inner the middleware that runs closer to the application
    /// @return both, this one outermost
    default Middleware then(Middleware inner) {
        requireNonNull(inner, "inner");
        return application -> wrap(inner.wrap(application));
    }

    /// Limits this middleware to some requests; the others go straight to the application.
    ///
    /// @param condition asked once per request
    /// @return the limited middleware
    default Middleware when(Predicate<Request> condition) {
        requireNonNull(condition, "condition");
        return application -> {
            var wrapped = wrap(application);
            return (request, respond) -> (condition.test(request) ? wrapped : application).handle(request, respond);
        };
    }

    /// A middleware that changes each request on its way in.
    ///
    /// @param change from the request received to the request the application sees
    /// @return the middleware
    static Middleware onRequest(UnaryOperator<Request> change) {
        requireNonNull(change, "change");
        return inner -> (request, respond) -> inner.handle(change.apply(request), respond);
    }

    /// A middleware that changes each response on its way out.
    ///
    /// @param change from the application's response to the one that is sent
    /// @return the middleware
    static Middleware onResponse(UnaryOperator<Response> change) {
        requireNonNull(change, "change");
        return inner -> (request, respond) -> inner.handle(request, response -> respond.with(change.apply(response)));
    }
}
