package wai.session;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Keeps sessions outside of the browser, which has only their name: in memory, or in an engine that several processes
/// share.
///
/// Several threads call at a time. When a browser sends two requests at once, the one that saves last wins.
public interface SessionStore {
    /// The session of that name.
    ///
    /// @param name what a client sent, of whatever form; must not be believed to be a name
    /// @return what was saved, or empty when there is none or its time is over
    /// @throws Exception when the store cannot answer; the request fails. An [java.io.IOException] says that it is away
    ///     for now; a [wai.StatusException] among them, by which status the request is answered
    Optional<Map<String, String>> load(String name) throws Exception;

    /// Keeps a session.
    ///
    /// @param name 256 random bits, in Base64 for URLs
    /// @param values what to keep
    /// @param lifetime how long, from now on
    /// @throws Exception when the store cannot; the request fails
    void save(String name, Map<String, String> values, Duration lifetime) throws Exception;

    /// Has a session end later, its values as they are; of no effect when there is none. Requests that only read a
    /// session call this, so that none of them takes back what another has changed.
    ///
    /// @param name its name
    /// @param lifetime how long, from now on
    /// @throws Exception when the store cannot; the request fails
    void extend(String name, Duration lifetime) throws Exception;

    /// Forgets a session; of no effect when there is none.
    ///
    /// @param name its name
    /// @throws Exception when the store cannot; the request fails
    void delete(String name) throws Exception;
}
