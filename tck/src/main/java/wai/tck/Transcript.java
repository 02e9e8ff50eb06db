package wai.tck;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// The first bytes that came over a connection, readable: what a failure shows.
final class Transcript {
    /// Stands where the connection ended.
    static final String END = "⟨end⟩";

    private static final int KEPT = 2048;

    /// Guarded by this object, as is the next: one thread reads, another may show.
    private final StringBuilder text = new StringBuilder();

    private long total;

    /// The same stream, watched.
    InputStream of(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                var one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int count = super.read(target, offset, length);
                keep(target, offset, count);
                return count;
            }
        };
    }

    /// The bytes with `\r` and `\n` visible and lines broken behind them.
    @Override
    public synchronized String toString() {
        return total <= KEPT ? text.toString() : text + "… (" + total + " bytes)";
    }

    /// Keeps a line that says what was received, where the bytes say little.
    synchronized void add(String line) {
        var bytes = (line + "\n").getBytes(StandardCharsets.ISO_8859_1);
        keep(bytes, 0, bytes.length);
    }

    private synchronized void keep(byte[] array, int offset, int count) {
        if (count < 0) {
            text.append(total <= KEPT ? END : "");
            return;
        }
        for (int i = 0; i < count && total + i < KEPT; i++) {
            text.append(shown(array[offset + i] & 0xff));
        }
        total += count;
    }

    private static String shown(int b) {
        return switch (b) {
            case '\r' -> "\\r";
            case '\n' -> "\\n\n";
            default -> b >= ' ' && b < 0x7f ? Character.toString(b) : "\\x%02x".formatted(b);
        };
    }
}
