package wai.session;

import java.util.Optional;
import wai.Request;

/// A message for the next page: set before a redirect, shown once, gone.
///
/// {@snippet file="wai/session/Samples.java" region="flash"}
///
/// It is kept in the [Session], so [Sessions] must be around.
public final class Flash {
    private static final String NAME = "wai.flash";

    private Flash() {}

    /// Leaves a message for the next page.
    ///
    /// @param request of inside [Sessions]
    /// @param message the message; an earlier one goes
    /// @throws IllegalStateException when the response was begun, or [Sessions] is not around
    public static void set(Request request, String message) {
        Session.of(request).set(NAME, message);
    }

    /// Takes the message that the page before has left.
    ///
    /// @param request of inside [Sessions]
    /// @return the message, or empty when there is none; asked again it is gone
    /// @throws IllegalStateException when the response was begun, or [Sessions] is not around
    public static Optional<String> take(Request request) {
        var session = Session.of(request);
        var message = session.get(NAME);
        if (message.isPresent()) {
            session.remove(NAME);
        }
        return message;
    }
}
