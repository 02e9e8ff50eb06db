package wai.tck.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import wai.Body;
import wai.BodySink;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Key;
import wai.Middleware;
import wai.Response;
import wai.Status;
import wai.spi.BodyStreams;

/// The stack of middleware in front of the routes: one of each kind that real applications have.
final class Stack {
    /// The id of a request, from its client or made up.
    static final Key<String> REQUEST_ID = Key.named("request id");

    /// The middlewares that a request came through.
    static final Key<List<String>> PASSED = Key.named("middlewares passed");

    private static final HeaderName LENGTH = HeaderName.of("X-Length");
    private static final HeaderName OVERRIDE = HeaderName.of("X-Method-Override");
    private static final HeaderName SHOUT = HeaderName.of("X-Shout");
    private static final HeaderName PEEK = HeaderName.of("X-Peek");

    private Stack() {}

    /// All of them, the outermost first.
    static Middleware all() {
        return lengths()
                .then(passing("Outermost"))
                .then(requestIds())
                .then(refusals())
                .then(mounted())
                .then(overrides())
                .then(tags())
                .then(shouting())
                .then(peeking().when(request -> request.headers().contains(PEEK)))
                .then(Middleware.onRequest(request -> request))
                .then(Middleware.onResponse(response -> response))
                .then(passing("Innermost"));
    }

    /// Says which streams did not tell their length.
    private static Middleware lengths() {
        return Middleware.onResponse(response ->
                response.body() instanceof Body.Stream && !response.headers().contains(HeaderName.CONTENT_LENGTH)
                        ? response.adding(LENGTH, "not told")
                        : response);
    }

    /// Leaves its name in the request and in the response, a raw one included.
    private static Middleware passing(String name) {
        return Middleware.onRequest(request -> {
                    var passed = new ArrayList<>(request.get(PASSED).orElse(List.of()));
                    passed.add(name);
                    return request.with(PASSED, List.copyOf(passed));
                })
                .then(Middleware.onResponse(response -> response.adding(HeaderName.of("X-" + name), "passed")));
    }

    private static Middleware requestIds() {
        return inner -> (request, respond) -> {
            var id = request.headers().first(HeaderName.X_REQUEST_ID, "made up");
            return inner.handle(
                    request.with(REQUEST_ID, id),
                    response -> respond.with(response.withHeader(HeaderName.X_REQUEST_ID, id)));
        };
    }

    /// Answers an exception of the application that is known.
    private static Middleware refusals() {
        return inner -> (request, respond) -> {
            try {
                return inner.handle(request, respond);
            } catch (Failures.Refused refused) {
                return respond.with(Response.text(Status.of(422), refused.getMessage() + "\n"));
            }
        };
    }

    /// Takes the segment `mounted` off the path.
    private static Middleware mounted() {
        return Middleware.onRequest(request -> ProbeApplication.argument(request, 0)
                        .equals("mounted")
                ? request.withPath(request.path().subList(1, request.path().size()))
                : request);
    }

    private static Middleware overrides() {
        return Middleware.onRequest(request -> request.headers()
                .first(OVERRIDE)
                .map(method -> request.toBuilder().method(method).build())
                .orElse(request));
    }

    /// Gives bodies in memory under `/echo` and `/bytes` an entity tag, and answers 304 to who has them.
    private static Middleware tags() {
        return inner -> (request, respond) -> inner.handle(request, response -> {
            if (!(response.body() instanceof Bytes bytes)
                    || !request.query().all("tag").contains("yes")) {
                return respond.with(response);
            }
            var tag = "\"" + bytes.length() + "\"";
            var known = request.headers().elements(HeaderName.IF_NONE_MATCH).contains(tag);
            return respond.with(
                    known
                            ? Response.of(Status.NOT_MODIFIED, Headers.of(HeaderName.ETAG, tag), Bytes.EMPTY)
                            : response.withHeader(HeaderName.ETAG, tag));
        });
    }

    /// Makes bodies in memory and streams speak in upper case for who wants that.
    private static Middleware shouting() {
        return inner -> (request, respond) -> inner.handle(
                request, response -> respond.with(request.headers().contains(SHOUT) ? shouted(response) : response));
    }

    private static Response shouted(Response response) {
        return switch (response.body()) {
            case Bytes bytes ->
                response.withBody(Bytes.of(shouted(bytes.toByteArray(), 0, Math.toIntExact(bytes.length()))));
            case Body.Stream stream ->
                response.withBody(new Body.Stream(out -> stream.writer().writeTo(new ShoutingSink(out))));
            case Body.File _, Body.Raw _ -> response;
        };
    }

    private static byte[] shouted(byte[] array, int offset, int length) {
        return new String(array, offset, length, ISO_8859_1)
                .toUpperCase(Locale.ROOT)
                .getBytes(ISO_8859_1);
    }

    /// Looks at the beginning of the body and gives it back.
    private static Middleware peeking() {
        return inner -> (request, respond) -> {
            var peeked = BodyStreams.peek(request.body(), 4);
            return inner.handle(
                    request.withBody(peeked.replay(), request.bodyLength()),
                    response ->
                            respond.with(response.withHeader(PEEK, peeked.seen().utf8())));
        };
    }

    private static final class ShoutingSink extends BodySink {
        private final BodySink out;

        ShoutingSink(BodySink out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] array, int offset, int length) throws IOException {
            out.write(shouted(array, offset, length));
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void trailers(Headers trailers) {
            out.trailers(trailers);
        }
    }
}
