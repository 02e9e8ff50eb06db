package wai.spi;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Queue;
import wai.Bytes;

/// Input streams that handlers and tests put into requests: delimited, from memory, looked into.
///
/// In all of them `close()` does nothing, as [wai.Request#body] promises.
public final class BodyStreams {
    private BodyStreams() {}

    /// The next bytes of a connection as a body of known length. It ends after exactly that many bytes; a source that
    /// ends before never looks like the end of the body (rule `WAI-REQ-12`).
    ///
    /// @param source where the bytes come from; never read past the body, never closed
    /// @param length how many bytes the body has, 0 or more
    /// @return the body; reading throws [wai.ClientDisconnectedException] when the source ends early
    /// @throws IllegalArgumentException when the length is negative
    public static InputStream limited(InputStream source, long length) {
        return new LimitedStream(source, length);
    }

    /// Bytes in memory as a body, without copying them first.
    ///
    /// @param bytes the bytes
    /// @return a stream over them
    public static InputStream of(Bytes bytes) {
        var slices = new ArrayDeque<InputStream>();
        try {
            bytes.forEachSlice((array, offset, length) -> slices.add(new ByteArrayInputStream(array, offset, length)));
        } catch (IOException impossible) {
            throw new AssertionError("collecting slices does no I/O", impossible);
        }
        return new JoinedStream(slices);
    }

    /// Looks at the beginning of a body without consuming it: for a signature to check, a form field to find, a line to
    /// log.
    ///
    /// Blocks until `limit` bytes or the end have come; a client that sends slowly or waits for an answer first is
    /// waited for. What the source throws passes through.
    ///
    /// @param source the body; read on through the replay only
    /// @param limit how many bytes to look at, 0 or more; they are kept in memory
    /// @return what was seen, and the whole body again
    /// @throws IllegalArgumentException when the limit is negative
    /// @throws IOException what the source throws
    public static Peeked peek(InputStream source, int limit) throws IOException {
        if (limit < 0) {
            throw new IllegalArgumentException("limit " + limit + ": expected 0 or more");
        }
        var seen = Bytes.of(source.readNBytes(limit));
        var streams = new ArrayDeque<InputStream>();
        streams.add(of(seen));
        streams.add(source);
        return new Peeked(seen, new JoinedStream(streams));
    }

    /// What [#peek] saw.
    ///
    /// @param seen the beginning of the body; shorter than the limit only when it is all of it
    /// @param replay the whole body from its beginning, to be read once; goes into [wai.Request#withBody]
    public record Peeked(Bytes seen, InputStream replay) {}

    /// Streams one after the other; stays at the last one, so that its failures and its end are seen again.
    private static final class JoinedStream extends InputStream {
        private final Queue<InputStream> streams;

        JoinedStream(Queue<InputStream> streams) {
            this.streams = streams;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            java.util.Objects.checkFromIndexSize(offset, length, target.length);
            if (length == 0) {
                return 0;
            }
            for (var stream = streams.peek(); stream != null; stream = streams.peek()) {
                int count = stream.read(target, offset, length);
                if (count >= 0 || streams.size() == 1) {
                    return count;
                }
                streams.remove();
            }
            return -1;
        }

        @Override
        public int available() throws IOException {
            for (var stream : streams) {
                int available = stream.available();
                if (available > 0) {
                    return available;
                }
            }
            return 0;
        }
    }
}
