package wai.middleware;

import static java.util.Objects.checkFromIndexSize;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import wai.Application;
import wai.ContentTooLargeException;
import wai.Middleware;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;

/// A limit on request bodies for a part of an application: larger ones are answered 413 (RFC 9110 §15.5.14).
///
/// {@snippet file="wai/middleware/Samples.java" region="request-size-limit"}
///
/// When `Content-Length` tells, the application is not called and nothing is read; a client that waits for
/// `100 Continue` is not told to send. A body of unknown length is counted while the application reads it: the read
/// that passes the limit throws [ContentTooLargeException], which the application may catch to answer in its own words;
/// if it lets it pass before it has responded, the answer is 413 too. Raw connections are not limited.
///
/// A server's own limit acts before; so it must be at least the largest of these.
public final class RequestSizeLimit {
    private final long limit;

    private RequestSizeLimit(long limit) {
        this.limit = limit;
    }

    /// The limit as middleware.
    ///
    /// @param bytes how many bytes a body may have, 0 or more
    /// @return the middleware
    /// @throws IllegalArgumentException when the limit is negative
    public static Middleware of(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("limit " + bytes + " bytes: expected 0 or more");
        }
        var limit = new RequestSizeLimit(bytes);
        return inner -> (request, respond) -> {
            if (request.bodyLength().isPresent()) {
                return request.bodyLength().getAsLong() > bytes
                        ? respond.with(tooLarge(bytes))
                        : inner.handle(request, respond);
            }
            return limit.counted(inner, request, respond);
        };
    }

    private ResponseReceived counted(Application inner, Request request, Respond respond) throws Exception {
        var body = new CountedBody(request.body(), limit);
        var responded = new AtomicBoolean();
        try {
            return inner.handle(request.withBody(body, request.bodyLength()), response -> {
                responded.set(true);
                return respond.with(response);
            });
        } catch (ContentTooLargeException e) {
            if (!body.isOver() || responded.get()) {
                throw e; // another limit, or too late
            }
            return respond.with(tooLarge(limit));
        }
    }

    /// What is answered to a body over the limit; for other middlewares that have one.
    static Response tooLarge(long limit) {
        return Response.text(
                Status.CONTENT_TOO_LARGE, Status.CONTENT_TOO_LARGE + ": expected at most " + limit + " bytes\n");
    }

    /// A body that throws behind its limit, and goes on throwing.
    private static final class CountedBody extends InputStream {
        private final InputStream body;
        private final long limit;
        private long left;
        private volatile boolean over;

        CountedBody(InputStream body, long limit) {
            this.body = body;
            this.limit = limit;
            this.left = limit;
        }

        boolean isOver() {
            return over;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        /// Asks for one byte more than may come, so that the end is told from the next byte.
        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            checkFromIndexSize(offset, length, target.length);
            if (over) {
                throw new ContentTooLargeException(limit);
            }
            int count = body.read(target, offset, left < length ? (int) left + 1 : length);
            if (count > left) {
                over = true;
                throw new ContentTooLargeException(limit);
            }
            left -= Math.max(count, 0);
            return count;
        }

        @Override
        public int available() throws IOException {
            return over ? 0 : (int) Math.min(body.available(), left);
        }
    }
}
