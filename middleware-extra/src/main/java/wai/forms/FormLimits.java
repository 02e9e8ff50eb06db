package wai.forms;

/// How much of a form is taken before it is refused with 413. What each limit bounds is counted part by part, behind
/// the split at the boundary, so that how the bytes happen to arrive makes no difference.
///
/// The body as a whole has no limit here: that is the server's, or `RequestSizeLimit` for a part of an application.
public final class FormLimits {
    private static final FormLimits DEFAULTS = new FormLimits(new Builder());

    /// A boundary has at most 70 characters, a header line less than that makes no sense.
    private static final int SHORTEST_LINE = 64;

    private static final int LONGEST_LINE = 1024 * 1024;

    private final int nameBytes;
    private final int fileNameBytes;
    private final int parameters;
    private final int parameterBytes;
    private final int files;
    private final long fileBytes;
    private final long totalFileBytes;
    private final int headerLines;
    private final int headerLineBytes;

    private FormLimits(Builder builder) {
        nameBytes = builder.nameBytes;
        fileNameBytes = builder.fileNameBytes;
        parameters = builder.parameters;
        parameterBytes = builder.parameterBytes;
        files = builder.files;
        fileBytes = builder.fileBytes;
        totalFileBytes = builder.totalFileBytes;
        headerLines = builder.headerLines;
        headerLineBytes = builder.headerLineBytes;
    }

    /// The defaults, named at each limit.
    ///
    /// @return the defaults
    public static FormLimits defaults() {
        return DEFAULTS;
    }

    /// The longest name of a parameter or of the input of a file.
    ///
    /// @return bytes; 256 unless set
    public int nameBytes() {
        return nameBytes;
    }

    /// The longest name of a file, as it is sent.
    ///
    /// @return bytes; 1024 unless set
    public int fileNameBytes() {
        return fileNameBytes;
    }

    /// The most parameters.
    ///
    /// @return a number; 1000 unless set
    public int parameters() {
        return parameters;
    }

    /// The most bytes of all parameters together: names and values, in a URL-encoded form as they are sent, with `=`,
    /// `&` and percent signs. They are kept in memory.
    ///
    /// @return bytes; 64 KiB unless set
    public int parameterBytes() {
        return parameterBytes;
    }

    /// The most files. An input in which no file was chosen does not count.
    ///
    /// @return a number; 10 unless set
    public int files() {
        return files;
    }

    /// The largest file.
    ///
    /// @return bytes; 16 MiB unless set
    public long fileBytes() {
        return fileBytes;
    }

    /// The most bytes of all files together.
    ///
    /// @return bytes; 64 MiB unless set
    public long totalFileBytes() {
        return totalFileBytes;
    }

    /// The most header lines of a part.
    ///
    /// @return a number; 32 unless set
    public int headerLines() {
        return headerLines;
    }

    /// The longest header line of a part, without its end. So much may come before the first part, behind the last
    /// one, and between a boundary and the end of its line, too: nobody needs it, and RFC 2046 allows it.
    ///
    /// @return bytes; 8190 unless set
    public int headerLineBytes() {
        return headerLineBytes;
    }

    /// Sets [#nameBytes()].
    ///
    /// @param bytes 1 or more
    /// @return the changed limits
    /// @throws IllegalArgumentException when the number is out of range
    public FormLimits withNameBytes(int bytes) {
        var builder = new Builder(this);
        builder.nameBytes = (int) atLeast(1, "name bytes", bytes);
        return new FormLimits(builder);
    }

    /// Sets [#fileNameBytes()].
    ///
    /// @param bytes 1 or more
    /// @return the changed limits
    /// @throws IllegalArgumentException when the number is out of range
    public FormLimits withFileNameBytes(int bytes) {
        var builder = new Builder(this);
        builder.fileNameBytes = (int) atLeast(1, "file name bytes", bytes);
        return new FormLimits(builder);
    }

    /// Sets [#parameters()].
    ///
    /// @param number 0 or more
    /// @return the changed limits
    /// @throws IllegalArgumentException when the number is out of range
    public FormLimits withParameters(int number) {
        var builder = new Builder(this);
        builder.parameters = (int) atLeast(0, "parameters", number);
        return new FormLimits(builder);
    }

    /// Sets [#parameterBytes()].
    ///
    /// @param bytes 0 or more; so much memory each request may take for them
    /// @return the changed limits
    /// @throws IllegalArgumentException when the number is out of range
    public FormLimits withParameterBytes(int bytes) {
        var builder = new Builder(this);
        builder.parameterBytes = (int) atLeast(0, "parameter bytes", bytes);
        return new FormLimits(builder);
    }

    /// Sets [#files()].
    ///
    /// @param number 0 or more; with 0 files are refused
    /// @return the changed limits
    /// @throws IllegalArgumentException when the number is out of range
    public FormLimits withFiles(int number) {
        var builder = new Builder(this);
        builder.files = (int) atLeast(0, "files", number);
        return new FormLimits(builder);
    }

    /// Sets [#fileBytes()].
    ///
    /// @param bytes 0 or more; [Long#MAX_VALUE] for no limit
    /// @return the changed limits
    /// @throws IllegalArgumentException when the number is out of range
    public FormLimits withFileBytes(long bytes) {
        var builder = new Builder(this);
        builder.fileBytes = atLeast(0, "file bytes", bytes);
        return new FormLimits(builder);
    }

    /// Sets [#totalFileBytes()].
    ///
    /// @param bytes 0 or more; [Long#MAX_VALUE] for no limit
    /// @return the changed limits
    /// @throws IllegalArgumentException when the number is out of range
    public FormLimits withTotalFileBytes(long bytes) {
        var builder = new Builder(this);
        builder.totalFileBytes = atLeast(0, "total file bytes", bytes);
        return new FormLimits(builder);
    }

    /// Sets [#headerLines()].
    ///
    /// @param number 1 or more: a part needs its `Content-Disposition`
    /// @return the changed limits
    /// @throws IllegalArgumentException when the number is out of range
    public FormLimits withHeaderLines(int number) {
        var builder = new Builder(this);
        builder.headerLines = (int) atLeast(1, "header lines", number);
        return new FormLimits(builder);
    }

    /// Sets [#headerLineBytes()].
    ///
    /// @param bytes 64 to 1,048,576: a line is kept in memory
    /// @return the changed limits
    /// @throws IllegalArgumentException when the number is out of range
    public FormLimits withHeaderLineBytes(int bytes) {
        if (bytes < SHORTEST_LINE || bytes > LONGEST_LINE) {
            throw new IllegalArgumentException(
                    "header line bytes " + bytes + ": expected " + SHORTEST_LINE + " to " + LONGEST_LINE);
        }
        var builder = new Builder(this);
        builder.headerLineBytes = bytes;
        return new FormLimits(builder);
    }

    private static long atLeast(int least, String name, long value) {
        if (value < least) {
            throw new IllegalArgumentException(name + " " + value + ": expected " + least + " or more");
        }
        return value;
    }

    /// The same limits, while they change.
    private static final class Builder {
        private int nameBytes = 256;
        private int fileNameBytes = 1024;
        private int parameters = 1000;
        private int parameterBytes = 64 * 1024;
        private int files = 10;
        private long fileBytes = 16L * 1024 * 1024;
        private long totalFileBytes = 64L * 1024 * 1024;
        private int headerLines = 32;
        private int headerLineBytes = 8190;

        Builder() {}

        Builder(FormLimits limits) {
            nameBytes = limits.nameBytes;
            fileNameBytes = limits.fileNameBytes;
            parameters = limits.parameters;
            parameterBytes = limits.parameterBytes;
            files = limits.files;
            fileBytes = limits.fileBytes;
            totalFileBytes = limits.totalFileBytes;
            headerLines = limits.headerLines;
            headerLineBytes = limits.headerLineBytes;
        }
    }
}
