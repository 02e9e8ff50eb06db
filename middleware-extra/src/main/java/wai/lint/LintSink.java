package wai.lint;

import static java.util.Objects.checkFromIndexSize;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import wai.BodySink;
import wai.Bytes;
import wai.ClientDisconnectedException;
import wai.Headers;
import wai.spi.ContractViolation;
import wai.spi.Rule;
import wai.spi.ScopedSink;

/// The sink that a watched stream writes to: counts, and notices late use and trailers that are none.
final class LintSink extends BodySink {
    private final BodySink out;
    private final LintCall call;
    private final OptionalLong declared;
    private final CRC32C sum = new CRC32C();
    private long written;
    private boolean lost;
    private @Nullable ContractViolation violation;
    private volatile boolean open = true;

    @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // the length is known or it is not
    LintSink(BodySink out, LintCall call, OptionalLong declared) {
        this.out = out;
        this.call = call;
        this.declared = declared;
    }

    @Override
    public void write(int b) throws IOException {
        checkRoom(1);
        sum.update(b);
        guarded(() -> out.write(b));
    }

    @Override
    public void write(byte[] array, int offset, int count) throws IOException {
        checkFromIndexSize(offset, count, array.length);
        checkRoom(count);
        sum.update(array, offset, count);
        guarded(() -> out.write(array, offset, count));
    }

    @Override
    public void write(Bytes bytes) throws IOException {
        checkRoom(bytes.length());
        bytes.forEachSlice(sum::update);
        guarded(() -> out.write(bytes));
    }

    @Override
    public void flush() throws IOException {
        checkOpen();
        guarded(out::flush);
    }

    @Override
    public void trailers(Headers trailers) {
        checkOpen();
        for (int i = 0; i < trailers.size(); i++) {
            var name = trailers.name(i);
            if (!ScopedSink.isTrailer(name)) {
                report(new LintProblem(
                        Rule.STR_TRAILER_FIELDS,
                        name.lowerCase(),
                        "field " + name + " was set as a trailer",
                        "put " + name + " into the headers of the response (RFC 9110 §6.5.1)"));
            }
        }
        out.trailers(trailers);
    }

    void end() {
        open = false;
    }

    /// After the stream has ended without an exception: that it caught one does not help.
    void checkComplete() {
        if (violation != null) {
            throw violation;
        }
        if (lost) {
            call.reportSwallowedDisconnect();
        } else if (declared.isPresent() && written < declared.getAsLong()) {
            report(LintProblem.of(
                    Rule.STR_TOO_FEW_BYTES,
                    "a stream ended after " + written + " bytes under Content-Length " + declared.getAsLong(),
                    "write as many bytes as Content-Length says, or leave it out"));
        }
    }

    LintContent content() {
        return new LintContent(written, sum.getValue());
    }

    private void checkOpen() {
        if (!open) {
            report(LintProblem.of(
                    Rule.STR_LATE_USE,
                    "a sink was used after its streaming body had ended",
                    "write only while writeTo runs: wait there for the threads that write"));
        }
    }

    private void checkRoom(long count) {
        checkOpen();
        if (declared.isPresent() && count > declared.getAsLong() - written) {
            report(LintProblem.of(
                    Rule.STR_TOO_MANY_BYTES,
                    "a stream wrote " + (written + count) + " bytes under Content-Length " + declared.getAsLong(),
                    "write as many bytes as Content-Length says, or leave it out"));
        }
        written += count;
    }

    private void report(LintProblem problem) {
        try {
            call.report(problem);
        } catch (ContractViolation thrown) {
            violation = thrown;
            throw thrown;
        }
    }

    private void guarded(Write write) throws IOException {
        try {
            write.run();
        } catch (ClientDisconnectedException gone) {
            lost = true;
            throw gone;
        }
    }

    private interface Write {
        void run() throws IOException;
    }
}
