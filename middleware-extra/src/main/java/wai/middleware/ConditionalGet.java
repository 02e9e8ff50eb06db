package wai.middleware;

import static java.util.Objects.requireNonNull;
import static wai.HeaderName.ETAG;
import static wai.HeaderName.LAST_MODIFIED;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import wai.Body;
import wai.Bytes;
import wai.Middleware;
import wai.Request;
import wai.Response;
import wai.spi.FileNegotiation;

/// Answers 304 to clients that have the content already (RFC 9110 §13), and 412 to those that wanted other content.
///
/// {@snippet file="wai/middleware/Samples.java" region="conditional-get"}
///
/// Responses of status 200 to GET and HEAD are compared by their `ETag` or `Last-Modified`; what is not sent is a body,
/// the application has done its work all the same. A stream then does not run. Files need nothing: handlers answer
/// their conditions. Outside of this may be what changes fields, inside what changes bodies.
public final class ConditionalGet {
    private static final int TAG_BYTES = 16;

    private ConditionalGet() {}

    /// By the validators that the application sets.
    ///
    /// @return the middleware
    public static Middleware byValidators() {
        return at(InstantSource.system(), 0);
    }

    /// Also by a strong `ETag` for bytes that have neither validator: 128 bits of their SHA-256.
    ///
    /// @param limit how many bytes are digested at most, 0 or more; larger bodies get no tag
    /// @return the middleware
    /// @throws IllegalArgumentException when the limit is negative
    public static Middleware taggingUpTo(long limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit " + limit + " bytes: expected 0 or more");
        }
        return at(InstantSource.system(), limit);
    }

    static Middleware at(InstantSource clock, long limit) {
        requireNonNull(clock, "clock");
        return inner -> (request, respond) ->
                inner.handle(request, response -> respond.with(answer(request, response, clock, limit)));
    }

    private static Response answer(Request request, Response response, InstantSource clock, long limit)
            throws IOException {
        boolean content = response.body() instanceof Bytes || response.body() instanceof Body.Stream;
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        if (!content || !reads) {
            return response; // handlers answer the conditions of files
        }
        var tagged = tagged(request, response, limit);
        boolean comparable = tagged.headers().contains(ETAG) || tagged.headers().contains(LAST_MODIFIED);
        return comparable ? FileNegotiation.conditional(request, tagged, clock.instant()) : tagged;
    }

    private static Response tagged(Request request, Response response, long limit) throws IOException {
        boolean plain = response.status().code() == 200
                && !response.headers().contains(ETAG)
                && !response.headers().contains(LAST_MODIFIED);
        boolean whole = response.body() instanceof Bytes bytes
                && bytes.length() <= limit
                && !(bytes.length() == 0 && request.method().equals("HEAD"));
        return limit > 0 && plain && whole ? response.withHeader(ETAG, tag((Bytes) response.body())) : response;
    }

    private static String tag(Bytes bytes) throws IOException {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            bytes.forEachSlice(digest::update);
            var tag = Arrays.copyOf(digest.digest(), TAG_BYTES);
            return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(tag) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
