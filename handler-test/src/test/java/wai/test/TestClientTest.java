package wai.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.Key;
import wai.Middleware;
import wai.Request;
import wai.Response;
import wai.Status;

class TestClientTest extends BothPlacesTest {
    /// Answers with what it received.
    private static final Application ECHO = (request, respond) -> {
        var text = new StringBuilder(request + "\n");
        request.headers()
                .forEach((name, value) ->
                        text.append(name).append(": ").append(value).append('\n'));
        text.append('\n').append(new String(request.body().readAllBytes(), StandardCharsets.UTF_8));
        return respond.with(Response.text(Status.OK, text.toString()));
    };

    @Test
    void showsTheResponseAsAClientSeesIt() {
        var client = client((request, respond) -> respond.with(Response.of(
                Status.OK, Headers.of(HeaderName.CONTENT_TYPE, "application/json"), Bytes.utf8("{\"Ada\":1}"))));

        var response = client.get("/users/7");

        assertThat(response)
                .hasStatus(200)
                .hasReason("OK")
                .hasContentType("application/json")
                .hasHeader("content-length", "9")
                .hasHeader("Date")
                .hasNoHeader("Server")
                .bodyContains("Ada")
                .isComplete();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
    void hasAMethodForEachMethod(String method) {
        var client = client(ECHO);

        var response =
                switch (method) {
                    case "GET" -> client.get("/a?b");
                    case "POST" -> client.post("/a?b", "text");
                    case "PUT" -> client.put("/a?b", "text");
                    case "PATCH" -> client.patch("/a?b", "text");
                    case "DELETE" -> client.delete("/a?b");
                    default -> client.options("/a?b");
                };

        assertThat(response).bodyContains(method + " /a?b HTTP/1.1\nHost: localhost\n");
    }

    @Test
    void sendsWhatWasAskedFor() {
        var client = client(ECHO).withHeader("User-Agent", "tests").withHeader("Accept", "text/html");

        var response = client.request("POST", "/x?y=1")
                .query("z", "a b&c")
                .header("X-One", "1")
                .header("Accept", "*/*")
                .cookie("k", "v")
                .json("{}")
                .send();

        assertThat(response).hasBody("""
                POST /x?y=1&z=a%20b%26c HTTP/1.1
                Host: localhost
                User-Agent: tests
                X-One: 1
                Accept: */*
                Content-Type: application/json
                Cookie: k=v
                Content-Length: 2

                {}""");
    }

    @Test
    void sendsFormsAsBrowsersDo() {
        var client = client(ECHO);
        var fields = new LinkedHashMap<String, String>();
        fields.put("name", "Ada L");
        fields.put("sum", "1+1=2");

        var fromMap = client.request("POST", "/").form(fields).send();
        var fromPairs = client.request("POST", "/").form("a", "1", "a", "ä").send();

        assertThat(fromMap)
                .bodyContains("Content-Type: application/x-www-form-urlencoded\n")
                .bodyContains("\n\nname=Ada%20L&sum=1%2B1%3D2");
        assertThat(fromPairs).bodyContains("\n\na=1&a=%C3%A4");
    }

    @Test
    void chunksABodyOfUnknownLength() {
        var client = client(ECHO);

        var response = client.request("PUT", "/")
                .body(new ByteArrayInputStream("streamed".getBytes(StandardCharsets.UTF_8)))
                .send();

        assertThat(response).bodyContains("Transfer-Encoding: chunked\n").bodyContains("\n\nstreamed");
    }

    @Test
    void sendsTrailersBehindTheBody() {
        var client = client((request, respond) -> {
            var body = new String(request.body().readAllBytes(), StandardCharsets.UTF_8);
            return respond.with(
                    Response.text(Status.OK, body + " " + request.trailers().first(HeaderName.of("X-Sum"), "none")));
        });

        var response = client.request("POST", "/")
                .body("abc")
                .trailers(Headers.of(HeaderName.of("X-Sum"), "6"))
                .send();

        assertThat(response).hasBody("abc 6");
    }

    @Test
    void receivesTrailers() {
        var client = client((request, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            out.writeUtf8("abc");
            out.trailers(Headers.of(HeaderName.of("X-Sum"), "6"));
        })));

        var response = client.get("/");

        assertThat(response).hasBody("abc").hasTrailer("x-sum", "6").hasNoHeader("Content-Length");
    }

    @Test
    void receivesInformationalResponses() {
        var client = client((request, respond) -> {
            request.sendEarlyHints(Headers.of(HeaderName.LINK, "</a.css>; rel=preload"));
            request.sendInformational(Status.PROCESSING, Headers.EMPTY);
            return respond.with(Response.text(Status.OK, "done"));
        });

        var response = client.get("/");

        assertThat(response).hasInformational(103).hasInformational(102).hasBody("done");
        assertThat(response.informational().getFirst().headers().first(HeaderName.LINK))
                .contains("</a.css>; rel=preload");
    }

    @Test
    void givesTheRequestAnAddressASchemeAndAVault() {
        var key = Key.<String>named("user");
        var client = client((request, respond) -> respond.with(Response.text(
                Status.OK,
                request.remoteAddress() + " " + request.isSecure() + " "
                        + request.get(key).orElse("nobody"))));

        var response = client.request("GET", "/")
                .remoteAddress(InetSocketAddress.createUnresolved("client.example", 1))
                .secure()
                .with(key, "Ada")
                .send();

        assertThat(response).bodyContains("client.example").bodyContains(" true Ada");
    }

    @Test
    void sendsARequestThatWasMadeElsewhere() {
        var client = client(ECHO);
        var request = Request.builder("PUT", "/made?here")
                .header(HeaderName.ACCEPT, "text/plain")
                .body(new ByteArrayInputStream(new byte[] {'h', 'i'}), OptionalLong.of(2))
                .build();

        var response = client.send(request);

        assertThat(response).hasBody("""
                PUT /made?here HTTP/1.1
                Host: localhost
                Accept: text/plain
                Content-Length: 2

                hi""");
    }

    @Test
    void wrapsTheApplicationInMiddlewareWithTheNewestOutside() {
        var client = client(ECHO)
                .withMiddleware(Middleware.onResponse(response -> response.adding(HeaderName.VIA, "inner")))
                .withMiddleware(Middleware.onResponse(response -> response.adding(HeaderName.VIA, "outer")));

        var response = client.get("/");

        assertThat(response.headers().all(HeaderName.VIA)).containsExactly("inner", "outer");
    }

    @Test
    void speaksHttp10() {
        var client = client(ECHO).withVersion(HttpVersion.HTTP_1_0);

        var response = client.get("/");

        assertThat(response).bodyContains("GET / HTTP/1.0\n");
    }

    @Test
    void answersHeadWithoutABodyButWithItsLength() {
        var client = client((request, respond) -> respond.with(Response.text(Status.OK, "hello")));

        var response = client.head("/");

        assertThat(response).hasStatus(200).hasHeader("Content-Length", "5").hasEmptyBody();
    }

    @Test
    void receivesABodyLargerThanAllBuffers() {
        var piece = "0123456789abcdef".repeat(4096);
        var client = client((request, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            for (int i = 0; i < 32; i++) {
                out.writeUtf8(piece);
            }
        })));

        var response = client.get("/");

        assertThat(response).is("2 MiB", seen -> seen.bytes().length() == 32L * piece.length());
        assertThat(response).hasBody(piece.repeat(32));
    }

    @Test
    void sendsABodyLargerThanAllBuffersToAnApplicationThatDoesNotReadIt() {
        var client = client((request, respond) -> respond.with(Response.text(Status.CONTENT_TOO_LARGE, "no")));

        var response =
                client.request("POST", "/").body(Bytes.of(new byte[100_000])).send();

        assertThat(response).hasStatus(413).hasBody("no");
    }

    @Test
    void runsManyRequestsAtTheSameTime() throws Exception {
        var client = client(ECHO).withTimeout(Duration.ofMinutes(1)); // each over TLS has a handshake of its own
        var calls = new ArrayList<Callable<TestResponse>>();
        for (int i = 0; i < 200; i++) {
            var text = "body " + i;
            calls.add(() -> client.post("/", text));
        }

        List<String> bodies = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var response : threads.invokeAll(calls)) {
                bodies.add(response.get().text());
            }
        }

        for (int i = 0; i < 200; i++) {
            assertThat(bodies.get(i)).endsWith("\n\nbody " + i);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "users | expected to begin with / (RFC 9112 §3.2.1), perhaps /users",
                "http://a.example/b | perhaps the path alone; withOrigin(\"http://a.example/\") sets the rest",
                "/a b | U+0020 at 2",
                "/a#b | U+0023 at 2",
                "/ä | U+00E4 at 1"
            })
    void saysWhatIsWrongWithAPath(String path, String message) {
        var client = client(ECHO);

        assertThatThrownBy(() -> client.get(path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesFieldsThatFollowFromTheBody() {
        var request = client(ECHO).request("POST", "/");

        assertThatThrownBy(() -> request.header("Content-Length", "3"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("follows from the body");
    }

    @Test
    void givesAnAddressOfThisMachineToEveryRequest() {
        var client = client((request, respond) ->
                respond.with(Response.text(Status.OK, request.remoteAddress().toString())));

        var response = client.get("/");

        assertThat(response).bodyContains(InetAddress.getLoopbackAddress().getHostAddress());
    }
}
