package wai.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.HeaderName;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.StatusException;
import wai.test.TestClient;

/// [Cookie] and [Cookies].
class CookieTest {
    private static Cookies sent(String... fields) throws StatusException {
        var request = Request.builder("GET", "/");
        for (var field : fields) {
            request.header(HeaderName.COOKIE, field);
        }
        return Cookies.of(request.build());
    }

    // ------------------------------------------------------------------------------------------ Cookies

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "a=1 | 1",
                "b=2; a=1 | 1",
                "b=2;a=1; | 1",
                " a = 1 ;b | 1",
                "a=\"1\" | 1",
                "a=\"1 | \"1",
                "a=\" | \"",
                "a=1=2 | 1=2",
                "a= | ''",
                "a=1; a=2 | 1",
                "A=1 | none",
                "a | none",
                "=1; ; ;a=1 | 1",
                "xa=1 | none"
            })
    void readsWhatIsSent(String field, String value) throws Exception {
        assertThat(sent(field).first("a").orElse(null)).isEqualTo(value);
    }

    @Test
    void readsAllOfAName() throws Exception {
        assertThat(sent("a=1; b=x; a=2", "a=3").all("a")).containsExactly("1", "2", "3");
        assertThat(sent("a=1")).hasToString("1 cookies");
    }

    @Test
    void readsALimitedNumberAndRefusesOneMore() throws Exception {
        assertThat(sent("x=y;".repeat(199) + "a=1").first("a")).contains("1");
        assertThatThrownBy(() -> sent("x=y;".repeat(200), "a=1"))
                .isInstanceOfSatisfying(
                        StatusException.class, e -> assertThat(e.status()).isEqualTo(Status.BAD_REQUEST))
                .hasMessage("more than 200 cookies: expected fewer (RFC 6265bis §6.1)");
        assertThat(sent(";".repeat(100_000)).all("a")).isEmpty();
    }

    @Test
    void tooManyAreAnsweredWith400() {
        var client = TestClient.of((request, respond) ->
                respond.with(Response.text(Status.OK, Cookies.of(request).toString())));

        assertThat(client.request("GET", "/")
                        .header("Cookie", "x=y;".repeat(201))
                        .send()
                        .status())
                .isEqualTo(Status.BAD_REQUEST);
    }

    // ------------------------------------------------------------------------------------------ Cookie

    @Test
    void hasCarefulDefaults() {
        assertThat(Cookie.of("a", "1").toField()).isEqualTo("a=1; Path=/; HttpOnly; SameSite=Lax");
        assertThat(Cookie.deleting("a").toField()).isEqualTo("a=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    }

    @Test
    void writesEveryAttribute() {
        var cookie = Cookie.of("a", "1")
                .withPath("/x")
                .withDomain("a.example")
                .withMaxAge(Duration.ofMinutes(1))
                .secure()
                .forScripts()
                .withSameSite(Cookie.SameSite.NONE);

        assertThat(cookie.toField()).isEqualTo("a=1; Path=/x; Domain=a.example; Max-Age=60; Secure; SameSite=None");
        assertThat(cookie.toString()).startsWith("Cookie a;").doesNotContain("1;");
    }

    @ParameterizedTest(name = "name \"{0}\"")
    @ValueSource(strings = {"", "a b", "a=b", "a;b", "a\r\n", "\u00e4", "a\"", "a,b"})
    void refusesANameThatIsNone(String name) {
        assertThatThrownBy(() -> Cookie.of(name, "")).hasMessageContaining("expected a token");
    }

    @ParameterizedTest(name = "value \"{0}\"")
    @ValueSource(strings = {" ", "a b", "a;b", "a,b", "a\"b", "a\\b", "a\r\nSet-Cookie: b=1", "\u00e4", "\u0000"})
    void refusesAValueThatCannotBeSent(String value) {
        assertThatThrownBy(() -> Cookie.of("a", value)).hasMessageContaining("RFC 6265");
    }

    @Test
    void refusesAttributesThatEndInOthers() {
        var cookie = Cookie.of("a", "");

        assertThatThrownBy(() -> cookie.withPath("/; Domain=evil")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> cookie.withPath("x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> cookie.withDomain("a;b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> cookie.withDomain("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isAtMostAsLongAsBrowsersTake() {
        assertThat(Cookie.of("a", "x".repeat(4095)).toField()).hasSizeGreaterThan(4096);
        assertThatThrownBy(() -> Cookie.of("a", "x".repeat(4096))).hasMessageContaining("4096");
    }

    @Test
    void keepsWhatAPrefixPromises() {
        assertThatThrownBy(() -> Cookie.of("__Secure-a", "").toField()).hasMessageContaining("secure()");
        assertThatThrownBy(
                        () -> Cookie.of("__Host-a", "").secure().withPath("/x").toField())
                .hasMessageContaining("path /");
        assertThatThrownBy(
                        () -> Cookie.of("__host-a", "").secure().withDomain("a").toField())
                .hasMessageContaining("no domain");
        assertThatThrownBy(() ->
                        Cookie.of("a", "").withSameSite(Cookie.SameSite.NONE).toField())
                .hasMessageContaining("secure()");
        assertThat(Cookie.of("__Host-a", "").secure().toField()).startsWith("__Host-a=;");
    }

    @Test
    void goesThroughABrowser() {
        var client = TestClient.of((request, respond) -> request.method().equals("POST")
                        ? Samples.cookie().handle(request, respond)
                        : Samples.cookies().handle(request, respond))
                .withOrigin("https://a.example");

        assertThat(client.get("/").text()).isEqualTo("light");
        client.post("/", "");
        assertThat(client.get("/").text()).isEqualTo("dark");
    }
}
