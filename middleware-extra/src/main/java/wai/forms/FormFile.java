package wai.forms;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import wai.Bytes;
import wai.Headers;

/// A file of a form; it can be read until the form is closed.
public final class FormFile {
    private final PartHead head;
    private final StoredFile stored;

    FormFile(PartHead head, StoredFile stored) {
        this.head = head;
        this.stored = stored;
    }

    /// The name of the input in which the file was chosen.
    ///
    /// @return the decoded name
    public String name() {
        return head.name();
    }

    /// A harmless name for the file: the last part of what the client says, without control characters, characters
    /// that some system forbids, and dots at the ends. Different files may have the same name.
    ///
    /// @return a name of at least one character that names no folder
    public String fileName() {
        return FileNames.safe(sentFileName());
    }

    /// The name of the file as the client sent it. **Make no path of it**: it may be `../../etc/passwd`.
    ///
    /// @return the decoded name
    public String sentFileName() {
        var sent = head.fileName();
        return sent == null ? "" : sent;
    }

    /// What the client says that the content is; it may be wrong.
    ///
    /// @return the media type as it was sent; `application/octet-stream` when there was none
    public String contentType() {
        return head.contentType();
    }

    /// All header fields of the part; each byte of a value as the character of the same number.
    ///
    /// @return the fields
    public Headers headers() {
        return head.headers();
    }

    /// How large the file is.
    ///
    /// @return bytes
    public long size() {
        return stored.size();
    }

    /// Opens the content; each stream begins at its beginning.
    ///
    /// @return a stream for the caller to close
    /// @throws IOException when it cannot be read
    public InputStream open() throws IOException {
        return stored.open();
    }

    /// The content in memory; its size is bounded by [FormLimits#fileBytes()].
    ///
    /// @return the bytes
    /// @throws IOException when it cannot be read
    public Bytes bytes() throws IOException {
        try (var content = open()) {
            return Bytes.of(content.readAllBytes());
        }
    }

    /// Puts the content into a file that stays; a temporary file is moved there, with its permissions (the owner's
    /// alone).
    ///
    /// @param target where to; must not exist
    /// @throws FileAlreadyExistsException when it exists
    /// @throws IOException when it cannot be written
    public void saveTo(Path target) throws IOException {
        stored.saveTo(target);
    }

    /// What the store made of it: an object of your own class with a store of your own.
    ///
    /// @return the stored file
    public StoredFile stored() {
        return stored;
    }

    /// Where it was chosen, its name and its size.
    @Override
    public String toString() {
        return name() + ": " + fileName() + " (" + size() + " bytes)";
    }
}
