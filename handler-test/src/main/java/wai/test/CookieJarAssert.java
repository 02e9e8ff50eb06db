package wai.test;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.Predicate;

/// What can be said of the cookies of a client; each method throws an [AssertionError] that shows them all.
public final class CookieJarAssert {
    private final CookieJar actual;

    CookieJarAssert(CookieJar actual) {
        this.actual = requireNonNull(actual, "actual");
    }

    /// There is a cookie of that name that has not expired.
    ///
    /// @param name the name
    /// @return this
    public CookieJarAssert hasCookie(String name) {
        return check(actual.find(name).isPresent(), "cookie " + name, "none");
    }

    /// The first cookie of that name has that value.
    ///
    /// @param name the name
    /// @param value the value
    /// @return this
    public CookieJarAssert hasCookie(String name, String value) {
        var seen = actual.value(name);
        return check(seen.equals(Optional.of(value)), "cookie " + name + "=" + value, seen.orElse("none"));
    }

    /// The first cookie of that name is as it should be.
    ///
    /// @param name the name
    /// @param description what it should be, for the message
    /// @param condition holds for the cookie
    /// @return this
    public CookieJarAssert hasCookie(String name, String description, Predicate<Cookie> condition) {
        var seen = actual.find(name);
        return check(
                seen.filter(condition).isPresent(),
                "cookie " + name + " " + description,
                seen.map(Cookie::toString).orElse("none"));
    }

    /// There is no cookie of that name.
    ///
    /// @param name the name
    /// @return this
    public CookieJarAssert hasNoCookie(String name) {
        return check(
                actual.find(name).isEmpty(),
                "no cookie " + name,
                actual.value(name).orElse(""));
    }

    /// There are no cookies.
    ///
    /// @return this
    public CookieJarAssert isEmpty() {
        return check(actual.all().isEmpty(), "no cookies", actual.all().size() + " of them");
    }

    private CookieJarAssert check(boolean holds, String expected, String seen) {
        if (!holds) {
            throw new AssertionError("expected " + expected + " but was " + seen + " in " + actual);
        }
        return this;
    }
}
