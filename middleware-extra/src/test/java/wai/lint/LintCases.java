package wai.lint;

import static wai.HeaderName.CONTENT_ENCODING;
import static wai.HeaderName.CONTENT_LENGTH;
import static wai.HeaderName.CONTENT_TYPE;
import static wai.HeaderName.ETAG;
import static wai.HeaderName.EXPIRES;
import static wai.HeaderName.LAST_MODIFIED;
import static wai.HeaderName.LINK;
import static wai.HeaderName.LOCATION;
import static wai.HeaderName.SET_COOKIE;
import static wai.HeaderName.TRANSFER_ENCODING;
import static wai.HeaderName.VARY;
import static wai.HeaderName.WWW_AUTHENTICATE;
import static wai.Status.FOUND;
import static wai.Status.NOT_FOUND;
import static wai.Status.NO_CONTENT;
import static wai.Status.OK;
import static wai.Status.UNAUTHORIZED;

import java.io.InputStream;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import wai.Application;
import wai.Body;
import wai.BodySink;
import wai.Bytes;
import wai.ClientDisconnectedException;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.StreamingBody;
import wai.shelf.RecordingExchange;
import wai.spi.BodyStreams;
import wai.spi.Rule;

/// The table of everything that lint finds.
final class LintCases {
    private static final Headers TEXT = Headers.of(CONTENT_TYPE, "text/plain");
    private static final Response HELLO = Response.of(OK, TEXT, Bytes.utf8("hello"));
    private static final String SHOP = "shop";

    private LintCases() {}

    static List<LintCase> all() {
        return Stream.of(applications(), framing(), streams(), requests(), middleware(), fields())
                .flatMap(List::stream)
                .toList();
    }

    private static List<LintCase> applications() {
        return List.of(
                new LintCase(
                        Rule.APP_ONE_RESPONSE,
                        "responds twice",
                        stage -> stage.run((_, respond) -> respond.with(HELLO)),
                        stage -> stage.run((_, respond) -> {
                            var _ = respond.with(HELLO);
                            return respond.with(HELLO);
                        }),
                        SHOP,
                        "respond was called again",
                        "call respond once"),
                new LintCase(
                        Rule.APP_ONE_RESPONSE,
                        "responds again inside its own stream",
                        stage -> stage.respond(stream(TEXT, out -> out.writeUtf8("hello"))),
                        stage -> stage.run((_, respond) -> respond.with(stream(TEXT, _ -> respond.with(HELLO)))),
                        SHOP,
                        "respond was called again",
                        "call respond once"),
                new LintCase(
                        Rule.APP_RETURNS_TOKEN,
                        "returns null",
                        stage -> stage.run((_, respond) -> respond.with(HELLO)),
                        stage -> stage.run((_, _) -> nothing()),
                        SHOP,
                        "null was returned",
                        "return what respond.with"),
                new LintCase(
                        Rule.APP_FOREIGN_TOKEN,
                        "returns the token of another exchange",
                        stage -> stage.run((_, respond) -> respond.with(HELLO)),
                        LintCases::returnForeignToken,
                        SHOP,
                        "not the one of this exchange",
                        "keep it nowhere"),
                new LintCase(
                        Rule.APP_LATE_RESPONSE,
                        "responds after it has returned",
                        stage -> stage.run((_, respond) -> respond.with(HELLO)),
                        LintCases::respondLate,
                        SHOP,
                        "after the application had returned",
                        "wait for the thread"),
                new LintCase(
                        Rule.APP_DISCONNECT_PASSES,
                        "catches in its stream that the client is gone",
                        stage -> serveWithoutClient(stage, out -> out.writeUtf8("x")),
                        stage -> serveWithoutClient(stage, LintCases::writeAndCatch),
                        SHOP,
                        "ClientDisconnectedException was caught",
                        "let it pass"),
                new LintCase(
                        Rule.APP_DISCONNECT_PASSES,
                        "replaces it by an exception that does not tell of it",
                        stage -> serveWithoutClient(stage, (_, respond) -> {
                            try {
                                return respond.with(stream(TEXT, out -> out.writeUtf8("x")));
                            } catch (ClientDisconnectedException gone) {
                                throw new IllegalStateException("report was cut", gone);
                            }
                        }),
                        stage -> serveWithoutClient(stage, (_, respond) -> {
                            try {
                                return respond.with(stream(TEXT, out -> out.writeUtf8("x")));
                            } catch (ClientDisconnectedException _) {
                                throw new IllegalStateException("report was cut");
                            }
                        }),
                        SHOP,
                        "ClientDisconnectedException was caught",
                        "wrap it as the cause"),
                new LintCase(
                        Rule.APP_DISCONNECT_PASSES,
                        "answers a client that left while its body was read",
                        stage -> stage.serveWithLostBody((request, respond) -> {
                            request.body().readAllBytes();
                            return respond.with(HELLO);
                        }),
                        stage -> stage.serveWithLostBody(LintCases::readOrGreet),
                        SHOP,
                        "ClientDisconnectedException was caught",
                        "let it pass"),
                new LintCase(
                        Rule.APP_DISCONNECT_PASSES,
                        "answers a client that left as if it were only slow",
                        stage -> stage.serveWithSlowBody(LintCases::readOrGreet),
                        stage -> stage.serveWithLostBody(LintCases::readOrGreet),
                        SHOP,
                        "ClientDisconnectedException was caught",
                        "let it pass"));
    }

    private static ResponseReceived readOrGreet(Request request, Respond respond) throws Exception {
        try {
            request.body().readAllBytes();
        } catch (ClientDisconnectedException _) {
            return respond.with(HELLO);
        }
        return respond.with(HELLO);
    }

    private static List<LintCase> framing() {
        return List.of(
                response(
                        Rule.RSP_CONTENT_LENGTH,
                        "contradicts its bytes",
                        HELLO.withHeader(CONTENT_LENGTH, "5"),
                        HELLO.withHeader(CONTENT_LENGTH, "6"),
                        "Content-Length is 6 and the body has 5 bytes",
                        "leave Content-Length to the handler"),
                response(
                        Rule.RSP_CONTENT_LENGTH,
                        "gives no number",
                        stream(TEXT.with(CONTENT_LENGTH, "5"), out -> out.writeUtf8("hello")),
                        stream(TEXT.with(CONTENT_LENGTH, "five"), out -> out.writeUtf8("hello")),
                        "Content-Length is [five]",
                        "one decimal number"),
                new LintCase(
                        Rule.RSP_CONTENT_LENGTH,
                        "gives two numbers in the answer to HEAD",
                        stage -> stage.respond("HEAD", Response.of(OK, TEXT.with(CONTENT_LENGTH, "5"), Bytes.EMPTY)),
                        stage -> stage.respond(
                                "HEAD",
                                Response.of(
                                        OK, TEXT.adding(CONTENT_LENGTH, "5").adding(CONTENT_LENGTH, "6"), Bytes.EMPTY)),
                        SHOP,
                        "Content-Length is [5, 6]",
                        "one decimal number"),
                response(
                        Rule.RSP_TRANSFER_ENCODING,
                        "frames its message",
                        HELLO,
                        HELLO.withHeader(TRANSFER_ENCODING, "chunked"),
                        "field Transfer-Encoding",
                        "leave Transfer-Encoding out"),
                response(
                        Rule.RSP_FINAL_STATUS,
                        "gives a final response of 103",
                        HELLO,
                        Response.of(Status.EARLY_HINTS, Headers.of(LINK, "</style.css>; rel=preload"), Bytes.EMPTY),
                        "status 103",
                        "Request.sendInformational"));
    }

    private static List<LintCase> streams() {
        return List.of(
                new LintCase(
                        Rule.STR_LATE_USE,
                        "writes to a sink that it kept",
                        stage -> stage.respond(stream(TEXT, out -> out.writeUtf8("hello"))),
                        LintCases::writeLate,
                        SHOP,
                        "after its streaming body had ended",
                        "while writeTo runs"),
                response(
                        Rule.STR_TOO_MANY_BYTES,
                        "writes more than it declared",
                        stream(TEXT.with(CONTENT_LENGTH, "5"), out -> out.write(Bytes.utf8("hello"))),
                        stream(TEXT.with(CONTENT_LENGTH, "5"), out -> out.write(Bytes.utf8("hello!"))),
                        "wrote 6 bytes under Content-Length 5",
                        "as many bytes as Content-Length says"),
                response(
                        Rule.STR_TOO_FEW_BYTES,
                        "writes less than it declared",
                        stream(TEXT.with(CONTENT_LENGTH, "5"), out -> out.writeUtf8("hello")),
                        stream(TEXT.with(CONTENT_LENGTH, "5"), out -> out.writeUtf8("hell")),
                        "ended after 4 bytes under Content-Length 5",
                        "as many bytes as Content-Length says"),
                new LintCase(
                        Rule.STR_THREAD,
                        "runs somebody's stream twice",
                        stage -> runAround(stage, writer -> writer),
                        stage -> runAround(stage, writer -> out -> {
                            writer.writeTo(out);
                            writer.writeTo(out);
                        }),
                        "twice",
                        "the streaming body of inside twice was run again",
                        "run a streaming body once"),
                new LintCase(
                        Rule.STR_THREAD,
                        "runs somebody's stream on another thread",
                        stage -> runAround(stage, writer -> writer),
                        stage -> runAround(stage, writer -> out -> elsewhere(() -> writer.writeTo(out))),
                        "twice",
                        "was run outside of respond",
                        "on the thread that called it"),
                response(
                        Rule.STR_TRAILER_FIELDS,
                        "sends a length as a trailer",
                        stream(TEXT, out -> out.trailers(Headers.of(ETAG, "\"a\""))),
                        stream(TEXT, out -> out.trailers(Headers.of(CONTENT_LENGTH, "5"))),
                        "field Content-Length was set as a trailer",
                        "into the headers"));
    }

    private static List<LintCase> requests() {
        return List.of(
                new LintCase(
                        Rule.REQ_LATE_READ,
                        "reads the body after it has returned",
                        stage -> stage.run((request, respond) -> {
                            request.body().readAllBytes();
                            return respond.with(HELLO);
                        }),
                        LintCases::readLate,
                        SHOP,
                        "read after the application had returned",
                        "before returning"),
                new LintCase(
                        Rule.REQ_LATE_INFORMATIONAL,
                        "sends early hints inside the response",
                        stage -> stage.run((request, respond) -> {
                            request.sendEarlyHints(Headers.EMPTY);
                            return respond.with(HELLO);
                        }),
                        stage -> stage.run((request, respond) ->
                                respond.with(stream(TEXT, _ -> request.sendEarlyHints(Headers.EMPTY)))),
                        SHOP,
                        "status 103 was sent after the final response had begun",
                        "before respond"));
    }

    private static List<LintCase> middleware() {
        var tagged = HELLO.withHeader(ETAG, "\"a\"").withHeader(CONTENT_LENGTH, "5");
        var streamed = stream(Headers.of(CONTENT_TYPE, "text/plain", ETAG, "\"a\""), out -> out.writeUtf8("hello"));
        return List.of(
                onResponse(
                        "keeps the length of the bytes it replaced",
                        tagged,
                        response -> response.withBody(Bytes.utf8("goodbye"))
                                .without(CONTENT_LENGTH)
                                .without(ETAG),
                        response -> response.withBody(Bytes.utf8("goodbye")).without(ETAG),
                        "Content-Length kept: 5"),
                onResponse(
                        "keeps the tag of the bytes it replaced",
                        tagged,
                        response -> response.withBody(Bytes.utf8("hel").plus(Bytes.utf8("lo"))),
                        response -> response.withBody(Bytes.utf8("HELLO")),
                        "strong ETag kept: ETag: \"a\""),
                onResponse(
                        "keeps the tag of a stream it changes",
                        streamed,
                        response -> response.withBody(around(response, out -> {})),
                        response -> response.withBody(around(response, out -> out.writeUtf8("!"))),
                        "strong ETag kept"),
                onResponse(
                        "keeps the strong tag of what it encodes",
                        streamed,
                        response -> encoded(response).withHeader(ETAG, "W/\"a\""),
                        LintCases::encoded,
                        "strong ETag kept"),
                reading(
                        "hands on a body that it has read",
                        request -> {
                            var bytes = request.readBody(100);
                            return request.withBody(BodyStreams.of(bytes), OptionalLong.of(bytes.length()));
                        },
                        request -> {
                            request.readBody(100);
                            return request;
                        }),
                reading(
                        "hands on a body of which it has read a byte",
                        request -> request.withBody(
                                BodyStreams.peek(request.body(), 1).replay(), request.bodyLength()),
                        request -> {
                            request.body().read();
                            return request;
                        }));
    }

    private static LintCase reading(String name, Reading good, Reading bad) {
        return new LintCase(
                Rule.MID_REQUEST_BODY,
                name,
                stage -> read(stage, good),
                stage -> read(stage, bad),
                "reader",
                "read before the rest was handed on",
                "hand on request.withBody");
    }

    private static void read(LintStage stage, Reading reading) throws Exception {
        var reader = stage.lint()
                .around("reader", inner -> (request, respond) -> inner.handle(reading.of(request), respond));
        stage.serve(new RecordingExchange(), "POST", reader.wrap(stage.lint().named("shop", (request, respond) -> {
            request.body().readAllBytes();
            return respond.with(HELLO);
        })));
    }

    /// Reads of a body.
    private interface Reading {
        Request of(Request request) throws Exception;
    }

    private static List<LintCase> fields() {
        var date = "Sun, 06 Nov 1994 08:49:37 GMT";
        return List.of(
                response(
                        Rule.FLD_CONTENT_TYPE,
                        "does not say what its content is",
                        Response.of(OK, Headers.EMPTY, Bytes.EMPTY),
                        HELLO.without(CONTENT_TYPE),
                        "status 200 with content and without Content-Type",
                        "set Content-Type"),
                response(
                        Rule.FLD_SINGLE,
                        "says twice what its content is",
                        HELLO.adding(VARY, "Accept").adding(VARY, "Cookie"),
                        HELLO.adding(CONTENT_TYPE, "text/html"),
                        "field Content-Type stands 2 times",
                        "withHeader"),
                response(
                        Rule.FLD_ETAG,
                        "does not quote its tag",
                        HELLO.withHeader(ETAG, "W/\"a-1\""),
                        HELLO.withHeader(ETAG, "a-1"),
                        "ETag: a-1",
                        "double quotes"),
                required("challenges without WWW-Authenticate", UNAUTHORIZED, WWW_AUTHENTICATE, "Basic realm=\"a\""),
                required("redirects without Location", FOUND, LOCATION, "/there"),
                required("refuses a method without Allow", Status.METHOD_NOT_ALLOWED, HeaderName.ALLOW, "GET"),
                required(
                        "sends a part without Content-Range",
                        Status.PARTIAL_CONTENT,
                        HeaderName.CONTENT_RANGE,
                        "bytes 0-4/9"),
                required(
                        "refuses a range without Content-Range",
                        Status.RANGE_NOT_SATISFIABLE,
                        HeaderName.CONTENT_RANGE,
                        "bytes */9"),
                required("asks for an upgrade without Upgrade", Status.UPGRADE_REQUIRED, HeaderName.UPGRADE, "h2c"),
                response(
                        Rule.FLD_DATES,
                        "writes a date of the old form",
                        HELLO.withHeader(LAST_MODIFIED, date),
                        HELLO.withHeader(LAST_MODIFIED, "Sunday, 06-Nov-94 08:49:37 GMT"),
                        "Last-Modified: Sunday, 06-Nov-94",
                        "Sun, 06 Nov 1994 08:49:37 GMT"),
                response(
                        Rule.FLD_DATES,
                        "writes a number for a date",
                        HELLO.withHeader(EXPIRES, date),
                        HELLO.withHeader(EXPIRES, "0"),
                        "Expires: 0",
                        "RFC 9110 §5.6.7"),
                response(
                        Rule.FLD_BODILESS,
                        "gives a body with 204",
                        Response.of(NO_CONTENT, Headers.EMPTY, Bytes.EMPTY),
                        HELLO.withStatus(NO_CONTENT),
                        "status 204 with a body",
                        "Bytes.EMPTY"),
                response(
                        Rule.FLD_VARY,
                        "encodes without Vary",
                        HELLO.withHeader(CONTENT_ENCODING, "gzip").withHeader(VARY, "Cookie, accept-encoding"),
                        HELLO.withHeader(CONTENT_ENCODING, "gzip").withHeader(VARY, "Cookie"),
                        "Content-Encoding without Vary",
                        "add Accept-Encoding to Vary"),
                response(
                        Rule.FLD_COOKIE,
                        "sets a cookie whose value has a blank",
                        HELLO.withHeader(SET_COOKIE, "sid=c2VjcmV0; Path=/; Secure"),
                        HELLO.withHeader(SET_COOKIE, "sid=top secret; Path=/"),
                        "whose name is no token or whose value",
                        "RFC 6265 §4.1.1"),
                response(
                        Rule.FLD_COOKIE,
                        "sets a cookie without a name",
                        HELLO.withHeader(SET_COOKIE, "sid="),
                        HELLO.withHeader(SET_COOKIE, "secret"),
                        "without an equals sign",
                        "name=value"));
    }

    private static LintCase response(Rule rule, String name, Response good, Response bad, String seen, String fix) {
        return new LintCase(rule, name, stage -> stage.respond(good), stage -> stage.respond(bad), SHOP, seen, fix);
    }

    private static LintCase required(String name, Status status, HeaderName field, String value) {
        var bad = HELLO.withStatus(status);
        return response(
                Rule.FLD_REQUIRED,
                name,
                bad.withHeader(field, value),
                bad,
                "status " + status.code() + " without " + field,
                "set " + field);
    }

    private static LintCase onResponse(
            String name, Response inside, UnaryOperator<Response> good, UnaryOperator<Response> bad, String seen) {
        return new LintCase(
                Rule.MID_LENGTH,
                name,
                stage -> change(stage, inside, good),
                stage -> change(stage, inside, bad),
                "change",
                seen,
                "drop or recompute");
    }

    private static void change(LintStage stage, Response inside, UnaryOperator<Response> change) throws Exception {
        var changing = stage.lint().around("change", Middleware.onResponse(change));
        stage.serve(
                new RecordingExchange(),
                "GET",
                changing.wrap(stage.lint().named(SHOP, (_, respond) -> respond.with(inside))));
    }

    /// A middleware named `twice` around a stream; the stream stands for whatever is inside.
    private static void runAround(LintStage stage, UnaryOperator<StreamingBody> change) throws Exception {
        var middleware = Middleware.onResponse(response -> response.body() instanceof Body.Stream(var writer)
                ? response.withBody(new Body.Stream(change.apply(writer)))
                : response);
        stage.serve(
                new RecordingExchange(),
                "GET",
                stage.lint()
                        .around("twice", middleware)
                        .wrap((_, respond) -> respond.with(stream(TEXT, out -> out.writeUtf8("hello")))));
    }

    private static void elsewhere(LintStage.Attempt work) throws Exception {
        var failure = new AtomicReference<Exception>();
        var thread = Thread.ofVirtual().start(() -> {
            try {
                work.run();
            } catch (Exception thrown) {
                failure.set(thrown);
            }
        });
        thread.join();
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    private static Response stream(Headers headers, StreamingBody writer) {
        return Response.stream(OK, headers, writer);
    }

    private static Body around(Response response, StreamingBody after) {
        var writer = ((Body.Stream) response.body()).writer();
        return new Body.Stream(out -> {
            writer.writeTo(out);
            after.writeTo(out);
        });
    }

    private static Response encoded(Response response) {
        return response.withHeader(CONTENT_ENCODING, "gzip")
                .withHeader(VARY, "Accept-Encoding")
                .withBody(around(response, out -> out.writeUtf8("!")));
    }

    private static void serveWithoutClient(LintStage stage, StreamingBody writer) throws Exception {
        serveWithoutClient(stage, (_, respond) -> respond.with(stream(TEXT, writer)));
    }

    private static void serveWithoutClient(LintStage stage, Application application) throws Exception {
        stage.serve(new RecordingExchange().withoutClient(), "GET", stage.lint().named(SHOP, application));
    }

    private static void writeAndCatch(BodySink out) throws Exception {
        try {
            out.writeUtf8("x");
        } catch (ClientDisconnectedException _) {
            return;
        }
        throw new AssertionError("the client is not gone");
    }

    private static void returnForeignToken(LintStage stage) throws Exception {
        var kept = new AtomicReference<ResponseReceived>();
        stage.run((_, respond) -> {
            kept.set(respond.with(HELLO));
            return kept.get();
        });
        stage.run((_, respond) -> {
            var _ = respond.with(HELLO.withStatus(NOT_FOUND));
            return kept.get();
        });
    }

    private static void respondLate(LintStage stage) throws Exception {
        var kept = new AtomicReference<Respond>();
        stage.run((_, respond) -> {
            kept.set(respond);
            throw new IllegalStateException("left early");
        });
        stage.thrown().clear();
        stage.attempt(() -> kept.get().with(HELLO));
    }

    private static void writeLate(LintStage stage) throws Exception {
        var kept = new AtomicReference<BodySink>();
        stage.respond(stream(TEXT, kept::set));
        stage.attempt(() -> kept.get().writeUtf8("late"));
    }

    private static void readLate(LintStage stage) throws Exception {
        var kept = new AtomicReference<InputStream>();
        stage.run((request, respond) -> {
            kept.set(request.body());
            return respond.with(HELLO);
        });
        stage.attempt(() -> kept.get().read());
    }

    /// What a forgetful application returns.
    @SuppressWarnings("NullAway") // that is the mistake
    private static ResponseReceived nothing() {
        return null;
    }
}
