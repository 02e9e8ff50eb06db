package wai.warp.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static wai.HttpVersion.HTTP_1_0;
import static wai.HttpVersion.HTTP_1_1;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import wai.HttpVersion;
import wai.warp.http1.Http1Fault.Kind;

/// The first line of a request (RFC 9112 §3).
///
/// @param method a token
/// @param target path and query, `*`, or the authority of CONNECT
/// @param version 1.0, or 1.1 for every later 1.x (RFC 9110 §2.5)
/// @param authority the authority of an absolute target, which takes the place of `Host` (RFC 9112 §3.2.2)
record RequestLine(
        String method,
        String target,
        HttpVersion version,
        @Nullable String authority) {
    private static final String EXPECTED = ": expected method SP target SP HTTP/1.1 (RFC 9112 §3)";
    private static final int VERSION_SIZE = "HTTP/1.1".length();
    private static final String[] METHODS = {"GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT"};
    private static final byte[][] METHOD_OCTETS = octets(METHODS);

    /// Parses the line, or the beginning of one that is too long to be legal, which always faults.
    ///
    /// @param array holds the line, which has no control octets but tabs
    /// @param from where it begins
    /// @param to behind its last octet, without the line end
    /// @param limits what is allowed
    /// @return the line
    /// @throws Http1Fault when it is malformed or too long
    static RequestLine parse(byte[] array, int from, int to, Http1Limits limits) throws Http1Fault {
        int methodEnd = from;
        while (methodEnd < to && Octets.isToken(array[methodEnd])) {
            if (methodEnd++ - from == limits.methodSize()) {
                throw new Http1Fault(
                        Kind.METHOD_TOO_LONG,
                        "method " + Octets.quoted(array, from, methodEnd) + ": expected at most " + limits.methodSize()
                                + " bytes (RFC 9112 §3)");
            }
        }
        if (methodEnd == from || methodEnd == to || array[methodEnd] != ' ') {
            throw malformed(array, from, to);
        }
        int targetFrom = methodEnd + 1;
        int targetEnd = targetFrom;
        while (targetEnd < to && Octets.isTarget(array[targetEnd])) {
            if (targetEnd++ - targetFrom == limits.targetSize()) {
                throw new Http1Fault(
                        Kind.TARGET_TOO_LONG,
                        "target " + Octets.quoted(array, targetFrom, targetEnd) + ": expected at most "
                                + limits.targetSize() + " bytes (RFC 9110 §15.5.15)");
            }
        }
        if (targetEnd == targetFrom || targetEnd == to || array[targetEnd] != ' ') {
            throw malformed(array, from, to);
        }
        var method = method(array, from, methodEnd);
        var version = version(array, from, targetEnd + 1, to);
        return of(method, target(array, targetFrom, targetEnd), version);
    }

    private static byte[][] octets(String[] texts) {
        var octets = new byte[texts.length][];
        for (int i = 0; i < texts.length; i++) {
            octets[i] = texts[i].getBytes(ISO_8859_1);
        }
        return octets;
    }

    private static String method(byte[] array, int from, int to) {
        for (int i = 0; i < METHODS.length; i++) {
            var octets = METHOD_OCTETS[i];
            if (octets.length == to - from && Arrays.equals(octets, 0, octets.length, array, from, to)) {
                return METHODS[i];
            }
        }
        return new String(array, from, to - from, ISO_8859_1);
    }

    private static String target(byte[] array, int from, int to) {
        return to - from == 1 && array[from] == '/' ? "/" : new String(array, from, to - from, ISO_8859_1);
    }

    private static HttpVersion version(byte[] array, int lineFrom, int from, int to) throws Http1Fault {
        boolean shaped = to - from == VERSION_SIZE
                && array[from] == 'H'
                && array[from + 1] == 'T'
                && array[from + 2] == 'T'
                && array[from + 3] == 'P'
                && array[from + 4] == '/'
                && isDigit(array[from + 5])
                && array[from + 6] == '.'
                && isDigit(array[from + 7]);
        if (!shaped) {
            throw malformed(array, lineFrom, to);
        }
        if (array[from + 5] != '1') {
            var line = new String(array, lineFrom, to - lineFrom, ISO_8859_1);
            throw new Http1Fault(
                    line.equals("PRI * HTTP/2.0") ? Kind.HTTP2_PREFACE : Kind.UNSUPPORTED_VERSION,
                    "version " + Octets.quoted(array, from, to) + ": expected HTTP/1.0 or HTTP/1.1 (RFC 9110 §15.6.6)");
        }
        return array[from + 7] == '0' ? HTTP_1_0 : HTTP_1_1;
    }

    /// Decides the form of the target (RFC 9112 §3.2).
    private static RequestLine of(String method, String target, HttpVersion version) throws Http1Fault {
        if (method.equals("CONNECT")) {
            if (!Authority.isHostAndPort(target)) {
                throw badTarget(target, "host:port for CONNECT (RFC 9112 §3.2.3)");
            }
            return new RequestLine(method, target, version, null);
        }
        if (target.charAt(0) == '/') {
            return new RequestLine(method, target, version, null);
        }
        if (target.equals("*")) {
            if (!method.equals("OPTIONS")) {
                throw badTarget(target, "* only for OPTIONS (RFC 9112 §3.2.4)");
            }
            return new RequestLine(method, target, version, null);
        }
        return absolute(method, target, version);
    }

    private static RequestLine absolute(String method, String target, HttpVersion version) throws Http1Fault {
        int from = startsWith(target, "http://") ? 7 : startsWith(target, "https://") ? 8 : -1;
        if (from < 0) {
            throw badTarget(target, "/path, or http://host/path (RFC 9112 §3.2)");
        }
        int to = from;
        while (to < target.length() && target.charAt(to) != '/' && target.charAt(to) != '?') {
            to++;
        }
        var authority = target.substring(from, to);
        if (!Authority.isHost(authority)) {
            throw badTarget(target, "a host behind http:// (RFC 9110 §4.2)");
        }
        var rest = target.substring(to);
        if (rest.isEmpty()) {
            rest = method.equals("OPTIONS") ? "*" : "/"; // RFC 9112 §3.2.4
        } else if (rest.charAt(0) == '?') {
            rest = "/" + rest;
        }
        return new RequestLine(method, rest, version, authority);
    }

    private static boolean startsWith(String target, String prefix) {
        return target.regionMatches(true, 0, prefix, 0, prefix.length());
    }

    private static boolean isDigit(byte octet) {
        return octet >= '0' && octet <= '9';
    }

    private static Http1Fault malformed(byte[] array, int from, int to) {
        return new Http1Fault(Kind.BAD_REQUEST_LINE, "request line " + Octets.quoted(array, from, to) + EXPECTED);
    }

    private static Http1Fault badTarget(String target, String expected) {
        return new Http1Fault(Kind.BAD_TARGET, "target " + Octets.quoted(target) + ": expected " + expected);
    }
}
