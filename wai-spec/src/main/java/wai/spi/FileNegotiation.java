package wai.spi;

import static wai.HeaderName.ACCEPT_RANGES;
import static wai.HeaderName.CACHE_CONTROL;
import static wai.HeaderName.CONTENT_DISPOSITION;
import static wai.HeaderName.CONTENT_ENCODING;
import static wai.HeaderName.CONTENT_LANGUAGE;
import static wai.HeaderName.CONTENT_LENGTH;
import static wai.HeaderName.CONTENT_LOCATION;
import static wai.HeaderName.CONTENT_RANGE;
import static wai.HeaderName.CONTENT_TYPE;
import static wai.HeaderName.ETAG;
import static wai.HeaderName.EXPIRES;
import static wai.HeaderName.LAST_MODIFIED;
import static wai.HeaderName.RANGE;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import wai.Body;
import wai.Bytes;
import wai.FilePart;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.StreamingBody;

/// Answers conditions and ranges for a whole file, or other content of known length (RFC 9110 §13, §14), the same on
/// every handler.
///
/// Only where the application answers GET or HEAD with 200 is the file the *selected representation* that conditions
/// and ranges are about. Elsewhere nothing is negotiated and the whole file is sent under the application's status: an
/// error page is an error page whatever the client has in its cache; and the answer to PUT or POST comes after the
/// deed, when 412 would deny what has been done (conditions of such methods are evaluated *before* the action, RFC
/// 9110 §13.2.1, which only the application can do).
///
/// [Exchange] calls this for files; a handler need not. [#content] is for applications.
public final class FileNegotiation {
    private static final byte[] NO_BYTES = {};
    private static final HeaderName CONTENT_DIGEST = HeaderName.of("Content-Digest");

    /// What describes the content, which is not sent with 304; not what a cache updates (RFC 9110 §15.4.5).
    private static final Set<HeaderName> CONTENT = Set.of(
            ACCEPT_RANGES,
            CONTENT_DIGEST,
            CONTENT_DISPOSITION,
            CONTENT_ENCODING,
            CONTENT_LANGUAGE,
            CONTENT_LENGTH,
            CONTENT_RANGE,
            CONTENT_TYPE,
            HeaderName.of("Repr-Digest"));

    private static final Set<HeaderName> VALIDATORS = Set.of(ETAG, LAST_MODIFIED, CONTENT_LOCATION);

    private static final Set<HeaderName> FRESHNESS = Set.of(CACHE_CONTROL, EXPIRES, HeaderName.of("CDN-Cache-Control"));

    private FileNegotiation() {}

    /// The response for a file that exists: 200, 206, 304, 412 or 416.
    ///
    /// `ETag` and `Last-Modified` of the application are kept and compared with; missing ones are derived from the
    /// facts. The `ETag` is weak until the file has rested for two seconds: until then it may change again under the
    /// same time.
    ///
    /// 200 and single ranges have a [Body.File] with its part, several ranges (at most 64, else the whole file) a
    /// [Body.Stream] with its `Content-Length`. A range that is the whole file, and every range of an empty one, is
    /// answered with 200.
    ///
    /// @param request the request
    /// @param response the application's response; its body is a file without a part
    /// @param facts what is known of that file
    /// @param now the time that goes into `Date`
    /// @return the response to send
    /// @throws IllegalArgumentException when the body is something else
    public static Response answer(Request request, Response response, FileFacts facts, Instant now) {
        return answer(request, response, facts, Files::newByteChannel, now);
    }

    /// The same with the handler's way to open the file, for several ranges.
    static Response answer(
            Request request, Response response, FileFacts facts, MultipartRanges.Opener opener, Instant now) {
        var path = path(response);
        var whole = new Whole(
                facts.size(),
                new Body.File(path, new FilePart(0, facts.size(), facts.size())),
                new MultipartRanges.FileSource(path, opener));
        var own = response.without(CONTENT_LENGTH).without(CONTENT_RANGE);
        if (!isSelected(request, response)) {
            return own.withBody(whole.body());
        }
        var current = Validators.of(own.headers(), facts, now);
        var selected = own.withHeaders(current.headers());
        return switch (Conditions.evaluate(request.headers(), current)) {
            case FAILED -> error(Status.PRECONDITION_FAILED, own.headers(), "Precondition failed");
            case NOT_MODIFIED -> notModified(selected.headers());
            case HOLD -> {
                var ranges = request.method().equals("GET") ? ranges(request.headers(), current) : null;
                yield ranges == null || facts.size() == 0
                        ? selected.withBody(whole.body())
                        : ranged(selected, whole, ranges.within(facts.size()));
            }
        };
    }

    /// The response for content that is no file but has a known length: 200, 206, 304, 412 or 416, as for files. Its
    /// validators are what the application set, none are derived.
    ///
    /// Slices are cut out of what the body writes, which is stopped behind the last one; several come in ascending
    /// order.
    ///
    /// @param request the request
    /// @param response the application's response; its body is bytes or a stream. Answered as it is unless GET or HEAD
    ///     comes to 200
    /// @param size how many bytes the body has, 0 or more
    /// @param now the present, for dates with years of two digits
    /// @return the response to send
    /// @throws IllegalArgumentException when the body is something else, or the size negative
    public static Response content(Request request, Response response, long size, Instant now) {
        if (size < 0) {
            throw new IllegalArgumentException("content of " + size + " bytes: expected 0 or more");
        }
        var whole = new Whole(size, response.body(), new SlicedContent(writer(response.body())));
        if (!isSelected(request, response)) {
            return response;
        }
        var current = validators(response, now);
        return switch (Conditions.evaluate(request.headers(), current)) {
            case FAILED -> error(Status.PRECONDITION_FAILED, response.headers(), "Precondition failed");
            case NOT_MODIFIED -> notModified(response.headers());
            case HOLD -> {
                var selected = response.withHeader(ACCEPT_RANGES, "bytes");
                var ranges = request.method().equals("GET") ? ranges(request.headers(), current) : null;
                yield ranges == null || size == 0 ? selected : ranged(selected, whole, ascending(ranges.within(size)));
            }
        };
    }

    private static List<FilePart> ascending(List<FilePart> parts) {
        return parts.stream().sorted(Comparator.comparingLong(FilePart::offset)).toList();
    }

    /// Whether the body is the selected representation, which conditions and ranges are about.
    private static boolean isSelected(Request request, Response response) {
        return response.status().code() == 200
                && (request.method().equals("GET") || request.method().equals("HEAD"));
    }

    private static StreamingBody writer(Body body) {
        return switch (body) {
            case Bytes bytes -> bytes::writeTo;
            case Body.Stream(StreamingBody writer) -> writer;
            default -> throw new IllegalArgumentException("body " + body + ": expected bytes or a stream");
        };
    }

    /// The response for content that is no file, and whose `ETag` or `Last-Modified` the application set: 304, 412,
    /// or the response itself. Ranges are not answered.
    ///
    /// @param request the request
    /// @param response the application's response; answered as it is unless GET or HEAD comes to 200
    /// @param now the present, for dates with years of two digits
    /// @return the response to send
    public static Response conditional(Request request, Response response, Instant now) {
        if (!isSelected(request, response)) {
            return response;
        }
        var headers = response.headers();
        return switch (Conditions.evaluate(request.headers(), validators(response, now))) {
            case FAILED -> error(Status.PRECONDITION_FAILED, headers, "Precondition failed");
            case NOT_MODIFIED -> notModified(headers);
            case HOLD -> response;
        };
    }

    private static Validators validators(Response response, Instant now) {
        var headers = response.headers();
        var tag = EntityTag.parse(headers.first(ETAG, ""));
        var modified = HttpDate.parse(headers.first(LAST_MODIFIED, ""), now).orElse(null);
        return new Validators(tag, modified, headers, now);
    }

    /// The response for a file that does not exist, may not be read, or is no regular file: 404, or the application's
    /// status where that is an error already (503 without its page is still 503).
    ///
    /// @param response the application's response
    /// @return the response to send: plain text, without the fields that describe the file
    public static Response missing(Response response) {
        boolean isError = response.status().code() >= 400;
        return isError
                ? error(response.status(), response.headers(), response.status().reason())
                : error(Status.NOT_FOUND, response.headers(), "File not found");
    }

    private static Path path(Response response) {
        if (response.body() instanceof Body.File(Path path, FilePart part) && part == null) {
            return path;
        }
        throw new IllegalArgumentException("body " + response.body() + ": expected a file without a part");
    }

    /// The ranges to serve, or null when the whole file is to be sent.
    private static @Nullable ByteRanges ranges(Headers request, Validators current) {
        var value = Conditions.single(request, RANGE);
        return value != null && Conditions.allowsRange(request, current) ? ByteRanges.parse(value) : null;
    }

    private static Response ranged(Response selected, Whole whole, List<FilePart> parts) {
        return switch (parts.size()) {
            case 0 -> unsatisfiable(selected.headers(), whole);
            case 1 -> single(selected, whole, parts.getFirst());
            default -> several(selected, whole, parts);
        };
    }

    private static Response unsatisfiable(Headers headers, Whole whole) {
        return error(Status.RANGE_NOT_SATISFIABLE, headers, "Range not satisfiable: there are " + whole.size + " bytes")
                .withHeader(ACCEPT_RANGES, "bytes")
                .withHeader(CONTENT_RANGE, "bytes */" + whole.size);
    }

    /// One slice; [FramedResponse] adds the `Content-Range` of a file. All representation fields stay even when
    /// `If-Range` shows that the client has them (RFC 9110 §15.3.7 would rather not): without `Content-Type` a
    /// `nosniff` has nothing to hold on to.
    private static Response single(Response selected, Whole whole, FilePart part) {
        if (part.length() == whole.size) {
            return selected.withBody(whole.body());
        }
        if (whole.body() instanceof Body.File(Path path, var _)) {
            return partial(selected).withBody(new Body.File(path, part));
        }
        long last = part.offset() + part.length() - 1;
        return partial(selected)
                .withHeader(CONTENT_LENGTH, Long.toString(part.length()))
                .withHeader(CONTENT_RANGE, "bytes " + part.offset() + "-" + last + "/" + whole.size)
                .withBody(new Body.Stream(out -> whole.source().write(List.of(part), List.of(NO_BYTES), out)));
    }

    /// Several slices. Not of an encoded file: a `Content-Encoding` beside a multipart type would claim that the
    /// envelope is encoded, and RFC 9110 has no place for it in the parts.
    private static Response several(Response selected, Whole whole, List<FilePart> parts) {
        if (selected.headers().contains(CONTENT_ENCODING)) {
            return selected.withBody(whole.body());
        }
        var partFields = selected.headers()
                .first(CONTENT_TYPE)
                .map(type -> "Content-Type: " + type + "\r\n")
                .orElse("");
        // Random, 122 bits: it occurs in no file, and nobody can prepare a file in which it does.
        var body = new MultipartRanges(
                whole.source(), parts, partFields, UUID.randomUUID().toString());
        return partial(selected)
                .withHeader(CONTENT_TYPE, body.contentType())
                .withHeader(CONTENT_LENGTH, Long.toString(body.length()))
                .withHeader(ACCEPT_RANGES, "bytes")
                .withBody(new Body.Stream(body));
    }

    /// A digest of the content would now be one of other content; one of the representation (`Repr-Digest`) stays.
    private static Response partial(Response selected) {
        return selected.withStatus(Status.PARTIAL_CONTENT).without(CONTENT_DIGEST);
    }

    private static Response notModified(Headers headers) {
        return Response.of(Status.NOT_MODIFIED, without(headers, CONTENT), Bytes.EMPTY);
    }

    /// Without the fields that describe the file. What was said of caching the file must not reach the error either, or
    /// a client could plant a 412 in a shared cache for as long as the file was to stay there.
    private static Response error(Status status, Headers headers, String text) {
        var other = without(without(headers, CONTENT), VALIDATORS);
        var lasting = without(other, FRESHNESS);
        var safe = lasting.size() == other.size() ? other : lasting.adding(CACHE_CONTROL, "no-store");
        return Response.of(status, safe.adding(CONTENT_TYPE, "text/plain; charset=utf-8"), Bytes.utf8(text + "\n"));
    }

    private static Headers without(Headers headers, Set<HeaderName> names) {
        var kept = Headers.builder();
        for (int i = 0; i < headers.size(); i++) {
            if (!names.contains(headers.name(i))) {
                kept.add(headers.name(i), headers.value(i));
            }
        }
        return kept.size() == headers.size() ? headers : kept.build();
    }

    /// The whole of it.
    private record Whole(long size, Body body, MultipartRanges.Source source) {}
}
