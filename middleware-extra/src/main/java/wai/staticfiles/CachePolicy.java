package wai.staticfiles;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// How long clients and caches may keep a file: the value of its `Cache-Control` (RFC 9111 §5.2.2).
@FunctionalInterface
public interface CachePolicy {
    /// The policy for a file.
    ///
    /// @param path the decoded segments of the file, that of an index file at the end
    /// @return the value of `Cache-Control`; empty for no such field, which leaves it to the cache's guess
    Optional<String> of(List<String> path);

    /// No `Cache-Control`: caches guess.
    ///
    /// @return the policy
    static CachePolicy unsaid() {
        return _ -> Optional.empty();
    }

    /// May be kept, but must be asked about each time, which costs a 304.
    ///
    /// @return the policy: `no-cache`
    static CachePolicy revalidate() {
        return _ -> Optional.of("no-cache");
    }

    /// Must not be kept.
    ///
    /// @return the policy: `no-store`
    static CachePolicy never() {
        return _ -> Optional.of("no-store");
    }

    /// May be kept by everybody for a time.
    ///
    /// @param age how long, 0 or more; whole seconds
    /// @return the policy: `public, max-age=…`
    /// @throws IllegalArgumentException when the time is negative
    static CachePolicy maxAge(Duration age) {
        if (age.isNegative()) {
            throw new IllegalArgumentException("max age " + age + ": expected 0 or more");
        }
        return _ -> Optional.of("public, max-age=" + age.toSeconds());
    }

    /// May be kept for ever (a year), and need not be asked about when the page is loaded again (RFC 8246).
    ///
    /// @return the policy: `public, max-age=31536000, immutable`
    static CachePolicy immutable() {
        return _ -> Optional.of("public, max-age=31536000, immutable");
    }

    /// [#immutable] for files whose names have a fingerprint of at least eight hexadecimal digits, as bundlers make
    /// them (`app.3f2a9c01.js`, `app-3f2a9c01.css`), and another policy for the rest.
    ///
    /// @param otherwise the policy for the rest: [#revalidate] in most cases
    /// @return the policy
    static CachePolicy fingerprinted(CachePolicy otherwise) {
        return fingerprinted(Fingerprint.HEXADECIMAL, otherwise);
    }

    /// [#immutable] for files whose names have a fingerprint, and another policy for the rest.
    ///
    /// @param fingerprint what to find in the name of a file
    /// @param otherwise the policy for the rest
    /// @return the policy
    static CachePolicy fingerprinted(Pattern fingerprint, CachePolicy otherwise) {
        var forever = immutable();
        return path ->
                !path.isEmpty() && fingerprint.matcher(path.getLast()).find() ? forever.of(path) : otherwise.of(path);
    }
}
