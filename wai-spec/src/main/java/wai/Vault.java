package wai;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Optional;

/// What middleware hands inward with a request: immutable, typed, looked up by the identity of a [Key].
///
/// Meant for a handful of entries; look-up is a scan.
public final class Vault {
    /// The vault without entries.
    public static final Vault EMPTY = new Vault(new Object[0]);

    /// Key and value in turn.
    private final Object[] entries;

    private Vault(Object[] entries) {
        this.entries = entries;
    }

    /// The value of a key.
    ///
    /// @param key the key
    /// @param <T> the type of the value
    /// @return the value, or empty when the key has none
    @SuppressWarnings("unchecked") // only with(Key<T>, T) puts a value behind a key
    public <T> Optional<T> get(Key<T> key) {
        int at = indexOf(key);
        return at < 0 ? Optional.empty() : Optional.of((T) entries[at + 1]);
    }

    /// A vault in which the key has this value; an earlier value of the key is replaced.
    ///
    /// @param key the key
    /// @param value the value, never null
    /// @param <T> the type of the value
    /// @return the new vault
    public <T> Vault with(Key<T> key, T value) {
        requireNonNull(value, "value");
        int at = indexOf(requireNonNull(key, "key"));
        var copy = Arrays.copyOf(entries, at < 0 ? entries.length + 2 : entries.length);
        int to = at < 0 ? entries.length : at;
        copy[to] = key;
        copy[to + 1] = value;
        return new Vault(copy);
    }

    /// A vault in which the key has no value.
    ///
    /// @param key the key
    /// @return the new vault, or this one when the key had no value
    public Vault without(Key<?> key) {
        int at = indexOf(key);
        if (at < 0) {
            return this;
        }
        var copy = new Object[entries.length - 2];
        System.arraycopy(entries, 0, copy, 0, at);
        System.arraycopy(entries, at + 2, copy, at, copy.length - at);
        return new Vault(copy);
    }

    @SuppressWarnings("ReferenceEquality") // identity is the key
    private int indexOf(Key<?> key) {
        for (int i = 0; i < entries.length; i += 2) {
            if (entries[i] == key) {
                return i;
            }
        }
        return -1;
    }

    /// The names of the keys, without the values, which may be secret.
    @Override
    public String toString() {
        var text = new StringBuilder("Vault[");
        for (int i = 0; i < entries.length; i += 2) {
            text.append(i == 0 ? "" : ", ").append(entries[i]);
        }
        return text.append(']').toString();
    }
}
