package wai.session;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a cookie holds: the session itself, or its name in a store.
interface SessionKeeper {
    /// A session that was found.
    ///
    /// @param name its name, or empty when it has none
    /// @param values its values
    /// @param isAging whether it should be extended, so that it does not end while it is used
    record Loaded(String name, Map<String, String> values, boolean isAging) {}

    /// The session of a cookie; null when the cookie is none of ours any more.
    @Nullable
    Loaded load(String cookie, Duration lifetime) throws Exception;

    /// Keeps a session.
    ///
    /// @param loaded the one it was; null for a new name
    /// @return what goes into the cookie
    String save(@Nullable Loaded loaded, Map<String, String> values, Duration lifetime) throws Exception;

    /// Has a session end later.
    ///
    /// @return what goes into the cookie
    String extend(Loaded loaded, Duration lifetime) throws Exception;

    /// Forgets a session.
    void delete(Loaded loaded) throws Exception;
}
