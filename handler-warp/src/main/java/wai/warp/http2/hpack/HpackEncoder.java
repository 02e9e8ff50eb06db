package wai.warp.http2.hpack;

import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.warp.http1.OutputBuffer;

/// Fields into field blocks (RFC 7541 §6), with the dynamic table of the other direction of a connection.
///
/// What many responses share is put into the table and costs an octet from then on; what differs each time, or takes
/// too much of the table, is not. What is secret is marked so that nobody on the way puts it into a table (RFC 7541
/// §7.1).
public final class HpackEncoder {
    /// The table we use at most, however large one the peer allows: it is searched for every field.
    public static final int LARGEST_TABLE = 4096;

    private static final int INDEXED = 0x80;
    private static final int INDEXED_BITS = 7;
    private static final int ADDED = 0x40;
    private static final int ADDED_BITS = 6;
    private static final int SIZE_UPDATE = 0x20;
    private static final int SIZE_UPDATE_BITS = 5;
    private static final int NEVER_ADDED = 0x10;
    private static final int NOT_ADDED = 0;
    private static final int LITERAL_BITS = 4;
    private static final int HUFFMAN = 0x80;
    private static final int LENGTH_BITS = 7;
    /// One field takes at most this part of the table.
    private static final int LEAST_IN_TABLE = 4;

    private final DynamicTable table = new DynamicTable(LARGEST_TABLE);
    /// Sizes that the peer must be told where the next block begins; -1 for none.
    private int smallestSize = -1;

    /// An encoder with an empty dynamic table of the size that holds until the peer says another (RFC 9113 §6.5.2).
    public HpackEncoder() {}

    /// The peer allows another size of the table: its SETTINGS_HEADER_TABLE_SIZE.
    ///
    /// @param size in bytes, 0 or more
    public void allowTable(long size) {
        int used = (int) Math.min(size, LARGEST_TABLE);
        if (used != table.maxSize()) {
            smallestSize = smallestSize < 0 ? used : Math.min(smallestSize, used);
            table.resize(used);
        }
    }

    /// Begins a block: tells of a table that has changed.
    ///
    /// @param out takes the octets
    public void begin(OutputBuffer out) {
        if (smallestSize >= 0) {
            if (smallestSize < table.maxSize()) {
                integer(SIZE_UPDATE, SIZE_UPDATE_BITS, smallestSize, out);
            }
            integer(SIZE_UPDATE, SIZE_UPDATE_BITS, table.maxSize(), out);
            smallestSize = -1;
        }
    }

    /// Appends `:status`.
    ///
    /// @param code three digits
    /// @param out takes the octets
    public void status(int code, OutputBuffer out) {
        int known = StaticTable.findStatus(code);
        if (known > 0) {
            integer(INDEXED, INDEXED_BITS, known, out);
        } else {
            field(":status", null, Integer.toString(code), ADDED, out);
        }
    }

    /// Appends a field of a request that begins with a colon.
    ///
    /// @param name its name, with the colon
    /// @param value characters up to U+00FF
    /// @param out takes the octets
    public void pseudoField(String name, String value, OutputBuffer out) {
        int known = StaticTable.find(name, value);
        if (known > 0) {
            integer(INDEXED, INDEXED_BITS, known, out);
        } else {
            field(name, null, value, name.equals(":path") ? NOT_ADDED : ADDED, out);
        }
    }

    /// Appends a header field.
    ///
    /// @param name its name
    /// @param value characters up to U+00FF
    /// @param out takes the octets
    public void field(HeaderName name, String value, OutputBuffer out) {
        field(name.lowerCase(), name, value, treatment(name), out);
    }

    private void field(String name, @Nullable HeaderName header, String value, int kind, OutputBuffer out) {
        int same = kind == ADDED ? table.find(name, value) : 0; // nothing else is in the table
        if (same > 0) {
            integer(INDEXED, INDEXED_BITS, StaticTable.SIZE + same, out);
            return;
        }
        int known = StaticTable.find(name);
        if (known == 0) {
            int named = table.find(name);
            known = named > 0 ? StaticTable.SIZE + named : 0;
        }
        boolean adds = kind == ADDED && Field.size(name, value) <= table.maxSize() / LEAST_IN_TABLE;
        int bits = adds ? ADDED_BITS : LITERAL_BITS;
        integer(kind == ADDED && !adds ? NOT_ADDED : kind, bits, known, out);
        if (known == 0) {
            string(name, out);
        }
        string(value, out);
        if (adds) {
            table.add(new Field(name, header, value));
        }
    }

    private static int treatment(HeaderName name) {
        return switch (name.lowerCase()) {
            case "authorization", "cookie", "proxy-authorization", "set-cookie" -> NEVER_ADDED;
            case "age",
                    "content-length",
                    "content-range",
                    "etag",
                    "expires",
                    "last-modified",
                    "link",
                    "location",
                    "sec-websocket-accept",
                    "x-request-id" -> NOT_ADDED;
            default -> ADDED;
        };
    }

    private static void string(String text, OutputBuffer out) {
        int coded = Huffman.encodedSize(text);
        if (coded < text.length()) {
            integer(HUFFMAN, LENGTH_BITS, coded, out);
            Huffman.encode(text, out);
        } else {
            integer(0, LENGTH_BITS, text.length(), out);
            out.putLatin1(text);
        }
    }

    /// Appends an integer behind the bits that are set in its first octet (RFC 7541 §5.1).
    private static void integer(int pattern, int prefix, int value, OutputBuffer out) {
        int mask = (1 << prefix) - 1;
        if (value < mask) {
            out.putOctet(pattern | value);
            return;
        }
        out.putOctet(pattern | mask);
        int rest = value - mask;
        while (rest >= 0x80) {
            out.putOctet(rest | 0x80);
            rest >>>= 7;
        }
        out.putOctet(rest);
    }
}
