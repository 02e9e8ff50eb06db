package wai.spi;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import wai.BodySink;
import wai.FilePart;
import wai.StreamingBody;

/// Several slices of a file or other content as `multipart/byteranges` (RFC 9110 §14.6).
///
/// A file is opened once, when the body is written, by whoever sends it. One that has become shorter than promised
/// fails the body.
final class MultipartRanges implements StreamingBody {
    private static final int BUFFER = 32 * 1024;

    private final Source source;
    private final List<FilePart> parts;
    private final List<byte[]> heads;
    private final String boundary;

    /// A body.
    ///
    /// @param source has the slices
    /// @param parts the slices, in the order in which they are sent
    /// @param partFields the header fields that every part has besides `Content-Range`: lines with their CRLF
    /// @param boundary separates the parts; must not occur in the content
    MultipartRanges(Source source, List<FilePart> parts, String partFields, String boundary) {
        this.source = source;
        this.parts = parts;
        this.boundary = boundary;
        this.heads = IntStream.range(0, parts.size())
                .mapToObj(i -> bytes((i == 0 ? "" : "\r\n") + head(parts.get(i), partFields)))
                .toList();
    }

    /// The value of `Content-Type`.
    String contentType() {
        return "multipart/byteranges; boundary=" + boundary;
    }

    /// How many bytes the body has.
    long length() {
        long length = tail().length;
        for (int i = 0; i < parts.size(); i++) {
            length += heads.get(i).length + parts.get(i).length();
        }
        return length;
    }

    @Override
    public void writeTo(BodySink out) throws Exception {
        source.write(parts, heads, out);
        out.write(tail());
    }

    private String head(FilePart part, String partFields) {
        long last = part.offset() + part.length() - 1;
        return "--" + boundary + "\r\n" + partFields //
                + "Content-Range: bytes " + part.offset() + "-" + last + "/" + part.fileSize() + "\r\n\r\n";
    }

    private byte[] tail() {
        return bytes("\r\n--" + boundary + "--\r\n");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// What slices are taken from.
    interface Source {
        /// Writes slices.
        ///
        /// @param parts the slices, in the order in which they are written
        /// @param heads what is written before each
        /// @param out where to
        /// @throws Exception when that fails
        void write(List<FilePart> parts, List<byte[]> heads, BodySink out) throws Exception;
    }

    /// A file.
    ///
    /// @param path where it is
    /// @param opener opens it
    record FileSource(Path path, Opener opener) implements Source {
        @Override
        public void write(List<FilePart> parts, List<byte[]> heads, BodySink out) throws IOException {
            try (var file = opener.open(path)) {
                var buffer = new byte[BUFFER];
                for (int i = 0; i < parts.size(); i++) {
                    out.write(heads.get(i));
                    copy(file, parts.get(i), buffer, out);
                }
            }
        }

        private void copy(SeekableByteChannel file, FilePart part, byte[] buffer, BodySink out) throws IOException {
            file.position(part.offset());
            for (long left = part.length(); left > 0; ) {
                int count = file.read(ByteBuffer.wrap(buffer, 0, (int) Math.min(left, BUFFER)));
                if (count < 0) {
                    throw new EOFException("file " + path + " ended " + left + " bytes before the end of " + part
                            + ": it was cut while it was being sent");
                }
                out.write(buffer, 0, count);
                left -= count;
            }
        }
    }

    /// Opens a file for reading.
    @FunctionalInterface
    interface Opener {
        /// Opens it.
        ///
        /// @param path the file
        /// @return a channel at its first byte; the caller closes it
        /// @throws IOException when that fails
        SeekableByteChannel open(Path path) throws IOException;
    }
}
