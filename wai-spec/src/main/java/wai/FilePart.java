package wai;

/// A slice of a file, for applications that negotiate ranges themselves.
///
/// @param offset where the slice begins, in bytes
/// @param length how many bytes it has
/// @param fileSize how long the whole file is, in bytes; goes into `Content-Range`
public record FilePart(long offset, long length, long fileSize) {
    /// Checks that the slice lies inside the file.
    ///
    /// @throws IllegalArgumentException when a number is negative or the slice ends after the file
    public FilePart {
        if (offset < 0 || length < 0 || fileSize < 0 || length > fileSize - offset) {
            throw new IllegalArgumentException("part of " + length + " bytes at " + offset + " of a file of " + fileSize
                    + " bytes: expected 0 <= offset, 0 <= length, offset + length <= fileSize");
        }
    }
}
