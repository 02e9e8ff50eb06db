package wai.warp.settings;

import java.time.Duration;

/// How Warp remembers files that it sends: their facts, open descriptors, and the bytes of small ones.
///
/// Each file is looked at again when it is asked for and the last look is as old as the interval; when it changed,
/// everything is forgotten and read anew. So a change, a new file, or a deletion shows when the interval is over.
/// Files of which the application names a part ([wai.FilePart]) are looked at for every response, because the
/// application has looked as well and its header fields may be newer than what is remembered.
///
/// Replace files by renaming a new one over the old: then every response is wholly of one of them. A file that is
/// written in place is sent as it is being written, with or without a cache. Only files of the default file system
/// are remembered.
public final class FileCaching {
    private static final FileCaching DEFAULTS =
            new FileCaching(Duration.ofSeconds(1), 4096, 256, 32 * 1024, 16 * 1024 * 1024);

    private static final int LARGEST_SMALL_FILE = 16 * 1024 * 1024;

    private final Duration interval;
    private final int files;
    private final int descriptors;
    private final int smallFileBytes;
    private final long memoryBytes;

    private FileCaching(Duration interval, int files, int descriptors, int smallFileBytes, long memoryBytes) {
        this.interval = interval;
        this.files = files;
        this.descriptors = descriptors;
        this.smallFileBytes = smallFileBytes;
        this.memoryBytes = memoryBytes;
    }

    /// The defaults, named at each setting.
    ///
    /// @return the defaults
    public static FileCaching defaults() {
        return DEFAULTS;
    }

    /// Remembers nothing: every response looks at its file and opens it.
    ///
    /// @return the defaults with an interval of zero
    public static FileCaching off() {
        return DEFAULTS.withInterval(Duration.ZERO);
    }

    /// How long what is known of a file is used without another look. Also how long an open descriptor is kept that
    /// nobody uses, so that the space of a deleted file is not held for longer. Measured to a tenth of a second.
    ///
    /// @return the interval; 1 second unless set; zero when nothing is remembered
    public Duration interval() {
        return interval;
    }

    /// The most files that are remembered, those included that were looked for and do not exist. With one more, one
    /// that was not asked for lately is forgotten.
    ///
    /// @return a number; 4096 unless set; 0 when nothing is remembered
    public int files() {
        return files;
    }

    /// The most descriptors that are kept open while nobody uses them. Each response that is being sent from a larger
    /// file has one for itself; these are not counted, as there are no more of them than connections.
    ///
    /// @return a number; 256 unless set; 0 opens larger files for every response
    public int descriptors() {
        return descriptors;
    }

    /// Up to which size the bytes of a file are kept in memory and sent in one write with the head.
    ///
    /// @return bytes; 32 KiB unless set; 0 keeps no bytes
    public int smallFileBytes() {
        return smallFileBytes;
    }

    /// The most bytes of small files that are kept, all together. With more, files that were not asked for lately are
    /// forgotten.
    ///
    /// @return bytes; 16 MiB unless set; 0 keeps no bytes
    public long memoryBytes() {
        return memoryBytes;
    }

    /// Sets [#interval()].
    ///
    /// @param time zero or more; zero remembers nothing; [Timeouts#NEVER] never looks again at what is remembered
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is negative
    public FileCaching withInterval(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("file interval " + time + ": expected zero or more");
        }
        return new FileCaching(time, files, descriptors, smallFileBytes, memoryBytes);
    }

    /// Sets [#files()].
    ///
    /// @param number 0 or more; 0 remembers nothing
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is negative
    public FileCaching withFiles(int number) {
        return new FileCaching(interval, (int) atLeastZero("files", number), descriptors, smallFileBytes, memoryBytes);
    }

    /// Sets [#descriptors()].
    ///
    /// @param number 0 or more
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is negative
    public FileCaching withDescriptors(int number) {
        return new FileCaching(
                interval, files, (int) atLeastZero("file descriptors", number), smallFileBytes, memoryBytes);
    }

    /// Sets [#smallFileBytes()].
    ///
    /// @param bytes 0 to 16 MiB
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another number
    public FileCaching withSmallFileBytes(int bytes) {
        if (bytes < 0 || bytes > LARGEST_SMALL_FILE) {
            throw new IllegalArgumentException("small file bytes " + bytes + ": expected 0 to " + LARGEST_SMALL_FILE);
        }
        return new FileCaching(interval, files, descriptors, bytes, memoryBytes);
    }

    /// Sets [#memoryBytes()].
    ///
    /// @param bytes 0 or more
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is negative
    public FileCaching withMemoryBytes(long bytes) {
        return new FileCaching(interval, files, descriptors, smallFileBytes, atLeastZero("file memory bytes", bytes));
    }

    private static long atLeastZero(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " " + value + ": expected 0 or more");
        }
        return value;
    }
}
