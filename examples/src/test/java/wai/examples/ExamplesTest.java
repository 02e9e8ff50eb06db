package wai.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wai.warp.tls.Identity;

/// Each example is compiled and served by `waiup`, and does what the comment at its top promises.
class ExamplesTest {
    @TempDir
    private Path folder;

    @Test
    void hello() throws Exception {
        try (var served = new Served("Hello.java")) {
            var response = served.get("/");

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("Hello, world!\n");
            assertThat(response.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
            assertThat(response.headers().firstValue("Content-Length")).hasValue("14");
        }
    }

    @Test
    void behindWebServer() throws Exception {
        try (var served = new Served("BehindWebServer.java")) {
            var response = served.get("/a%20b");

            assertThat(response.body()).isEqualTo("Hello, somebody! You asked for [a b].\n");
        }
    }

    @Test
    void streaming() throws Exception {
        try (var served = new Served("Streaming.java")) {
            var response = served.get("/?rows=3");
            var refused = served.get("/?rows=many");

            assertThat(response.body()).isEqualTo("n,square\n1,1\n2,4\n3,9\n");
            assertThat(response.headers().firstValue("Content-Type")).hasValue("text/csv; charset=utf-8");
            assertThat(response.headers().firstValue("Transfer-Encoding")).hasValue("chunked");
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).isEqualTo("rows=many: expected 0 to 999999999\n");
        }
    }

    @Test
    void streamingSendsTheFirstOfABillionRowsAtOnce() throws Exception {
        try (var served = new Served("Streaming.java")) {
            var request = served.request("/?rows=999999999").build();

            var response = served.client().send(request, BodyHandlers.ofInputStream());

            try (var body = response.body()) {
                assertThat(new String(body.readNBytes(13), UTF_8)).isEqualTo("n,square\n1,1\n");
            }
        }
    }

    @Test
    void clock() throws Exception {
        try (var served = new Served("Clock.java")) {
            var begin = Instant.now();
            var request = served.request("/time").header("Last-Event-ID", "41").build();

            var response = served.client().send(request, BodyHandlers.ofInputStream());

            assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
            try (var body = response.body()) {
                var retry = new String(body.readNBytes("retry: 1000\n\n".length()), UTF_8);
                var first = new String(body.readNBytes(FIRST_EVENT.length()), UTF_8);
                var second = new String(body.readNBytes(FIRST_EVENT.length()), UTF_8);
                assertThat(retry).isEqualTo("retry: 1000\n\n");
                assertThat(first).matches("id: 42\ndata: [-0-9]{10}T[:0-9]{8}Z\n\n");
                assertThat(second).matches("id: 43\ndata: [-0-9]{10}T[:0-9]{8}Z\n\n");
                assertThat(time(first)).isAfterOrEqualTo(begin.minusSeconds(1));
                assertThat(time(second)).isAfter(time(first));
            }
        }
    }

    private static final String FIRST_EVENT = "id: 42\ndata: 2026-11-21T20:31:07Z\n\n";

    private static Instant time(String event) {
        return Instant.parse(event.substring(event.indexOf("data: ") + 6).strip());
    }

    @Test
    void clockHasAPageForBrowsers() throws Exception {
        try (var served = new Served("Clock.java")) {
            var response = served.get("/");

            assertThat(response.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
            assertThat(response.body()).startsWith("<!doctype html>").contains("new EventSource(\"time\")");
        }
    }

    @Test
    void download() throws Exception {
        var file = Files.readString(Path.of(System.getProperty("java.home"), "release"));

        try (var served = new Served("Download.java")) {
            var whole = served.get("/");
            var tag = whole.headers().firstValue("ETag").orElseThrow();
            var part = served.get("/", "Range", "bytes=0-11");
            var same = served.get("/", "If-None-Match", tag);

            assertThat(whole.body()).isEqualTo(file);
            assertThat(whole.headers().firstValue("Content-Disposition"))
                    .hasValue("attachment; filename=\"java-release.txt\"");
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.body()).isEqualTo("IMPLEMENTOR=");
            assertThat(same.statusCode()).isEqualTo(304);
            assertThat(same.body()).isEmpty();
        }
    }

    @Test
    void site() throws Exception {
        try (var served = new Served("Site.java")) {
            var file = served.get("/pom.xml", "Range", "bytes=0-4");
            var time = served.get("/api/time");
            var nothing = served.get("/nothing");
            var redirect = served.get("/src?a");

            assertThat(file.statusCode()).isEqualTo(206);
            assertThat(file.body()).isEqualTo("<?xml");
            assertThat(file.headers().firstValue("Content-Type")).hasValue("application/xml");
            assertThat(file.headers().firstValue("Cache-Control")).hasValue("public, max-age=300");
            assertThat(Instant.parse(time.body().strip())).isBeforeOrEqualTo(Instant.now());
            assertThat(nothing.statusCode()).isEqualTo(404);
            assertThat(redirect.headers().firstValue("Location")).hasValue("./src/?a");
        }
    }

    @Test
    void login() throws Exception {
        try (var served = new Served("Login.java")) {
            var asked = served.get("/");
            var in = served.send(form(served, "user=ada&password=lovelace"));
            var cookie = in.headers().firstValue("Set-Cookie").orElseThrow();
            var hello = served.get("/", "Cookie", cookie.substring(0, cookie.indexOf(';')));
            var wrong = served.send(form(served, "user=ada&password=x"));
            var message = wrong.headers().firstValue("Set-Cookie").orElseThrow();
            var nobody = served.send(form(served, "user=&password="));

            assertThat(asked.body()).contains("Who are you?");
            assertThat(in.statusCode()).isEqualTo(303);
            assertThat(in.headers().firstValue("Location")).hasValue("/");
            assertThat(cookie).startsWith("session=").endsWith("; Path=/; Max-Age=1800; HttpOnly; SameSite=Lax");
            assertThat(hello.body()).contains("Hello, ada!");
            assertThat(served.get("/", "Cookie", message.substring(0, message.indexOf(';')))
                            .body())
                    .contains("Who are you?", "No such name, or another password.");
            assertThat(nobody.statusCode()).isEqualTo(303);
            assertThat(served.send(form(served, "user=ada&password=lovelace").header("Sec-Fetch-Site", "cross-site"))
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void loginWithSessionsInRedis() throws Exception {
        try (var redis = SharedRedis.start(folder)) {
            var program = Files.writeString(folder.resolve("Login.java"), switched(redis.address()))
                    .toString();
            try (var one = new Served(program);
                    var other = new Served(program)) {
                var in = one.send(form(one, "user=ada&password=lovelace"));
                var cookie = in.headers().firstValue("Set-Cookie").orElseThrow();
                var session = cookie.substring(0, cookie.indexOf(';'));

                assertThat(other.get("/", "Cookie", session).body()).contains("Hello, ada!");

                other.send(form(other, "logout=").header("Cookie", session));
                assertThat(one.get("/", "Cookie", session).body()).contains("Who are you?");
            }
        }
    }

    /// The program as its comment says that it is changed.
    private static String switched(URI redis) throws IOException {
        var source = Files.readString(Path.of("Login.java"));
        var changed = source.replaceFirst(
                        "(?m)^    var sessions = .*\n    // (var redis = .*)\n    // (var sessions = .*)$",
                        "    $1\n    $2")
                .replaceFirst("(?m)^import ", "import java.net.URI;\nimport wai.redis.*;\nimport ")
                .replace("redis://127.0.0.1:6379", redis.toString());
        assertThat(changed).contains("var sessions = Sessions.in(RedisSessionStore", redis.toString());
        return changed;
    }

    private static HttpRequest.Builder form(Served served, String fields) {
        return served.request("/")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(fields));
    }

    @Test
    void upload() throws Exception {
        var form = """
            --b\r
            Content-Disposition: form-data; name="title"\r
            \r
            Holidays\r
            --b\r
            Content-Disposition: form-data; name="file"; filename="../a.txt"\r
            Content-Type: text/plain\r
            \r
            abc\r
            --b--\r
            """;

        try (var served = new Served("Upload.java")) {
            var page = served.get("/");
            var answered = served.client().send(upload(served, form), BodyHandlers.ofString());
            var refused = served.client().send(upload(served, form.replace("--b--", "--b")), BodyHandlers.ofString());

            assertThat(page.body()).contains("<progress", "multipart/form-data");
            assertThat(answered.body())
                    .isEqualTo("Holidays: 1 file\na.txt, text/plain, 3 bytes, SHA-256"
                            + " ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n");
            assertThat(refused.statusCode()).isEqualTo(400);
        }
    }

    private static HttpRequest upload(Served served, String form) {
        return served.request("/")
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(BodyPublishers.ofString(form))
                .build();
    }

    @Test
    void uploadEcho() throws Exception {
        var random = new Random(1);
        var upload = new byte[1_000_000];
        random.nextBytes(upload);

        try (var served = new Served("UploadEcho.java")) {
            var known =
                    served.request("/").header("Content-Type", "image/png").POST(BodyPublishers.ofByteArray(upload));
            var chunked =
                    served.request("/").POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(upload)));
            var sameLength = served.client().send(known.build(), BodyHandlers.ofByteArray());
            var sameChunked = served.client().send(chunked.build(), BodyHandlers.ofByteArray());
            var refused = served.get("/");

            assertThat(sameLength.body()).isEqualTo(upload);
            assertThat(sameLength.headers().firstValue("Content-Type")).hasValue("image/png");
            assertThat(sameLength.headers().firstValue("Content-Length")).hasValue("1000000");
            assertThat(sameChunked.body()).isEqualTo(upload);
            assertThat(sameChunked.headers().firstValue("Transfer-Encoding")).hasValue("chunked");
            assertThat(refused.statusCode()).isEqualTo(405);
            assertThat(refused.headers().firstValue("Allow")).hasValue("POST");
        }
    }

    @Test
    void rawEcho() throws Exception {
        try (var served = new Served("RawEcho.java");
                var socket = served.connect()) {
            var upgrade = """
                GET / HTTP/1.1\r
                Host: localhost\r
                Connection: Upgrade\r
                Upgrade: echo\r
                \r
                hello
                """;
            socket.getOutputStream().write(upgrade.getBytes(UTF_8));
            socket.shutdownOutput();

            var answer = new String(socket.getInputStream().readAllBytes(), UTF_8);

            assertThat(answer)
                    .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
                    .contains("\r\nUpgrade: echo\r\n")
                    .endsWith("\r\n\r\nhello\n");
        }
    }

    @Test
    void rawEchoRefusesOthers() throws Exception {
        try (var served = new Served("RawEcho.java")) {
            var response = served.get("/");

            assertThat(response.statusCode()).isEqualTo(426);
            assertThat(response.headers().firstValue("Upgrade")).hasValue("echo");
            assertThat(response.body()).isEqualTo("Ask for an upgrade to the protocol echo.\n");
        }
    }

    @Test
    void requestId() throws Exception {
        try (var served = new Served("RequestId.java")) {
            var named = served.get("/", "X-Request-Id", "42");
            var unnamed = served.get("/");
            var hostile = served.get("/", "X-Request-Id", "4 2");

            assertThat(named.headers().allValues("X-Request-Id")).containsExactly("42");
            assertThat(named.body()).isEqualTo("This is request 42.\n");
            var made = unnamed.headers().firstValue("X-Request-Id").orElseThrow();
            assertThat(made).matches("[-0-9a-f]{36}");
            assertThat(unnamed.body()).isEqualTo("This is request " + made + ".\n");
            assertThat(hostile.headers().firstValue("X-Request-Id").orElseThrow())
                    .matches("[-0-9a-f]{36}");
        }
    }

    @Test
    void primes() throws Exception {
        try (var served = new Served("Primes.java")) {
            assertThat(served.get("/primes?below=100").body()).isEqualTo("25\n");
            assertThat(served.get("/primes?below=2").body()).isEqualTo("0\n");
            assertThat(served.get("/primes?below=3").body()).isEqualTo("1\n");
            assertThat(served.get("/primes?below=many").statusCode()).isEqualTo(400);
            assertThat(served.get("/primes?below=10000001").body())
                    .isEqualTo("below=10000001: expected 0 to 10000000\n");
            assertThat(served.get("/").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void routes() throws Exception {
        try (var served = new Served("Routes.java")) {
            var index = served.get("/");
            var book = served.get("/books/1");
            var noBook = served.get("/books/3");
            var noPage = served.get("/books/x");
            var wrongMethod = served.send(served.request("/books/1").DELETE());

            assertThat(index.body()).isEqualTo("Books: 1, 2\n");
            assertThat(book.body()).isEqualTo("Emma\n");
            assertThat(noBook.statusCode()).isEqualTo(404);
            assertThat(noBook.body()).isEqualTo("There is no book 3.\n");
            assertThat(noPage.statusCode()).isEqualTo(404);
            assertThat(noPage.body()).isEqualTo("Not found.\n");
            assertThat(wrongMethod.statusCode()).isEqualTo(405);
            assertThat(wrongMethod.headers().firstValue("Allow")).hasValue("GET");
            assertThat(wrongMethod.body()).isEqualTo("Allowed here: GET\n");
        }
    }

    @Test
    void testing() throws Exception {
        try (var served = new Served("Testing.java")) {
            var response = served.get("/greet/Ada");

            assertThat(response.body()).isEqualTo("Hello, Ada!\n");
        }
    }

    @Test
    void testingRunsWithoutWaiup() throws Exception {
        var out = folder.resolve("out");

        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "Testing.java")
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();

        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(Files.readString(out)).isEqualTo("""
            ok      greets by name
            ok      greets in the client's language
            ok      knows no other page
            3 passed, 0 failed
            """);
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void secure() throws Exception {
        try (var served = new Served("Secure.java")) {
            assertThat(served.get("/").body()).isEqualTo("Hello over HTTP/1.1 and no TLS!\n");
        }
    }

    @Test
    void secureSendsPlainHttpToHttps() throws Exception {
        var identity = Identity.selfSigned(List.of("localhost", "127.0.0.1"), Duration.ofDays(1));
        var certificates = Files.writeString(folder.resolve("certificates.pem"), identity.certificatesAsPem());
        var key = Files.writeString(folder.resolve("key.pem"), identity.keyAsPem());
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "Secure.java",
                        certificates.toString(),
                        key.toString(),
                        "0",
                        "0")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var client = HttpClient.newBuilder().sslContext(trusting(identity)).build()) {
            var ports = Pattern.compile(":(\\d{4,5})")
                    .matcher(process.inputReader(UTF_8).readLine())
                    .results()
                    .map(match -> match.group(1))
                    .toList();

            var answer = client.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + ports.get(0)))
                            .build(),
                    BodyHandlers.ofString());
            var redirect = client.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + ports.get(1) + "/a?b"))
                            .build(),
                    BodyHandlers.discarding());

            assertThat(answer.body()).isEqualTo("Hello over HTTP/2 and TLSv1.3!\n");
            assertThat(redirect.statusCode()).isEqualTo(308);
            assertThat(redirect.headers().firstValue("Location"))
                    .hasValue("https://localhost:" + ports.get(0) + "/a?b");
        } finally {
            process.destroy();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    private static SSLContext trusting(Identity identity) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("own", identity.chain().getFirst());
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    @Test
    void theTableNamesEveryExample() throws Exception {
        var table = Files.readString(Path.of("README.md"));

        try (var files = Files.list(Path.of(""))) {
            var examples = files.map(Path::toString)
                    .filter(name -> name.endsWith(".java"))
                    .toList();

            assertThat(examples).isNotEmpty().allSatisfy(name -> assertThat(table)
                    .contains("| [" + name + "](" + name + ") |"));
        }
    }
}
