package wai.warp.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.checkFromIndexSize;

/// Bytes that wait to be sent: a growing array that the engine fills at the end and the driver drains at the front.
///
/// For one thread at a time. It grows as far as it is filled; the driver bounds it by draining.
public final class OutputBuffer {
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private byte[] array;
    private int start;
    private int end;

    /// An empty buffer.
    ///
    /// @param capacity how many bytes it holds before it grows, 0 or more
    public OutputBuffer(int capacity) {
        array = new byte[capacity];
    }

    /// How many bytes wait.
    ///
    /// @return 0 or more
    public int size() {
        return end - start;
    }

    /// Whether nothing waits.
    ///
    /// @return true when [#size()] is 0
    public boolean isEmpty() {
        return start == end;
    }

    /// The array that holds the waiting bytes from [#offset()] on; another one after each call that adds bytes.
    ///
    /// @return the array itself, no copy
    public byte[] array() {
        return array;
    }

    /// Where in [#array()] the waiting bytes begin.
    ///
    /// @return an index of the array
    public int offset() {
        return start;
    }

    /// Forgets bytes at the front: they were sent.
    ///
    /// @param count how many, 0 to [#size()]
    /// @throws IndexOutOfBoundsException when there are fewer
    public void drained(int count) {
        checkFromIndexSize(0, count, size());
        start += count;
        if (start == end) {
            start = 0;
            end = 0;
        }
    }

    /// Moves all bytes that wait to an array.
    ///
    /// @param target takes them
    /// @param offset where they begin there
    /// @throws IndexOutOfBoundsException when they do not fit; nothing is moved then
    public void drainTo(byte[] target, int offset) {
        int count = size();
        System.arraycopy(array, start, target, offset, count);
        drained(count);
    }

    /// Forgets bytes at the end: what they belong to will not be completed.
    ///
    /// @param size how many bytes stay, 0 to [#size()]
    /// @throws IndexOutOfBoundsException when there are fewer
    public void truncate(int size) {
        checkFromIndexSize(0, size, size());
        end = start + size;
    }

    /// Appends bytes.
    ///
    /// @param bytes all of these; copied
    public void put(byte[] bytes) {
        put(bytes, 0, bytes.length);
    }

    /// Appends a slice of an array.
    ///
    /// @param bytes holds the slice; copied
    /// @param offset where it begins
    /// @param count how many bytes it has
    /// @throws IndexOutOfBoundsException when the slice leaves the array
    public void put(byte[] bytes, int offset, int count) {
        checkFromIndexSize(offset, count, bytes.length);
        reserve(count);
        System.arraycopy(bytes, offset, array, end, count);
        end += count;
    }

    /// Appends one byte.
    ///
    /// @param octet its lowest eight bits
    public void putOctet(int octet) {
        reserve(1);
        array[end++] = (byte) octet;
    }

    /// Appends the characters of a text as one byte each.
    ///
    /// @param text characters up to U+00FF, which the caller has checked
    @SuppressWarnings("deprecation") // getBytes(int, int, byte[], int) is exactly Latin-1 without an encoder or a copy
    public void putLatin1(String text) {
        int count = text.length();
        reserve(count);
        text.getBytes(0, count, array, end);
        end += count;
    }

    /// Appends a field line with its line end.
    ///
    /// @param name the field name, checked
    /// @param value its value, checked
    @SuppressWarnings("deprecation") // as putLatin1
    void putField(String name, String value) {
        int nameSize = name.length();
        int valueSize = value.length();
        reserve(nameSize + valueSize + 4);
        var bytes = array;
        int at = end;
        name.getBytes(0, nameSize, bytes, at);
        at += nameSize;
        bytes[at++] = ':';
        bytes[at++] = ' ';
        value.getBytes(0, valueSize, bytes, at);
        at += valueSize;
        bytes[at++] = '\r';
        bytes[at++] = '\n';
        end = at;
    }

    /// Appends a number in decimal digits.
    ///
    /// @param number 0 or more
    public void putDecimal(long number) {
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        reserve(digits);
        end += digits;
        int at = end;
        for (long rest = number; digits > 0; digits--, rest /= 10) {
            array[--at] = (byte) ('0' + rest % 10);
        }
    }

    /// Appends a number in lower-case hexadecimal digits without leading zeros.
    ///
    /// @param number 0 or more
    public void putHex(long number) {
        int digits = Math.max(1, (67 - Long.numberOfLeadingZeros(number)) / 4);
        reserve(digits);
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
            array[end++] = HEX[(int) (number >>> shift) & 0xf];
        }
    }

    /// Makes room for more bytes at the end: moves what waits to the front, or takes a larger array.
    private void reserve(int count) {
        if (array.length - end >= count) {
            return;
        }
        int size = end - start;
        int needed = Math.addExact(size, count);
        if (needed <= array.length && start >= size) {
            System.arraycopy(array, start, array, 0, size);
        } else {
            int capacity = (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, array.length * 2L));
            var larger = new byte[Math.max(needed, capacity)];
            System.arraycopy(array, start, larger, 0, size);
            array = larger;
        }
        start = 0;
        end = size;
    }

    /// The waiting bytes as Latin-1 text, for people who debug.
    @Override
    public String toString() {
        return new String(array, start, size(), ISO_8859_1);
    }
}
