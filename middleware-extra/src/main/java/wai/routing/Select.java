package wai.routing;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import wai.Application;
import wai.Middleware;
import wai.Request;

/// Chooses one of several middlewares for each request: the first whose condition holds.
///
/// {@snippet file="wai/routing/Samples.java" region="select"}
///
/// When none holds, the request goes straight to the application. For one middleware and one condition:
/// [Middleware#when].
public final class Select implements Middleware {
    private final List<Choice> choices;

    private Select(List<Choice> choices) {
        this.choices = choices;
    }

    /// The first choice.
    ///
    /// @param condition asked once per request
    /// @param middleware what is around the application then
    /// @return the middleware
    public static Select when(Predicate<Request> condition, Middleware middleware) {
        return new Select(List.of()).orWhen(condition, middleware);
    }

    /// The next choice.
    ///
    /// @param condition asked when none before held
    /// @param middleware what is around the application then
    /// @return the changed copy
    public Select orWhen(Predicate<Request> condition, Middleware middleware) {
        var more = new ArrayList<>(choices);
        more.add(new Choice(requireNonNull(condition, "condition"), requireNonNull(middleware, "middleware")));
        return new Select(List.copyOf(more));
    }

    /// The last choice.
    ///
    /// @param middleware what is around the application when no condition holds
    /// @return the changed copy
    public Select otherwise(Middleware middleware) {
        return orWhen(_ -> true, middleware);
    }

    /// {@inheritDoc}
    @Override
    public Application wrap(Application inner) {
        var wrapped =
                choices.stream().map(choice -> choice.middleware().wrap(inner)).toList();
        return (request, respond) -> {
            for (int i = 0; i < choices.size(); i++) {
                if (choices.get(i).condition().test(request)) {
                    return wrapped.get(i).handle(request, respond);
                }
            }
            return inner.handle(request, respond);
        };
    }

    private record Choice(Predicate<Request> condition, Middleware middleware) {}
}
