package wai.warp.http1;

import static wai.HeaderName.CONNECTION;
import static wai.HeaderName.CONTENT_LENGTH;
import static wai.HeaderName.EXPECT;
import static wai.HeaderName.HOST;
import static wai.HeaderName.TRANSFER_ENCODING;
import static wai.HttpVersion.HTTP_1_0;
import static wai.HttpVersion.HTTP_1_1;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.warp.http1.Http1Event.Head;
import wai.warp.http1.Http1Fault.Kind;

/// What the fields of a request mean for its framing and for the connection (RFC 9112 §3.2, §6, §9).
///
/// Where a message could be read in two ways it is refused: two readers of one message, a proxy and we, must never
/// disagree on where it ends.
final class HeadRules {
    private HeadRules() {}

    /// Judges the fields.
    ///
    /// @param line the request line
    /// @param fields the fields as received
    /// @param limits what is allowed
    /// @param memo knows hosts that were judged before
    /// @return the head of the request
    /// @throws Http1Fault when `Host`, the framing or the expectation is wrong, or the body too long
    static Head judge(RequestLine line, Headers fields, Http1Limits limits, FieldMemo memo) throws Http1Fault {
        var host = only(fields, HOST, Kind.BAD_HOST, "RFC 9112 §3.2");
        var length = only(fields, CONTENT_LENGTH, Kind.BAD_CONTENT_LENGTH, "RFC 9112 §6.3");
        boolean coded = fields.contains(TRANSFER_ENCODING);
        var version = line.version();
        checkHost(host, version, memo);
        if (coded) {
            checkCodings(fields, version, length);
        }
        long bodyLength = coded ? Head.CHUNKED : length == null ? 0 : contentLength(length, limits);
        boolean expectsContinue = version == HTTP_1_1 && expectsContinue(fields) && bodyLength != 0;
        boolean keepsAlive = keepsAlive(fields, version);
        if (line.method().equals("CONNECT")) {
            checkNoContent(bodyLength);
            keepsAlive = false;
        }
        var headers = line.authority() == null ? fields : fields.with(HOST, line.authority());
        return new Head(line.method(), line.target(), version, headers, bodyLength, expectsContinue, keepsAlive);
    }

    /// The value of a field that must not come twice, not even with the same value; null when there is none.
    private static @Nullable String only(Headers fields, HeaderName name, Kind kind, String section) throws Http1Fault {
        String only = null;
        if (fields.contains(name)) {
            for (int i = 0; i < fields.size(); i++) {
                if (fields.name(i).equals(name)) {
                    if (only != null) {
                        throw new Http1Fault(
                                kind,
                                Octets.quoted(only) + " and " + Octets.quoted(fields.value(i)) + ": expected one field "
                                        + name + " (" + section + ")");
                    }
                    only = fields.value(i);
                }
            }
        }
        return only;
    }

    /// An empty `Host` says that the target has no authority (RFC 9110 §7.2) and is left to the application.
    private static void checkHost(@Nullable String host, HttpVersion version, FieldMemo memo) throws Http1Fault {
        if (host == null) {
            if (version != HTTP_1_0) {
                throw new Http1Fault(Kind.BAD_HOST, "no Host: expected one field in HTTP/1.1 (RFC 9112 §3.2)");
            }
        } else if (!host.isEmpty() && !memo.isHost(host)) {
            throw new Http1Fault(
                    Kind.BAD_HOST, "Host " + Octets.quoted(host) + ": expected host or host:port (RFC 9110 §7.2)");
        }
    }

    /// A list of equal lengths may be refused (RFC 9110 §8.6), and is.
    private static long contentLength(String value, Http1Limits limits) throws Http1Fault {
        long length = 0;
        for (int i = 0; i < value.length(); i++) {
            int digit = value.charAt(i) - '0';
            if (digit < 0 || digit > 9 || length > (Long.MAX_VALUE - digit) / 10) {
                length = -1;
                break;
            }
            length = length * 10 + digit;
        }
        if (length < 0 || value.isEmpty()) {
            throw new Http1Fault(
                    Kind.BAD_CONTENT_LENGTH,
                    "Content-Length " + Octets.quoted(value) + ": expected decimal digits up to " + Long.MAX_VALUE
                            + " (RFC 9110 §8.6)");
        }
        if (length > limits.bodySize()) {
            throw new Http1Fault(
                    Kind.BODY_TOO_LARGE,
                    "Content-Length " + length + ": expected at most " + limits.bodySize() + " (RFC 9110 §15.5.14)");
        }
        return length;
    }

    private static void checkCodings(Headers fields, HttpVersion version, @Nullable String length) throws Http1Fault {
        if (version == HTTP_1_0) {
            throw badCoding("Transfer-Encoding in HTTP/1.0: expected HTTP/1.1 (RFC 9112 §6.1)");
        }
        if (length != null) {
            throw badCoding("Transfer-Encoding and Content-Length: expected one of them (RFC 9112 §6.1)");
        }
        var codings = fields.elements(TRANSFER_ENCODING);
        if (codings.isEmpty() || !codings.getLast().equalsIgnoreCase("chunked")) {
            throw badCoding("Transfer-Encoding " + Octets.quoted(String.join(", ", codings))
                    + ": expected chunked as the last coding (RFC 9112 §6.3)");
        }
        for (var coding : codings.subList(0, codings.size() - 1)) {
            if (coding.toLowerCase(Locale.ROOT).startsWith("chunked")) {
                throw badCoding("Transfer-Encoding " + Octets.quoted(String.join(", ", codings))
                        + ": expected chunked once (RFC 9112 §7.1)");
            }
        }
        if (codings.size() > 1) {
            throw new Http1Fault(
                    Kind.UNKNOWN_TRANSFER_CODING,
                    "transfer coding " + Octets.quoted(codings.getFirst()) + ": expected only chunked (RFC 9112 §6.1)");
        }
    }

    /// What follows CONNECT belongs to the tunnel (RFC 9110 §9.3.6), also when the answer refuses it: a client may have
    /// sent it without waiting, so that it is never read as a request either.
    private static void checkNoContent(long bodyLength) throws Http1Fault {
        if (bodyLength == Head.CHUNKED) {
            throw badCoding("Transfer-Encoding in CONNECT: expected no content (RFC 9110 §9.3.6)");
        }
        if (bodyLength > 0) {
            throw new Http1Fault(
                    Kind.BAD_CONTENT_LENGTH,
                    "Content-Length " + bodyLength + " in CONNECT: expected no content (RFC 9110 §9.3.6)");
        }
    }

    private static Http1Fault badCoding(String message) {
        return new Http1Fault(Kind.BAD_TRANSFER_ENCODING, message);
    }

    /// HTTP/1.0 has no expectations; there the field is ignored (RFC 9110 §10.1.1).
    private static boolean expectsContinue(Headers fields) throws Http1Fault {
        var expectations = fields.elements(EXPECT);
        for (var expectation : expectations) {
            if (!expectation.equalsIgnoreCase("100-continue")) {
                throw new Http1Fault(
                        Kind.UNKNOWN_EXPECTATION,
                        "Expect " + Octets.quoted(expectation) + ": expected 100-continue (RFC 9110 §10.1.1)");
            }
        }
        return !expectations.isEmpty();
    }

    /// RFC 9112 §9.3: `close` wins, then the version, then `keep-alive`.
    private static boolean keepsAlive(Headers fields, HttpVersion version) {
        boolean keeps = version == HTTP_1_1;
        for (var option : fields.elements(CONNECTION)) {
            if (option.equalsIgnoreCase("close")) {
                return false;
            }
            keeps |= option.equalsIgnoreCase("keep-alive");
        }
        return keeps;
    }
}
