package wai;

import static java.util.Objects.requireNonNull;

/// A typed key of the [Vault]. The object itself is the key: two keys of the same name are different keys.
///
/// Keep it in a constant beside the middleware that fills it.
///
/// @param <T> the type of the value
@SuppressWarnings("UnusedTypeParameter") // it ties the value to the key
public final class Key<T> {
    private final String name;

    private Key(String name) {
        this.name = name;
    }

    /// Makes a new key.
    ///
    /// @param name for people who debug; has no meaning
    /// @param <T> the type of the value
    /// @return a key that equals no other
    public static <T> Key<T> named(String name) {
        return new Key<>(requireNonNull(name, "name"));
    }

    /// The name, for debugging.
    @Override
    public String toString() {
        return "Key[" + name + "]";
    }
}
