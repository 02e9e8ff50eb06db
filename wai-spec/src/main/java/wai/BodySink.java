package wai;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Where a [StreamingBody] writes: an [OutputStream] that knows [Bytes], text and trailers.
///
/// Writes block while the client is slow to read. Valid during [StreamingBody#writeTo] only; a later use throws the
/// `ContractViolation` of rule `WAI-STR-02`. All methods that write throw [ClientDisconnectedException] when the
/// client is gone.
public abstract class BodySink extends OutputStream {
    /// For handlers.
    protected BodySink() {}

    /// Writes bytes without joining them first.
    ///
    /// @param bytes what to write
    /// @throws IOException when the client is gone
    public void write(Bytes bytes) throws IOException {
        bytes.forEachSlice(this::write);
    }

    /// Writes text as UTF-8. An unpaired surrogate is written as `?`.
    ///
    /// @param text what to write
    /// @throws IOException when the client is gone
    public void writeUtf8(String text) throws IOException {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Sends what was written so far on its way to the client, where the handler has
    /// [Capability#INCREMENTAL_FLUSH]. Without it the handler decides when bytes go out; the end of the body always
    /// flushes.
    ///
    /// @throws IOException when the client is gone
    @Override
    public abstract void flush() throws IOException;

    /// Sets the trailer fields that follow the body (RFC 9110 §6.5); a second call replaces the first.
    ///
    /// Dropped where [Capability#RESPONSE_TRAILERS] is missing. Fields that frame or route a message
    /// (`Content-Length`, `Transfer-Encoding`, `Host`, `Trailer` …) are refused (RFC 9110 §6.5.1).
    ///
    /// @param trailers the fields
    /// @throws IllegalArgumentException when a field must not be a trailer
    public abstract void trailers(Headers trailers);

    /// Does nothing: the body ends when [StreamingBody#writeTo] returns. So a writer that closes what it wraps
    /// does no harm.
    @Override
    public final void close() {}
}
