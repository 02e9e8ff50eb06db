package wai.warp.http1;

/// What [Http1Engine] accepts at most; sizes are bytes. A message at a limit passes, one past it is a [Http1Fault].
///
/// @param methodSize length of the method, at least 1; past it 501
/// @param targetSize length of the request target as received, at least 1; past it 414
/// @param headerSize all field lines together with their line ends and the empty line, at least 2; past it 431
/// @param fieldCount how many header fields, and apart from them how many trailer fields, 0 or more; past it 431
/// @param bodySize length of the body without its framing, 0 or more; past it 413
/// @param chunkLineSize length of a chunk-size line with its extensions, without its line end, at least 1; past it 400.
///     64 times that is what all lines of a body may have beyond their sizes and twice their data
/// @param trailerSize all trailer lines together with their line ends and the empty line, at least 2; past it 431
public record Http1Limits(
        int methodSize,
        int targetSize,
        int headerSize,
        int fieldCount,
        long bodySize,
        int chunkLineSize,
        int trailerSize) {
    /// The limits that hold where nothing else is said.
    ///
    /// - method 64: the longest registered one has 17 (`UPDATEREDIRECTREF`), and a request without a space is cut
    ///   early
    /// - target 8 KiB: RFC 9112 §3 recommends to support at least 8,000; nginx and Apache httpd stop there too
    /// - header 64 KiB: large cookies and tokens of a company's sign-on pass; a parked attacker holds no more than
    ///   that
    /// - fields 128: browsers send about 15, proxies add some; Apache httpd stops at 100
    /// - body without a limit: it is never buffered, so it is for the application to say
    /// - chunk line 256: a size has 16 digits; signing clients add an extension of about 85
    /// - trailer 8 KiB: checksums and a status
    public static final Http1Limits DEFAULT =
            new Http1Limits(64, 8 * 1024, 64 * 1024, 128, Long.MAX_VALUE, 256, 8 * 1024);

    private static final int MOST = 1 << 28; // what is a limit of memory must fit into an array with its neighbours

    /// Checks all limits.
    ///
    /// @throws IllegalArgumentException when one is below its range, or one other than `bodySize` above 256 MiB
    public Http1Limits {
        check("methodSize", methodSize, 1, MOST);
        check("targetSize", targetSize, 1, MOST);
        check("headerSize", headerSize, 2, MOST);
        check("fieldCount", fieldCount, 0, MOST);
        check("bodySize", bodySize, 0, Long.MAX_VALUE);
        check("chunkLineSize", chunkLineSize, 1, MOST);
        check("trailerSize", trailerSize, 2, MOST);
    }

    /// How many bytes of input the engine may need together, because it takes a head only when all of it is there: the
    /// capacity that an input buffer must be able to grow to.
    ///
    /// @return the size of the longest head, chunk line or trailer line
    public int largestInput() {
        int head = requestLineSize() + 2 + headerSize;
        return Math.max(head, Math.max(chunkLineSize + 2, trailerSize));
    }

    /// The longest request line that can be within the limits, without its line end.
    int requestLineSize() {
        return methodSize + 1 + targetSize + 1 + "HTTP/1.1".length();
    }

    private static void check(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " " + value + ": expected " + least + " to " + most);
        }
    }
}
