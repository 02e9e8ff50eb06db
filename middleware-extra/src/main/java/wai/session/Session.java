package wai.session;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import wai.Key;
import wai.Request;

/// What is remembered of one browser, while one request of it is answered.
///
/// Texts under names, to be changed until the response is begun; afterwards a change would be lost and is refused. For
/// one thread at a time. **Call [#renew()] when somebody logs in**, so that a name that a stranger planted beforehand
/// is worth nothing.
public final class Session {
    /// The session of the request; set inside of [Sessions].
    static final Key<Session> KEY = Key.named("session");

    private final Map<String, String> values;
    private final boolean isNew;
    private boolean read;
    private boolean changed;
    private boolean renewed;
    private boolean closed;
    private boolean lost;

    Session(Map<String, String> values, boolean isNew) {
        this.values = new HashMap<>(values);
        this.isNew = isNew;
    }

    /// The session of a request.
    ///
    /// @param request of inside [Sessions]
    /// @return the session, empty when the browser is new
    /// @throws IllegalStateException when [Sessions] is not around
    public static Session of(Request request) {
        return request.get(KEY)
                .orElseThrow(
                        () -> new IllegalStateException("no session: expected Sessions around whoever asks for it"));
    }

    /// A value.
    ///
    /// @param name its name
    /// @return the value, or empty when there is none
    public Optional<String> get(String name) {
        read = true;
        return Optional.ofNullable(values.get(name));
    }

    /// Remembers a value.
    ///
    /// @param name its name
    /// @param value the value; an earlier one goes
    /// @throws IllegalStateException when the response was begun
    public void set(String name, String value) {
        change();
        values.put(requireNonNull(name, "name"), requireNonNull(value, "value"));
    }

    /// Forgets a value.
    ///
    /// @param name its name
    /// @throws IllegalStateException when the response was begun
    public void remove(String name) {
        change();
        values.remove(name);
    }

    /// Forgets everything: the cookie is deleted, and the session in the store.
    ///
    /// @throws IllegalStateException when the response was begun
    public void clear() {
        change();
        values.clear();
    }

    /// Gives the session another name, values kept; for a login, and for everything else that gives more rights.
    ///
    /// @throws IllegalStateException when the response was begun
    public void renew() {
        change();
        renewed = true;
    }

    /// Whether the browser had no session.
    ///
    /// @return true when nothing was loaded
    public boolean isNew() {
        return isNew;
    }

    /// Whether what is set here is kept. Not so while the store is away and
    /// [Sessions#emptyWhileTheStoreIsAway()] is set: then a login, for example, had better be refused.
    ///
    /// @return false when the store was away
    public boolean isKept() {
        return !lost;
    }

    /// The names of its values, without the values.
    @Override
    public String toString() {
        return "Session" + values.keySet();
    }

    private void change() {
        if (closed) {
            throw new IllegalStateException("the session was changed after the response was begun: it is saved then");
        }
        read = true;
        changed = true;
    }

    Map<String, String> values() {
        return values;
    }

    boolean isRead() {
        return read;
    }

    boolean isChanged() {
        return changed;
    }

    boolean isRenewed() {
        return renewed;
    }

    void lose() {
        lost = true;
    }

    void close() {
        closed = true;
    }
}
