package wai.compression;

import java.io.IOException;
import java.io.OutputStream;

/// Lets bytes through until it is shut, and drops them then: streams of libraries write an end when they are closed,
/// whether there is to be one or not. Flushes and closes nothing behind it.
final class OutputGate extends OutputStream {
    private final OutputStream out;
    private boolean shut;

    OutputGate(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        if (!shut) {
            out.write(b);
        }
    }

    @Override
    public void write(byte[] array, int offset, int length) throws IOException {
        if (!shut) {
            out.write(array, offset, length);
        }
    }

    void shut() {
        shut = true;
    }
}
