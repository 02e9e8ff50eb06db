package wai.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.Connection;
import wai.HeaderName;
import wai.HttpVersion;
import wai.Request;

class TargetUriTest {
    @ParameterizedTest(name = "{0} {1} to {2} over {3}")
    @CsvSource({
        "GET,     /,             a.example,      http,  http://a.example/",
        "GET,     /a%20b?x=1&y,  a.example,      http,  http://a.example/a%20b?x=1&y",
        "GET,     /?,            a.example:8080, http,  http://a.example:8080/?",
        "POST,    /p,            a.example:443,  https, https://a.example:443/p",
        "GET,     /,             [::1]:80,       http,  http://[::1]:80/",
        "OPTIONS, *,             a.example,      http,  http://a.example",
        "CONNECT, b.example:443, a.example,      http,  http://b.example:443"
    })
    void isPutTogetherFromSchemeAuthorityAndTarget(
            String method, String target, String host, String scheme, String expected) {
        var request = Request.builder(method, target)
                .header(HeaderName.HOST, host)
                .scheme(scheme)
                .build();

        assertThat(TargetUri.of(request)).hasToString(expected);
        assertThat(URI.create(expected)).isNotNull();
    }

    @Test
    void hasItsParts() {
        var request = Request.builder("GET", "/p?q")
                .header(HeaderName.HOST, "a.example:8443")
                .scheme("https")
                .build();

        assertThat(TargetUri.of(request)).isEqualTo(new TargetUri("https", "a.example:8443", "/p", "?q"));
        assertThat(TargetUri.of(request).origin()).isEqualTo("https://a.example:8443");
    }

    @Test
    void keepsThePathThatWasReceivedWhenARouterChangedTheSegments() {
        var request = Request.builder("GET", "/app/x")
                .header(HeaderName.HOST, "a")
                .build()
                .withPath(java.util.List.of("x"));

        assertThat(TargetUri.of(request).path()).isEqualTo("/app/x");
    }

    @ParameterizedTest(name = "{0} port {1} over {2}")
    @CsvSource({
        "127.0.0.1, 8080, http,  127.0.0.1:8080",
        "127.0.0.1, 80,   http,  127.0.0.1",
        "127.0.0.1, 80,   https, 127.0.0.1:80",
        "127.0.0.1, 443,  https, 127.0.0.1",
        "::1,       8080, http,  [0:0:0:0:0:0:0:1]:8080"
    })
    void withoutHostTheAuthorityIsWhereTheRequestCame(String address, int port, String scheme, String expected) {
        var local = new InetSocketAddress(InetAddress.ofLiteral(address), port);

        assertThat(TargetUri.of(old(local, scheme)).authority()).isEqualTo(expected);
    }

    @Test
    void anEmptyHostIsNone() {
        var local = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 8080);
        var request = old(local, "http").toBuilder().header(HeaderName.HOST, "").build();

        assertThat(TargetUri.of(request).authority()).isEqualTo("127.0.0.1:8080");
    }

    @Test
    void theAuthorityIsEmptyWhenNothingIsKnown() {
        assertThat(TargetUri.of(Request.builder("GET", "/").build()).authority())
                .isEmpty();
        assertThat(TargetUri.of(old(UnixDomainSocketAddress.of("/run/s"), "http"))
                        .authority())
                .isEmpty();
    }

    private static Request old(SocketAddress local, String scheme) {
        return Request.builder("GET", "/")
                .version(HttpVersion.HTTP_1_0)
                .scheme(scheme)
                .peer(new Request.Peer() {
                    @Override
                    public Connection connection() {
                        return new Connection() {
                            @Override
                            public SocketAddress localAddress() {
                                return local;
                            }
                        };
                    }
                })
                .build();
    }
}
