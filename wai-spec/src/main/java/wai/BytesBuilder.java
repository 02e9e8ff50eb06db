package wai;

import java.nio.charset.StandardCharsets;

/// Puts [Bytes] together from small pieces: text, numbers, arrays. For one thread.
///
/// Pieces below 4 KiB are copied next to each other, so that few slices come out; longer ones are kept as they are.
public final class BytesBuilder {
    private static final int KEEP_WITHOUT_COPY = 4096;
    private static final int LARGEST_BUFFER = 64 * 1024;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private Bytes done = Bytes.EMPTY;

    /// Filled from left to right and never changed below `used`, so that what stands there can be given away.
    private byte[] buffer = new byte[256];

    /// Where the bytes begin that are not yet in `done`.
    private int start;

    private int used;

    /// A builder without bytes.
    public BytesBuilder() {}

    /// Appends a text in UTF-8.
    ///
    /// @param text the text
    /// @return this builder
    public BytesBuilder utf8(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Appends an array.
    ///
    /// @param array belongs to the builder from now on: the caller must not change it any more
    /// @return this builder
    public BytesBuilder bytes(byte... array) {
        if (array.length >= KEEP_WITHOUT_COPY) {
            return bytes(Bytes.of(array));
        }
        ensure(array.length);
        System.arraycopy(array, 0, buffer, used, array.length);
        used += array.length;
        return this;
    }

    /// Appends bytes.
    ///
    /// @param bytes the bytes
    /// @return this builder
    /// @throws ArithmeticException when the length would be above [Long#MAX_VALUE]
    public BytesBuilder bytes(Bytes bytes) {
        if (bytes.length() >= KEEP_WITHOUT_COPY) {
            done = toBytes().plus(bytes);
        } else {
            ensure((int) bytes.length());
            used += bytes.copyInto(buffer, used);
        }
        return this;
    }

    /// Appends one byte.
    ///
    /// @param value its low eight bits
    /// @return this builder
    public BytesBuilder int8(int value) {
        ensure(1);
        buffer[used++] = (byte) value;
        return this;
    }

    /// Appends two bytes, the high one first.
    ///
    /// @param value its low sixteen bits
    /// @return this builder
    public BytesBuilder int16(int value) {
        return int8(value >>> 8).int8(value);
    }

    /// Appends four bytes, the highest first.
    ///
    /// @param value the number
    /// @return this builder
    public BytesBuilder int32(int value) {
        return int16(value >>> 16).int16(value);
    }

    /// Appends a number in decimal digits, with a minus sign when it is negative.
    ///
    /// @param value the number
    /// @return this builder
    public BytesBuilder decimal(long value) {
        return bytes(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
    }

    /// Appends a number in lower-case hexadecimal digits without leading zeros, read as unsigned.
    ///
    /// @param value the number
    /// @return this builder
    public BytesBuilder hex(long value) {
        int digits = Math.max(1, (67 - Long.numberOfLeadingZeros(value)) / 4);
        ensure(digits);
        for (int i = digits - 1; i >= 0; i--) {
            buffer[used++] = HEX[(int) (value >>> (4 * i)) & 15];
        }
        return this;
    }

    /// The bytes appended so far. The builder can go on; later pieces do not change what was returned.
    ///
    /// @return the bytes
    public Bytes toBytes() {
        if (used > start) {
            done = done.plus(Bytes.of(buffer, start, used - start));
            start = used;
        }
        return done;
    }

    /// Makes room for a piece, which is shorter than [#KEEP_WITHOUT_COPY].
    private void ensure(int more) {
        if (buffer.length - used < more) {
            toBytes();
            buffer = new byte[Math.max(more, Math.min(buffer.length * 2, LARGEST_BUFFER))];
            start = 0;
            used = 0;
        }
    }
}
