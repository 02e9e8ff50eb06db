package wai.warp.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;

/// The little of DER (ITU-T X.690) that keys and certificates need: elements of a tag and a value.
final class Der {
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int UTF8_STRING = 0x0c;
    static final int UTC_TIME = 0x17;
    static final int GENERALIZED_TIME = 0x18;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;
    static final int CONTEXT_0 = 0xa0;
    static final int CONTEXT_3 = 0xa3;

    private Der() {}

    /// An element.
    ///
    /// @param values what it is made of, one behind the other
    static byte[] element(int tag, byte[]... values) {
        int length = 0;
        for (var value : values) {
            length += value.length;
        }
        var out = new ByteArrayOutputStream(length + 6);
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            var size = BigInteger.valueOf(length).toByteArray();
            int skip = size[0] == 0 ? 1 : 0;
            out.write(0x80 | (size.length - skip));
            out.write(size, skip, size.length - skip);
        }
        for (var value : values) {
            out.writeBytes(value);
        }
        return out.toByteArray();
    }

    static byte[] sequence(byte[]... elements) {
        return element(SEQUENCE, elements);
    }

    static byte[] integer(BigInteger value) {
        return element(INTEGER, value.toByteArray());
    }

    static byte[] bitString(byte[] bytes) {
        return element(BIT_STRING, new byte[] {0}, bytes);
    }

    /// An object identifier.
    ///
    /// @param dotted its numbers, as `1.2.840.10045.2.1`
    static byte[] identifier(String dotted) {
        var numbers = dotted.split("\\.", -1);
        var out = new ByteArrayOutputStream();
        out.write(Integer.parseInt(numbers[0]) * 40 + Integer.parseInt(numbers[1]));
        for (int i = 2; i < numbers.length; i++) {
            int number = Integer.parseInt(numbers[i]);
            for (int shift = 28; shift > 0; shift -= 7) {
                if (number >> shift != 0) {
                    out.write(0x80 | (number >> shift & 0x7f));
                }
            }
            out.write(number & 0x7f);
        }
        return element(OBJECT_IDENTIFIER, out.toByteArray());
    }

    /// The value of the next element, which must have a tag; the position moves behind it.
    ///
    /// @throws IllegalArgumentException when it has another, or is malformed
    static ByteBuffer next(ByteBuffer from, int tag) {
        if (!isNext(from, tag)) {
            throw new IllegalArgumentException("DER: expected an element of tag 0x" + Integer.toHexString(tag));
        }
        from.get();
        int length = length(from);
        if (length < 0 || length > from.remaining()) {
            throw new IllegalArgumentException("DER: an element goes past the end");
        }
        var value = from.slice().limit(length).slice();
        from.position(from.position() + length);
        return value;
    }

    /// @return -1 when there is none that can be
    private static int length(ByteBuffer from) {
        int first = from.hasRemaining() ? from.get() & 0xff : -1;
        if (first < 0x80) {
            return first;
        }
        int octets = first & 0x7f;
        if (octets == 0 || octets > 3 || octets > from.remaining()) { // without end, larger than any, or cut
            return -1;
        }
        int length = 0;
        for (int i = 0; i < octets; i++) {
            length = length << 8 | (from.get() & 0xff);
        }
        return length;
    }

    /// Whether the next element has a tag.
    static boolean isNext(ByteBuffer from, int tag) {
        return from.hasRemaining() && (from.get(from.position()) & 0xff) == tag;
    }

    static byte[] bytes(ByteBuffer value) {
        var bytes = new byte[value.remaining()];
        value.get(bytes);
        return bytes;
    }
}
