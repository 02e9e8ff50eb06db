package wai.warp.http2.hpack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.function.Consumer;

/// Field blocks into fields (RFC 7541 §3.2, §6), with the dynamic table of one direction of a connection.
///
/// Work and memory are in proportion to the octets of a block, however large the list is that it stands for: an indexed
/// field is the entry itself. Whoever gets the fields bounds the list.
public final class HpackDecoder {
    /// Lengths and indexes beyond that fit into no block or table we allow.
    private static final int LARGEST_INTEGER = 1 << 28;
    /// The smallest size in between and the last one (RFC 7541 §4.2).
    private static final int MOST_SIZE_UPDATES = 2;

    /// Zeros behind a number, each of which takes an octet of ours to read, are not endless.
    private static final int LONGEST_SHIFT = 35;
    /// More than a connection keeps between its blocks.
    private static final int KEPT_SCRATCH = 1024;

    private static final byte[] NOTHING = {};

    private final DynamicTable table;
    private int tableLimit;
    /// Takes what Huffman codes stand for.
    private byte[] scratch = NOTHING;

    /// The block that is being decoded, and how far.
    private byte[] array = NOTHING;

    private int at;
    private int end;
    /// Where the string stands that was read last.
    private byte[] text = NOTHING;

    private int textFrom;
    private int textTo;

    /// A decoder with an empty dynamic table.
    ///
    /// @param tableLimit how large the peer may make it, in bytes
    public HpackDecoder(int tableLimit) {
        this.tableLimit = tableLimit;
        this.table = new DynamicTable(tableLimit);
    }

    /// The peer has taken another limit, which holds from its next block on.
    ///
    /// @param size what our SETTINGS_HEADER_TABLE_SIZE says, in bytes
    public void limitTable(int size) {
        tableLimit = size;
        if (table.maxSize() > size) { // as the peer says itself where the block begins (RFC 7541 §4.2)
            table.resize(size);
        }
    }

    /// Decodes a whole block.
    ///
    /// @param bytes holds the block
    /// @param from where it begins
    /// @param to behind its last octet
    /// @param fields takes the fields in order
    /// @throws HpackFault when the block is malformed; the decoder must not be used again then
    public void decode(byte[] bytes, int from, int to, Consumer<Field> fields) throws HpackFault {
        array = bytes;
        at = from;
        end = to;
        int sizeUpdates = 0;
        boolean begun = false;
        while (at < end) {
            int first = array[at];
            if ((first & 0x80) != 0) {
                fields.accept(entry(integer(7)));
            } else if ((first & 0x40) != 0) {
                var field = literal(integer(6));
                table.add(field);
                fields.accept(field);
            } else if ((first & 0x20) != 0) {
                if (begun || ++sizeUpdates > MOST_SIZE_UPDATES) {
                    throw new HpackFault("table size update " + (begun ? "behind a field" : "for the third time")
                            + ": expected at most two where a block begins (RFC 7541 §4.2)");
                }
                resize(integer(5));
                continue;
            } else {
                fields.accept(literal(integer(4)));
            }
            begun = true;
        }
        array = NOTHING;
        text = NOTHING;
        if (scratch.length > KEPT_SCRATCH) {
            scratch = NOTHING;
        }
    }

    private void resize(int size) throws HpackFault {
        if (size > tableLimit) {
            throw new HpackFault("table size " + size + ": expected at most " + tableLimit + " (RFC 7541 §6.3)");
        }
        table.resize(size);
    }

    private Field entry(int index) throws HpackFault {
        if (index >= 1 && index <= StaticTable.SIZE) {
            return StaticTable.get(index);
        }
        int dynamic = index - StaticTable.SIZE;
        if (dynamic < 1 || dynamic > table.count()) {
            throw new HpackFault(
                    "index " + index + ": expected 1 to " + (StaticTable.SIZE + table.count()) + " (RFC 7541 §2.3.3)");
        }
        return table.get(dynamic);
    }

    private Field literal(int nameIndex) throws HpackFault {
        Field name;
        if (nameIndex > 0) {
            name = entry(nameIndex);
        } else {
            readString();
            name = Field.of(text, textFrom, textTo, "");
        }
        readString();
        return name.withValue(new String(text, textFrom, textTo - textFrom, ISO_8859_1));
    }

    /// Reads a string literal (RFC 7541 §5.2) to where `text` says.
    private void readString() throws HpackFault {
        boolean coded = at < end && (array[at] & 0x80) != 0;
        int length = integer(7);
        if (length > end - at) {
            throw new HpackFault("string of " + length + " octets: " + (end - at) + " are left (RFC 7541 §5.2)");
        }
        if (coded) {
            int most = Huffman.mostDecoded(length);
            if (scratch.length < most) {
                scratch = new byte[most];
            }
            text = scratch;
            textFrom = 0;
            textTo = Huffman.decode(array, at, at + length, scratch);
        } else {
            text = array;
            textFrom = at;
            textTo = at + length;
        }
        at += length;
    }

    /// Reads an integer whose first octet has so many bits of it (RFC 7541 §5.1).
    private int integer(int prefix) throws HpackFault {
        if (at == end) {
            throw cut();
        }
        int mask = (1 << prefix) - 1;
        int value = array[at++] & mask;
        if (value < mask) {
            return value;
        }
        for (int shift = 0; ; shift += 7) {
            if (at == end) {
                throw cut();
            }
            int octet = array[at++];
            long sum = value + ((long) (octet & 0x7f) << Math.min(shift, 32));
            if (sum > LARGEST_INTEGER || shift > LONGEST_SHIFT) {
                throw new HpackFault("integer: expected at most " + LARGEST_INTEGER + " (RFC 7541 §5.1)");
            }
            value = (int) sum;
            if (octet >= 0) {
                return value;
            }
        }
    }

    private static HpackFault cut() {
        return new HpackFault("the block ends inside a field (RFC 7541 §3.2)");
    }
}
