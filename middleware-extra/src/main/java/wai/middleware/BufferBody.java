package wai.middleware;

import java.util.OptionalLong;
import wai.Application;
import wai.Bytes;
import wai.ContentTooLargeException;
import wai.Key;
import wai.Middleware;
import wai.Request;
import wai.Respond;
import wai.ResponseReceived;
import wai.spi.BodyStreams;

/// Reads the request body into memory before the application runs, so that several parties can look at it: a signature
/// check, a log, the application. A body is a stream, and whoever reads one to its end leaves nothing to the others.
///
/// {@snippet file="wai/middleware/Samples.java" region="buffer-body"}
///
/// The middleware between take the bytes from [#BODY] and leave [Request#body()] to the application, which reads it as
/// ever. A middleware that does read the stream hands on [#replayed]. A body over the limit is answered 413 and the
/// application is not called; when `Content-Length` tells, nothing is read, and no `100 Continue` sent. Middleware that
/// needs only the beginning of a body of any size uses [BodyStreams#peek].
public final class BufferBody {
    /// The whole body of the request; set inside of this middleware, empty bytes for a request without a body.
    public static final Key<Bytes> BODY = Key.named("buffered body");

    private BufferBody() {}

    /// The middleware.
    ///
    /// @param limit how many bytes a body may have, 0 or more; so much memory each request may take
    /// @return the middleware
    /// @throws IllegalArgumentException when the limit is negative
    public static Middleware upTo(long limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit " + limit + " bytes: expected 0 or more");
        }
        return inner -> (request, respond) -> handle(inner, request, respond, limit);
    }

    /// The request with its buffered body unread again.
    ///
    /// @param request of inside this middleware
    /// @return a copy whose body begins at its beginning
    /// @throws IllegalStateException when there is no buffered body, because this middleware is not around
    public static Request replayed(Request request) {
        var bytes = request.get(BODY)
                .orElseThrow(() -> new IllegalStateException(
                        "no buffered body: expected BufferBody.upTo(limit) around whoever asks for it"));
        return request.withBody(BodyStreams.of(bytes), OptionalLong.of(bytes.length()));
    }

    private static ResponseReceived handle(Application inner, Request request, Respond respond, long limit)
            throws Exception {
        Bytes bytes;
        try {
            bytes = request.readBody(limit);
        } catch (ContentTooLargeException e) {
            return respond.with(RequestSizeLimit.tooLarge(e.limit()));
        }
        return inner.handle(replayed(request.with(BODY, bytes)), respond);
    }
}
