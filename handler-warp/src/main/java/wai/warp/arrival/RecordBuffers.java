package wai.warp.arrival;

import java.nio.ByteBuffer;

/// Where connections get buffers for TLS records, and give them back: one that is parked holds none.
public interface RecordBuffers {
    /// The size of a buffer: two records of the JDK's engine, which wants room for a whole one before it writes.
    int SIZE = 2 * 17 * 1024;

    /// A buffer of [#SIZE] with any content, backed by an array.
    ///
    /// @return the buffer
    ByteBuffer take();

    /// Gives a buffer back; the caller must not touch it any more.
    ///
    /// @param buffer one that was taken
    void give(ByteBuffer buffer);

    /// A buffer of at least a size, cleared: a borrowed one where that does.
    ///
    /// @param size in bytes
    /// @return the buffer, for [#giveBack]
    default ByteBuffer takeAtLeast(int size) {
        return size <= SIZE ? take().clear() : ByteBuffer.allocate(size);
    }

    /// Gives back what [#takeAtLeast] gave.
    ///
    /// @param buffer must not be touched any more
    default void giveBack(ByteBuffer buffer) {
        if (buffer.capacity() == SIZE) {
            give(buffer);
        }
    }
}
