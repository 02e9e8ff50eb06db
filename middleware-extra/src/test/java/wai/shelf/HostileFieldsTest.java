package wai.shelf;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.compression.Compression;
import wai.compression.Decompression;
import wai.forms.Forms;
import wai.forwarded.RealIp;
import wai.forwarded.TrustedProxies;
import wai.lint.Lint;
import wai.logging.LogFormat;
import wai.logging.RequestLogger;
import wai.middleware.AcceptedMedia;
import wai.middleware.ConditionalGet;
import wai.middleware.ErrorPages;
import wai.middleware.Jsonp;
import wai.middleware.MethodOverride;
import wai.middleware.RequestId;
import wai.middleware.TargetUri;
import wai.security.BasicAuth;
import wai.security.BearerAuth;
import wai.security.Cors;
import wai.security.Csrf;
import wai.session.Cookies;
import wai.session.Sessions;
import wai.sse.EventStreams;
import wai.staticfiles.FileTree;
import wai.staticfiles.StaticFiles;
import wai.test.TestClient;

/// Every field of a request that the shelf reads, filled by somebody who means no good: the request is answered as if
/// the field were not there, or refused with 4xx and a short reason that does not repeat the value. Nothing throws.
///
/// The long values have 1 MiB, far more than any handler lets pass: what takes quadratic time, or a stack frame for
/// each character, does not come to an end here. The time limit is there to say so.
class HostileFieldsTest {
    private static final int LONG = 1 << 20;
    private static final int SHORT_REASON = 300;
    private static final Application PAGE = (_, respond) ->
            respond.with(Response.text(Status.OK, "page".repeat(1000)).withHeader(HeaderName.ETAG, "\"tag\""));

    private static Stream<Arguments> readers() {
        var proxies = TrustedProxies.onThisMachine();
        var site = StaticFiles.of(FileTree.embedded(Map.of("index.html", Bytes.utf8("page".repeat(1000)))))
                .withPrecompressed();
        Application cookies = (request, respond) -> respond.with(Response.text(
                Status.OK, Cookies.of(request).first("a").orElse("none").length() + "\n"));
        Application target = (request, respond) -> respond.with(
                Response.text(Status.OK, TargetUri.of(request).toString().length() + "\n"));
        Application last = (request, respond) -> respond.with(Response.text(
                Status.OK, EventStreams.lastEventId(request).orElse("").length() + "\n"));
        Application media = (request, respond) -> respond.with(
                Response.text(Status.OK, AcceptedMedia.of(request).best("a/b").orElse("none")));
        Application forms = Forms.defaults()
                .handling((_, form, respond) ->
                        respond.with(Response.text(Status.OK, form.files().size() + "\n")));
        return Stream.of(
                Arguments.of(
                        "Accept-Encoding", "Compression", Compression.gzip().wrap(PAGE)),
                Arguments.of("Accept-Encoding", "StaticFiles", site),
                Arguments.of(
                        "Content-Encoding",
                        "Decompression",
                        Decompression.upTo(1000).wrap(PAGE)),
                Arguments.of("Accept", "Jsonp", Jsonp.byCallback().wrap(PAGE)),
                Arguments.of("Accept", "AcceptedMedia", media),
                Arguments.of("Accept", "ErrorPages", ErrorPages.problemJson().wrap(PAGE)),
                Arguments.of(
                        "Authorization",
                        "BasicAuth",
                        BasicAuth.ofUsers("shelf", Map.of("a", "b")).wrap(PAGE)),
                Arguments.of(
                        "Authorization",
                        "BearerAuth",
                        BearerAuth.ofTokens("shelf", List.of("abc")).wrap(PAGE)),
                Arguments.of("Forwarded", "RealIp", RealIp.byForwarded(proxies).wrap(PAGE)),
                Arguments.of(
                        "X-Forwarded-For",
                        "RealIp",
                        RealIp.byXForwarded(proxies).wrap(PAGE)),
                Arguments.of(
                        "X-Forwarded-Host",
                        "RealIp",
                        RealIp.byXForwarded(proxies).wrap(PAGE)),
                Arguments.of(
                        "X-Forwarded-Proto",
                        "RealIp",
                        RealIp.byXForwarded(proxies).wrap(PAGE)),
                Arguments.of("Cookie", "Cookies", cookies),
                Arguments.of(
                        "Cookie",
                        "Sessions.inCookie",
                        Sessions.inCookie(new byte[32]).wrap(PAGE)),
                Arguments.of("Cookie", "Sessions.inMemory", Sessions.inMemory().wrap(PAGE)),
                Arguments.of("Content-Type", "Forms", forms),
                Arguments.of(
                        "Content-Type",
                        "MethodOverride",
                        MethodOverride.byForm().wrap(PAGE)),
                Arguments.of("Range", "StaticFiles", site),
                Arguments.of("If-Range", "StaticFiles", site),
                Arguments.of("If-Match", "StaticFiles", site),
                Arguments.of(
                        "If-None-Match",
                        "ConditionalGet",
                        ConditionalGet.byValidators().wrap(PAGE)),
                Arguments.of("If-Modified-Since", "StaticFiles", site),
                Arguments.of(
                        "Origin", "Cors", Cors.forOrigins("https://a.example").wrap(PAGE)),
                Arguments.of("Origin", "Csrf", Csrf.refusingOtherSites().wrap(PAGE)),
                Arguments.of("Sec-Fetch-Site", "Csrf", Csrf.refusingOtherSites().wrap(PAGE)),
                Arguments.of(
                        "Access-Control-Request-Headers",
                        "Cors",
                        Cors.forOrigins("https://a.example").wrap(PAGE)),
                Arguments.of(
                        "X-HTTP-Method-Override",
                        "MethodOverride",
                        MethodOverride.byHeader().wrap(PAGE)),
                Arguments.of("X-Request-Id", "RequestId", RequestId.accepting().wrap(PAGE)),
                Arguments.of("Last-Event-ID", "EventStreams", last),
                Arguments.of(
                        "Referer",
                        "RequestLogger",
                        RequestLogger.lines(LogFormat.jsonWithHeaders(), _ -> {})
                                .wrap(PAGE)),
                Arguments.of("User-Agent", "Lint", Lint.collecting(_ -> {}).named("page", PAGE)),
                Arguments.of("Host", "TargetUri", target));
    }

    /// Short and malformed.
    private static final List<String> MALFORMED = List.of(
            "",
            ",",
            ";",
            "=",
            "\"",
            "\"\\",
            "(",
            "%",
            "%zz",
            "q=",
            ";q=",
            "*;q=9",
            "gzip;q=-1",
            "bytes=",
            "bytes=-",
            "bytes=5-2",
            "bytes=99999999999999999999-",
            "bytes=0-0,-1,,",
            "Basic",
            "Basic ====",
            "Basic \u00ff",
            "Bearer ",
            "Bearer a b",
            "for=",
            "for=\"",
            "for=[::",
            "for=_;;;by",
            "for=1.2.3.4;for=5.6.7.8",
            "a=b; a",
            "=; =;",
            "a=\"b",
            "session=....",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=\"",
            "text/html; charset=\"nothing",
            "W/",
            "W/\"a",
            "Sun, 99 Foo 2026 99:99:99 GMT",
            "http://[",
            "null",
            "[::1",
            "a:b:c",
            "\u0080\u00ff");

    /// What is repeated for the long values.
    private static final List<String> REPEATED = List.of(
            "a",
            " ",
            ",",
            ";",
            "=",
            "\"",
            "\\",
            "\"\\\"",
            "(",
            "%41",
            ",gzip;q=0.5",
            ",0-0",
            "-",
            "a=b; ",
            ", for=1.2.3.4",
            ";a=\"b\"",
            "\"a\", ",
            "W/",
            "text/html,",
            ".",
            ":",
            "/",
            "\u00ff");

    private static final List<String> BEGINNINGS =
            List.of("", "bytes=0-0", "Basic ", "Bearer ", "for=\"", "a=", "session=", "multipart/form-data; boundary=");

    @ParameterizedTest(name = "{0} for {1}")
    @MethodSource("readers")
    @Timeout(120)
    void answersWhatIsMalformed(String field, String reader, Application application) {
        for (var value : MALFORMED) {
            assertIsAnswered(field, value, reader, application);
        }
    }

    @ParameterizedTest(name = "{0} for {1}")
    @MethodSource("readers")
    @Timeout(120)
    void answersWhatIsFarTooLong(String field, String reader, Application application) {
        for (var piece : REPEATED) {
            var beginning = BEGINNINGS.get(Math.floorMod((field + piece).hashCode(), BEGINNINGS.size()));
            assertIsAnswered(field, beginning + piece.repeat(LONG / piece.length()), reader, application);
        }
    }

    @ParameterizedTest(name = "{0} for {1}")
    @MethodSource("readers")
    @Timeout(120)
    void answersNoise(String field, String reader, Application application) {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            var value = new StringBuilder(BEGINNINGS.get(random.nextInt(BEGINNINGS.size())));
            for (int length = random.nextInt(40); length > 0; length--) {
                value.append(
                        random.nextBoolean()
                                ? REPEATED.get(random.nextInt(REPEATED.size()))
                                : String.valueOf((char)
                                        (random.nextBoolean()
                                                ? ' ' + random.nextInt(95)
                                                : 0x80 + random.nextInt(0x80))));
            }
            assertIsAnswered(field, value.toString(), "seed " + seed + ", " + reader, application);
        }
    }

    private static void assertIsAnswered(String field, String value, String reader, Application application) {
        var what = reader + ", " + field + ": " + value.substring(0, Math.min(value.length(), 60));
        var method = field.equals("Content-Type") ? "POST" : "GET";
        var request = Request.builder(method, "/?_method=x")
                .header(HeaderName.of(field), value.strip())
                .remoteAddress(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 4711))
                .build();

        try (var client = TestClient.of(application)) {
            var response = client.send(request);

            int status = response.status().code();
            assertThat(status == 200 || status == 206 || status == 304 || (status >= 400 && status < 500))
                    .as(what + " -> " + status)
                    .isTrue();
            if (status >= 400) {
                assertThat(response.text()).as(what).hasSizeLessThan(SHORT_REASON);
            }
        }
    }
}
