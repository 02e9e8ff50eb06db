package wai.cgi.fastcgi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A list of name-value pairs, read from its beginning (FastCGI 1.0 §3.4): two lengths, of one byte or, with the
/// highest bit set, of four, then name and value.
final class NameValues {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int FOUR_BYTES = 0x80;

    private final byte[] array;
    private final int end;
    private int at;
    private int nameLength;
    private int valueLength;
    private @Nullable String problem;

    /// The pairs in the first bytes of an array.
    NameValues(byte[] array, int size) {
        this.array = array;
        this.end = size;
    }

    /// Goes to the next pair; false behind the last and where there is a [#problem()].
    boolean next() {
        if (at == end || problem != null) {
            return false;
        }
        int begin = at;
        nameLength = readLength();
        valueLength = nameLength < 0 ? nameLength : readLength();
        if (valueLength < 0) {
            problem = "the lengths of a pair are cut at byte " + begin + " of " + end;
        } else if ((long) nameLength + valueLength > end - at) {
            problem = "a pair at byte " + begin + " has " + ((long) nameLength + valueLength)
                    + " bytes: expected at most " + (end - at) + ", which are left";
        } else if (nameLength == 0) {
            problem = "a pair at byte " + begin + " has an empty name";
        } else {
            at += nameLength + valueLength;
            return true;
        }
        problem += " (FastCGI 1.0 §3.4)";
        return false;
    }

    String name() {
        return new String(array, begin(), nameLength, ISO_8859_1);
    }

    String value() {
        return new String(array, at - valueLength, valueLength, ISO_8859_1);
    }

    /// How many bytes name and value have.
    int size() {
        return nameLength + valueLength;
    }

    /// Name and value side by side, as they stand.
    byte[] bytes() {
        return Arrays.copyOfRange(array, begin(), at);
    }

    /// Whether name and value are these.
    ///
    /// @param bytes both, side by side
    /// @param length of the name
    boolean is(byte[] bytes, int length) {
        return length == nameLength && Arrays.equals(array, begin(), at, bytes, 0, bytes.length);
    }

    /// A number made of the first and the last bytes of a pair that has at least eight, and of how many it has; its
    /// highest bits depend on all of these.
    long mixed() {
        long first = (long) WORDS.get(array, begin());
        long last = (long) WORDS.get(array, at - Long.BYTES);
        return (first * 0x9E3779B97F4A7C15L + last) * 0xC2B2AE3D27D4EB4FL + size() * 0x165667B19E3779F9L;
    }

    private int begin() {
        return at - valueLength - nameLength;
    }

    /// What is wrong with the pair that did not come, in words; null behind the last.
    @Nullable
    String problem() {
        return problem;
    }

    /// One length; negative when its bytes are not all there.
    private int readLength() {
        if (at == end) {
            return -1;
        }
        int first = array[at] & 0xff;
        if (first < FOUR_BYTES) {
            at++;
            return first;
        }
        if (end - at < Integer.BYTES) {
            return -1;
        }
        int rest = ((array[at + 1] & 0xff) << 16) | ((array[at + 2] & 0xff) << 8) | (array[at + 3] & 0xff);
        at += Integer.BYTES;
        return ((first & ~FOUR_BYTES) << 24) | rest;
    }
}
