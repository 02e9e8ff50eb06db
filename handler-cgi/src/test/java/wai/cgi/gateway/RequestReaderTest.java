package wai.cgi.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Capability;
import wai.HeaderName;
import wai.HttpVersion;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.cgi.settings.CgiSettings;

class RequestReaderTest {
    private static final String CERTIFICATE = """
        -----BEGIN CERTIFICATE-----
        MIIBgzCCASmgAwIBAgIUZU2chnPbRnbQbn4avIOAJ4XFIi0wCgYIKoZIzj0EAwIw
        FjEUMBIGA1UEAwwLY2xpZW50LnRlc3QwIBcNMjYxMTIyMDQxMDU2WhgPMjEyNjEw
        MjkwNDEwNTZaMBYxFDASBgNVBAMMC2NsaWVudC50ZXN0MFkwEwYHKoZIzj0CAQYI
        KoZIzj0DAQcDQgAEzhBPOqWGnRsp9LRbg/7HRp8IFR4h/N+tgk4S0pAOlgTxiTZ5
        PQrLxI0CSEGbVTF+iI555x1gtZqD7/j4b2RxcaNTMFEwHQYDVR0OBBYEFHnoFjYS
        WpLIRuFmIc2b4y8pMEotMB8GA1UdIwQYMBaAFHnoFjYSWpLIRuFmIc2b4y8pMEot
        MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAMKmh5izRNxrF4s+
        qK2BRBVg+D4ad2C1dZk/JMOE93MAAiAPfCEB4Hbqug5ZW+sfV5F7FTuAuK8IhzWc
        KI1csa4mbw==
        -----END CERTIFICATE-----
        """;

    @Test
    void makesFieldsOfVariables() throws GatewayFault {
        var request = read(
                "HTTP_HOST=example.org:8080",
                "HTTP_X_FORWARDED_FOR=1.2.3.4",
                "CONTENT_TYPE=text/plain",
                "HTTP_CONTENT_TYPE=text/evil",
                "CONTENT_LENGTH=3",
                "HTTP_CONTENT_LENGTH=7",
                "HTTP_TRANSFER_ENCODING=chunked",
                "PATH=/bin",
                "REMOTE_USER=me");

        assertThat(request.headers().toString())
                .contains("Host: example.org:8080", "X-Forwarded-For: 1.2.3.4", "Content-Type: text/plain")
                .doesNotContain("evil", "chunked", "Path", "Remote-User");
        assertThat(request.headers().all(HeaderName.CONTENT_LENGTH)).containsExactly("3");
        assertThat(request.bodyLength()).hasValue(3);
        assertThat(request.get(Gateway.VARIABLES).orElseThrow()).containsEntry("REMOTE_USER", "me");
    }

    @Test
    void hasNoFieldCalledProxyAsItsVariableIsATrap() throws GatewayFault {
        var request = read("HTTP_PROXY=http://evil.test", "HTTP_PROXY_AUTHORIZATION=Basic x");

        assertThat(request.headers().contains(HeaderName.of("Proxy"))).isFalse();
        assertThat(request.headers().first(HeaderName.PROXY_AUTHORIZATION)).contains("Basic x");
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "HTTP/1.0, HTTP_1_0",
        "HTTP/1.1, HTTP_1_1",
        "HTTP/2.0, HTTP_2",
        "HTTP/2, HTTP_2",
        "HTTP/3.0, HTTP_3",
        "'', HTTP_1_1",
        "INCLUDED, HTTP_1_1"
    })
    void knowsTheVersion(String protocol, HttpVersion version) throws GatewayFault {
        assertThat(read("SERVER_PROTOCOL=" + protocol).version()).isEqualTo(version);
    }

    @ParameterizedTest(name = "HTTPS {0}, REQUEST_SCHEME {1}: secure {2}")
    @CsvSource({
        "on, '', true",
        "1, '', true",
        "ON, http, true",
        "off, '', false",
        "OFF, http, false",
        "0, '', false",
        "'', https, true",
        "'', http, false",
        "'', '', false"
    })
    void knowsWhetherTheClientSpeaksTls(String https, String scheme, boolean secure) throws GatewayFault {
        assertThat(read("HTTPS=" + https, "REQUEST_SCHEME=" + scheme).isSecure())
                .isEqualTo(secure);
    }

    @Test
    void knowsAddressesAndLooksNoNameUp() throws GatewayFault {
        var request =
                read("REMOTE_ADDR=2001:db8::1", "REMOTE_PORT=4711", "SERVER_NAME=no.such.host.test", "SERVER_PORT=443");

        var remote = (InetSocketAddress) request.remoteAddress();
        var local = (InetSocketAddress) request.connection().localAddress();
        assertThat(remote.getAddress().getHostAddress()).isEqualTo("2001:db8:0:0:0:0:0:1");
        assertThat(remote.getPort()).isEqualTo(4711);
        assertThat(local.isUnresolved()).isTrue();
        assertThat(local).hasToString("no.such.host.test/<unresolved>:443");
    }

    @ParameterizedTest
    @ValueSource(strings = {"REMOTE_PORT=-1", "REMOTE_PORT=65536", "REMOTE_PORT=x", "REMOTE_PORT="})
    void takesAPortThatIsNoneForUnknown(String port) throws GatewayFault {
        var request = read("REMOTE_ADDR=unix:", port);

        assertThat(request.remoteAddress()).hasToString("unix:/<unresolved>:0");
    }

    @Test
    void tellsTheNameThatTheClientAskedForAndNoCertificateThatIsNotVerified() throws GatewayFault {
        var request = read("SSL_TLS_SNI=example.org", "SSL_CLIENT_CERT=-----BEGIN", "SSL_CLIENT_VERIFY=NONE");

        assertThat(request.connection().serverName()).contains("example.org");
        assertThat(request.connection().peerCertificates()).isEmpty();
    }

    @Test
    void tellsTheCertificatesThatTheClientProved() throws GatewayFault {
        var request = read(
                "SSL_CLIENT_VERIFY=SUCCESS",
                "SSL_CLIENT_CERT=" + CERTIFICATE,
                "SSL_CLIENT_CERT_CHAIN_0=" + CERTIFICATE);
        var unreadable = read("SSL_CLIENT_VERIFY=SUCCESS", "SSL_CLIENT_CERT=(null)");

        assertThat(request.connection().peerCertificates()).hasSize(2).allSatisfy(certificate -> assertThat(
                        certificate.getSubjectX500Principal())
                .hasToString("CN=client.test"));
        assertThat(unreadable.connection().peerCertificates()).isEmpty();
    }

    @ParameterizedTest(name = "{0} and {1} on {2}: {3}")
    @CsvSource({
        "'', '',      HTTP/1.1, 0",
        "'', chunked, HTTP/1.1, unknown",
        "'', '',      HTTP/2.0, unknown",
        "0,  '',      HTTP/2.0, 0",
        "12, chunked, HTTP/1.1, 12",
    })
    void knowsTheLengthOfTheBody(String length, String coding, String protocol, String expected) throws GatewayFault {
        var request = read(
                "REQUEST_METHOD=POST",
                "CONTENT_LENGTH=" + length,
                "HTTP_TRANSFER_ENCODING=" + coding,
                "SERVER_PROTOCOL=" + protocol);

        assertThat(
                        request.bodyLength().isPresent()
                                ? Long.toString(request.bodyLength().getAsLong())
                                : "unknown")
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "CONTENT_LENGTH={0} {1}: {2}")
    @CsvSource({
        "0, SCGI=1,                                          ''",
        "0, SERVER_SOFTWARE=lighttpd/1.4.69,                 ''",
        "0, SERVER_SOFTWARE=Apache/2.4.71,                   0",
        "0, SERVER_SOFTWARE=lighttpd/1.4.69 HTTP_CONTENT_LENGTH=0, 0",
        "5, SERVER_SOFTWARE=lighttpd/1.4.69,                 5",
    })
    void givesNoContentLengthThatTheClientDidNotSend(String length, String others, String expected)
            throws GatewayFault {
        var variables = new ArrayList<>(List.of(others.split(" ", -1)));
        variables.add("CONTENT_LENGTH=" + length);

        var request = read(variables.toArray(String[]::new));

        assertThat(request.headers().first(HeaderName.CONTENT_LENGTH, "")).isEqualTo(expected);
        assertThat(request.bodyLength()).hasValue(Long.parseLong(length));
    }

    @Test
    void doesNotPromiseTheRawTargetWhereItIsNotTold() throws GatewayFault {
        assertThat(read("X=y").supports(Capability.RAW_TARGET)).isTrue();
        assertThat(read("REQUEST_URI=", "SCRIPT_NAME=/a b").supports(Capability.RAW_TARGET))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"nginx/1.26.3, true", "'', true", "Apache/2.4.65, false", "lighttpd/1.4.79, false"})
    void doesNotPromiseToTellOfAClientThatLeavesWhereTheWebServerHidesIt(String webServer, boolean tells)
            throws GatewayFault {
        assertThat(read("SERVER_SOFTWARE=" + webServer).supports(Capability.DISCONNECT_SIGNAL))
                .isEqualTo(tells);
    }

    @ParameterizedTest(name = "{0} is refused with {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "REQUEST_METHOD=            | 400 | REQUEST_METHOD is missing (RFC 3875 §4.1)",
                "HTTP_EXPECT=200-ok         | 417 | HTTP_EXPECT \"200-ok\": expected 100-continue (RFC 9110 §10.1.1)",
                "REQUEST_METHOD=GE T        | 400 | method has U+0020 at 2: expected a token (RFC 9110 §9.1)",
                "REQUEST_URI=/a b           | 400 | target has U+0020 at 2",
                "REQUEST_URI=/a#b           | 400 | target has U+0023 at 2",
                "CONTENT_LENGTH=-1          | 400 | CONTENT_LENGTH \"-1\": expected at most 18 digits (RFC 3875"
                        + " §4.1.2)",
                "CONTENT_LENGTH=1x          | 400 | CONTENT_LENGTH \"1x\": expected at most 18 digits",
                "CONTENT_LENGTH=1234567890123456789 | 400 | expected at most 18 digits",
                "SERVER_PROTOCOL=HTTP/0.9   | 505 | SERVER_PROTOCOL \"HTTP/0.9\": expected HTTP/1.0, HTTP/1.1",
                "HTTP_A(B=c                 | 400 | header name has U+0028 at 1",
                "HTTP_A=b~c                 | 400 | U+0001",
            })
    void refusesWhatIsNoRequest(String variable, int status, String message) throws GatewayFault {
        var called = Called.of(
                (_, respond) -> respond.with(Response.text(Status.OK, "called")),
                Called.get("/", variable.replace('~', '\u0001')));

        assertThat(called.ending()).isEqualTo(Ending.WHOLE);
        assertThat(called.output())
                .startsWith("Status: " + status + " ")
                .contains(new String(
                        message.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        java.nio.charset.StandardCharsets.ISO_8859_1));
        assertThat(called.failures()).singleElement().satisfies(failure -> assertThat(failure.phase())
                .isEqualTo(wai.cgi.settings.Failure.Phase.REQUEST));
    }

    @Test
    void keepsTheLinesOfAFieldAndTheLastOfAnythingElse() throws GatewayFault {
        var variables = Variables.builder()
                .add("HTTP_COOKIE", "a=1")
                .add("HTTP_COOKIE", "b=2")
                .add("HTTP_HOST", "one")
                .add("HTTP_HOST", "two")
                .add("PATH_INFO", "/first")
                .add("PATH_INFO", "/second")
                .build();

        assertThat(variables.asMap())
                .containsEntry("HTTP_COOKIE", "a=1; b=2")
                .containsEntry("HTTP_HOST", "two")
                .containsEntry("PATH_INFO", "/second");
    }

    private static Request read(String... variables) throws GatewayFault {
        var seen = new AtomicReference<Request>();
        var called = Called.of(
                (request, respond) -> {
                    seen.set(request);
                    return respond.with(Response.text(Status.OK, "fine"));
                },
                CgiSettings.defaults(),
                Called.get("/x", variables),
                "body");
        assertThat(called.output()).startsWith("Status: 200 OK\r\n");
        return seen.get();
    }
}
