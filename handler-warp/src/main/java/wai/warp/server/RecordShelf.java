package wai.warp.server;

import java.nio.ByteBuffer;
import wai.warp.arrival.RecordBuffers;

/// The buffers for TLS records.
final class RecordShelf extends Shelf<ByteBuffer> implements RecordBuffers {
    RecordShelf() {
        super(new NewBuffers(SIZE));
    }

    @Override
    public ByteBuffer take() {
        return super.take();
    }

    @Override
    public void give(ByteBuffer buffer) {
        super.give(buffer);
    }
}
