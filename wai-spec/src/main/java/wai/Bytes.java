package wai;

import static java.util.Objects.checkFromIndexSize;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Immutable bytes in memory, of known length: the body of most responses.
///
/// A rope: [#plus] joins two of them in constant time and copies nothing. Because the length is known the handler
/// always sends `Content-Length`, and head and body in one write.
public abstract sealed class Bytes implements Body {
    /// No bytes.
    public static final Bytes EMPTY = new Flat(new byte[0], 0, 0);

    private Bytes() {}

    /// The bytes of an array, without copying it.
    ///
    /// @param array belongs to the result from now on: the caller must not change it any more
    /// @return the bytes
    public static Bytes of(byte... array) {
        return array.length == 0 ? EMPTY : new Flat(array, 0, array.length);
    }

    /// A slice of an array, without copying it.
    ///
    /// @param array belongs to the result from now on: the caller must not change it any more
    /// @param offset where the slice begins
    /// @param length how many bytes it has
    /// @return the bytes
    /// @throws IndexOutOfBoundsException when the slice leaves the array
    public static Bytes of(byte[] array, int offset, int length) {
        checkFromIndexSize(offset, length, array.length);
        return length == 0 ? EMPTY : new Flat(array, offset, length);
    }

    /// A copy of the remaining bytes of a buffer, whose position moves to its limit.
    ///
    /// @param buffer where to copy from
    /// @return the bytes
    public static Bytes copyOf(ByteBuffer buffer) {
        var array = new byte[buffer.remaining()];
        buffer.get(array);
        return of(array);
    }

    /// A text in UTF-8. An unpaired surrogate becomes `?`.
    ///
    /// @param text the text
    /// @return its bytes
    public static Bytes utf8(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /// These bytes and then others, in constant time.
    ///
    /// @param next what follows
    /// @return the joined bytes
    /// @throws ArithmeticException when the length would be above [Long#MAX_VALUE]
    public final Bytes plus(Bytes next) {
        if (next.length() == 0) {
            return this;
        }
        return length() == 0 ? next : new Rope(this, next);
    }

    /// How many bytes there are.
    ///
    /// @return the length, 0 or more
    public abstract long length();

    /// Hands out the bytes in order, slice by slice, without copying.
    ///
    /// @param each takes the slices; must not change the arrays
    /// @throws IOException what `each` throws
    public abstract void forEachSlice(SliceConsumer each) throws IOException;

    /// Writes all bytes.
    ///
    /// @param out where to
    /// @throws IOException what `out` throws
    public final void writeTo(OutputStream out) throws IOException {
        forEachSlice(out::write);
    }

    /// A copy in one array.
    ///
    /// @return a new array
    /// @throws ArithmeticException when there are more than [Integer#MAX_VALUE] bytes
    public final byte[] toByteArray() {
        var copy = new byte[Math.toIntExact(length())];
        copyInto(copy, 0);
        return copy;
    }

    /// The bytes read as UTF-8; malformed input becomes U+FFFD.
    ///
    /// @return the text
    public final String utf8() {
        return new String(toByteArray(), StandardCharsets.UTF_8);
    }

    /// Whether the other object holds the same bytes, however they were joined.
    @Override
    public final boolean equals(Object other) {
        return this == other
                || (other instanceof Bytes that
                        && length() == that.length()
                        && sameBytes(new Walk(this), new Walk(that)));
    }

    @Override
    public final int hashCode() {
        int hash = 1;
        var walk = new Walk(this);
        for (var flat = walk.next(); flat != null; flat = walk.next()) {
            for (int i = 0; i < flat.length; i++) {
                hash = 31 * hash + flat.array[flat.offset + i];
            }
        }
        return hash;
    }

    /// The length, not the content.
    @Override
    public final String toString() {
        return "Bytes[" + length() + "]";
    }

    /// Copies all bytes to a place in an array, and answers how many they were.
    final int copyInto(byte[] target, int offset) {
        int at = offset;
        var walk = new Walk(this);
        for (var flat = walk.next(); flat != null; flat = walk.next()) {
            System.arraycopy(flat.array, flat.offset, target, at, flat.length);
            at += flat.length;
        }
        return at - offset;
    }

    /// Compares slice by slice, as far as the shorter of the two reaches; both have the same length.
    private static boolean sameBytes(Walk mine, Walk theirs) {
        var left = mine.next();
        var right = theirs.next();
        int leftDone = 0;
        int rightDone = 0;
        while (left != null && right != null) {
            int count = Math.min(left.length - leftDone, right.length - rightDone);
            int from = left.offset + leftDone;
            int other = right.offset + rightDone;
            if (!Arrays.equals(left.array, from, from + count, right.array, other, other + count)) {
                return false;
            }
            leftDone += count;
            rightDone += count;
            if (leftDone == left.length) {
                left = mine.next();
                leftDone = 0;
            }
            if (rightDone == right.length) {
                right = theirs.next();
                rightDone = 0;
            }
        }
        return true;
    }

    /// Takes slices of arrays, as [OutputStream#write(byte[], int, int)] does.
    @FunctionalInterface
    public interface SliceConsumer {
        /// Takes one slice.
        ///
        /// @param array holds the slice; belongs to somebody else, must not be changed
        /// @param offset where the slice begins
        /// @param length how many bytes it has, at least 1
        /// @throws IOException when the bytes cannot be taken
        void accept(byte[] array, int offset, int length) throws IOException;
    }

    private static final class Flat extends Bytes {
        private final byte[] array;
        private final int offset;
        private final int length;

        Flat(byte[] array, int offset, int length) {
            this.array = array;
            this.offset = offset;
            this.length = length;
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public void forEachSlice(SliceConsumer each) throws IOException {
            if (length > 0) {
                each.accept(array, offset, length);
            }
        }
    }

    private static final class Rope extends Bytes {
        private final Bytes left;
        private final Bytes right;
        private final long length;

        Rope(Bytes left, Bytes right) {
            this.left = requireNonNull(left);
            this.right = requireNonNull(right);
            this.length = Math.addExact(left.length(), right.length());
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public void forEachSlice(SliceConsumer each) throws IOException {
            var walk = new Walk(this);
            for (var flat = walk.next(); flat != null; flat = walk.next()) {
                each.accept(flat.array, flat.offset, flat.length);
            }
        }
    }

    /// The slices of a rope from left to right, with a stack of its own: a rope of a million joins is as deep as it is
    /// long.
    private static final class Walk {
        private final ArrayDeque<Bytes> pending = new ArrayDeque<>(4);

        Walk(Bytes bytes) {
            if (bytes.length() > 0) {
                pending.push(bytes);
            }
        }

        @Nullable
        Flat next() {
            while (!pending.isEmpty()) {
                switch (pending.pop()) {
                    case Rope rope -> {
                        pending.push(rope.right);
                        pending.push(rope.left);
                    }
                    case Flat flat -> {
                        return flat;
                    }
                }
            }
            return null;
        }
    }
}
