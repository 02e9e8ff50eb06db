package wai.spi;

import static wai.HeaderName.ACCEPT_RANGES;
import static wai.HeaderName.CONTENT_LENGTH;
import static wai.HeaderName.CONTENT_RANGE;
import static wai.HeaderName.KEEP_ALIVE;
import static wai.HeaderName.PROXY_CONNECTION;
import static wai.HeaderName.TRANSFER_ENCODING;

import wai.Body;
import wai.Bytes;
import wai.FilePart;
import wai.Headers;
import wai.Response;
import wai.Status;

/// A response as every handler sends it: framing decided, handler-owned fields taken out.
///
/// The handler writes the status, the headers, `Content-Length` when [#length] is known, and the body. It chunks (or
/// closes) only for a stream of unknown length. Nothing else is left to decide.
///
/// @param status the status
/// @param headers the header fields without those that frame the message (`Content-Length`, `Transfer-Encoding`,
///     `Keep-Alive`, `Proxy-Connection`)
/// @param body what is sent: bytes, a file with its part, a stream, or raw; empty bytes for HEAD and for a status
///     without content
/// @param length the value of `Content-Length` in bytes, or [#UNKNOWN]
public record FramedResponse(Status status, Headers headers, Body body, long length) {
    /// The length of a stream without `Content-Length`, of a raw response, and of a response that has no length to
    /// tell (204, 304, HEAD of such a stream).
    public static final long UNKNOWN = -1;

    /// Frames a response (RFC 9110 §6.4, §8.6; RFC 9112 §6).
    ///
    /// - A `Content-Length` of the application counts for a stream, and for the answer to HEAD when its body is empty;
    ///   elsewhere the length of the body counts.
    /// - `Transfer-Encoding`, `Keep-Alive` and `Proxy-Connection` of the application are dropped.
    /// - HEAD and the statuses 204, 205 and 304 have no body, whatever the response holds.
    /// - A file gets `Accept-Ranges`, and `Content-Range` when its part is a slice and the application has set none.
    ///
    /// @param method the method of the request
    /// @param response the response; a file in it has a part
    /// @return the framed response
    /// @throws IllegalArgumentException when the body is a file without a part
    /// @throws ContractViolation of [Rule#RSP_CONTENT_LENGTH] when a `Content-Length` that counts is not one decimal
    ///     number, of [Rule#RSP_FINAL_STATUS] when the status is 1xx and the response not raw
    public static FramedResponse of(String method, Response response) {
        var status = response.status();
        var body = response.body();
        if (body instanceof Body.Raw) {
            return new FramedResponse(status, withoutFraming(response.headers()), body, UNKNOWN);
        }
        if (status.isInformational()) {
            throw new ContractViolation(
                    Rule.RSP_FINAL_STATUS,
                    "a response of status " + status + " that is not raw: send it with Request.sendInformational");
        }
        var headers = withoutFraming(response.headers());
        if (status.code() == 205) {
            return new FramedResponse(status, headers, Bytes.EMPTY, 0);
        }
        if (!status.allowsContent()) {
            return new FramedResponse(status, headers, Bytes.EMPTY, UNKNOWN);
        }
        boolean head = method.equals("HEAD");
        long length = length(head, response);
        if (body instanceof Body.File(var _, FilePart part) && part != null) {
            headers = withRange(headers, part);
        }
        return new FramedResponse(status, headers, head ? Bytes.EMPTY : body, length);
    }

    /// Whether the handler must delimit the body itself: by chunks on HTTP/1.1, by closing on HTTP/1.0, by the end of
    /// the stream on HTTP/2.
    ///
    /// @return true for a stream of unknown length
    public boolean isDelimitedByHandler() {
        return length == UNKNOWN && body instanceof Body.Stream;
    }

    private static long length(boolean head, Response response) {
        var body = response.body(); // no switch: the first one over patterns costs the start of a server 15 ms
        if (body instanceof Bytes bytes) {
            return head && bytes.length() == 0 && response.headers().contains(CONTENT_LENGTH)
                    ? declared(response.headers())
                    : bytes.length();
        }
        if (body instanceof Body.File(var path, FilePart part)) {
            if (part == null) {
                throw new IllegalArgumentException(
                        "file " + path + " has no part: negotiate it first (FileNegotiation)");
            }
            return part.length();
        }
        return body instanceof Body.Stream ? declared(response.headers()) : UNKNOWN;
    }

    private static long declared(Headers headers) {
        var values = headers.all(CONTENT_LENGTH);
        if (values.isEmpty()) {
            return UNKNOWN;
        }
        var value = values.getFirst();
        boolean digits = !value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9');
        if (values.size() > 1 || !digits || value.length() > 18) {
            throw new ContractViolation(
                    Rule.RSP_CONTENT_LENGTH, "Content-Length " + values + ": expected one number of at most 18 digits");
        }
        return Long.parseLong(value);
    }

    private static Headers withRange(Headers headers, FilePart part) {
        var ranged = headers.with(ACCEPT_RANGES, "bytes");
        boolean whole = part.length() == part.fileSize();
        if (whole || part.length() == 0 || headers.contains(CONTENT_RANGE)) {
            return ranged;
        }
        long last = part.offset() + part.length() - 1;
        return ranged.adding(CONTENT_RANGE, "bytes " + part.offset() + "-" + last + "/" + part.fileSize());
    }

    private static Headers withoutFraming(Headers headers) {
        return headers.without(CONTENT_LENGTH)
                .without(TRANSFER_ENCODING)
                .without(KEEP_ALIVE)
                .without(PROXY_CONNECTION);
    }
}
