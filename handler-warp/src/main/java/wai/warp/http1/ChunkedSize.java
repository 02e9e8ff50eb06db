package wai.warp.http1;

import wai.warp.http1.Http1Fault.Kind;

/// What the chunks of one body have come to, and whether another may follow them (RFC 9112 §7.1).
final class ChunkedSize {
    /// How many bytes of a chunk line are no more than framing: a size of 16 digits.
    private static final int CHUNK_FRAMING = 16;
    /// How many chunk lines of the largest size a body may have beyond those that its data outweighs.
    private static final long EXCESSIVE_CHUNK_LINES = 64;

    private final Http1Limits limits;
    /// What was announced so far.
    private long announced;
    /// By how much the extensions so far outweigh the data.
    private long excess;

    ChunkedSize(Http1Limits limits) {
        this.limits = limits;
    }

    /// Whether no chunk with data was announced yet.
    boolean isZero() {
        return announced == 0;
    }

    /// Adds a chunk.
    ///
    /// @param size what it announces
    /// @param lineSize of its line, without the line end
    /// @throws Http1Fault when that makes the body too long, or its extensions too large
    void add(long size, int lineSize) throws Http1Fault {
        if (size > limits.bodySize() - announced) {
            throw new Http1Fault(
                    Kind.BODY_TOO_LARGE,
                    "chunks of " + announced + " and " + size + " bytes: expected at most " + limits.bodySize()
                            + " (RFC 9110 §15.5.14)");
        }
        checkExcess(lineSize, size);
        announced += size;
    }

    /// Extensions are limited by line and, because a body may have any number of chunks, over all (RFC 9112 §7.1.1):
    /// what they have beyond the data must not come to more than some lines of the largest size.
    private void checkExcess(int lineSize, long size) throws Http1Fault {
        long covered = Math.min(size, limits.chunkLineSize()) * 2 + CHUNK_FRAMING;
        excess = Math.max(0, excess + lineSize - covered);
        if (excess > EXCESSIVE_CHUNK_LINES * limits.chunkLineSize()) {
            throw new Http1Fault(
                    Kind.BAD_CHUNK,
                    "chunk lines with " + excess + " bytes more than their data accounts for: expected at most "
                            + EXCESSIVE_CHUNK_LINES * limits.chunkLineSize() + " (RFC 9112 §7.1.1)");
        }
    }
}
