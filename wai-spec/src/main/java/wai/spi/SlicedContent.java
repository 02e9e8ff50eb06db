package wai.spi;

import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import wai.BodySink;
import wai.FilePart;
import wai.Headers;
import wai.StreamingBody;

/// Slices of content that is written from its beginning to its end: what lies between them is dropped, and the writer
/// is stopped behind the last one.
///
/// @param content writes all of it
record SlicedContent(StreamingBody content) implements MultipartRanges.Source {
    /// Writes slices, each behind what introduces it.
    ///
    /// @param parts in ascending order; they do not overlap
    @Override
    public void write(List<FilePart> parts, List<byte[]> heads, BodySink out) throws Exception {
        var slices = new SlicingSink(parts, heads, out);
        try {
            content.writeTo(slices);
        } catch (EnoughException _) {
            return;
        }
        slices.end();
    }

    /// Stops a writer that has nothing to say any more.
    private static final class EnoughException extends IOException {
        private static final long serialVersionUID = 1;

        EnoughException() {
            super("all that was asked for is written");
        }

        /// It is no failure, so nobody asks where it came from.
        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    private static final class SlicingSink extends BodySink {
        private final List<FilePart> parts;
        private final List<byte[]> heads;
        private final BodySink out;
        private long position;
        private int current;

        SlicingSink(List<FilePart> parts, List<byte[]> heads, BodySink out) {
            this.parts = parts;
            this.heads = heads;
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] array, int offset, int length) throws IOException {
            long end = position + length;
            while (position < end) {
                if (current == parts.size()) {
                    throw new EnoughException();
                }
                var part = parts.get(current);
                long from = Math.max(position, part.offset());
                long to = Math.min(end, part.offset() + part.length());
                if (from < to) {
                    if (from == part.offset()) {
                        out.write(heads.get(current));
                    }
                    out.write(array, offset + (int) (from - (end - length)), (int) (to - from));
                }
                if (to == part.offset() + part.length()) {
                    current++;
                    position = to;
                } else {
                    position = end;
                }
            }
            if (current == parts.size()) {
                throw new EnoughException();
            }
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        /// Of the whole content, which this is not.
        @Override
        public void trailers(Headers trailers) {}

        void end() throws EOFException {
            if (current < parts.size()) {
                throw new EOFException("content ended at " + position + ": expected " + parts.get(current));
            }
        }
    }
}
