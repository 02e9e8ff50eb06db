package wai.session;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The session is in a store; the cookie has its name. Names come from here alone: one that the store does not know is
/// never taken over.
final class StoreKeeper implements SessionKeeper {
    private static final int NAME_BYTES = 32;
    private static final int NAME_LENGTH = 43;

    private final SessionStore store;
    private final SecureRandom random = new SecureRandom();

    StoreKeeper(SessionStore store) {
        this.store = store;
    }

    /// Always to be extended: its time counts from the last use.
    @Override
    public @Nullable Loaded load(String cookie, Duration lifetime) throws Exception {
        if (cookie.length() != NAME_LENGTH) {
            return null;
        }
        return store.load(cookie)
                .map(values -> new Loaded(cookie, values, true))
                .orElse(null);
    }

    @Override
    public String save(@Nullable Loaded loaded, Map<String, String> values, Duration lifetime) throws Exception {
        var name = loaded == null ? fresh() : loaded.name();
        store.save(name, Map.copyOf(values), lifetime);
        return name;
    }

    @Override
    public String extend(Loaded loaded, Duration lifetime) throws Exception {
        store.extend(loaded.name(), lifetime);
        return loaded.name();
    }

    @Override
    public void delete(Loaded loaded) throws Exception {
        store.delete(loaded.name());
    }

    private String fresh() {
        var bytes = new byte[NAME_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
