package wai.compression;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/// gzip and deflate, which are the same data in two envelopes.
final class ZipCoding implements ContentCoding {
    /// Magic, method "deflate", no flags, no time, no extra flags, system unknown (RFC 1952 §2.3).
    private static final byte[] GZIP_HEAD = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private static final int BUFFER = 8 * 1024;

    private final String name;
    private final int level;
    private final boolean gzip;

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
        return new ZipEncoder(out, level, gzip);
    }

    @Override
    public InputStream decoder(InputStream in) throws IOException {
        return gzip ? new GZIPInputStream(in, BUFFER) : new InflaterInputStream(in);
    }

    private static final class ZipEncoder implements Encoder {
        private final OutputStream out;
        private final Deflater deflater;
        private final boolean gzip;
        private final CRC32 checksum = new CRC32();
        private final byte[] buffer = new byte[BUFFER];
        private boolean begun;

        ZipEncoder(OutputStream out, int level, boolean gzip) {
            this.out = out;
            this.gzip = gzip;
            this.deflater = new Deflater(level, gzip);
        }

        @Override
        public void write(byte[] array, int offset, int length) throws IOException {
            begin();
            checksum.update(array, offset, length);
            deflater.setInput(array, offset, length);
            while (!deflater.needsInput()) {
                drain(Deflater.NO_FLUSH);
            }
        }

        @Override
        public void flush() throws IOException {
            begin();
            while (drain(Deflater.SYNC_FLUSH) == buffer.length) {
                // as long as the buffer was full there may be more
            }
        }

        @Override
        public void finish() throws IOException {
            begin();
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
        }

        @Override
        public void close() {
            deflater.end(); // its memory is not on the heap
        }

        private void begin() throws IOException {
            if (!begun) {
                begun = true;
                if (gzip) {
                    out.write(GZIP_HEAD);
                }
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
