package wai.warp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.warp.settings.HttpsRedirect;
import wai.warp.settings.Listener;
import wai.warp.settings.WarpSettings;
import wai.warp.tls.TestAuthority;
import wai.warp.tls.Tls;

/// A port of TLS and one that sends clients there, in one server.
@Timeout(60) // a safety net, nothing depends on it
class HttpsRedirectTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create("root");

    private final Resources before = Resources.now();
    private final AtomicInteger asked = new AtomicInteger();
    private final Application application = (_, respond) -> {
        asked.incrementAndGet();
        return respond.with(Response.text(Status.OK, "hi"));
    };

    @AfterEach
    void everythingIsGivenBack() {
        before.awaitReturn();
    }

    private WarpServer start(HttpsRedirect redirect) throws Exception {
        var secure = Listener.tcp("127.0.0.1", 0).withTls(Tls.of(AUTHORITY.issue("a", "localhost")));
        var plain = Listener.tcp("127.0.0.1", 0).withRedirect(redirect);
        return Warp.start(WarpSettings.defaults().withListeners(List.of(secure, plain)), application);
    }

    private static int plainPort(WarpServer server) {
        return ((InetSocketAddress) server.addresses().get(1)).getPort();
    }

    private static String ask(WarpServer server, String request) throws IOException {
        try (var client = WireClient.of(plainPort(server))) {
            return client.send(request).end().rest();
        }
    }

    private static String askFor(WarpServer server, String target, String host) throws IOException {
        return ask(server, "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }

    // ------------------------------------------------------------------------------------------ where to

    @Test
    void whoComesByPlainHttpGetsThereByFollowingTheRedirect() throws Exception {
        try (var server = start(HttpsRedirect.toOwnPort())) {
            var port = server.port();

            var answer = askFor(server, "/a%20b?c=d&e", "localhost:" + plainPort(server));

            assertThat(answer)
                    .startsWith("HTTP/1.1 308 Permanent Redirect\r\n")
                    .contains("\r\nLocation: https://localhost:" + port + "/a%20b?c=d&e\r\n")
                    .endsWith("\r\nContent-Length: 0\r\n\r\n");
            assertThat(asked).hasValue(0);
            try (var client = TlsClient.connect(TlsClient.context(AUTHORITY.root(), null), port, "localhost")) {
                assertThat(client.ask("GET /a%20b?c=d&e HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                        .endsWith("\r\n\r\nhi");
            }
            assertThat(asked).hasValue(1);
        }
    }

    @ParameterizedTest(name = "port {0}: {1}")
    @CsvSource({"443, https://a.test/b", "8443, https://a.test:8443/b", "1, https://a.test:1/b"})
    void thePortIsTheOneThatIsSet(int port, String location) throws Exception {
        try (var server = start(HttpsRedirect.toPort(port))) {
            assertThat(askFor(server, "/b", "a.test:80")).contains("\r\nLocation: " + location + "\r\n");
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "/, a.test, https://a.test/",
        "/, A.Test, https://A.Test/",
        "/, 127.0.0.1:80, https://127.0.0.1/",
        "/, [::1]:80, https://[::1]/",
        "/, [::1], https://[::1]/",
        "//evil.test/x, a.test, https://a.test//evil.test/x",
        "/?u=http://evil.test/, a.test, https://a.test/?u=http://evil.test/",
        "http://b.test/c, a.test, https://b.test/c",
        "http://b.test?c, a.test, https://b.test/?c"
    })
    void hostPathAndQueryAreKept(String target, String host, String location) throws Exception {
        try (var server = start(HttpsRedirect.toPort(443))) {
            assertThat(askFor(server, target, host)).contains("\r\nLocation: " + location + "\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@b.test", "a.test/x", "a b", "a.test:x", "[::1", "a.test:99999", "a\\b", "a?b", "a#b"})
    void aHostThatIsNoneIsNoRedirect(String host) throws Exception {
        try (var server = start(HttpsRedirect.toPort(443))) {
            assertThat(askFor(server, "/", host))
                    .startsWith("HTTP/1.1 400 Bad Request\r\n")
                    .doesNotContain("Location");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.0\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost:\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
                "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n"
            })
    void aRequestThatNamesNoPlaceIsRefused(String request) throws Exception {
        try (var server = start(HttpsRedirect.toPort(443))) {
            assertThat(ask(server, request)).contains(" 400 Bad Request\r\n").doesNotContain("Location");
        }
    }

    // ------------------------------------------------------------------------------------------ how, and whom

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308})
    void theStatusIsTheOneThatIsSet(int code) throws Exception {
        try (var server = start(HttpsRedirect.toPort(443).withStatus(Status.of(code)))) {
            assertThat(askFor(server, "/", "a")).startsWith("HTTP/1.1 " + code + " ");
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "a.test, 308",
        "A.TEST:80, 308",
        "[::1]:80, 308",
        "b.test, 421",
        "a.test.evil.test, 421",
        "evil.test, 421",
        "127.0.0.1, 421"
    })
    void onlyHostsThatAreSetAreRedirected(String host, int code) throws Exception {
        try (var server = start(HttpsRedirect.toPort(443).withHosts("A.test", "[::1]"))) {
            var answer = askFor(server, "/", host);

            assertThat(answer).startsWith("HTTP/1.1 " + code + " ");
            assertThat(answer.contains("Location")).isEqualTo(code == 308);
        }
    }

    @Test
    void aConnectionGoesOnAndItsBodiesAreSkipped() throws Exception {
        try (var server = start(HttpsRedirect.toOwnPort());
                var client = WireClient.of(plainPort(server))) {
            client.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
                    + "HEAD /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

            var answers = client.rest();

            assertThat(answers.split("HTTP/1.1 308", -1)).hasSize(3);
            assertThat(answers).contains("/a\r\n", "/b\r\n");
        }
    }

    // ------------------------------------------------------------------------------------------ one life

    @Test
    void bothListenersEndTogether() throws Exception {
        var server = start(HttpsRedirect.toOwnPort());
        try (var plain = WireClient.of(plainPort(server));
                var secure = TlsClient.connect(TlsClient.context(AUTHORITY.root(), null), server.port(), "localhost")) {
            plain.send(WireClient.GET).response();
            secure.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            secure.answer();

            assertThat(server.stop(Duration.ofSeconds(20))).isTrue();

            assertThat(plain.rest()).isEmpty();
            assertThat(secure.rest()).isEmpty();
        }
    }
}
