package wai.warp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static wai.warp.http2.ClientFrames.END_STREAM;
import static wai.warp.http2.ClientFrames.get;
import static wai.warp.http2.ClientFrames.headers;
import static wai.warp.http2.ClientFrames.reset;
import static wai.warp.http2.ClientFrames.setting;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.warp.push.ServerPush;
import wai.warp.settings.Hooks;
import wai.warp.settings.Http2;
import wai.warp.settings.Listener;
import wai.warp.settings.Served;
import wai.warp.settings.WarpSettings;
import wai.warp.tls.TestAuthority;
import wai.warp.tls.Tls;

/// Responses that a client did not ask for, on a port.
@Timeout(60) // a safety net, nothing depends on it
class Http2PushTest {
    /// Answers every path by its name; promises two more for the page.
    private static final Application PAGE = (request, respond) -> {
        if (request.rawPath().equals("/")) {
            ServerPush.promise(request, "/a.css");
            ServerPush.promise(request, "/b.js");
        }
        return text(request.rawPath(), respond);
    };

    private final LinkedBlockingQueue<Served> log = new LinkedBlockingQueue<>();

    private static ResponseReceived text(String text, Respond respond) throws Exception {
        return respond.with(Response.text(Status.OK, text));
    }

    private static WarpSettings settings(int pushes) {
        return WarpSettings.defaults()
                .withHost("127.0.0.1")
                .withPort(0)
                .withHttp2(Http2.defaults().withPushes(pushes));
    }

    private static WarpServer start(Application application) throws IOException {
        return Warp.start(settings(10), application);
    }

    /// The frames up to the ends of so many streams.
    private static List<String> ends(Http2Client client, int streams) throws IOException {
        var seen = new ArrayList<String>();
        for (int i = 0; i < streams; i++) {
            seen.addAll(client.until(line -> line.endsWith(" END")));
        }
        return seen;
    }

    @Test
    void promisesComeFirstAndTheApplicationAnswersThem() throws Exception {
        try (var server = start(PAGE);
                var client = Http2Client.of(server)) {
            var seen = ends(client.send(get(1)), 3);

            assertThat(seen.subList(0, 2))
                    .containsExactly(
                            "PUSH_PROMISE 1 2 :method=GET :scheme=http :authority=a :path=/a.css",
                            "PUSH_PROMISE 1 4 :method=GET :scheme=http :authority=a :path=/b.js");
            assertThat(seen).contains("DATA 1 / END", "DATA 2 /a.css END", "DATA 4 /b.js END");
        }
    }

    @Test
    void aRequestThatWasPromisedKnowsWhoBroughtItAndBringsNoOthers() throws Exception {
        Application tells = (request, respond) -> {
            var by = request.get(ServerPush.PROMISED_BY).map(Request::rawPath);
            return text(by.orElse("client") + " " + ServerPush.promise(request, "/a"), respond);
        };
        try (var server = start(tells);
                var client = Http2Client.of(server)) {
            assertThat(ends(client.send(get(1)), 2)).contains("DATA 1 client true END", "DATA 2 / false END");
        }
    }

    @Test
    void fieldsByWhichResponsesAreChosenAreThoseOfTheRequestUnlessOthersAreNamed() throws Exception {
        Application chooses = (request, respond) -> {
            var push = request.get(ServerPush.KEY);
            if (push.isPresent()) {
                push.get()
                        .promise(
                                "/a",
                                Headers.of(HeaderName.ACCEPT_LANGUAGE, "de").adding(HeaderName.COOKIE, "x=1"));
            }
            return text("", respond);
        };
        try (var server = start(chooses);
                var client = Http2Client.of(server)) {
            client.send(headers(
                    1,
                    END_STREAM,
                    ":method: GET",
                    ":scheme: http",
                    ":path: /",
                    ":authority: a",
                    "accept-encoding: gzip",
                    "accept-language: en",
                    "authorization: secret",
                    "user-agent: me"));

            assertThat(client.until(line -> line.startsWith("PUSH")))
                    .containsExactly("PUSH_PROMISE 1 2 :method=GET :scheme=http :authority=a :path=/a"
                            + " accept-language=de cookie=x=1 accept-encoding=gzip user-agent=me");
        }
    }

    // ------------------------------------------------------------------------------------------ where there is none

    @Test
    void nothingIsPushedUnlessItIsSet() throws Exception {
        try (var server = Warp.start(settings(0), PAGE);
                var client = Http2Client.of(server)) {
            assertThat(client.send(get(1)).response(1)).last().isEqualTo("DATA 1 / END");
            assertThat(client.send(get(3)).until(line -> line.startsWith("DATA 3")))
                    .noneMatch(line -> line.startsWith("PUSH"));
        }
    }

    @Test
    void nothingIsPushedToAClientThatWantsNone() throws Exception {
        try (var server = start(PAGE);
                var client = Http2Client.of(server)) {
            client.send(setting(2, 0), get(1), get(3));

            assertThat(ends(client, 2)).noneMatch(line -> line.startsWith("PUSH"));
        }
    }

    @Test
    void overHttp1ThereIsNoPush() throws Exception {
        try (var server = start((request, respond) ->
                        text(ServerPush.promise(request, "/a") + " " + request.get(ServerPush.KEY), respond));
                var client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port()));

            assertThat(client.send(request.build(), BodyHandlers.ofString()).body())
                    .isEqualTo("false Optional.empty");
        }
    }

    @ParameterizedTest(name = "{0} allowed")
    @ValueSource(ints = {1, 2, 3})
    void aRequestBringsSoManyAndNoMore(int pushes) throws Exception {
        Application counts = (request, respond) -> {
            int promised = 0;
            for (int i = 0; i < 5; i++) {
                promised += ServerPush.promise(request, "/a") ? 1 : 0;
            }
            return text("" + promised, respond);
        };
        try (var server = Warp.start(settings(pushes), counts);
                var client = Http2Client.of(server)) {
            assertThat(client.send(get(1)).until(line -> line.startsWith("DATA 1")))
                    .last()
                    .isEqualTo("DATA 1 " + pushes + " END");
        }
    }

    @Test
    void noMoreRunAtATimeThanTheClientAllows() throws Exception {
        var finish = new CountDownLatch(1);
        Application waits = (request, respond) -> {
            if (request.get(ServerPush.PROMISED_BY).isPresent()) {
                finish.await();
            }
            return text(ServerPush.promise(request, "/a") + " " + ServerPush.promise(request, "/b"), respond);
        };
        try (var server = start(waits);
                var client = Http2Client.of(server)) {
            client.send(setting(3, 1), get(1));

            assertThat(client.until(line -> line.startsWith("DATA 1"))).last().isEqualTo("DATA 1 true false END");
            finish.countDown();
        }
    }

    // ------------------------------------------------------------------------------------------ misuse

    private static Throwable thrown(Request request, String target, Headers fields) {
        return catchThrowable(() -> request.get(ServerPush.KEY).orElseThrow().promise(target, fields));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        http://a/         |                   | path and query of the same origin
        ''                |                   | path and query of the same origin
        /a b              |                   | target has U+0020 at 2
        /a                | Host              | field Host: expected none of a connection, a body or the host
        /a                | Content-Length    | field Content-Length: expected none
        /a                | Transfer-Encoding | field Transfer-Encoding: expected none
        """)
    void whatCannotBePromisedIsRefused(String target, String field, String message) throws Exception {
        var fields = field == null ? Headers.EMPTY : Headers.of(HeaderName.of(field), "1");
        var refused = new CompletableFuture<Throwable>();
        try (var server = start((request, respond) -> {
                    refused.complete(thrown(request, target, fields));
                    return text("", respond);
                });
                var client = Http2Client.of(server)) {
            assertThat(client.send(get(1)).response(1))
                    .singleElement()
                    .asString()
                    .startsWith("HEADERS 1 :status=200");

            assertThat(refused.join())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void aPromiseThatComesLateIsRefused() throws Exception {
        var refused = new LinkedBlockingQueue<Throwable>();
        try (var server = start((request, respond) -> {
                    var token = respond.with(Response.stream(Status.OK, Headers.EMPTY, _ -> {
                        refused.add(thrown(request, "/a", Headers.EMPTY));
                    }));
                    refused.add(thrown(request, "/a", Headers.EMPTY));
                    return token;
                });
                var client = Http2Client.of(server)) {
            client.send(get(1)).response(1);

            for (int i = 0; i < 2; i++) {
                assertThat(refused.take())
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("expected it before the response (RFC 9113 §8.4.1)");
            }
        }
    }

    // ------------------------------------------------------------------------------------------ what comes of it

    @Test
    void whoAnswersAPushThatIsDeclinedIsToldAndTheRequestGoesOn() throws Exception {
        var declined = new CountDownLatch(1);
        Application waits = (request, respond) -> {
            if (request.get(ServerPush.PROMISED_BY).isPresent()) {
                request.onDisconnect(declined::countDown);
                declined.await();
            } else {
                ServerPush.promise(request, "/a");
                declined.await();
            }
            return text("hi", respond);
        };
        try (var server = start(waits);
                var client = Http2Client.of(server)) {
            client.send(get(1)).until(line -> line.startsWith("PUSH_PROMISE 1 2"));

            client.send(reset(2));

            assertThat(client.until(line -> line.endsWith(" END"))).last().isEqualTo("DATA 1 hi END");
        }
    }

    @Test
    void anApplicationThatFailsForAPushDoesNoHarmToTheRequest() throws Exception {
        Application fails = (request, respond) -> {
            if (request.get(ServerPush.PROMISED_BY).isPresent()) {
                throw new IllegalStateException("on purpose");
            }
            ServerPush.promise(request, "/a");
            return text("hi", respond);
        };
        try (var server = Warp.start(settings(1).withHooks(Hooks.defaults().withOnFailure(_ -> {})), fails);
                var client = Http2Client.of(server)) {
            var seen = ends(client.send(get(1)), 2);

            assertThat(seen).contains("DATA 1 hi END").anyMatch(line -> line.startsWith("HEADERS 2 :status=500"));
        }
    }

    @Test
    void theHookOfTheAccessLogIsToldOfPushes() throws Exception {
        try (var server = Warp.start(settings(10).withHooks(Hooks.defaults().withOnServed(log::add)), PAGE);
                var client = Http2Client.of(server)) {
            ends(client.send(get(1)), 3);

            var lines = new ArrayList<String>();
            for (int i = 0; i < 3; i++) {
                var served = log.take();
                var by = served.request().get(ServerPush.PROMISED_BY).map(Request::rawPath);
                lines.add(served.request().rawPath() + " " + served.bodyBytes() + " by " + by.orElse("-"));
            }
            assertThat(lines).containsExactlyInAnyOrder("/ 1 by -", "/a.css 6 by /", "/b.js 5 by /");
            assertThat(server.counters().requests()).isEqualTo(3);
        }
    }

    // ------------------------------------------------------------------------------------------ with the JDK's client

    @Test
    void theClientOfTheJdkTakesPushes() throws Exception {
        var authority = TestAuthority.create("root");
        var listener = Listener.tcp("127.0.0.1", 0).withTls(Tls.of(authority.issue("localhost", "localhost")));
        var pushed = new ConcurrentHashMap<HttpRequest, CompletableFuture<HttpResponse<String>>>();
        try (var server = Warp.start(settings(10).withListeners(List.of(listener)), PAGE);
                var client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_2)
                        .sslContext(TlsClient.context(authority.root(), null))
                        .build()) {
            var uri = "https://localhost:" + server.port() + "/";

            var answer = client.sendAsync(
                            HttpRequest.newBuilder(URI.create(uri)).build(),
                            BodyHandlers.ofString(),
                            HttpResponse.PushPromiseHandler.of(_ -> BodyHandlers.ofString(), pushed))
                    .get();

            assertThat(answer.body()).isEqualTo("/");
            assertThat(pushed.keySet())
                    .extracting(request -> request.method() + " " + request.uri())
                    .containsExactlyInAnyOrder("GET " + uri + "a.css", "GET " + uri + "b.js");
            for (var response : pushed.values()) {
                assertThat(response.get().body()).isEqualTo(response.get().uri().getPath());
            }
        }
    }
}
