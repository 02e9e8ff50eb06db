package wai.forms;

import static java.util.Objects.checkFromIndexSize;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import wai.Headers;

/// One entry of a form while it streams by: a parameter or a file. It is valid until the next one begins.
public final class FormPart {
    private final PartHead head;
    private final Content content;

    FormPart(PartHead head, PartSource source) {
        this.head = head;
        this.content = new Content(source);
    }

    /// The name of the parameter, or of the input in which files were chosen.
    ///
    /// @return the decoded name
    public String name() {
        return head.name();
    }

    /// Whether it is a file: whether it came with a file name, be that empty.
    ///
    /// @return false for a parameter
    public boolean isFile() {
        return head.isFile();
    }

    /// A harmless name for the file: the last part of what the client says, without control characters, characters
    /// that some system forbids, and dots at the ends.
    ///
    /// @return a name of at least one character that names no folder; empty for a parameter
    public Optional<String> fileName() {
        return sentFileName().map(FileNames::safe);
    }

    /// The name of the file as the client sent it. **Make no path of it**: it may be `../../etc/passwd`.
    ///
    /// @return the decoded name, empty text when no file was chosen; empty for a parameter
    public Optional<String> sentFileName() {
        return Optional.ofNullable(head.fileName());
    }

    /// What the client says that the content is.
    ///
    /// @return the media type as it was sent; `application/octet-stream` for a file without one, `text/plain` for a
    ///     parameter
    public String contentType() {
        return head.contentType();
    }

    /// All header fields of the part; each byte of a value as the character of the same number.
    ///
    /// @return the fields; none in a URL-encoded form
    public Headers headers() {
        return head.headers();
    }

    /// The content, to be read once. Reads block until bytes arrive, and throw a [FormException] with status 413 when
    /// a limit is passed, so that what was read before may be the beginning of something too large. `close()` does
    /// nothing.
    ///
    /// @return the content; always the same stream
    public InputStream content() {
        return content;
    }

    /// Reads the content of a parameter as text, in the charset that it names, or that of the form. Malformed input
    /// becomes U+FFFD.
    ///
    /// @return the value
    /// @throws IllegalStateException when it is a file: its size is not bounded for memory
    /// @throws FormException when the parameters of the form are larger than the limit
    /// @throws IOException when the client leaves
    public String text() throws IOException {
        if (isFile()) {
            throw new IllegalStateException("the text of file " + name() + ": expected a parameter; read content()");
        }
        return new String(content.readAllBytes(), head.charset());
    }

    /// Ends the part: later reads throw.
    void end() {
        content.over = true;
    }

    private static final class Content extends InputStream {
        private final PartSource source;
        private boolean over;

        Content(PartSource source) {
            this.source = source;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            checkFromIndexSize(offset, length, target.length);
            if (over) {
                throw new IllegalStateException("an entry of the form was read after the next one had begun");
            }
            return length == 0 ? 0 : source.read(target, offset, length);
        }
    }
}
