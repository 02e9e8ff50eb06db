package wai.test;

import static java.util.Objects.requireNonNull;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import wai.HeaderName;
import wai.Headers;

/// The cookies of one client, kept and sent as RFC 6265 §5 says; a test may read and change them.
///
/// Safe for use by several threads.
public final class CookieJar {
    private final InstantSource clock;
    private final Map<Id, Cookie> cookies = new LinkedHashMap<>();

    /// A jar without cookies.
    ///
    /// @param clock tells which cookies have expired
    public CookieJar(InstantSource clock) {
        this.clock = requireNonNull(clock, "clock");
    }

    /// All cookies that have not expired, in the order in which they were set first.
    ///
    /// @return the cookies, unmodifiable
    public synchronized List<Cookie> all() {
        var now = clock.instant();
        cookies.values().removeIf(cookie -> cookie.isExpired(now));
        return List.copyOf(cookies.values());
    }

    /// The first cookie of that name.
    ///
    /// @param name the name
    /// @return the cookie; empty when there is none
    public Optional<Cookie> find(String name) {
        return all().stream().filter(cookie -> cookie.name().equals(name)).findFirst();
    }

    /// The value of the first cookie of that name.
    ///
    /// @param name the name
    /// @return the value; empty when there is no such cookie
    public Optional<String> value(String name) {
        return find(name).map(Cookie::value);
    }

    /// Sets a session cookie that goes to every host and path.
    ///
    /// @param name the name
    /// @param value the value
    public void set(String name, String value) {
        set(Cookie.of(name, value));
    }

    /// Sets a cookie; one of the same name, domain and path is replaced and keeps its place.
    ///
    /// @param cookie the cookie; an expired one deletes
    public synchronized void set(Cookie cookie) {
        if (cookie.isExpired(clock.instant())) {
            cookies.remove(Id.of(cookie));
        } else {
            cookies.put(Id.of(cookie), cookie);
        }
    }

    /// Deletes all cookies of that name.
    ///
    /// @param name the name
    public synchronized void delete(String name) {
        cookies.values().removeIf(cookie -> cookie.name().equals(name));
    }

    /// Deletes all cookies.
    public synchronized void clear() {
        cookies.clear();
    }

    /// Replaces all cookies by what a function makes of them.
    ///
    /// @param change takes the cookies that have not expired and answers those to keep; must not use this jar
    public synchronized void modify(UnaryOperator<List<Cookie>> change) {
        var kept = change.apply(all());
        cookies.clear();
        kept.forEach(this::set);
    }

    /// Keeps what a response sets.
    synchronized void store(Headers response, SetCookie.Origin origin) {
        for (var field : response.all(HeaderName.SET_COOKIE)) {
            SetCookie.parse(field, origin, clock.instant()).ifPresent(this::set);
        }
    }

    /// The cookies of a request, in the order of RFC 6265 §5.4: longer paths first, then older cookies.
    List<Cookie> matching(SetCookie.Origin origin) {
        var matching = new ArrayList<Cookie>();
        for (var cookie : all()) {
            if (cookie.goesTo(origin.host(), origin.secure(), origin.path())) {
                matching.add(cookie);
            }
        }
        matching.sort(Comparator.comparingInt((Cookie cookie) -> cookie.path().length())
                .reversed());
        return matching;
    }

    /// The same cookies under another clock.
    CookieJar copy(InstantSource newClock) {
        var copy = new CookieJar(newClock);
        all().forEach(copy::set);
        return copy;
    }

    /// The names and values, for people who debug a test.
    @Override
    public String toString() {
        return all().stream()
                .map(cookie -> cookie.name() + "=" + cookie.value() + " (" + cookie.domain() + cookie.path() + ")")
                .collect(Collectors.joining(", ", "CookieJar[", "]"));
    }

    /// What makes two cookies the same.
    private record Id(String name, String domain, String path) {
        static Id of(Cookie cookie) {
            return new Id(cookie.name(), cookie.domain(), cookie.path());
        }
    }
}
