package wai.compression;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import com.github.luben.zstd.util.Native;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Zstandard, by zstd-jni. A flush ends a block, not the frame.
final class ZstdCoding implements ContentCoding {
    /// The logarithm of the largest window that a client must understand, and that a server should (RFC 9659 §3).
    private static final int LARGEST_WINDOW = 23;

    private final int level;

    private ZstdCoding(int level) {
        this.level = level;
    }

    static ContentCoding of(int level) {
        if (level < 1 || level > 19) {
            throw new IllegalArgumentException("level " + level + ": expected 1 to 19");
        }
        try {
            Native.load();
            return new ZstdCoding(level);
        } catch (LinkageError e) {
            throw new IllegalStateException(
                    "content coding zstd needs the library com.github.luben:zstd-jni, and on the module path a module"
                            + " that requires com.github.luben.zstd_jni",
                    e);
        }
    }

    @Override
    public String name() {
        return "zstd";
    }

    @Override
    public Encoder encoder(OutputStream out) throws IOException {
        var gate = new OutputGate(out);
        var stream = new ZstdOutputStreamNoFinalizer(gate, level).setCloseFrameOnFlush(false);
        return new LibraryEncoder(stream, gate);
    }

    @Override
    public InputStream decoder(InputStream in) throws IOException {
        return new ZstdInputStreamNoFinalizer(new NotEmpty(in)).setLongMax(LARGEST_WINDOW);
    }

    /// The library takes nothing at all for no frames, but there is at least one (RFC 8878 §3).
    private static final class NotEmpty extends FilterInputStream {
        private boolean begun;

        NotEmpty(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = super.read(target, offset, length);
            if (count < 0 && !begun) {
                throw new EOFException("no frame");
            }
            begun |= count > 0;
            return count;
        }
    }
}
