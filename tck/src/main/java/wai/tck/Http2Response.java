package wai.tck;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.Headers;
import wai.tck.http2.Field;
import wai.tck.http2.NotHttp2Exception;

/// What comes on a stream, judged as it comes: informational heads, a head, the body that it describes, trailer fields
/// (RFC 9113 §8.1). Guarded by the lock of the link.
final class Http2Response {
    private static final Set<String> OF_A_CONNECTION =
            Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "te");
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final long UNKNOWN = -1;

    private final Http2Request request;
    private @Nullable ClientHead head;
    private boolean mayHaveBody = true;
    private long declared = UNKNOWN;
    private long received;
    private Headers trailers = Headers.EMPTY;

    Http2Response(Http2Request request) {
        this.request = request;
    }

    /// Whether the final head came.
    boolean hasBegun() {
        return head != null;
    }

    Headers trailers() {
        return trailers;
    }

    /// A field section: a head, or what stands behind the body.
    ///
    /// @return the head; null for trailers
    @Nullable
    ClientHead section(List<Field> fields, boolean ends) throws NotHttp2Exception {
        if (head != null) {
            check(ends, "a second head, or trailers that do not end the stream (RFC 9113 §8.1)");
            trailers = regular(fields);
            return null;
        }
        if (fields.isEmpty() || !fields.getFirst().name().equals(":status")) {
            throw new NotHttp2Exception(
                    "a response that begins with " + fields + ": expected :status (RFC 9113 §8.3.2)");
        }
        int status = status(fields.getFirst().value());
        var headers = regular(fields.subList(1, fields.size()));
        boolean interim = status < 200;
        check(!interim || !ends, "status " + status + " at the end of a stream (RFC 9113 §8.1)");
        checkLength(status, headers);
        if (interim) {
            return new ClientHead(status, headers);
        }
        var shown = new ClientHead(status, headers);
        if (request.protocol().isPresent() && status < 300) {
            declared = UNKNOWN;
            mayHaveBody = true;
            shown = new ClientHead(SWITCHING_PROTOCOLS, upgraded(headers));
        }
        head = shown;
        return shown;
    }

    private Headers upgraded(Headers headers) {
        return Headers.builder()
                .add(HeaderName.UPGRADE, request.protocol().orElseThrow())
                .addAll(headers)
                .build();
    }

    private static int status(String text) throws NotHttp2Exception {
        check(text.matches("[1-5][0-9]{2}") && !text.equals("101"), ":status \"" + text + "\" (RFC 9113 §8.3.2, §8.6)");
        return Integer.parseInt(text);
    }

    private void checkLength(int status, Headers headers) throws NotHttp2Exception {
        var lengths = headers.all(HeaderName.CONTENT_LENGTH);
        check(
                lengths.size() <= 1 && lengths.stream().allMatch(length -> length.matches("[0-9]{1,18}")),
                "Content-Length " + lengths + " (RFC 9110 §8.6)");
        boolean hasNone = status < 200 || status == 204;
        check(
                !hasNone || lengths.isEmpty(),
                "status " + status + " with Content-Length " + lengths + " (RFC 9110 §8.6)");
        mayHaveBody = !hasNone && status != 304 && !request.method().equals("HEAD");
        if (mayHaveBody && !lengths.isEmpty()) {
            declared = Long.parseLong(lengths.getFirst());
        }
    }

    private static Headers regular(List<Field> fields) throws NotHttp2Exception {
        var headers = Headers.builder();
        for (var field : fields) {
            var name = field.name();
            check(
                    name.chars().noneMatch(c -> c >= 'A' && c <= 'Z') && !name.startsWith(":"),
                    "field \"" + name + "\": expected a name in lower case, and no second pseudo-header field"
                            + " (RFC 9113 §8.2.1, §8.3)");
            check(!OF_A_CONNECTION.contains(name), "field \"" + name + "\" (RFC 9113 §8.2.2)");
            check(
                    field.value().equals(field.value().strip()),
                    "blanks around the value of " + name + " (RFC 9113 §8.2.1)");
            try {
                headers.add(HeaderName.of(name), field.value());
            } catch (IllegalArgumentException e) {
                throw new NotHttp2Exception("field \"" + name + "\": " + e.getMessage() + " (RFC 9113 §8.2.1)");
            }
        }
        return headers.build();
    }

    /// So many bytes of the body.
    void data(int count) throws NotHttp2Exception {
        check(head != null, "DATA before the head of the response (RFC 9113 §8.1)");
        received += count;
        check(mayHaveBody || count == 0, "a body where none may be: " + request.method() + " and " + head);
        check(
                declared == UNKNOWN || received <= declared,
                received + " bytes under a Content-Length of " + declared + " (RFC 9113 §8.1.1)");
    }

    /// The server has ended the stream.
    void end() throws NotHttp2Exception {
        check(
                declared == UNKNOWN || received == declared,
                received + " bytes under a Content-Length of " + declared + " (RFC 9113 §8.1.1)");
    }

    private static void check(boolean holds, String otherwise) throws NotHttp2Exception {
        if (!holds) {
            throw new NotHttp2Exception(otherwise);
        }
    }
}
