package wai.tck;

import static wai.tck.CaseFailure.expectEqual;
import static wai.tck.Replies.ok;
import static wai.tck.Replies.streaming;
import static wai.tck.TckCase.serving;
import static wai.tck.TckCase.staged;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import wai.Application;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.Response;
import wai.Status;
import wai.spi.Rule;

/// What a middleware does, seen through the handler: composition, and bodies that nobody looks into.
final class MiddlewareCases {
    private static final HeaderName TRACE = HeaderName.of("X-Tck-Trace");
    private static final Middleware IDENTITY = inner -> inner;

    private MiddlewareCases() {}

    static List<TckCase> all() {
        return List.of(identity(), order(), bodies(), rawBody());
    }

    private static TckCase identity() {
        var nothing = IDENTITY.then(Middleware.onRequest(request -> request))
                .then(Middleware.onResponse(response -> response))
                .then(inner -> (request, respond) -> inner.handle(request, response -> respond.with(response)));
        return staged(
                Rule.MID_IDENTITY,
                "sends the same bytes through a middleware that changes nothing",
                (request, respond, scene) -> {
                    Application plain =
                            (inner, answer) -> answer.with(kind(inner.path().getLast(), scene));
                    return (request.path().contains("wrapped") ? nothing.wrap(plain) : plain).handle(request, respond);
                },
                scene -> {
                    scene.note("path", scene.file("a file"));
                    for (var kind : List.of("memory", "stream", "file", "error")) {
                        var plain = scene.get("/plain/" + kind);
                        var wrapped = scene.get("/wrapped/" + kind);
                        plain.hasStatus(kind.equals("error") ? 404 : 200);
                        wrapped.hasStatus(plain.head().status());
                        expectEqual("header", fields(kind, plain), fields(kind, wrapped));
                        wrapped.hasBody(plain.bytes());
                    }
                });
    }

    private static TckCase order() {
        var a = tracing("a");
        var b = tracing("b");
        Application application = (request, respond) ->
                respond.with(ok(request.headers().all(TRACE).toString()));
        return serving(
                Rule.MID_ORDER,
                "runs a.then(b) as a around b",
                (request, respond) -> (request.path().contains("then")
                                ? a.then(b).wrap(application)
                                : a.wrap(b.wrap(application)))
                        .handle(request, respond),
                scene -> {
                    for (var target : List.of("/then", "/nested")) {
                        var answer = scene.get(target).hasBody("[a, b]");
                        expectEqual("trace", "b, a", String.join(", ", answer.values("X-Tck-Trace")));
                    }
                });
    }

    private static TckCase bodies() {
        var tagging = Middleware.onResponse(response -> response.withHeader(TRACE, "seen"));
        return staged(
                Rule.MID_BODIES,
                "sends files and streams that a middleware passes on",
                (request, respond, scene) -> tagging.wrap(
                                (inner, answer) -> answer.with(kind(inner.path().getLast(), scene)))
                        .handle(request, respond),
                scene -> {
                    scene.note("path", scene.file("a file"));
                    scene.get("/memory").hasField("X-Tck-Trace", "seen").hasBody("memory");
                    scene.get("/stream").hasField("X-Tck-Trace", "seen").hasBody("a stream");
                    scene.get("/file")
                            .hasField("X-Tck-Trace", "seen")
                            .hasField("Content-Length", "6")
                            .hasBody("a file");
                });
    }

    private static TckCase rawBody() {
        var tagging = Middleware.onResponse(response -> response.withHeader(TRACE, "seen"));
        return serving(
                        Rule.MID_BODIES,
                        "keeps a raw response raw that a middleware passes on",
                        tagging.wrap((_, respond) -> respond.with(Response.raw(
                                Status.SWITCHING_PROTOCOLS,
                                Headers.of(HeaderName.UPGRADE, "tck", HeaderName.CONNECTION, "Upgrade"),
                                ok("fallback"),
                                connection -> connection.output().write('!')))),
                        scene -> {
                            var call = scene.send(ClientRequest.of("GET", "/")
                                    .with("Connection", "Upgrade")
                                    .with("Upgrade", "tck"));
                            var head = call.nextHead();
                            expectEqual("status", 101, head.status());
                            expectEqual("trace", List.of("seen"), head.headers().all(TRACE));
                            expectEqual("first byte", (int) '!', call.content().read());
                        })
                .needing(Capability.RAW);
    }

    private static Middleware tracing(String name) {
        return Middleware.onRequest(
                        request -> request.withHeaders(request.headers().adding(TRACE, name)))
                .then(Middleware.onResponse(response -> response.adding(TRACE, name)));
    }

    private static Response kind(String name, Backstage scene) throws InterruptedException {
        return switch (name) {
            case "stream" ->
                streaming(out -> {
                    out.writeUtf8("a ");
                    out.flush();
                    out.writeUtf8("stream");
                });
            case "file" -> Response.file(Status.OK, Headers.EMPTY, Path.of(scene.noted("path")));
            case "error" -> Response.text(Status.NOT_FOUND, "error");
            default -> ok(name);
        };
    }

    /// The fields by name in lower case, without the time.
    /// All fields but those that may differ: the time, and how a stream is framed, which depends on how much of it has
    /// come when somebody in front of the handler begins to pass it on.
    private static Map<String, List<String>> fields(String kind, Answer answer) {
        var fields = new TreeMap<String, List<String>>();
        answer.head().headers().forEach((name, _) -> fields.put(name.lowerCase(), answer.values(name.toString())));
        fields.remove("date");
        if (kind.equals("stream")) {
            fields.remove("content-length");
            fields.remove("transfer-encoding");
        }
        return fields;
    }
}
