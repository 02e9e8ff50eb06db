package wai.warp.arrival;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import wai.transport.Transport;
import wai.warp.arrival.Agreement.Phase;

/// TLS over another transport, by an engine: records in, records out. Where the peer speaks no TLS, the bytes as they
/// are.
///
/// ```text
///   handshake() ──▶ SECURED: read = lower.read, unwrap       write = wrap, lower.write
///              └──▶ PLAIN: everything goes through
///
///   TlsHandshake ──▶ Agreement ◀── RecordReader ──▶ RecordWriter
///                                  (answers to records go out by it)
/// ```
///
/// Reader and writer each have a lock, which orders the threads on their side, and is held while bytes move, as the
/// turns of the server package are; nobody else could read or write meanwhile anyhow. They are there so that a buffer
/// never goes back while a thread which an application left behind still uses it.
///
/// A direction of the peer that ends without its `close_notify` is reported by [#isTruncated].
final class TlsTransport extends LayeredTransport {
    /// What came of the handshake.
    enum Outcome {
        /// The connection is encrypted.
        SECURED,
        /// The peer speaks plain HTTP.
        PLAIN,
        /// The peer left before it said anything.
        NOTHING
    }

    private final Agreement agreement = new Agreement();
    private final RecordWriter writer;
    private final RecordReader reader;
    private final TlsContext context;
    private volatile boolean closed;

    /// @param lower moves the records
    /// @param context makes the engine
    TlsTransport(Transport lower, TlsContext context, RecordBuffers buffers) {
        super(lower);
        var sizes = new RecordSizes();
        this.context = context;
        this.writer = new RecordWriter(lower, agreement, buffers, sizes);
        this.reader = new RecordReader(lower, agreement, buffers, sizes, writer);
    }

    /// Agrees on everything with the client, on its first bytes. Before anything else is read or written.
    ///
    /// @return whether it speaks TLS
    /// @throws SSLException when they cannot agree; the client has been told why
    /// @throws IOException when the client is gone, or a deadline ran out
    Outcome handshake() throws IOException {
        return reader.during(new TlsHandshake(context, agreement, lower, reader, writer)::run);
    }

    /// The engine, once the connection is secured.
    @Nullable
    SSLEngine engine() {
        return agreement.engine();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return reader.read(target);
    }

    @Override
    public int readNow(ByteBuffer target) throws IOException {
        return reader.readNow(target);
    }

    @Override
    public boolean isDrained() {
        return reader.isDrained();
    }

    @Override
    public void awaitInput() throws IOException {
        if (isDrained()) {
            lower.awaitInput();
        }
    }

    @Override
    public boolean awaitInput(Runnable driver) {
        return isDrained() && lower.awaitInput(driver);
    }

    @Override
    public boolean isTruncated() {
        return reader.isTruncated();
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return agreement.phase() == Phase.PLAIN ? lower.write(source) : writer.write(source);
    }

    @Override
    public long sendFile(FileChannel file, long position, long count) throws IOException {
        return agreement.phase() == Phase.PLAIN
                ? lower.sendFile(file, position, count)
                : writer.sendFile(file, position, count);
    }

    /// Says `close_notify`, and ends our direction.
    @Override
    public void closeOutput() {
        writer.sayGoodbye();
        lower.closeOutput();
    }

    /// Says `close_notify` if that needs no waiting, and closes.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        writer.trySayGoodbye(lower::expire); // whatever would wait from now on, fails
        lower.close();
    }

    /// Closes without `close_notify`, so that the peer takes nothing for whole.
    @Override
    public void abort() {
        closed = true;
        lower.abort();
    }

    /// Gives the buffers back; the connection has ended, and whoever comes to read or write is told so.
    @Override
    public void release() {
        reader.release();
        writer.release();
    }

    @Override
    public String toString() {
        return "TLS of " + lower;
    }
}
