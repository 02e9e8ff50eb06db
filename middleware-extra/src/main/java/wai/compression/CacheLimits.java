package wai.compression;

/// How much a [CompressedFiles] keeps. Immutable.
public final class CacheLimits {
    private static final CacheLimits DEFAULTS = new CacheLimits(256L << 20, 10_000, 16L << 20);

    private final long bytes;
    private final int entries;
    private final long fileBytes;

    private CacheLimits(long bytes, int entries, long fileBytes) {
        this.bytes = bytes;
        this.entries = entries;
        this.fileBytes = fileBytes;
    }

    /// 256 MiB in 10,000 files, of files up to 16 MiB.
    ///
    /// @return the limits
    public static CacheLimits defaults() {
        return DEFAULTS;
    }

    /// Sets how many bytes all compressed files have together; 256 MiB unless set. The one that was not asked for
    /// longest goes first. What is being written comes on top: for each processor one file at a time.
    ///
    /// @param newBytes 1 or more
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is less
    public CacheLimits withBytes(long newBytes) {
        return new CacheLimits(positive(newBytes, "bytes"), entries, fileBytes);
    }

    /// Sets how many files are remembered, those included that are known to become no smaller; 10,000 unless set.
    ///
    /// @param newEntries 1 or more
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is less
    public CacheLimits withEntries(int newEntries) {
        return new CacheLimits(bytes, (int) positive(newEntries, "entries"), fileBytes);
    }

    /// Sets how large a file may be to be compressed; 16 MiB unless set. Larger ones are sent as they are: somebody
    /// waits while a file is compressed for the first time.
    ///
    /// @param newFileBytes 1 or more
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is less
    public CacheLimits withFileBytes(long newFileBytes) {
        return new CacheLimits(bytes, entries, positive(newFileBytes, "bytes of a file"));
    }

    /// How many bytes all compressed files have together.
    ///
    /// @return 1 or more
    public long bytes() {
        return bytes;
    }

    /// How many files are remembered.
    ///
    /// @return 1 or more
    public int entries() {
        return entries;
    }

    /// How large a file may be to be compressed.
    ///
    /// @return bytes, 1 or more
    public long fileBytes() {
        return fileBytes;
    }

    private static long positive(long value, String what) {
        if (value < 1) {
            throw new IllegalArgumentException(value + " " + what + ": expected 1 or more");
        }
        return value;
    }
}
