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
    /// @param memo knows lines that were read before
    /// @param bad the kind of the fault
    /// @return whether the memo keeps the line
    /// @throws Http1Fault when the line is malformed
    static boolean parse(byte[] array, int from, int to, Headers.Builder fields, FieldMemo memo, Kind bad)
            throws Http1Fault {
        var known = memo.find(array, from, to);
        if (known != null) {
            fields.addAll(known);
            return true;
        }
        int colon = Octets.indexOfColon(array, from, to);
        var name = name(array, from, colon, bad);
        if (colon == to) {
            throw malformed(array, from, to, bad);
        }
        if (FieldMemo.keeps(name, from, to)) {
            var field = Headers.builder().add(name, array, colon + 1, to).build();
            memo.keep(array, from, to, field);
            fields.addAll(field);
            return true;
        }
        fields.add(name, array, colon + 1, to);
        return false;
    }

    private static HeaderName name(byte[] array, int from, int to, Kind bad) throws Http1Fault {
        try {
            return HeaderName.of(array, from, to);
        } catch (IllegalArgumentException _) {
            throw malformed(array, from, to, bad); // not what is behind the colon, which may be a secret
        }
    }

    private static Http1Fault malformed(byte[] array, int from, int to, Kind bad) {
        return new Http1Fault(
                bad, "field line " + Octets.quoted(array, from, to) + ": expected name:value (RFC 9112 §5)");
    }
}
