package wai.compression;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.locks.ReentrantLock;

/// Encodes by an output stream of a library, whose memory is not on the heap. The lock keeps threads out of it that
/// come when it is given back, or later.
final class LibraryEncoder implements ContentCoding.Encoder {
    private final OutputStream stream;
    private final OutputGate gate;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;

    /// An encoder.
    ///
    /// @param stream writes into the gate
    LibraryEncoder(OutputStream stream, OutputGate gate) {
        this.stream = stream;
        this.gate = gate;
    }

    private interface Step {
        void run() throws IOException;
    }

    private void inside(Step step) throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the encoder is closed: the body is over");
            }
            step.run();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(byte[] array, int offset, int length) throws IOException {
        inside(() -> stream.write(array, offset, length));
    }

    @Override
    public void flush() throws IOException {
        inside(stream::flush);
    }

    @Override
    public void finish() throws IOException {
        inside(() -> {
            closed = true; // to close the stream is to finish it, and gives its memory back
            stream.close();
        });
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                gate.shut();
                stream.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a shut gate does not fail", e);
        } finally {
            lock.unlock();
        }
    }
}
