package wai.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static wai.HeaderName.CONNECTION;
import static wai.HeaderName.CONTENT_LENGTH;
import static wai.HeaderName.CONTENT_TYPE;
import static wai.HeaderName.ETAG;
import static wai.HeaderName.LINK;
import static wai.HeaderName.SET_COOKIE;
import static wai.HeaderName.UPGRADE;
import static wai.Status.OK;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wai.Application;
import wai.Bytes;
import wai.Capability;
import wai.FilePart;
import wai.Headers;
import wai.HttpVersion;
import wai.Key;
import wai.Middleware;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.shelf.RecordingExchange;

/// What a correct application does is the same with lint around it, to the byte and to the write.
class LintIdentityTest {
    private static final Headers TEXT = Headers.of(CONTENT_TYPE, "text/plain");

    @TempDir
    static Path folder;

    static Stream<Map.Entry<String, Application>> applications() throws Exception {
        var file = Files.writeString(folder.resolve("file.txt"), "0123456789");
        var applications = new LinkedHashMap<String, Application>();
        applications.put(
                "bytes", answer(Response.of(OK, cookies(), Bytes.utf8("hel").plus(Bytes.utf8("lo")))));
        applications.put("empty", answer(Response.of(Status.NO_CONTENT, Headers.EMPTY, Bytes.EMPTY)));
        applications.put("part of a file", answer(Response.file(OK, TEXT, file, new FilePart(2, 3, 10))));
        applications.put("stream", answer(Response.stream(OK, TEXT, out -> {
            out.write('a');
            out.write("bcd".getBytes(StandardCharsets.US_ASCII), 1, 2);
            out.flush();
            out.write(Bytes.utf8("e").plus(Bytes.utf8("f")));
            out.writeUtf8("€");
            out.write(new byte[0]);
            out.trailers(Headers.of(ETAG, "\"a\""));
            out.close();
            out.writeUtf8("after close");
        })));
        applications.put(
                "stream of known length",
                answer(Response.stream(OK, TEXT.with(CONTENT_LENGTH, "5"), out -> out.writeUtf8("hello"))));
        applications.put("raw", answer(raw()));
        applications.put(
                "echo",
                (request, respond) -> respond.with(
                        Response.stream(OK, TEXT, out -> request.body().transferTo(out))));
        applications.put("early hints", (request, respond) -> {
            request.sendEarlyHints(Headers.of(LINK, "</a.css>; rel=preload"));
            return respond.with(Response.text(OK, "hello"));
        });
        applications.put("failure", (_, _) -> {
            throw new IllegalStateException("broken");
        });
        applications.put("failure inside a stream", answer(Response.stream(OK, TEXT, out -> {
            out.writeUtf8("hel");
            throw new IllegalStateException("broken");
        })));
        applications.put("failure after the response", (_, respond) -> {
            var _ = respond.with(Response.text(OK, "hello"));
            throw new IllegalStateException("broken");
        });
        return applications.entrySet().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("applications")
    void changesNothing(Map.Entry<String, Application> application) throws Exception {
        var findings = new ArrayList<Lint.Finding>();
        for (var method : List.of("GET", "HEAD", "POST")) {
            var plain = new RecordingExchange();
            plain.serve(application.getValue(), plain.request(method, "/a?b", "the body"));

            for (var lint : List.of(Lint.collecting(findings::add), Lint.throwing())) {
                var linted = new RecordingExchange();
                linted.serve(layered(lint, application.getValue()), linted.request(method, "/a?b", "the body"));

                assertThat(linted.events()).isEqualTo(plain.events()).isNotEmpty();
            }
        }
        assertThat(findings).isEmpty();
    }

    @Test
    void sendsTheFallbackWhereTheHandlerCannotDoRaw() throws Exception {
        var exchange = new RecordingExchange().without(Capability.RAW);

        exchange.serve(layered(Lint.throwing(), answer(raw())), exchange.request("GET", "/", ""));

        assertThat(exchange.events()).contains("bytes only raw here", "end");
    }

    @Test
    void givesTheApplicationTheRequestThatCame() throws Exception {
        var key = Key.<String>named("user");
        var exchange = new RecordingExchange().without(Capability.TLS_FACTS);
        var sent = exchange.request("POST", "/a%2Fb?c", "body").with(key, "me").withPath(List.of("x"));
        var seen = new ArrayList<Request>();

        exchange.serve(
                layered(Lint.throwing(), (request, respond) -> {
                    seen.add(request);
                    assertThat(request.body().readNBytes(2)).isEqualTo("bo".getBytes(StandardCharsets.US_ASCII));
                    assertThat(request.body().available()).isEqualTo(2);
                    assertThat(request.body().skip(1)).isEqualTo(1);
                    assertThat(request.body().read()).isEqualTo('y');
                    assertThat(request.trailers()).isEqualTo(Headers.EMPTY);
                    return respond.with(Response.text(OK, ""));
                }),
                sent);

        assertThat(exchange.thrown()).isNull();
        var request = seen.getFirst();
        assertThat(request).hasToString(sent.toString());
        assertThat(request.path()).isEqualTo(sent.path());
        assertThat(request.query()).isEqualTo(sent.query());
        assertThat(request.headers()).isEqualTo(sent.headers());
        assertThat(request.bodyLength()).isEqualTo(sent.bodyLength());
        assertThat(request.get(key)).contains("me");
        assertThat(request.connection()).isSameAs(sent.connection());
        assertThat(request.remoteAddress()).isEqualTo(sent.remoteAddress());
        for (var capability : Capability.values()) {
            assertThat(request.supports(capability)).isEqualTo(sent.supports(capability));
        }
    }

    @Test
    void passesOnWhatOnlyTheHandlerCanTell() throws Exception {
        var actions = new ArrayList<Runnable>();
        var peer = new Request.Peer() {
            @Override
            public Optional<String> extendedConnectProtocol() {
                return Optional.of("websocket");
            }

            @Override
            public void onDisconnect(Runnable action) {
                actions.add(action);
            }

            @Override
            public void onShutdown(Runnable action) {
                actions.add(action);
            }
        };
        var sent = Request.builder("CONNECT", "/chat")
                .version(HttpVersion.HTTP_2)
                .peer(peer)
                .build();
        var upgrades = new ArrayList<String>();
        Runnable action = () -> {};
        Runnable farewell = () -> {};

        new RecordingExchange()
                .serve(
                        layered(Lint.throwing(), (request, respond) -> {
                            upgrades.addAll(request.upgrades());
                            request.onDisconnect(action);
                            request.onShutdown(farewell);
                            return respond.with(Response.text(OK, ""));
                        }),
                        sent);

        assertThat(upgrades).containsExactly("websocket");
        assertThat(actions).containsExactly(action, farewell);
    }

    @Test
    void leavesTheUpgradeOfHttp11ToItsFields() throws Exception {
        var sent = Request.builder("GET", "/chat")
                .header(CONNECTION, "Upgrade")
                .header(UPGRADE, "websocket")
                .build();
        var upgrades = new ArrayList<List<String>>();

        new RecordingExchange()
                .serve(
                        layered(Lint.throwing(), (request, respond) -> {
                            upgrades.add(request.upgrades());
                            upgrades.add(request.withHeaders(Headers.EMPTY).upgrades());
                            return respond.with(Response.text(OK, ""));
                        }),
                        sent);

        assertThat(upgrades).containsExactly(List.of("websocket"), List.of());
    }

    @Test
    void closesTheStreamThatAMiddlewarePutIn() throws Exception {
        var closed = new ArrayList<String>();
        var replaced = new InputStream() {
            @Override
            public int read() {
                return -1;
            }

            @Override
            public void close() {
                closed.add("closed");
            }
        };
        var lint = Lint.throwing();
        var putting =
                lint.around("put in", Middleware.onRequest(request -> request.withBody(replaced, OptionalLong.of(0))));
        var exchange = new RecordingExchange();

        exchange.serve(
                putting.wrap((request, respond) -> {
                    request.body().close();
                    return respond.with(Response.text(OK, ""));
                }),
                exchange.request("GET", "/", ""));

        assertThat(closed).containsExactly("closed");
    }

    private static Application answer(Response response) {
        return (_, respond) -> respond.with(response);
    }

    private static Response raw() {
        return Response.raw(
                Status.SWITCHING_PROTOCOLS,
                Headers.of(UPGRADE, "echo"),
                Response.text(Status.UPGRADE_REQUIRED, "only raw here").withHeader(UPGRADE, "echo"),
                connection -> connection.input().transferTo(connection.output()));
    }

    private static Headers cookies() {
        return TEXT.adding(SET_COOKIE, "a=1").adding(ETAG, "\"x\"").adding(SET_COOKIE, "b=2");
    }

    /// Three layers, the middle one a middleware that does nothing.
    private static Application layered(Lint lint, Application application) {
        return lint.around("outer", inner -> inner)
                .then(lint.around(
                        "onward",
                        inner -> (request, respond) -> inner.handle(request, response -> respond.with(response))))
                .wrap(lint.named("application", application));
    }
}
