package wai.warp.http2.hpack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;
import wai.HeaderName;

/// A name and a value as they stood in a field block; nothing about them is checked but what [#header] says.
///
/// @param name one character per octet, as received
/// @param header the name of a header field; null for a pseudo-header field, and when the name is empty, has an
///     upper-case letter or is no token (RFC 9113 §8.2.1)
/// @param value one character per octet, as received
public record Field(String name, @Nullable HeaderName header, String value) {
    /// What an entry takes beyond its octets (RFC 7541 §4.1), also in the size of a list (RFC 9113 §6.5.2).
    public static final int OVERHEAD = 32;

    /// A field of that name and value.
    ///
    /// @param name one character per octet
    /// @param value one character per octet
    /// @return the field
    public static Field of(String name, String value) {
        var octets = name.getBytes(ISO_8859_1);
        return new Field(name, headerName(octets, 0, octets.length), value);
    }

    /// A field whose name stands in an array.
    static Field of(byte[] array, int from, int to, String value) {
        var header = headerName(array, from, to);
        var name = header == null ? new String(array, from, to - from, ISO_8859_1) : header.lowerCase();
        return new Field(name, header, value);
    }

    private static @Nullable HeaderName headerName(byte[] array, int from, int to) {
        for (int at = from; at < to; at++) {
            byte octet = array[at];
            if (!HeaderName.isTokenCharacter(octet) || (octet >= 'A' && octet <= 'Z')) {
                return null;
            }
        }
        return from == to ? null : HeaderName.of(array, from, to);
    }

    /// The same name with another value.
    Field withValue(String other) {
        return new Field(name, header, other);
    }

    /// What the field counts in a table and in a list.
    ///
    /// @return the octets of name and value, and [#OVERHEAD]
    public int size() {
        return size(name, value);
    }

    /// What a field of that name and value would count.
    static int size(String name, String value) {
        return name.length() + value.length() + OVERHEAD;
    }
}
