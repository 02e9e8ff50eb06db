package wai.lint;

import java.io.IOException;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import wai.Body;
import wai.Bytes;

/// Tells whether two bodies had the same bytes, without keeping any.
///
/// @param length how many there were
/// @param checksum their CRC-32C
record LintContent(long length, long checksum) {
    /// What is known of a body: of bytes at once, of a stream of ours when it has run, of anything else nothing.
    static @Nullable LintContent known(Body body) {
        return switch (body) {
            case Bytes bytes -> of(bytes);
            case Body.Stream(LintStream stream) -> stream.content();
            case Body.Stream _, Body.File _, Body.Raw _ -> null;
        };
    }

    private static LintContent of(Bytes bytes) {
        var sum = new CRC32C();
        try {
            bytes.forEachSlice(sum::update);
        } catch (IOException impossible) {
            throw new AssertionError("a checksum does no I/O", impossible);
        }
        return new LintContent(bytes.length(), sum.getValue());
    }
}
