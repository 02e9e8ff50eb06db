package wai.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SetCookieTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final SetCookie.Origin PLAIN = new SetCookie.Origin("www.example.com", false, "/a/b/c");
    private static final SetCookie.Origin SECURE = new SetCookie.Origin("www.example.com", true, "/a/b/c");

    @Test
    void readsAllAttributes() {
        var cookie = SetCookie.parse(
                " id = 7 ; DOMAIN=.Example.COM; path=/x; Max-Age=60; Secure; httponly; SameSite=Strict; Unknown=1",
                SECURE,
                NOW);

        assertThat(cookie)
                .contains(new Cookie(
                        "id",
                        "7",
                        "example.com",
                        "/x",
                        NOW.plusSeconds(60),
                        Set.of(Cookie.Attribute.SECURE, Cookie.Attribute.HTTP_ONLY),
                        "Strict"));
    }

    @Test
    void fillsInHostAndPath() {
        var cookie = SetCookie.parse("id=7=8", PLAIN, NOW);

        assertThat(cookie)
                .contains(new Cookie(
                        "id", "7=8", "www.example.com", "/a/b", null, Set.of(Cookie.Attribute.HOST_ONLY), ""));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({"/, /", "/a, /", "/a/, /a", "/a/b, /a", "/a/b/, /a/b", "*, /"})
    void derivesTheDefaultPath(String path, String expected) {
        assertThat(new SetCookie.Origin("h", false, path).defaultPath()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "",
                "novalue",
                "; a=b",
                "=value",
                "a=1; Domain=other.com",
                "a=1; Domain=com",
                "a=1; Domain=sub.www.example.com",
                "__Secure-a=1; Secure",
                "__Host-a=1; Secure; Path=/"
            })
    void refusesOverAPlainConnection(String field) {
        assertThat(SetCookie.parse(field, PLAIN, NOW)).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "__Secure-a=1",
                "__secure-a=1",
                "__Host-a=1; Path=/",
                "__Host-a=1; Secure",
                "__Host-a=1; Secure; Path=/x",
                "__Host-a=1; Secure; Path=/; Domain=www.example.com"
            })
    void refusesPrefixesWithoutWhatTheyPromise(String field) {
        assertThat(SetCookie.parse(field, SECURE, NOW)).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {"__Secure-a=1; Secure", "__Secure-a=1; Secure; Domain=example.com", "__Host-a=1; Secure; Path=/"
            })
    void acceptsPrefixesThatKeepTheirPromise(String field) {
        assertThat(SetCookie.parse(field, SECURE, NOW)).isPresent();
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "a=1; Max-Age=10; Expires=Wed, 09 Jun 2021 10:18:14 GMT | 2026-11-21T12:00:10Z",
                "a=1; Expires=Wed 09 Jun 2021 10:18:14 GMT | 2021-06-09T10:18:14Z",
                "a=1; Max-Age=0 | 1970-01-01T00:00:00Z",
                "a=1; Max-Age=-5 | 1970-01-01T00:00:00Z",
                "a=1; Max-Age=99999999999999999999 | +1000000000-12-31T23:59:59.999999999Z",
                "a=1; Max-Age=1x; Expires=never | ",
                "a=1; Max-Age= | "
            })
    void decidesWhenACookieEnds(String field, String expected) {
        var cookie = SetCookie.parse(field, PLAIN, NOW).orElseThrow();

        assertThat(cookie.expires()).isEqualTo(expected == null ? null : Instant.parse(expected));
    }

    @ParameterizedTest(name = "{0} for {1}: {2}")
    @CsvSource({
        "/, /, true",
        "/x, /, true",
        "/a, /a, true",
        "/a/, /a, true",
        "/a/b, /a, true",
        "/ab, /a, false",
        "/, /a, false",
        "/a/b, /a/, true",
        "/a, /a/, false"
    })
    void matchesPaths(String requestPath, String cookiePath, boolean matches) {
        assertThat(Cookie.pathMatches(requestPath, cookiePath)).isEqualTo(matches);
    }

    @ParameterizedTest(name = "{0} for {1}: {2}")
    @CsvSource({
        "example.com, example.com, true",
        "a.example.com, example.com, true",
        "aexample.com, example.com, false",
        "example.com, a.example.com, false",
        "1.2.3.4, 3.4, false",
        "1.2.3.4, 1.2.3.4, true",
        "::1, ::1, true"
    })
    void matchesDomains(String host, String domain, boolean matches) {
        assertThat(Cookie.domainMatches(host, domain)).isEqualTo(matches);
    }
}
