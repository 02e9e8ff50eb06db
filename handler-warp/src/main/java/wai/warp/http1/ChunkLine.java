package wai.warp.http1;

import wai.warp.http1.Http1Fault.Kind;

/// The line before each chunk: its size and extensions (RFC 9112 §7.1).
final class ChunkLine {
    private ChunkLine() {}

    /// Parses a line; extensions must be well-formed and are ignored (RFC 9112 §7.1.1).
    ///
    /// White space is accepted only around `;` and `=` of an extension, where the grammar has it.
    ///
    /// @param array holds the line, which has no control octets but tabs
    /// @param from where it begins
    /// @param to behind its last octet, without the line end
    /// @return the size of the chunk; 0 for the last one
    /// @throws Http1Fault when the line is malformed or the size too large for a number
    static long parse(byte[] array, int from, int to) throws Http1Fault {
        long size = 0;
        int at = from;
        for (; at < to && Octets.hex(array[at]) >= 0; at++) {
            if (size > Long.MAX_VALUE >>> 4) {
                throw bad("chunk size ", array, from, to, "at most 7fffffffffffffff");
            }
            size = size << 4 | Octets.hex(array[at]);
        }
        if (at == from) {
            throw bad("chunk size ", array, from, to, "hex");
        }
        while (at < to) {
            at = extension(array, at, to);
            if (at < 0) {
                throw bad("chunk line ", array, from, to, "hex, then ;name or ;name=value");
            }
        }
        return size;
    }

    /// Behind the extension that begins here, or -1 when there is none.
    private static int extension(byte[] array, int from, int to) {
        int at = space(array, from, to);
        if (at == to || array[at] != ';') {
            return -1;
        }
        int name = space(array, at + 1, to);
        at = token(array, name, to);
        if (at == name) {
            return -1;
        }
        int sign = space(array, at, to);
        if (sign == to || array[sign] != '=') {
            return at;
        }
        int value = space(array, sign + 1, to);
        if (value < to && array[value] == '"') {
            return quoted(array, value + 1, to);
        }
        at = token(array, value, to);
        return at == value ? -1 : at;
    }

    private static int space(byte[] array, int from, int to) {
        int at = from;
        while (at < to && (array[at] == ' ' || array[at] == '\t')) {
            at++;
        }
        return at;
    }

    private static int token(byte[] array, int from, int to) {
        int at = from;
        while (at < to && Octets.isToken(array[at])) {
            at++;
        }
        return at;
    }

    private static int quoted(byte[] array, int from, int to) {
        for (int at = from; at < to; at++) {
            if (array[at] == '"') {
                return at + 1;
            }
            if (array[at] == '\\') {
                at++;
            }
        }
        return -1;
    }

    private static Http1Fault bad(String what, byte[] array, int from, int to, String expected) {
        return new Http1Fault(
                Kind.BAD_CHUNK, what + Octets.quoted(array, from, to) + ": expected " + expected + " (RFC 9112 §7.1)");
    }
}
