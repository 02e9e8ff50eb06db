package wai.test;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.function.Supplier;

/// The reading end of a pipe as a stream.
final class PipeInput extends InputStream {
    private final Pipe pipe;
    private final Supplier<Patience> patience;

    /// @param patience asked at every read
    PipeInput(Pipe pipe, Supplier<Patience> patience) {
        this.pipe = pipe;
        this.patience = patience;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        return length == 0 ? 0 : pipe.read(target, offset, length, patience.get());
    }

    @Override
    public int available() {
        return pipe.available();
    }
}
