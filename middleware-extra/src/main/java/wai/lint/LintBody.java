package wai.lint;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import wai.ClientDisconnectedException;
import wai.spi.Rule;

/// The body of a watched request: notices who reads it after the exchange, and who reads of it and hands on the rest.
final class LintBody extends FilterInputStream {
    private final LintCall call;
    /// Whether bytes of it were read, here or further inside.
    private volatile boolean begun;

    LintBody(InputStream body, LintCall call) {
        super(body);
        this.call = call;
    }

    @Override
    public int read() throws IOException {
        checkInTime();
        checkWhole();
        try {
            int octet = super.read();
            notice(octet >= 0);
            return octet;
        } catch (ClientDisconnectedException gone) {
            throw call.lostWhileReading(gone);
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        checkInTime();
        checkWhole();
        try {
            int count = super.read(target, offset, length);
            notice(count > 0);
            return count;
        } catch (ClientDisconnectedException gone) {
            throw call.lostWhileReading(gone);
        }
    }

    @Override
    public long skip(long count) throws IOException {
        checkInTime();
        checkWhole();
        long skipped = super.skip(count);
        notice(skipped > 0);
        return skipped;
    }

    private void notice(boolean read) {
        if (read && !begun) {
            begun = true;
        }
    }

    /// Nothing was read in here yet: then nobody outside should have read either, of the same stream.
    private void checkWhole() {
        if (!begun && in instanceof LintBody outer && outer.begun) {
            outer.call.report(LintProblem.of(
                    Rule.MID_REQUEST_BODY,
                    "bytes of the request body were read before the rest was handed on",
                    "hand on request.withBody(…); BufferBody and BodyStreams.peek do"));
        }
    }

    private void checkInTime() {
        if (call.trail().isOver()) {
            call.report(LintProblem.of(
                    Rule.REQ_LATE_READ,
                    "the request body was read after the application had returned",
                    "read what is needed before returning, and give that to the other thread"));
        }
    }
}
