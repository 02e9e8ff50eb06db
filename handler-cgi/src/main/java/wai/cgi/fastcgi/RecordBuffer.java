package wai.cgi.fastcgi;

import static java.util.Objects.checkFromIndexSize;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Records that wait to be sent: a growing array that is filled at its end and emptied as a whole.
///
/// For one thread at a time. It grows as far as it is filled; who fills it bounds it by emptying it.
public final class RecordBuffer {
    /// What a connection keeps between responses.
    private static final int KEPT_CAPACITY = 4 * 1024;

    private static final byte[] NONE = {};

    private byte[] array;
    private int size;

    /// An empty buffer.
    ///
    /// @param capacity how many bytes it holds before it grows, 0 or more
    public RecordBuffer(int capacity) {
        array = new byte[capacity];
    }

    /// How many bytes wait.
    ///
    /// @return 0 or more
    public int size() {
        return size;
    }

    /// The array that holds the waiting bytes from its beginning on; another one after each call that adds bytes.
    ///
    /// @return the array itself, no copy
    public byte[] array() {
        return array;
    }

    /// Forgets all bytes: they were sent. A large array is given back.
    public void clear() {
        size = 0;
        if (array.length > KEPT_CAPACITY) {
            array = NONE;
        }
    }

    /// Appends a record header (FastCGI 1.0 §3.3) without padding: the recommended alignment to eight bytes would help
    /// a peer that reads records in place, and costs the bytes.
    void putHeader(RecordType type, int id, int length) {
        reserve(RecordReader.HEADER_SIZE);
        array[size++] = RecordReader.VERSION;
        put(type.code());
        put(id >>> 8);
        put(id);
        put(length >>> 8);
        put(length);
        put(0);
        put(0);
    }

    /// Appends whole records.
    ///
    /// @param records their bytes; copied
    public void put(ByteBuffer records) {
        int count = records.remaining();
        reserve(count);
        records.get(array, size, count);
        size += count;
    }

    void putInt(int value) {
        reserve(Integer.BYTES);
        for (int shift = 24; shift >= 0; shift -= 8) {
            put(value >>> shift);
        }
    }

    /// Appends one byte and zeros behind it.
    void putPadded(int value, int zeros) {
        reserve(1 + zeros);
        put(value);
        Arrays.fill(array, size, size + zeros, (byte) 0);
        size += zeros;
    }

    void put(byte[] bytes, int offset, int count) {
        checkFromIndexSize(offset, count, bytes.length);
        reserve(count);
        System.arraycopy(bytes, offset, array, size, count);
        size += count;
    }

    /// The waiting bytes, for a buffer that is used no more.
    ByteBuffer toBuffer() {
        return ByteBuffer.wrap(array, 0, size);
    }

    private void put(int value) {
        array[size++] = (byte) value;
    }

    private void reserve(int count) {
        if (array.length - size < count) {
            int needed = Math.addExact(size, count);
            int doubled = (int) Math.min(Integer.MAX_VALUE - 8L, array.length * 2L);
            array = Arrays.copyOf(array, Math.max(needed, doubled));
        }
    }
}
