package wai.spi;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import wai.BodySink;
import wai.FilePart;
import wai.StreamingBody;

/// Several slices of a file as `multipart/byteranges` (RFC 9110 §14.6).
///
/// The file is opened once, when the body is written, by whoever sends it. A file that has become shorter than promised
/// fails the body.
final class MultipartRanges implements StreamingBody {
    private static final int BUFFER = 32 * 1024;

    private final Path path;
    private final Opener opener;
    private final List<FilePart> parts;
    private final List<byte[]> heads;
    private final String boundary;

    /// A body.
    ///
    /// @param path the file
    /// @param opener opens it
    /// @param parts the slices, in the order in which they are sent
    /// @param partFields the header fields that every part has besides `Content-Range`: lines with their CRLF
    /// @param boundary separates the parts; must not occur in the file
    MultipartRanges(Path path, Opener opener, List<FilePart> parts, String partFields, String boundary) {
        this.path = path;
        this.opener = opener;
        this.parts = parts;
        this.boundary = boundary;
        this.heads = parts.stream().map(part -> head(part, partFields)).toList();
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
        return length - 2; // the first delimiter begins without CRLF
    }

    @Override
    public void writeTo(BodySink out) throws IOException {
        try (var file = opener.open(path)) {
            var buffer = new byte[BUFFER];
            for (int i = 0; i < parts.size(); i++) {
                var head = heads.get(i);
                int from = i == 0 ? 2 : 0;
                out.write(head, from, head.length - from);
                copy(file, parts.get(i), buffer, out);
            }
        }
        out.write(tail());
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

    private byte[] head(FilePart part, String partFields) {
        long last = part.offset() + part.length() - 1;
        var text = "\r\n--" + boundary + "\r\n" + partFields //
                + "Content-Range: bytes " + part.offset() + "-" + last + "/" + part.fileSize() + "\r\n\r\n";
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private byte[] tail() {
        return ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.ISO_8859_1);
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
