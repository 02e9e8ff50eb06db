package wai.compression;

import static java.util.Objects.requireNonNull;
import static wai.HeaderName.ACCEPT_ENCODING;
import static wai.HeaderName.ACCEPT_RANGES;
import static wai.HeaderName.CACHE_CONTROL;
import static wai.HeaderName.CONTENT_ENCODING;
import static wai.HeaderName.CONTENT_LENGTH;
import static wai.HeaderName.CONTENT_RANGE;
import static wai.HeaderName.CONTENT_TYPE;
import static wai.HeaderName.ETAG;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.Body;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.StreamingBody;
import wai.field.Accepted;
import wai.field.Fields;

/// Compresses responses for clients that can decompress them (RFC 9110 §8.4, §12.5.3).
///
/// {@snippet file="wai/compression/Samples.java" region="compression"}
///
/// - **What.** Bytes and streams of a type that shrinks: text, JSON, JavaScript, XML, SVG, WebAssembly; bytes from 860
///   on. Streams are compressed as they are written, and a flush reaches the client. Server-sent events are not
///   compressed unless [#withTypes] says so. Files pass as they are, with their ranges and the handler's speed, unless
///   [#withFiles] gives them a folder for compressed copies: those are sent as files too.
/// - **What not.** Responses that have a `Content-Encoding` or a range, forbid it (`Cache-Control: no-transform`), or
///   have no content (204, 205, 206, 304); raw connections.
/// - **How.** By the client's weights, among equals by the order of the codings here. `q=0` and `identity;q=0` count;
///   a client that refuses everything else gets even small bodies compressed, and one that likes `identity` better
///   gets none.
/// - **Fields.** `Vary` names `Accept-Encoding` where the coding depends on it, also when nothing was compressed. A
///   strong `ETag` becomes weak, digests and `Content-Length` of the plain content go.
///
/// Compressed secrets beside text that an attacker chooses can be guessed from the length (BREACH): leave pages out
/// that show both, by [Middleware#when].
public final class Compression implements Middleware {
    private static final int THRESHOLD = 860; // below, one packet is one packet

    private static final Set<String> SHRINKING = Set.of(
            "application/javascript",
            "application/json",
            "application/manifest+json",
            "application/wasm",
            "application/x-javascript",
            "application/xml",
            "application/ecmascript",
            "application/x-ndjson",
            "image/svg+xml",
            "image/x-icon",
            "image/bmp");

    private static final List<HeaderName> OF_PLAIN_CONTENT = List.of(
            CONTENT_LENGTH,
            ACCEPT_RANGES,
            HeaderName.of("Content-Digest"),
            HeaderName.of("Repr-Digest"),
            HeaderName.of("Content-MD5"));

    private final List<ContentCoding> codings;
    private final Predicate<String> types;
    private final long threshold;
    private final @Nullable CompressedFiles files;

    private Compression(
            List<ContentCoding> codings, Predicate<String> types, long threshold, @Nullable CompressedFiles files) {
        this.codings = codings;
        this.types = types;
        this.threshold = threshold;
        this.files = files;
    }

    /// By gzip and deflate.
    ///
    /// @return the middleware
    public static Compression gzip() {
        return by(ContentCoding.gzip(), ContentCoding.deflate());
    }

    /// By some codings.
    ///
    /// @param codings the best first
    /// @return the middleware
    /// @throws IllegalArgumentException when there is none
    public static Compression by(ContentCoding... codings) {
        if (codings.length == 0) {
            throw new IllegalArgumentException("no content coding: expected at least one");
        }
        return new Compression(List.of(codings), Compression::shrinks, THRESHOLD, null);
    }

    /// Sets which types are compressed.
    ///
    /// @param newTypes asked with the media type in lower case, without parameters: `text/html`
    /// @return the changed copy
    public Compression withTypes(Predicate<String> newTypes) {
        return new Compression(codings, requireNonNull(newTypes, "types"), threshold, files);
    }

    /// Sets how many bytes a body must have, where its length is known; 860 unless set.
    ///
    /// @param bytes 0 or more
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is negative
    public Compression withThreshold(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("threshold of " + bytes + " bytes: expected 0 or more");
        }
        return new Compression(codings, types, bytes, files);
    }

    /// Compresses files too: whole ones that are the answer to GET or HEAD with status 200. Their copies are files,
    /// with conditions, ranges and the time of the file itself.
    ///
    /// @param copies where the copies are kept
    /// @return the changed copy
    public Compression withFiles(CompressedFiles copies) {
        return new Compression(codings, types, threshold, requireNonNull(copies, "copies"));
    }

    /// Whether content of a type becomes smaller, as far as is known; what is compressed unless [#withTypes] says
    /// otherwise.
    ///
    /// @param type the media type in lower case, without parameters
    /// @return true for text and the like, but not for `text/event-stream`
    public static boolean shrinks(String type) {
        return (type.startsWith("text/") && !type.equals("text/event-stream"))
                || SHRINKING.contains(type)
                || type.endsWith("+json")
                || type.endsWith("+xml");
    }

    /// {@inheritDoc}
    @Override
    public Application wrap(Application inner) {
        requireNonNull(inner, "inner");
        return (request, respond) -> inner.handle(request, response -> answer(request, response, respond));
    }

    private ResponseReceived answer(Request request, Response response, Respond respond) throws Exception {
        if (!isCandidate(request, response)) {
            return respond.with(response);
        }
        var varying = Fields.edited(response, headers -> Fields.varying(headers, ACCEPT_ENCODING));
        if (isSmall(response) && isPlainWelcome(request.headers())) {
            return respond.with(varying);
        }
        var accepted = Accepted.of(request.headers().elements(ACCEPT_ENCODING));
        var coding = chosen(accepted);
        if (coding == null || response.headers().first(CONTENT_TYPE).isEmpty()) {
            return respond.with(varying);
        }
        return switch (varying.body()) {
            case Body.File(Path path, var _) -> answer(varying, path, coding, accepted, respond);
            default -> {
                boolean worthIt = isLarge(response) || !accepted.allowsIdentity();
                yield respond.with(worthIt ? encoded(request, varying, coding, accepted) : varying);
            }
        };
    }

    private boolean isSmall(Response response) {
        return response.body() instanceof Bytes bytes && bytes.length() < threshold;
    }

    /// Whether content without a coding is acceptable, as far as can be told without reading the field: it is, unless
    /// a weight of 0 stands there (RFC 9110 §12.5.3).
    private static boolean isPlainWelcome(Headers headers) {
        for (int i = 0; i < headers.size(); i++) {
            if (headers.name(i).equals(ACCEPT_ENCODING) && headers.value(i).indexOf(';') >= 0) {
                return false;
            }
        }
        return true;
    }

    /// With the copy of a file, which stays where it is until it was sent.
    private ResponseReceived answer(
            Response response, Path path, ContentCoding coding, Accepted accepted, Respond respond) throws Exception {
        long least = accepted.allowsIdentity() ? threshold : 0;
        try (var copy = requireNonNull(files, "files").lease(path, coding, least)) {
            return respond.with(copy == null ? response : encoded(response, new Body.File(copy.path(), null), coding));
        }
    }

    private static Response encoded(Request request, Response response, ContentCoding coding, Accepted accepted)
            throws IOException {
        return switch (response.body()) {
            case Bytes bytes
            when !request.method().equals("HEAD") -> compressed(response, bytes, coding, accepted.allowsIdentity());
            case Bytes _ -> encoded(response, new Body.Stream(_ -> {}), coding); // does not run
            case Body.Stream(StreamingBody writer) ->
                encoded(response, new Body.Stream(new CompressedBody(writer, coding)), coding);
            default -> response;
        };
    }

    /// Whether it would be compressed for some client.
    private boolean isCandidate(Request request, Response response) {
        var headers = response.headers();
        int status = response.status().code();
        boolean content = response.status().allowsContent() && status != 205 && status != 206;
        boolean plain = !headers.contains(CONTENT_ENCODING) && !headers.contains(CONTENT_RANGE);
        boolean body =
                switch (response.body()) {
                    case Bytes bytes -> bytes.length() > 0; // nothing at all is never compressed
                    case Body.Stream _ -> true;
                    case Body.File(var _, var part) -> files != null && part == null && isSelected(request, status);
                    case Body.Raw _ -> false;
                };
        return content
                && plain
                && body
                && types.test(type(headers))
                && !(headers.contains(CACHE_CONTROL)
                        && headers.elements(CACHE_CONTROL).stream().anyMatch("no-transform"::equalsIgnoreCase));
    }

    private static String type(Headers headers) {
        var type = headers.first(CONTENT_TYPE, "");
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }

    /// Whether the handler answers conditions and ranges for it.
    private static boolean isSelected(Request request, int status) {
        return status == 200
                && (request.method().equals("GET") || request.method().equals("HEAD"));
    }

    private boolean isLarge(Response response) {
        return switch (response.body()) {
            case Bytes bytes -> bytes.length() >= threshold;
            default ->
                response.headers()
                        .first(CONTENT_LENGTH)
                        .filter(length ->
                                length.length() <= 18 && length.chars().allMatch(c -> c >= '0' && c <= '9'))
                        .map(length -> !length.isEmpty() && Long.parseLong(length) >= threshold)
                        .orElse(true);
        };
    }

    private @Nullable ContentCoding chosen(Accepted accepted) {
        ContentCoding best = null;
        int most = accepted.identity() - 1; // as good as none is good enough
        for (var coding : codings) {
            int weight = accepted.weight(coding.name());
            if (weight > 0 && weight > most) {
                best = coding;
                most = weight;
            }
        }
        return best;
    }

    private static Response compressed(Response response, Bytes bytes, ContentCoding coding, boolean mayStayPlain)
            throws IOException {
        var out = new ByteArrayOutputStream((int) Math.min(bytes.length() / 3 + 64, 1 << 20));
        try (var encoder = coding.encoder(out)) {
            bytes.forEachSlice(encoder::write);
            encoder.finish();
        }
        return mayStayPlain && out.size() >= bytes.length()
                ? response
                : encoded(response, Bytes.of(out.toByteArray()), coding);
    }

    private static Response encoded(Response response, Body body, ContentCoding coding) {
        var headers = response.headers();
        for (var name : OF_PLAIN_CONTENT) {
            headers = headers.without(name);
        }
        var tag = headers.first(ETAG, "");
        if (tag.startsWith("\"")) {
            headers = headers.with(ETAG, "W/" + tag);
        }
        return new Response(response.status(), headers.with(CONTENT_ENCODING, coding.name()), body);
    }
}
