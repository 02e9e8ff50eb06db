package wai.warp.http1;

import wai.HeaderName;
import wai.Headers;
import wai.warp.http1.Http1Fault.Kind;

/// One line of a header or trailer section (RFC 9112 §5).
final class FieldLine {
    private FieldLine() {}

    /// Parses a line and appends the field.
    ///
    /// A line that begins with white space would continue the one before it (obs-fold, RFC 9112 §5.2) and is refused,
    /// as is white space before the colon (RFC 9112 §5.1): neither begins with a token and a colon.
    ///
    /// @param array holds the line, which has no control octets but tabs
    /// @param from where it begins
    /// @param to behind its last octet, without the line end
    /// @param fields takes the field
    /// @param bad the kind of the fault
    /// @throws Http1Fault when the line is malformed
    static void parse(byte[] array, int from, int to, Headers.Builder fields, Kind bad) throws Http1Fault {
        int colon = from;
        while (colon < to && Octets.isToken(array[colon])) {
            colon++;
        }
        if (colon == from || colon == to || array[colon] != ':') {
            // not what is behind the colon, which may be a secret
            int end = colon;
            while (end < to && array[end] != ':') {
                end++;
            }
            throw new Http1Fault(
                    bad, "field line " + Octets.quoted(array, from, end) + ": expected name:value (RFC 9112 §5)");
        }
        fields.add(HeaderName.of(array, from, colon), array, colon + 1, to);
    }
}
