package wai.forms;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The entries of a form, one after the other.
sealed interface PartSource permits MultipartReader, UrlEncodedReader {
    /// Goes to the next entry; what is left of the one before is skipped, and counted all the same.
    ///
    /// @return what its header says, or null behind the last one
    @Nullable
    PartHead next() throws IOException;

    /// Reads some of the content of the current entry.
    ///
    /// @param length 1 or more
    /// @return how many bytes, at least one; -1 at its end
    int read(byte[] target, int offset, int length) throws IOException;
}
