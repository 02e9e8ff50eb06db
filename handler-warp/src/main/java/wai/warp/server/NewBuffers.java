package wai.warp.server;

import java.nio.ByteBuffer;
import java.util.function.Supplier;

/// Makes buffers of one size, backed by arrays. A class and no lambda, as every start comes here.
final class NewBuffers implements Supplier<ByteBuffer> {
    private final int size;

    /// @param size in bytes
    NewBuffers(int size) {
        this.size = size;
    }

    @Override
    public ByteBuffer get() {
        return ByteBuffer.allocate(size);
    }
}
