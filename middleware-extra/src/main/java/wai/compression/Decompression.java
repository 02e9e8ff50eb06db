package wai.compression;

import static java.util.Objects.checkFromIndexSize;
import static wai.HeaderName.ACCEPT_ENCODING;
import static wai.HeaderName.CONTENT_ENCODING;
import static wai.HeaderName.CONTENT_LENGTH;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.ClientDisconnectedException;
import wai.ContentTooLargeException;
import wai.Middleware;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;

/// Decompresses request bodies, up to a limit, so that the application reads plain ones.
///
/// {@snippet file="wai/compression/Samples.java" region="decompression"}
///
/// A few kilobytes can decompress to gigabytes. So the limit is on what comes *out*: the read that passes it throws
/// [ContentTooLargeException], answered 413 if the application lets it pass. What is malformed or ends early throws an
/// [IOException], answered 400. A coding that is not known here, or several of them, are answered 415 with the known
/// ones in `Accept-Encoding` (RFC 9110 §12.5.3). The application sees no `Content-Encoding` and no `Content-Length`.
public final class Decompression {
    private final Map<String, ContentCoding> codings;
    private final long limit;
    private final Response unknown;

    private Decompression(Map<String, ContentCoding> codings, long limit, Response unknown) {
        this.codings = codings;
        this.limit = limit;
        this.unknown = unknown;
    }

    /// For gzip and deflate.
    ///
    /// @param limit how many bytes a body may have when it is decompressed, 0 or more
    /// @return the middleware
    /// @throws IllegalArgumentException when the limit is negative
    public static Middleware upTo(long limit) {
        return upTo(limit, ContentCoding.gzip(), ContentCoding.deflate());
    }

    /// For some codings.
    ///
    /// @param limit how many bytes a body may have when it is decompressed, 0 or more
    /// @param codings those that are known
    /// @return the middleware
    /// @throws IllegalArgumentException when the limit is negative
    public static Middleware upTo(long limit, ContentCoding... codings) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit " + limit + " bytes: expected 0 or more");
        }
        var known =
                Arrays.stream(codings).collect(Collectors.toUnmodifiableMap(ContentCoding::name, Function.identity()));
        var names = Arrays.stream(codings).map(ContentCoding::name).collect(Collectors.joining(", "));
        var unknown = Response.text(
                        Status.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding: expected one of " + names + ", once\n")
                .withHeader(ACCEPT_ENCODING, names);
        var decompression = new Decompression(known, limit, unknown);
        return inner -> (request, respond) -> decompression.handle(inner, request, respond);
    }

    private ResponseReceived handle(Application inner, Request request, Respond respond) throws Exception {
        var encodings = request.headers().elements(CONTENT_ENCODING).stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .filter(name -> !name.equals("identity"))
                .toList();
        if (encodings.isEmpty()) {
            return inner.handle(request, respond);
        }
        var coding = encodings.size() == 1 ? codings.get(encodings.getFirst().replace("x-gzip", "gzip")) : null;
        if (coding == null) {
            return respond.with(unknown);
        }
        try (var body = new DecodedBody(request.body(), coding, limit)) {
            return handle(inner, request, body, respond);
        }
    }

    private static ResponseReceived handle(Application inner, Request request, DecodedBody body, Respond respond)
            throws Exception {
        var responded = new AtomicBoolean();
        var plain = request.withHeaders(
                        request.headers().without(CONTENT_ENCODING).without(CONTENT_LENGTH))
                .withBody(body, OptionalLong.empty());
        try {
            return inner.handle(plain, response -> {
                responded.set(true);
                return respond.with(response);
            });
        } catch (Exception failure) {
            var answer = responded.get() ? null : body.answer();
            if (answer == null) {
                throw failure;
            }
            return respond.with(answer);
        }
    }

    /// Counts what comes out, and remembers why it failed. The lock is for threads that outlive the request: the memory
    /// of a decoder may not be on the heap, so nobody may be in it when it is given back, or later.
    private static final class DecodedBody extends InputStream {
        private final ReentrantLock lock = new ReentrantLock();
        private final InputStream encoded;
        private final ContentCoding coding;
        private final long limit;
        private long left;
        private @Nullable InputStream decoded;
        private @Nullable IOException failure;
        private boolean closed;

        DecodedBody(InputStream encoded, ContentCoding coding, long limit) {
            this.encoded = encoded;
            this.coding = coding;
            this.limit = limit;
            this.left = limit;
        }

        /// What is answered for a body that could not be decoded; null when that was not the reason.
        @Nullable
        Response answer() {
            return switch (failure) {
                case null -> null;
                case ClientDisconnectedException _ -> null;
                case ContentTooLargeException _ ->
                    Response.text(
                            Status.CONTENT_TOO_LARGE,
                            Status.CONTENT_TOO_LARGE + ": expected at most " + limit + " bytes when decompressed\n");
                default ->
                    Response.text(
                            Status.BAD_REQUEST,
                            "the body is not what its Content-Encoding says: " + coding.name() + "\n");
            };
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
            lock.lock();
            try {
                return length == 0 ? 0 : decode(target, offset, length);
            } finally {
                lock.unlock();
            }
        }

        private int decode(byte[] target, int offset, int length) throws IOException {
            if (failure != null) {
                throw failure;
            }
            if (closed) {
                throw new IOException("the body is over: the application has ended");
            }
            try {
                if (decoded == null) {
                    decoded = coding.decoder(new Unclosed(encoded));
                }
                int count = decoded.read(target, offset, left < length ? (int) left + 1 : length);
                if (count > left) {
                    throw new ContentTooLargeException(limit);
                }
                left -= Math.max(count, 0);
                return count;
            } catch (EOFException early) {
                failure = new IOException("the body ends before its " + coding.name() + " coding does", early);
                throw failure;
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        /// Not the body itself, which belongs to the handler.
        @Override
        public void close() throws IOException {
            lock.lock();
            try {
                closed = true;
                if (decoded != null) {
                    decoded.close();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private static final class Unclosed extends FilterInputStream {
        Unclosed(InputStream in) {
            super(in);
        }

        @Override
        public void close() {}
    }
}
