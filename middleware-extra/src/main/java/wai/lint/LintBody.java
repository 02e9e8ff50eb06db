package wai.lint;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import wai.ClientDisconnectedException;
import wai.spi.Rule;

/// The body of a watched request: notices who reads it after the exchange.
final class LintBody extends FilterInputStream {
    private final LintCall call;

    LintBody(InputStream body, LintCall call) {
        super(body);
        this.call = call;
    }

    @Override
    public int read() throws IOException {
        checkInTime();
        try {
            return super.read();
        } catch (ClientDisconnectedException gone) {
            throw call.lostWhileReading(gone);
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        checkInTime();
        try {
            return super.read(target, offset, length);
        } catch (ClientDisconnectedException gone) {
            throw call.lostWhileReading(gone);
        }
    }

    @Override
    public long skip(long count) throws IOException {
        checkInTime();
        return super.skip(count);
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
