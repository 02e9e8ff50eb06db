package wai.tck.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;

/// Reads field sections in the form of HPACK (RFC 7541); one for each connection, as it remembers fields.
public final class FieldDecoder {
    /// What a field counts beside its text (RFC 7541 §4.1).
    private static final int OVERHEAD = 32;

    private static final List<Field> STATIC = staticTable();

    private final int limit;
    /// The newest first.
    private final List<Field> dynamic = new ArrayList<>();

    private int capacity;
    private int size;
    private byte[] block = {};
    private int at;

    /// @param limit the size that the table may have, as SETTINGS said
    public FieldDecoder(int limit) {
        this.limit = limit;
        this.capacity = limit;
    }

    /// Reads a section.
    ///
    /// @param fieldBlock all of it
    /// @return its lines, in order
    /// @throws NotHttp2Exception when it is none, or when it asks for a larger table
    public List<Field> decode(byte[] fieldBlock) throws NotHttp2Exception {
        block = fieldBlock;
        at = 0;
        var fields = new ArrayList<Field>();
        while (at < block.length) {
            int first = block[at] & 0xff;
            if (first >= 0x80) {
                fields.add(indexed(number(7)));
            } else if (first >= 0x40) {
                var field = literal(6);
                fields.add(field);
                remember(field);
            } else if (first >= 0x20) {
                if (!fields.isEmpty()) {
                    throw new NotHttp2Exception("a change of the table's size behind a field (RFC 7541 §4.2)");
                }
                resize(number(5));
            } else {
                fields.add(literal(4));
            }
        }
        return fields;
    }

    private Field literal(int prefix) throws NotHttp2Exception {
        int index = number(prefix);
        var name = index == 0 ? string() : indexed(index).name();
        return new Field(name, string());
    }

    private Field indexed(int index) throws NotHttp2Exception {
        int later = index - 1 - STATIC.size();
        if (index == 0 || later >= dynamic.size()) {
            throw new NotHttp2Exception(
                    "index " + index + " of " + (STATIC.size() + dynamic.size()) + " fields (RFC 7541 §2.3.3)");
        }
        return later < 0 ? STATIC.get(index - 1) : dynamic.get(later);
    }

    private void remember(Field field) {
        int added = sizeOf(field);
        while (!dynamic.isEmpty() && size + added > capacity) {
            size -= sizeOf(dynamic.removeLast());
        }
        if (added <= capacity) {
            dynamic.addFirst(field);
            size += added;
        }
    }

    private void resize(int newCapacity) throws NotHttp2Exception {
        if (newCapacity > limit) {
            throw new NotHttp2Exception(
                    "a table of " + newCapacity + " bytes: expected at most " + limit + " (RFC 7541 §6.3)");
        }
        capacity = newCapacity;
        while (size > capacity) {
            size -= sizeOf(dynamic.removeLast());
        }
    }

    private static int sizeOf(Field field) {
        return field.name().length() + field.value().length() + OVERHEAD;
    }

    private String string() throws NotHttp2Exception {
        if (at == block.length) {
            throw cut();
        }
        boolean huffman = block[at] < 0;
        int length = number(7);
        if (length > block.length - at) {
            throw cut();
        }
        int from = at;
        at += length;
        return huffman ? Huffman.decode(block, from, at) : new String(block, from, length, ISO_8859_1);
    }

    /// A number whose first bits are the last ones of an octet (RFC 7541 §5.1).
    private int number(int prefix) throws NotHttp2Exception {
        int most = (1 << prefix) - 1;
        int number = block[at++] & most;
        if (number < most) {
            return number;
        }
        for (int shift = 0; shift <= 21; shift += 7) {
            if (at == block.length) {
                throw cut();
            }
            int next = block[at++];
            number += (next & 0x7f) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw new NotHttp2Exception("a number of more than 28 bits in a field section (RFC 7541 §5.1)");
    }

    private static NotHttp2Exception cut() {
        return new NotHttp2Exception("a field section that ends inside of a field (RFC 7541 §5.1, §5.2)");
    }

    /// RFC 7541 Appendix A; a name without a value behind it has an empty one.
    private static List<Field> staticTable() {
        var table = new ArrayList<Field>();
        """
        :authority
        :method GET
        :method POST
        :path /
        :path /index.html
        :scheme http
        :scheme https
        :status 200
        :status 204
        :status 206
        :status 304
        :status 400
        :status 404
        :status 500
        accept-charset
        accept-encoding gzip, deflate
        accept-language
        accept-ranges
        accept
        access-control-allow-origin
        age
        allow
        authorization
        cache-control
        content-disposition
        content-encoding
        content-language
        content-length
        content-location
        content-range
        content-type
        cookie
        date
        etag
        expect
        expires
        from
        host
        if-match
        if-modified-since
        if-none-match
        if-range
        if-unmodified-since
        last-modified
        link
        location
        max-forwards
        proxy-authenticate
        proxy-authorization
        range
        referer
        refresh
        retry-after
        server
        set-cookie
        strict-transport-security
        transfer-encoding
        user-agent
        vary
        via
        www-authenticate
        """.lines().forEach(line -> {
            int space = line.indexOf(' ');
            table.add(space < 0 ? new Field(line, "") : new Field(line.substring(0, space), line.substring(space + 1)));
        });
        return List.copyOf(table);
    }
}
