package wai.compression;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/// gzip and deflate, which are the same data in two envelopes.
///
/// To make a deflater costs as much as to compress some kilobytes, so a few are kept for the next body, each with the
/// array that it writes into.
final class ZipCoding implements ContentCoding {
    /// Magic, method "deflate", no flags, no time, no extra flags, system unknown (RFC 1952 §2.3).
    private static final byte[] GZIP_HEAD = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private static final int BUFFER = 8 * 1024;

    private final String name;
    private final int level;
    private final boolean gzip;
    /// Presses that nobody uses; as many as can work at a time.
    private final BlockingQueue<Press> idle =
            new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

    ZipCoding(String name, int level) {
        if (level < 1 || level > 9) {
            throw new IllegalArgumentException("level " + level + ": expected 1 to 9");
        }
        this.name = name;
        this.level = level;
        this.gzip = name.equals("gzip");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Encoder encoder(OutputStream out) {
        var press = idle.poll();
        return new ZipEncoder(out, press == null ? new Press(level, gzip) : press);
    }

    private void giveBack(Press press) {
        press.deflater.reset();
        if (!idle.offer(press)) {
            press.deflater.end(); // its memory is not on the heap
        }
    }

    /// A deflater, and what it writes into.
    private static final class Press {
        final Deflater deflater;
        final byte[] buffer = new byte[BUFFER];

        Press(int level, boolean gzip) {
            deflater = new Deflater(level, gzip);
        }
    }

    @Override
    public InputStream decoder(InputStream in) throws IOException {
        return gzip ? new GZIPInputStream(in, BUFFER) : new InflaterInputStream(in);
    }

    /// The lock keeps threads that outlive the body out of a deflater that works on another one by then.
    private final class ZipEncoder implements Encoder {
        private final OutputStream out;
        private final Press press;
        private final Deflater deflater;
        private final byte[] buffer;
        private final CRC32 checksum = new CRC32();
        private final ReentrantLock lock = new ReentrantLock();
        private boolean begun;
        private boolean closed;

        ZipEncoder(OutputStream out, Press press) {
            this.out = out;
            this.press = press;
            this.deflater = press.deflater;
            this.buffer = press.buffer;
        }

        @Override
        public void write(byte[] array, int offset, int length) throws IOException {
            enter();
            try {
                checksum.update(array, offset, length);
                deflater.setInput(array, offset, length);
                while (!deflater.needsInput()) {
                    drain(Deflater.NO_FLUSH);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void flush() throws IOException {
            enter();
            try {
                while (drain(Deflater.SYNC_FLUSH) == buffer.length) {
                    // as long as the buffer was full there may be more
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void finish() throws IOException {
            enter();
            try {
                deflater.finish();
                while (!deflater.finished()) {
                    drain(Deflater.NO_FLUSH);
                }
                if (gzip) {
                    var end = new byte[8];
                    littleEndian(checksum.getValue(), end, 0);
                    littleEndian(deflater.getBytesRead(), end, 4);
                    out.write(end);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                if (!closed) {
                    closed = true;
                    giveBack(press);
                }
            } finally {
                lock.unlock();
            }
        }

        /// Takes the lock, and writes the head where there is none yet.
        private void enter() throws IOException {
            lock.lock();
            try {
                if (closed) {
                    throw new IllegalStateException("the encoder is closed: the body is over");
                }
                if (!begun) {
                    begun = true;
                    if (gzip) {
                        out.write(GZIP_HEAD);
                    }
                }
            } catch (IOException | RuntimeException e) {
                lock.unlock();
                throw e;
            }
        }

        private int drain(int mode) throws IOException {
            int count = deflater.deflate(buffer, 0, buffer.length, mode);
            out.write(buffer, 0, count);
            return count;
        }

        private static void littleEndian(long value, byte[] array, int at) {
            for (int i = 0; i < 4; i++) {
                array[at + i] = (byte) (value >>> (8 * i));
            }
        }
    }
}
