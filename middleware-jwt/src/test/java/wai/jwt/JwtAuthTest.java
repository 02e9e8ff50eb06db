package wai.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.DirectEncrypter;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.EncryptedJWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.logging.AccessEvent;
import wai.logging.RequestLogger;
import wai.test.TestClient;
import wai.test.TestResponse;

/// [JwtAuth], [JwtKeys] and [JwtClaims].
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JwtAuthTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(UTF_8);
    private static final Application HELLO = (request, respond) -> {
        var claims = request.get(JwtAuth.CLAIMS).orElseThrow();
        return respond.with(Response.text(Status.OK, claims.subject().orElse("nobody") + " " + claims.scopes()));
    };

    private RSAKey rsa;
    private RSAKey otherRsa;
    private ECKey ec;
    private JwtKeys keys;

    @BeforeAll
    void makeKeys() throws Exception {
        rsa = new RSAKeyGenerator(2048).keyID("r").generate();
        otherRsa = new RSAKeyGenerator(2048).keyID("o").generate();
        ec = new ECKeyGenerator(Curve.P_256).keyID("e").generate();
        keys = JwtKeys.ofSet(new JWKSet(List.of(rsa.toPublicJWK(), ec.toPublicJWK())).toString());
    }

    private JwtAuth auth() {
        return JwtAuth.verifying(keys, "RS256", "ES256")
                .withIssuer("https://id.example")
                .withAudience("orders", "bills")
                .withClock(() -> NOW);
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer("https://id.example")
                .audience("orders")
                .subject("alice")
                .claim("scope", "orders:read orders:write")
                .expirationTime(Date.from(NOW.plusSeconds(60)));
    }

    private String token(JWTClaimsSet claims) throws Exception {
        return token(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("r").build(), claims, new RSASSASigner(rsa));
    }

    private static String token(JWSHeader header, JWTClaimsSet claims, JWSSigner signer) throws Exception {
        var token = new SignedJWT(header, claims);
        token.sign(signer);
        return token.serialize();
    }

    private static TestResponse send(JwtAuth auth, String token) {
        return TestClient.of(auth.wrap(HELLO))
                .request("GET", "/")
                .header("Authorization", "Bearer " + token)
                .send();
    }

    private static void assertRefused(TestResponse response, String reason) {
        assertThat(response)
                .hasStatus(401)
                .hasHeader(
                        "WWW-Authenticate",
                        "Bearer realm=\"tokens\", error=\"invalid_token\", error_description=\"" + reason + "\"")
                .hasBody("the token is not accepted: " + reason + "\n");
    }

    // ------------------------------------------------------------------------------------------ good tokens

    @Test
    void letsATokenInAndSaysWhoseItIs() throws Exception {
        assertThat(send(auth(), token(claims().build())))
                .hasStatus(200)
                .bodyContains("alice")
                .bodyContains("orders:read");
        assertThat(send(auth(), token(claims().audience(List.of("x", "bills")).build())))
                .hasStatus(200);
    }

    @Test
    void theSampleDoes() throws Exception {
        var valid = claims().expirationTime(Date.from(Instant.now().plusSeconds(3600)));

        var response = TestClient.of(Samples.jwtAuth(keys))
                .request("GET", "/")
                .header("Authorization", "bearer " + token(valid.build()))
                .send();

        assertThat(response).hasBody("Hello, alice\n");
    }

    @Test
    void takesEveryAlgorithmThatIsListed() throws Exception {
        var header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("e").type(new JOSEObjectType("at+jwt"));
        assertThat(send(auth(), token(header.build(), claims().build(), new ECDSASigner(ec))))
                .hasStatus(200);

        var symmetric = JwtAuth.verifying(JwtKeys.ofSecret(SECRET), "HS256")
                .forAnyAudience()
                .withClock(() -> NOW);
        assertThat(send(symmetric, token(new JWSHeader(JWSAlgorithm.HS256), claims().build(), new MACSigner(SECRET))))
                .hasStatus(200);
    }

    @Test
    void notesTheUserForTheLog() throws Exception {
        var event = new AtomicReference<AccessEvent>();
        TestClient.of(RequestLogger.to(event::set).then(auth()).wrap(HELLO))
                .request("GET", "/")
                .header("Authorization", "Bearer " + token(claims().build()))
                .send();

        assertThat(event.get().user()).hasValue("alice");
    }

    @Test
    void readsScopesInEveryForm() {
        for (var all : List.<java.util.Map<String, Object>>of(
                java.util.Map.of("scope", " a  b "),
                java.util.Map.of("scope", List.of("a", "b")),
                java.util.Map.of("scp", List.of("a", "b")))) {
            assertThat(new JwtClaims(all, NOW).scopes()).containsExactlyInAnyOrder("a", "b");
        }
        var none = new JwtClaims(java.util.Map.of("scope", 7, "sub", 8, "iss", "i"), NOW);
        assertThat(none.scopes()).isEmpty();
        assertThat(none.subject()).isEmpty();
        assertThat(none.issuer()).hasValue("i");
        assertThat(none.expires()).isEqualTo(NOW);
        assertThat(none.toString()).doesNotContain("8");
    }

    // ------------------------------------------------------------------------------------------ times and claims

    @ParameterizedTest(name = "exp {0} s from now")
    @CsvSource({"0, 200", "-29, 200", "-30, 401", "-31, 401", "-99999, 401"})
    void aTokenEndsBehindTheLeeway(int seconds, int status) throws Exception {
        var token = token(
                claims().expirationTime(Date.from(NOW.plusSeconds(seconds))).build());

        var response = send(auth(), token);

        assertThat(response).hasStatus(status);
        if (status == 401) {
            assertRefused(response, "it has expired");
        }
    }

    @ParameterizedTest(name = "nbf {0} s from now")
    @CsvSource({"-1, 200", "29, 200", "31, 401", "99999, 401"})
    void aTokenBeginsBeforeTheLeeway(int seconds, int status) throws Exception {
        var token = token(
                claims().notBeforeTime(Date.from(NOW.plusSeconds(seconds))).build());

        var response = send(auth(), token);

        assertThat(response).hasStatus(status);
        if (status == 401) {
            assertRefused(response, "it is not valid yet");
        }
    }

    @Test
    void refusesWhatIsForOthersOrByOthers() throws Exception {
        assertRefused(send(auth(), token(claims().audience("stock").build())), "it is meant for others");
        assertRefused(send(auth(), token(claims().audience((String) null).build())), "it is meant for others");
        assertRefused(send(auth(), token(claims().issuer("https://evil.example").build())), "it is of another issuer");
        assertRefused(send(auth(), token(claims().issuer(null).build())), "it is of another issuer");
        assertRefused(
                send(auth(), token(claims().expirationTime(null).build())), "it does not say until when it is valid");
    }

    @Test
    void aScopeThatIsMissingIs403() throws Exception {
        var strict = auth().requiringScopes("orders:delete", "orders:read");

        assertThat(send(strict, token(claims().build())))
                .hasStatus(403)
                .hasHeader(
                        "WWW-Authenticate",
                        "Bearer realm=\"tokens\", error=\"insufficient_scope\", scope=\"orders:delete orders:read\"");
        assertThat(send(auth().requiringScopes("orders:write"), token(claims().build())))
                .hasStatus(200);
    }

    // ------------------------------------------------------------------------------------------ forged tokens

    @Test
    void refusesTokensThatAreNotSigned() throws Exception {
        assertRefused(send(auth(), new PlainJWT(claims().build()).serialize()), "it is no signed token");
        var signed = token(claims().build()).split("\\.", -1);
        var none = Base64.getUrlEncoder().withoutPadding().encodeToString("{\"alg\":\"none\"}".getBytes(UTF_8));
        assertThat(send(auth(), none + "." + signed[1] + ".")).hasStatus(401);
        assertThat(send(auth(), none + "." + signed[1] + "." + signed[2])).hasStatus(401);
        assertThat(send(auth(), signed[0] + "." + signed[1] + ".")).hasStatus(401);
    }

    @Test
    void aPublicKeyIsNeverASecret() throws Exception {
        var header = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("r").build();
        var forged = token(
                header, claims().build(), new MACSigner(rsa.toRSAPublicKey().getEncoded()));
        var lenient = JwtAuth.verifying(keys, "RS256", "HS256").forAnyAudience().withClock(() -> NOW);

        assertRefused(send(auth(), forged), "no key or algorithm that is accepted fits it");
        assertRefused(send(lenient, forged), "no key or algorithm that is accepted fits it");
    }

    @Test
    void refusesOtherKeysAlgorithmsAndTypes() throws Exception {
        var unknown = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("o").build();
        assertRefused(
                send(auth(), token(unknown, claims().build(), new RSASSASigner(otherRsa))),
                "no key or algorithm that is accepted fits it");
        var stolen = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("r").build();
        assertRefused(
                send(auth(), token(stolen, claims().build(), new RSASSASigner(otherRsa))), "its signature is wrong");
        var notListed = new JWSHeader.Builder(JWSAlgorithm.RS512).keyID("r").build();
        assertRefused(
                send(auth(), token(notListed, claims().build(), new RSASSASigner(rsa))),
                "no key or algorithm that is accepted fits it");
        var type = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("r").type(new JOSEObjectType("logout+jwt"));
        assertThat(send(auth(), token(type.build(), claims().build(), new RSASSASigner(rsa))))
                .hasStatus(401);
        var own = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .jwk(otherRsa.toPublicJWK())
                .build();
        assertThat(send(auth(), token(own, claims().build(), new RSASSASigner(otherRsa))))
                .hasStatus(401);
    }

    @Test
    void refusesEncryptedTokens() throws Exception {
        var token = new EncryptedJWT(new JWEHeader(JWEAlgorithm.DIR, EncryptionMethod.A128CBC_HS256), claims().build());
        token.encrypt(new DirectEncrypter(SECRET));

        assertRefused(send(auth(), token.serialize()), "it is no signed token");
    }

    @Test
    void everyChangedCharacterIsSeen() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new Random(seed);
        var good = token(claims().build());
        var client = TestClient.of(auth().wrap(HELLO));
        for (int i = 0; i < 500; i++) {
            var bad = new StringBuilder(good);
            int at = random.nextInt(good.length() - 1); // bits of the last character are not used
            bad.setCharAt(at, "ABCDEFGHabcdefgh0123-_.".charAt(random.nextInt(23)));
            if (!bad.toString().equals(good)) {
                var response = client.request("GET", "/")
                        .header("Authorization", "Bearer " + bad)
                        .send();
                assertThat(response.status().code()).as("seed %d", seed).isEqualTo(401);
            }
        }
    }

    static Stream<Arguments> malformed() {
        var deep =
                Base64.getUrlEncoder().withoutPadding().encodeToString(("{\"a\":" + "[".repeat(5000)).getBytes(UTF_8));
        return Stream.of(
                Arguments.of("a", 401),
                Arguments.of("a.b", 401),
                Arguments.of("a.b.c", 401),
                Arguments.of("...", 401),
                Arguments.of("....", 401),
                Arguments.of("e30.e30.e30", 401),
                Arguments.of("eyJhbGciOjF9.e30.e30", 401),
                Arguments.of(deep + ".e30.e30", 401),
                Arguments.of("x".repeat(8192), 401),
                Arguments.of("x".repeat(8193), 400),
                Arguments.of("", 400),
                Arguments.of("a b", 400),
                Arguments.of("a,b", 400),
                Arguments.of("\u00e4.b.c", 400),
                Arguments.of("a.b.c==d", 400));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedTokensAreRefused(String token, int status) {
        assertThat(send(auth(), token)).hasStatus(status);
    }

    @Test
    void withoutATokenTheAnswerSaysNoError() {
        assertThat(TestClient.of(auth().withRealm("shop").wrap(HELLO)).get("/"))
                .hasStatus(401)
                .hasHeader("WWW-Authenticate", "Bearer realm=\"shop\"");
    }

    // ------------------------------------------------------------------------------------------ settings

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"none", "", "rs256", "A128KW", "dir", "HS1"})
    void refusesAnAlgorithmThatSignsNothing(String algorithm) {
        assertThatThrownBy(() -> JwtAuth.verifying(keys, algorithm)).hasMessageContaining("RS256");
    }

    @Test
    void refusesSettingsThatLetTooManyIn() {
        var unsaid = JwtAuth.verifying(keys, "RS256");
        assertThatThrownBy(() -> unsaid.wrap(HELLO)).hasMessageContaining("expected withAudience or forAnyAudience");
        assertThatThrownBy(() -> JwtAuth.verifying(keys)).hasMessageContaining("no algorithm");
        assertThatThrownBy(unsaid::withAudience).hasMessageContaining("no audience");
        unsaid.withLeeway(Duration.ZERO).withLeeway(Duration.ofMinutes(5));
        assertThatThrownBy(() -> unsaid.withLeeway(Duration.ofNanos(-1))).hasMessageContaining("zero to PT5M");
        assertThatThrownBy(() -> unsaid.withLeeway(Duration.ofMinutes(5).plusNanos(1)))
                .hasMessageContaining("zero to PT5M");
        assertThatThrownBy(() -> unsaid.requiringScopes("a\"b")).hasMessageContaining("visible ASCII");
        assertThatThrownBy(() -> unsaid.withRealm("a\"b")).hasMessageContaining("printable ASCII");
        assertThatThrownBy(() -> JwtKeys.ofSecret(new byte[31])).hasMessageContaining("32 random ones");
        assertThatThrownBy(() -> JwtKeys.ofSet("{}")).hasMessageContaining("no set of keys");
        assertThatThrownBy(() -> JwtKeys.ofSet("{\"keys\":[]}")).hasMessageContaining("without keys");
        assertThatThrownBy(() -> keys.withLife(Duration.ofHours(1))).hasMessageContaining("behind an address");
    }

    @Test
    void holdsTheTimesOfKeysWithinBounds() {
        var fetched = JwtKeys.at(java.net.URI.create("https://id.example/keys"));
        fetched.withLife(Duration.ofSeconds(1)).withLife(Duration.ofDays(1));
        fetched.withTimeout(Duration.ofMillis(1)).withTimeout(Duration.ofMinutes(1));

        for (var bad : List.of(
                Duration.ZERO, Duration.ofMillis(999), Duration.ofDays(1).plusNanos(1))) {
            assertThatThrownBy(() -> fetched.withLife(bad)).hasMessageContaining("PT1S to PT24H");
        }
        for (var bad : List.of(
                Duration.ZERO, Duration.ofNanos(999_999), Duration.ofMinutes(1).plusNanos(1))) {
            assertThatThrownBy(() -> fetched.withTimeout(bad)).hasMessageContaining("PT0.001S to PT1M");
        }
        assertThatThrownBy(() -> JwtKeys.at(java.net.URI.create("file:///etc/passwd")))
                .hasMessageContaining("expected https");
        assertThat(fetched).hasToString("keys at https://id.example/keys");
    }

    // ------------------------------------------------------------------------------------------ keys behind an address

    private static String set(RSAKey... some) {
        return new JWKSet(Stream.of(some)
                        .map(key -> (com.nimbusds.jose.jwk.JWK) key.toPublicJWK())
                        .toList())
                .toString();
    }

    private String otherToken() throws Exception {
        return token(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("o").build(),
                claims().build(),
                new RSASSASigner(otherRsa));
    }

    @Test
    void fetchesKeysOnceAndAgainWhenTheirLifeIsOver() throws Exception {
        var now = new AtomicReference<>(NOW);
        try (var server = new KeyServer(set(rsa))) {
            var auth = JwtAuth.verifying(Samples.keys(server.address()), "RS256")
                    .forAnyAudience()
                    .withLeeway(Duration.ofMinutes(5))
                    .withClock(now::get);
            var lasting = token(claims().expirationTime(Date.from(NOW.plus(Duration.ofDays(1))))
                    .build());
            assertThat(server.asked()).isZero();
            for (int i = 0; i < 5; i++) {
                assertThat(send(auth, lasting)).hasStatus(200);
            }
            assertThat(server.asked()).isEqualTo(1);

            now.set(NOW.plus(Duration.ofMinutes(10)).minusMillis(1));
            assertThat(send(auth, lasting)).hasStatus(200);
            assertThat(server.asked()).isEqualTo(1);
            now.set(NOW.plus(Duration.ofMinutes(10)).plusMillis(1));
            assertThat(send(auth, lasting)).hasStatus(200);
            assertThat(server.asked()).isEqualTo(2);
        }
    }

    @Test
    void fetchesAgainForANewKeyButNotForEveryTokenThatClaimsOne() throws Exception {
        try (var server = new KeyServer(set(rsa))) {
            var auth = JwtAuth.verifying(JwtKeys.at(server.address()), "RS256")
                    .forAnyAudience()
                    .withClock(() -> NOW);
            assertThat(send(auth, token(claims().build()))).hasStatus(200);

            server.serve(set(rsa, otherRsa));
            assertThat(send(auth, otherToken())).hasStatus(200);
            for (int i = 0; i < 20; i++) {
                var unknown =
                        new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("x" + i).build();
                assertRefused(
                        send(auth, token(unknown, claims().build(), new RSASSASigner(rsa))),
                        "no key or algorithm that is accepted fits it");
            }

            assertThat(server.asked()).isEqualTo(2);
            assertThat(send(auth, token(claims().build()))).hasStatus(200);
        }
    }

    @Test
    void goesOnWithTheKeysOfBeforeWhileTheAddressIsAway() throws Exception {
        var now = new AtomicReference<>(NOW);
        try (var server = new KeyServer(set(rsa))) {
            var auth = JwtAuth.verifying(JwtKeys.at(server.address()), "RS256")
                    .forAnyAudience()
                    .withClock(now::get);
            var lasting = token(claims().expirationTime(Date.from(NOW.plus(Duration.ofDays(1))))
                    .build());
            assertThat(send(auth, lasting)).hasStatus(200);

            server.fail();
            now.set(NOW.plus(Duration.ofMinutes(30)));
            assertThat(send(auth, lasting)).hasStatus(200);
            now.set(NOW.plus(Duration.ofHours(2)));
            assertThat(send(auth, lasting)).hasStatus(503).hasHeader("Retry-After", "1");
            server.serve(set(rsa));
            now.set(NOW.plus(Duration.ofMinutes(121)));
            assertThat(send(auth, lasting)).hasStatus(200);
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"", "{", "[]", "{\"keys\":7}", "<html>", "long"})
    void aSetThatIsNoneOrTooLongIs503(String json) throws Exception {
        var answer = json.equals("long") ? " ".repeat(256 * 1024) + set(rsa) : json;
        try (var server = new KeyServer(answer)) {
            var auth = JwtAuth.verifying(JwtKeys.at(server.address()), "RS256")
                    .forAnyAudience()
                    .withClock(() -> NOW);

            assertThat(send(auth, token(claims().build()))).hasStatus(503);
        }
    }
}
