package wai.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.forwarded.RealIp;
import wai.forwarded.TrustedProxies;
import wai.shelf.Bodies;
import wai.test.TestClient;
import wai.test.TestResponse;

/// Who is let in: [BasicAuth], [BearerAuth], [LocalOnly], [Secrets].
class AuthTest {
    private static final Application TELLS_USER = (request, respond) ->
            respond.with(Response.text(Status.OK, request.get(BasicAuth.USER).orElse("nobody")));

    private static TestResponse basic(String authorization) {
        return TestClient.of(Samples.basicAuth(TELLS_USER))
                .request("GET", "/")
                .header("Authorization", authorization)
                .send();
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    // ------------------------------------------------------------------------------------------ Basic

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"Basic ", "basic ", "BASIC  "})
    void letsTheRightPasswordIn(String scheme) {
        assertThat(basic(scheme + encoded("ada:enchantress"))).hasStatus(200).hasBody("ada");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"ada:enchantres", "ada:", "ada", ":", "", "bob:enchantress", "Ada:enchantress", "bob:"})
    void refusesWrongCredentials(String credentials) {
        assertThat(basic("Basic " + encoded(credentials)))
                .hasStatus(401)
                .hasHeader("WWW-Authenticate", "Basic realm=\"Back office\", charset=\"UTF-8\"");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {"", "Basic", "Basic ", "Basic !!!", "Basic YWRh=OmVu", "Bearer abc", "BasicYWRhOmVuY2hhbnRyZXNz"
            })
    void refusesWhatIsMalformed(String authorization) {
        assertThat(basic(authorization)).hasStatus(401);
    }

    @Test
    void asksWhoeverShowsNothing() {
        assertThat(TestClient.of(Samples.basicAuth(TELLS_USER)).get("/")).hasStatus(401);
    }

    @Test
    void refusesCredentialsThatAreTooLong() {
        var check = BasicAuth.of("r", (user, _) -> user.equals("ada")).wrap(TELLS_USER);
        var fits = "Basic " + encoded("ada:" + "x".repeat(3000));
        var tooLong = "Basic " + encoded("ada:" + "x".repeat(4000));

        assertThat(TestClient.of(check)
                        .request("GET", "/")
                        .header("Authorization", fits)
                        .send())
                .hasStatus(200);
        assertThat(TestClient.of(check)
                        .request("GET", "/")
                        .header("Authorization", tooLong)
                        .send())
                .hasStatus(401);
    }

    @Test
    void takesColonsAndUtf8InPasswords() {
        var check = BasicAuth.of("r", (user, password) -> user.equals("ä") && password.equals("a:ö:"))
                .wrap(TELLS_USER);

        assertThat(TestClient.of(check)
                        .request("GET", "/")
                        .header("Authorization", "Basic " + encoded("ä:a:ö:"))
                        .send())
                .hasStatus(200);
    }

    @Test
    void quotesTheRealm() {
        var application = BasicAuth.of("a \"b\" \\", (_, _) -> false).wrap(TELLS_USER);

        assertThat(TestClient.of(application).get("/"))
                .hasHeader("WWW-Authenticate", "Basic realm=\"a \\\"b\\\" \\\\\", charset=\"UTF-8\"");
        assertThatThrownBy(() -> BasicAuth.of("a\r\nb", (_, _) -> true)).isInstanceOf(IllegalArgumentException.class);
    }

    // ------------------------------------------------------------------------------------------ Bearer

    private static TestResponse bearer(String authorization) {
        Application tells = (request, respond) -> respond.with(Response.text(
                Status.OK, request.get(Samples.ACCOUNT).orElseThrow().name()));
        return TestClient.of(Samples.bearerAuth(tells, Map.of("a.b-c_~+/1==", new Samples.Account("ada"))))
                .request("GET", "/")
                .header("Authorization", authorization)
                .send();
    }

    @Test
    void letsAValidTokenIn() {
        assertThat(bearer("Bearer a.b-c_~+/1==")).hasBody("ada");
        assertThat(bearer("bearer  a.b-c_~+/1==")).hasBody("ada");
    }

    @ParameterizedTest(name = "{0} -> {1} {2}")
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "Basic abc     | 401 | Bearer realm=\"shop\"",
                "Bearers abc   | 401 | Bearer realm=\"shop\"",
                "Bearer abc    | 401 | Bearer realm=\"shop\", error=\"invalid_token\"",
                "Bearer        | 400 | Bearer realm=\"shop\", error=\"invalid_request\"",
                "Bearer ===    | 400 | Bearer realm=\"shop\", error=\"invalid_request\"",
                "Bearer a b    | 400 | Bearer realm=\"shop\", error=\"invalid_request\"",
                "Bearer a=b    | 400 | Bearer realm=\"shop\", error=\"invalid_request\"",
                "Bearer a,b    | 400 | Bearer realm=\"shop\", error=\"invalid_request\""
            })
    void saysWhatIsWrongWithAToken(String authorization, int status, String challenge) {
        assertThat(bearer(authorization)).hasStatus(status).hasHeader("WWW-Authenticate", challenge);
    }

    @Test
    void refusesATokenThatIsTooLong() {
        assertThat(bearer("Bearer " + "a".repeat(8192))).hasStatus(401);
        assertThat(bearer("Bearer " + "a".repeat(8193))).hasStatus(400);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({"abc, 200", "def, 200", "ab, 401", "abcd, 401"})
    void knowsAFewTokens(String token, int status) {
        assertThat(TestClient.of(Samples.tokens(Bodies.telling()))
                        .request("GET", "/")
                        .header("Authorization", "Bearer " + token)
                        .send())
                .hasStatus(status);
    }

    @Test
    void comparesSecrets() {
        org.assertj.core.api.Assertions.assertThat(Samples.secrets("abc", "abc"))
                .isTrue();
        org.assertj.core.api.Assertions.assertThat(Samples.secrets("abc", "abcd"))
                .isFalse();
        org.assertj.core.api.Assertions.assertThat(Samples.secrets("", "a")).isFalse();
    }

    // ------------------------------------------------------------------------------------------ LocalOnly

    private static TestResponse from(Application application, SocketAddress address, String... field) {
        var request = TestClient.of(application).request("GET", "/").remoteAddress(address);
        if (field.length > 0) {
            request.header(field[0], field[1]);
        }
        return request.send();
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "127.0.0.1, 200",
        "127.8.9.1, 200",
        "::1, 200",
        "::ffff:127.0.0.1, 200",
        "10.0.0.1, 404",
        "2001:db8::1, 404"
    })
    void letsThisMachineIn(String address, int status) {
        var local = Samples.localOnly(Bodies.telling());

        assertThat(from(local, new InetSocketAddress(InetAddress.ofLiteral(address), 1)))
                .hasStatus(status);
    }

    @Test
    void letsUnixSocketsInAndNoUnknownAddress() {
        var local = Samples.localOnly(Bodies.telling());

        assertThat(from(local, UnixDomainSocketAddress.of("/x"))).hasStatus(200);
        assertThat(from(local, InetSocketAddress.createUnresolved("localhost", 1)))
                .hasStatus(404);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"Forwarded", "X-Forwarded-For", "Via"})
    void refusesWhatAProxyOnThisMachinePassedOn(String field) {
        var local = Samples.localOnly(Bodies.telling());

        assertThat(from(local, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1), field, "for=9.9.9.9"))
                .hasStatus(404);
    }

    @Test
    void believesTheMiddlewareThatBelievesTheProxy() {
        var proxied = RealIp.byXForwarded(TrustedProxies.onThisMachine())
                .wrap(LocalOnly.orElse(Response.text(Status.FORBIDDEN, "no")).wrap(Bodies.telling()));
        var proxy = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 5);

        assertThat(from(proxied, proxy, "X-Forwarded-For", "127.0.0.2")).hasStatus(200);
        assertThat(from(proxied, proxy, "X-Forwarded-For", "9.9.9.9")).hasStatus(403);
        assertThat(from(proxied, proxy, "X-Forwarded-For", "unknown")).hasStatus(403);
    }
}
