package wai.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import wai.Application;
import wai.Capability;
import wai.ClientDisconnectedException;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.forms.Forms;
import wai.logging.AccessEvent.Outcome;
import wai.routing.RouteName;
import wai.routing.UrlMap;
import wai.security.BasicAuth;
import wai.shelf.Bodies;
import wai.shelf.RecordingExchange;
import wai.test.TestClient;

class RequestLoggerTest {
    private final List<AccessEvent> events = new ArrayList<>();

    @TempDir
    Path folder;

    private TestClient client(Application application) {
        return TestClient.of(RequestLogger.to(events::add).wrap(application)).answeringErrors();
    }

    private AccessEvent event() {
        assertThat(events).hasSize(1);
        return events.getFirst();
    }

    // ------------------------------------------------------------------------------------------ what is told

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"BYTES", "FILE", "STREAM"})
    void countsTheBytesOfEveryBody(Bodies body) {
        client(body.application()).get("/a?b");

        assertThat(event().status()).isEqualTo(Status.OK);
        assertThat(event().bytes()).hasValue(Bodies.TEXT.length());
        assertThat(event().outcome()).isEqualTo(Outcome.COMPLETE);
        assertThat(event().request()).hasToString("GET /a?b HTTP/1.1");
        assertThat(event().failure()).isNull();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"BYTES", "FILE", "STREAM"})
    void countsNoBytesForHead(Bodies body) {
        client(body.application()).head("/");

        assertThat(event().bytes()).hasValue(0);
    }

    @ParameterizedTest(name = "{0}: {1} -> {2}, {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "Range | bytes=2-4 | 206 | 3",
                "Range | bytes=99- | 416 | -1",
                "Range | bytes=0-0,3-3 | 206 | -1",
                "If-None-Match | * | 304 | 0",
                "If-Match | \"x\" | 412 | -1"
            })
    void tellsWhatTheHandlerMakesOfAFile(String field, String value, int status, int bytes) throws Exception {
        var file = Files.writeString(folder.resolve("a"), "0123456789");

        var response = client(Bodies.answering(Response.file(Status.OK, Bodies.TYPE, file)))
                .request("GET", "/")
                .header(field, value)
                .send();

        assertThat(event().status().code())
                .isEqualTo(status)
                .isEqualTo(response.status().code());
        assertThat(event().bytes())
                .hasValue(bytes < 0 ? response.bytes().length() : bytes)
                .hasValue(response.bytes().length());
    }

    @Test
    void tellsThatAFileIsMissing() {
        var response = client(Bodies.answering(Response.file(Status.OK, Bodies.TYPE, folder.resolve("gone"))))
                .get("/");

        assertThat(event().status()).isEqualTo(Status.NOT_FOUND);
        assertThat(event().bytes()).hasValue(response.bytes().length());
    }

    @Test
    void tellsOfRawConnectionsAndOfTheirFallback() {
        var client = client(Bodies.RAW.application());

        try (var live = client.request("GET", "/").upgrade("echo").open()) {
            live.raw().closeOutput();
            live.raw().readToEnd();
        }
        client.without(Capability.RAW).get("/");

        assertThat(events).extracting(event -> event.status().code()).containsExactly(101, 200);
        assertThat(events)
                .extracting(AccessEvent::bytes)
                .containsExactly(OptionalLong.empty(), OptionalLong.of(Bodies.TEXT.length()));
    }

    @Test
    void tellsOfFailuresBeforeTheResponse() {
        client((_, _) -> {
                    throw new IllegalStateException("broken");
                })
                .get("/");

        assertThat(event().status()).isEqualTo(Status.INTERNAL_SERVER_ERROR);
        assertThat(event().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(event().failure()).hasMessage("broken");
    }

    @Test
    void tellsHowFarAStreamCameThatFailed() {
        client(Bodies.answering(Response.stream(Status.OK, Bodies.TYPE, out -> {
                    out.writeUtf8("12345");
                    throw new IllegalStateException("broken");
                })))
                .get("/");

        assertThat(event().status()).isEqualTo(Status.OK);
        assertThat(event().bytes()).hasValue(5);
        assertThat(event().outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void tellsThatTheClientLeft() throws Exception {
        var exchange = new RecordingExchange().withoutClient();
        var application = RequestLogger.to(events::add).wrap(Bodies.STREAM.application());

        exchange.serve(application, exchange.request("GET", "/", ""));

        assertThat(event().outcome()).isEqualTo(Outcome.DISCONNECTED);
        assertThat(event().failure()).isInstanceOf(ClientDisconnectedException.class);
    }

    @Test
    void measuresToTheResponseAndToTheEnd() {
        var times = List.of(7, 37, 107).iterator();
        var application = RequestLogger.to(events::add, () -> Instant.EPOCH, () -> Duration.ofMillis(times.next())
                        .toNanos())
                .wrap(Bodies.BYTES.application());

        TestClient.of(application).get("/");

        assertThat(event().began()).isEqualTo(Instant.EPOCH);
        assertThat(event().untilResponse()).isEqualTo(Duration.ofMillis(30));
        assertThat(event().total()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void saysTheEventAfterTheLastByte() {
        var atTheEnd = new ArrayList<Integer>();

        client(Bodies.answering(Response.stream(Status.OK, Bodies.TYPE, out -> {
                    out.writeUtf8("x");
                    atTheEnd.add(events.size());
                })))
                .get("/");

        assertThat(atTheEnd).containsExactly(0);
        assertThat(events).hasSize(1);
    }

    // ------------------------------------------------------------------------------------------ how it is written

    private static AccessEvent event(Request request, int status, long bytes) {
        return new AccessEvent(
                request,
                Status.of(status),
                Headers.of(HeaderName.SET_COOKIE, "secret=1", HeaderName.CONTENT_TYPE, "text/plain"),
                bytes < 0 ? OptionalLong.empty() : OptionalLong.of(bytes),
                Instant.parse("2026-11-02T03:04:05.678Z"),
                Duration.ofMillis(1),
                Duration.ofNanos(2_500_000),
                Outcome.COMPLETE,
                null);
    }

    private static Request request() {
        return Request.builder("GET", "/a?token=geheim&x=1")
                .remoteAddress(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 1))
                .header(HeaderName.USER_AGENT, "x\"y\\z")
                .header(HeaderName.AUTHORIZATION, "Bearer geheim")
                .header(HeaderName.COOKIE, "geheim=1")
                .build();
    }

    @Test
    void writesTheFormatsOfApache() {
        assertThat(LogFormat.common().line(event(request(), 200, 17)))
                .isEqualTo(
                        "192.0.2.1 - - [02/Nov/2026:03:04:05 +0000]" + " \"GET /a?token=geheim&x=1 HTTP/1.1\" 200 17");
        assertThat(LogFormat.combined().line(event(request(), 304, 0))).endsWith("\" 304 - \"-\" \"x\\\"y\\\\z\"");
    }

    @Test
    void writesJson() {
        assertThat(LogFormat.json().line(event(request(), 200, 17)))
                .isEqualTo("{\"time\":\"2026-11-02T03:04:05.678Z\",\"remote\":\"192.0.2.1\",\"method\":\"GET\","
                        + "\"path\":\"/a\",\"query\":\"?token=geheim&x=1\",\"version\":\"HTTP/1.1\",\"status\":200,"
                        + "\"bytes\":17,\"untilResponseMs\":1.0,\"durationMs\":2.5,\"outcome\":\"COMPLETE\"}");
    }

    @Test
    void hidesFieldsThatCarrySecrets() {
        assertThat(LogFormat.jsonWithHeaders().line(event(request(), 200, -1)))
                .contains("[\"Authorization\",\"\\u2026\"]", "[\"Cookie\",\"\\u2026\"]", "[\"Set-Cookie\",\"\\u2026\"]")
                .contains("[\"User-Agent\",\"x\\\"y\\\\z\"]", "[\"Content-Type\",\"text/plain\"]")
                .doesNotContain("Bearer", "secret=", "\"bytes\"");
    }

    @Test
    void hidesParameters() {
        assertThat(LogFormat.common().redacting("token").line(event(request(), 200, 1)))
                .contains("/a?token=***&x=1")
                .doesNotContain("geheim");
        var odd = Request.builder("GET", "/?token;xtoken=1&token=&a").build();
        assertThat(LogFormat.common().redacting("token", "a").line(event(odd, 200, 1)))
                .contains("/?token;xtoken=1&token=***&a ");
    }

    @Test
    void writesForPeople() {
        assertThat(LogFormat.development().line(event(request(), 200, 1234)))
                .isEqualTo("GET /a?token=geheim&x=1  200  1.2 kB  2 ms");
        assertThat(LogFormat.developmentInColour().line(event(request(), 404, 7)))
                .contains("\u001b[33m404\u001b[0m  7 B");
    }

    @Test
    void neverBreaksALine() {
        var evil = Request.builder("GET", "/")
                .header(HeaderName.USER_AGENT, "a\tb\u00e9\u0085")
                .remoteAddress(UnixDomainSocketAddress.of("/x"))
                .build();

        assertThat(LogFormat.combined().line(event(evil, 200, 1)))
                .startsWith("- - - [")
                .endsWith("\"a\\x09b\\xe9\\x85\"");
        assertThat(LogFormat.jsonWithHeaders().line(event(evil, 200, 1))).contains("a\\u0009b\\u00e9\\u0085");
    }

    @Test
    void goesWhereItIsSent() {
        var lines = new ArrayList<String>();

        TestClient.of(Samples.logFormat(Bodies.telling(), lines::add)).get("/?email=a@b&c");
        TestClient.of(Samples.requestLogger(Bodies.telling())).get("/");

        assertThat(lines).singleElement().asString().contains("?email=***&c");
    }

    // ------------------------------------------------------------------------------------------ forms

    private static final Application READING = Forms.defaults()
            .handling((_, form, respond) ->
                    respond.with(Response.text(Status.OK, form.first("user").orElse("nobody"))));

    private static final String MULTIPART = """
            --b\r
            Content-Disposition: form-data; name="user"\r
            \r
            Ada\r
            --b\r
            Content-Disposition: form-data; name="password"\r
            \r
            geheim\r
            --b\r
            Content-Disposition: form-data; name="photo"; filename="/tmp/cat \u00fc.png"\r
            \r
            %s\r
            --b\r
            Content-Disposition: form-data; name="last"\r
            \r
            one\r
            --b--\r
            """;

    private List<String> told(Application application, String type, String body) {
        var client = TestClient.of(RequestLogger.withForms(events::add).wrap(application))
                .answeringErrors();
        client.request("POST", "/form").header("Content-Type", type).body(body).send();
        return event().form().stream()
                .map(each -> each.name() + "=" + each.value())
                .toList();
    }

    @Test
    void tellsTheParametersOfAFormThatTheApplicationReads() {
        assertThat(told(READING, "application/x-www-form-urlencoded;charset=utf-8", "user=A+da%21&b=&b=2&c"))
                .containsExactly("user=A da!", "b=", "b=2", "c=");
        assertThat(event().status()).isEqualTo(Status.OK);
    }

    @Test
    void tellsTheFilesOfAFormByTheirNames() {
        assertThat(told(READING, "multipart/form-data; boundary=b", MULTIPART.formatted("bytes")))
                .containsExactly("user=Ada", "password=geheim", "photo=FILE: cat \u00fc.png", "last=one");
        assertThat(event().bytes()).hasValue("Ada".length());
    }

    @Test
    void tellsALargeFormAsFarAsItIsRemembered() {
        assertThat(told(READING, "multipart/form-data; boundary=b", MULTIPART.formatted("x".repeat(100_000))))
                .startsWith("user=Ada", "password=geheim")
                .doesNotContain("last=one");
        assertThat(event().status()).isEqualTo(Status.OK);
        events.clear();

        var cut = told(READING, "application/x-www-form-urlencoded", "user=" + "y".repeat(1000));
        assertThat(cut).singleElement().asString().hasSize("user=".length() + 200 + 1);
    }

    @Test
    void tellsNothingOfWhatTheApplicationDoesNotRead() {
        assertThat(told(Bodies.BYTES.application(), "application/x-www-form-urlencoded", "user=Ada"))
                .isEmpty();
    }

    @Test
    void tellsAFormAsFarAsTheApplicationReadIt() {
        Application some = (request, respond) -> {
            request.body().read();
            return respond.with(
                    Response.text(Status.OK, new String(request.body().readNBytes(9), StandardCharsets.UTF_8)));
        };

        assertThat(told(some, "application/x-www-form-urlencoded", "user=Ada&b=2"))
                .containsExactly("user=Ada", "b=");
    }

    @Test
    void tellsNothingOfWhatIsNoForm() {
        assertThat(told(Bodies.telling(), "application/json", "{\"user\":1}")).isEmpty();
        events.clear();
        assertThat(told(Bodies.telling(), "multipart/form-data; boundary=b", "no form"))
                .isEmpty();
        events.clear();
        client(READING)
                .request("POST", "/")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body("a=1")
                .send();
        assertThat(event().form()).isEmpty(); // nobody asked
    }

    @Test
    void writesFormsForPeopleWithoutSecrets() {
        var out = new ByteArrayOutputStream();
        var application = Samples.development(READING, new PrintStream(out, true, StandardCharsets.UTF_8));

        TestClient.of(application)
                .request("POST", "/login?access%5Ftoken=geheim&page=1")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body("user=A\"da&Password=geheim&otp=geheim&new_line=%0A")
                .send();

        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("POST /login?access%5Ftoken=***&page=1  ")
                .contains("  user=\"A\\\"da\"  Password=\"***\"  otp=\"***\"  new_line=\"\\x0a\"")
                .doesNotContain("geheim")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({
        "password, true",
        "newPassword, true",
        "user[passwd], true",
        "ACCESS_TOKEN, true",
        "csrf-token, true",
        "client_secret, true",
        "cardNumber, true",
        "pin, true",
        "CVC, true",
        "passphrase, true",
        "user, false",
        "spin, false",
        "shipping, false",
        "page, false",
        "zipcode, false",
        "keyword, false"
    })
    void guessesWhichNamesAreOfSecrets(String name, boolean secret) {
        assertThat(Redaction.soundsSecret(name)).isEqualTo(secret);
    }

    @Test
    void hidesWhatWasNamedInForms() {
        told(READING, "application/x-www-form-urlencoded", "user=Ada&b=2");

        assertThat(LogFormat.development().redacting("user").line(event())).endsWith("  user=\"***\"  b=\"2\"");
        assertThat(LogFormat.development().line(event())).endsWith("  user=\"Ada\"  b=\"2\"");
    }

    // ------------------------------------------------------------------------------------------ notes

    @Test
    void tellsTheRouteAndTheUserThatWereNotedInside() {
        TestClient.of(Samples.requestNotes(events::add, Bodies.telling())).get("/orders/7");

        assertThat(event().route()).hasValue("/orders/{id}");
        assertThat(event().user()).hasValue("alice");
    }

    @Test
    void tellsMountsNamesAndUsersOfTheShelf() {
        var inner = UrlMap.of(
                "/api",
                UrlMap.of("/v 2".replace(" ", "%20"), RouteName.of("/x/{y}").wrap(Bodies.telling()))
                        .mount("/", Bodies.telling()));
        var users = BasicAuth.ofUsers("shelf", Map.of("a b\"", "c"));
        var client = client(users.wrap(inner)).withHeader(HeaderName.AUTHORIZATION, "Basic YSBiIjpj");

        client.get("/api/v%202/7");
        client.get("/api/other");
        client.get("/elsewhere");

        assertThat(events).extracting(event -> event.route().orElse("-")).containsExactly("/x/{y}", "/api", "-");
        assertThat(events).extracting(event -> event.user().orElse("-")).containsOnly("a b\"");
        assertThat(LogFormat.common().line(events.getFirst())).contains(" - a\\x20b\\\" [");
        assertThat(LogFormat.json().line(events.getFirst())).contains("\"user\":\"a b\\\"\"", "\"route\":\"/x/{y}\"");
    }

    @Test
    void notesOfWhoeverDoesNotWatchAreLost() {
        var request = Request.builder("GET", "/").build();
        RequestNotes.route(request, "/x");
        RequestNotes.user(request, "y");

        assertThat(RequestNotes.route(request)).isEmpty();
        assertThat(RequestNotes.user(request)).isEmpty();
        var open = RequestNotes.open(request);
        assertThat(RequestNotes.open(open)).isSameAs(open);
    }
}
