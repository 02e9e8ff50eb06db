package wai.forwarded;

import static wai.test.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.HeaderName;
import wai.Response;
import wai.Status;
import wai.shelf.Bodies;
import wai.test.TestClient;
import wai.test.TestResponse;

class RealIpTest {
    private static final TrustedProxies TRUSTED = TrustedProxies.of("10.0.0.0/8", "unix");
    private static final SocketAddress PROXY = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 4000);

    private static final Application TELLS = (request, respond) -> respond.with(Response.text(
            Status.OK,
            shown(request.remoteAddress())
                    + (request.isSecure() ? " https " : " http ")
                    + request.headers().first(HeaderName.HOST, "")
                    + (request.headers().contains(HeaderName.FORWARDED) ? " F" : "")
                    + (request.headers().contains(HeaderName.X_FORWARDED_FOR) ? " X" : "")));

    private static String shown(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? inet.getAddress().getHostAddress() : "unix";
    }

    private static TestResponse forwarded(String value) {
        return TestClient.of(RealIp.byForwarded(TRUSTED).wrap(TELLS))
                .request("GET", "/")
                .remoteAddress(PROXY)
                .header("Forwarded", value)
                .send();
    }

    private static TestResponse xForwarded(String from, String proto, String host) {
        var request = TestClient.of(RealIp.byXForwarded(TRUSTED).wrap(TELLS))
                .request("GET", "/")
                .remoteAddress(PROXY);
        if (!from.isEmpty()) {
            request.header("X-Forwarded-For", from);
        }
        if (!proto.isEmpty()) {
            request.header("X-Forwarded-Proto", proto);
        }
        if (!host.isEmpty()) {
            request.header("X-Forwarded-Host", host);
        }
        return request.send();
    }

    // ------------------------------------------------------------------------------------------ Forwarded

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "for=192.0.2.1                                              | 192.0.2.1 http localhost F",
                "for=192.0.2.1;proto=https;host=a.example                   | 192.0.2.1 https a.example F",
                "FOR=\"192.0.2.1:4711\";Proto=HTTPS                         | 192.0.2.1 https localhost F",
                "for=\"[2001:db8::1]:_x\";by=10.0.0.1                       | 2001:db8:0:0:0:0:0:1 http localhost F",
                "for=6.6.6.6, for=192.0.2.1                                 | 192.0.2.1 http localhost F",
                "for=192.0.2.1;proto=https, for=10.0.0.2;proto=http         | 192.0.2.1 https localhost F",
                "for=10.0.0.3, for=10.0.0.2                                 | 10.0.0.3 http localhost F",
                "for=6.6.6.6, for=unknown;proto=https                       | 10.0.0.1 https localhost F",
                "for=6.6.6.6, for=_hidden, for=10.0.0.2                     | 10.0.0.2 http localhost F",
                "for=6.6.6.6, proto=https                                   | 10.0.0.1 https localhost F",
                ", ,for=192.0.2.1,                                          | 192.0.2.1 http localhost F",
                "for=\"192.0.2.\\1\";secret=\"a,b;c\\\"\"                   | 192.0.2.1 http localhost F"
            })
    void believesATrustedProxyAboutTheClient(String field, String seen) {
        assertThat(forwarded(field)).hasStatus(200).hasBody(seen);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "for",
                "for=",
                "for=\"\"",
                "for=1.2.3.4;for=1.2.3.4",
                "for=1.2.3.4 ;proto=http",
                "=1",
                "for=1.2.3.4;proto=gopher",
                "for=1.2.3.4;host=\"a b\"",
                "for=1.2.3.4;host=\"a/../b\"",
                "for=\"1.2.3.4",
                "for=\"1.2.3.4\\",
                "for=1.2.3.4 x",
                "for=[::1]",
                "for=1.2.3.4:80",
                "for=a@b"
            })
    void refusesWhatIsMalformed(String field) {
        assertThat(forwarded(field)).hasStatus(400).bodyContains("RFC 7239");
    }

    @Test
    void readsALimitedNumberOfElements() {
        assertThat(forwarded("for=6.6.6.6," + "for=10.0.0.2,".repeat(31))).hasBody("6.6.6.6 http localhost F");
        assertThat(forwarded("for=6.6.6.6," + "for=10.0.0.2,".repeat(32))).hasStatus(400);
    }

    @Test
    void readsALimitedLength() {
        assertThat(forwarded("for=6.6.6.6;x=" + "y".repeat(4096 - 14))).hasStatus(200);
        assertThat(forwarded("for=6.6.6.6;x=" + "y".repeat(4097 - 14))).hasStatus(400);
    }

    @Test
    void joinsLines() {
        var response = TestClient.of(RealIp.byForwarded(TRUSTED).wrap(TELLS))
                .request("GET", "/")
                .remoteAddress(PROXY)
                .header("Forwarded", "for=192.0.2.1")
                .header("Forwarded", "for=10.0.0.2")
                .send();

        assertThat(response).hasBody("192.0.2.1 http localhost F");
    }

    @Test
    void parsesOrRefusesWhateverComes() {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new Random(seed);
        var alphabet = "for=\"[]:;,\\ \t1.a_by hostproto%\u00e4";
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (int n = random.nextInt(40); n > 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            var parsed = Forwarded.parse(text.toString());
            org.assertj.core.api.Assertions.assertThat(parsed)
                    .as("seed %d: %s", seed, text)
                    .satisfiesAnyOf(
                            none -> org.assertj.core.api.Assertions.assertThat(none)
                                    .isEmpty(),
                            some -> org.assertj.core.api.Assertions.assertThat(some.orElseThrow())
                                    .hasSizeLessThanOrEqualTo(Forwarded.MOST));
        }
    }

    @Test
    void readsTheExampleOfItsDocumentation() {
        org.assertj.core.api.Assertions.assertThat(Samples.forwarded())
                .contains(List.of(
                        new Forwarded(null, "192.0.2.60", null, "https"),
                        new Forwarded(null, "[2001:db8::7]:4711", null, null)));
        assertThat(TestClient.of(Samples.realIp(TELLS)).get("/")).hasStatus(200);
    }

    // ------------------------------------------------------------------------------------------ X-Forwarded-For

    @ParameterizedTest(name = "{0} | {1} | {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.1 | '' | '' | 192.0.2.1 http localhost X",
                "192.0.2.1:99 | https | a.example:8443 | 192.0.2.1 https a.example:8443 X",
                "[::2]:99 | HTTPS | '' | 0:0:0:0:0:0:0:2 https localhost X",
                "2001:db8::1 | '' | '' | 2001:db8:0:0:0:0:0:1 http localhost X",
                "6.6.6.6, 192.0.2.1, 10.0.0.2 | https | '' | 192.0.2.1 https localhost X",
                "6.6.6.6, 192.0.2.1, 10.0.0.2 | http, https, http | '' | 192.0.2.1 https localhost X",
                "6.6.6.6, garbage | '' | '' | 10.0.0.1 http localhost X",
                "'' | https | '' | 10.0.0.1 https localhost",
                "10.0.0.9, 10.0.0.8 | '' | '' | 10.0.0.9 http localhost X"
            })
    void readsTheOlderFields(String from, String proto, String host, String seen) {
        assertThat(xForwarded(from, proto, host)).hasBody(seen);
    }

    @ParameterizedTest(name = "{0} | {1} | {2}")
    @CsvSource(
            delimiter = '|',
            value = {"1.1.1.1 | ftp | ''", "1.1.1.1 | '' | a/b", "1.1.1.1, 2.2.2.2, 3.3.3.3 | http, http | ''"})
    void refusesWhatCannotBe(String from, String proto, String host) {
        assertThat(xForwarded(from, proto, host)).hasStatus(400);
    }

    @Test
    void readsALimitedNumberOfAddresses() {
        assertThat(xForwarded("6.6.6.6" + ",10.0.0.2".repeat(31), "", "")).hasStatus(200);
        assertThat(xForwarded("6.6.6.6" + ",10.0.0.2".repeat(32), "", "")).hasStatus(400);
    }

    // ------------------------------------------------------------------------------------------ who is believed

    @Test
    void takesTheFieldsOfOthersAway() {
        var response = TestClient.of(RealIp.byForwarded(TRUSTED).wrap(Bodies.telling()))
                .request("GET", "/")
                .remoteAddress(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.9"), 1))
                .header("Forwarded", "for=127.0.0.1")
                .header("X-Forwarded-For", "127.0.0.1")
                .header("X-Real-IP", "127.0.0.1")
                .header("X-Forwarded-Proto", "https")
                .header("X-Other", "stays")
                .send();

        assertThat(response)
                .bodyContains("x-other")
                .bodyDoesNotContain("orwarded")
                .bodyDoesNotContain("127.0.0.1");
    }

    @Test
    void takesTheOtherKindOfATrustedProxyAway() {
        var response = TestClient.of(RealIp.byForwarded(TRUSTED).wrap(TELLS))
                .request("GET", "/")
                .remoteAddress(PROXY)
                .header("X-Forwarded-For", "6.6.6.6")
                .send();

        assertThat(response).hasBody("10.0.0.1 http localhost");
    }

    @Test
    void believesAProxyOnAUnixSocket() {
        var client = TestClient.of(RealIp.byForwarded(TRUSTED).wrap(TELLS));

        assertThat(client.request("GET", "/")
                        .remoteAddress(UnixDomainSocketAddress.of("/run/x"))
                        .header("Forwarded", "for=192.0.2.1")
                        .send())
                .hasBody("192.0.2.1 http localhost F");
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"BYTES", "FILE", "STREAM"})
    void passesEveryBody(Bodies body) {
        assertThat(TestClient.of(RealIp.byXForwarded(TRUSTED).wrap(body.application()))
                        .get("/"))
                .hasBody(Bodies.TEXT);
    }
}
