package wai.warp.arrival;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;
import wai.transport.Transport;
import wai.warp.arrival.Agreement.Phase;

/// Records in: reads them, decrypts them, and does what those ask for that carry no data.
///
/// `reading` orders the threads that read; all but what says otherwise is called with it, or takes it.
final class RecordReader {
    /// Records without a byte for the application, as updates of keys, that a client may send for nothing …
    private static final int FREE_EMPTY_RECORDS = 64;
    /// … and for how many bytes of payload it may send one more.
    private static final int BYTES_PER_EMPTY_RECORD = 1024 * 1024;

    private final Transport lower;
    private final Agreement agreement;
    private final RecordBuffers buffers;
    private final RecordSizes sizes;
    private final RecordWriter writer;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile boolean truncated;

    private @Nullable ByteBuffer encrypted;
    private @Nullable ByteBuffer decrypted;
    private boolean starved;
    private boolean ended;
    private boolean over;
    private int emptyRecords;
    private long payload;

    /// @param writer takes what is to be answered to records
    RecordReader(Transport lower, Agreement agreement, RecordBuffers buffers, RecordSizes sizes, RecordWriter writer) {
        this.lower = lower;
        this.agreement = agreement;
        this.buffers = buffers;
        this.sizes = sizes;
        this.writer = writer;
    }

    /// Runs a handshake, which reads by [#input] and [#fill]; gives the buffers back that it leaves empty.
    TlsTransport.Outcome during(Handshake handshake) throws IOException {
        reading.lock();
        try {
            return handshake.run();
        } finally {
            giveBackRead();
            reading.unlock();
        }
    }

    /// Decrypts what has come, and waits for it if nothing has ([Transport#read]).
    int read(ByteBuffer target) throws IOException {
        reading.lock();
        try {
            checkReading();
            while (true) {
                int count = take(target);
                if (count != 0) {
                    return count;
                }
                if (agreement.phase() == Phase.PLAIN || agreement.phase() == Phase.FAILED) {
                    return lower.read(target); // after a failure only to be thrown away
                }
                if (fill(input()) < 0) {
                    endsTruncated();
                }
            }
        } catch (SSLException e) {
            throw broken(e);
        } finally {
            giveBackRead();
            reading.unlock();
        }
    }

    /// Decrypts what has come ([Transport#readNow]).
    int readNow(ByteBuffer target) throws IOException {
        reading.lock();
        try {
            checkReading();
            while (true) {
                int count = take(target);
                if (count != 0) {
                    return count;
                }
                if (agreement.phase() == Phase.PLAIN) {
                    return lower.readNow(target);
                }
                var input = roomy(input());
                int start = input.position();
                int more = lower.readNow(input.position(input.limit()).limit(input.capacity()));
                input.limit(input.position()).position(start);
                if (more == 0) {
                    return 0;
                }
                if (more < 0) {
                    endsTruncated();
                }
            }
        } catch (SSLException e) {
            throw broken(e);
        } finally {
            giveBackRead();
            reading.unlock();
        }
    }

    /// Whether nothing has come that could be read.
    boolean isDrained() {
        return starved && lower.isDrained();
    }

    /// Whether the direction of the peer ended without its `close_notify`.
    boolean isTruncated() {
        return truncated;
    }

    /// Hands out what needs no waiting.
    ///
    /// @return how many bytes; -1 at the end of the peer's direction; 0 when records must come first
    private int take(ByteBuffer target) throws IOException {
        int before = target.position();
        takeDecrypted(target);
        var input = encrypted;
        if (agreement.phase() == Phase.SECURED) {
            starved = false;
            while (!ended && target.hasRemaining() && !starved) {
                starved = input == null || !input.hasRemaining() || !unwrap(input, target);
            }
        } else if (input != null) { // of a plain connection: what was looked at first
            int count = Math.min(input.remaining(), target.remaining());
            target.put(input.slice().limit(count));
            input.position(input.position() + count);
        } else {
            starved = true;
        }
        int count = target.position() - before;
        if (count > 0) {
            sizes.peerSpoke();
        }
        return count == 0 && ended ? -1 : count;
    }

    private void takeDecrypted(ByteBuffer target) {
        var ready = decrypted;
        if (ready != null) {
            int count = Math.min(ready.remaining(), target.remaining());
            target.put(ready.slice().limit(count));
            ready.position(ready.position() + count);
        }
    }

    /// Decrypts a record.
    ///
    /// @return false when it has not come as a whole
    private boolean unwrap(ByteBuffer input, ByteBuffer target) throws IOException {
        var working = agreement.working();
        var result = working.unwrap(input, target);
        if (result.getStatus() == Status.BUFFER_OVERFLOW) { // also when the record has not come as a whole
            result = unwrapAside(working, input);
            takeDecrypted(target);
        }
        switch (result.getStatus()) {
            case BUFFER_UNDERFLOW -> {
                return false;
            }
            case BUFFER_OVERFLOW -> throw new SSLException("a record larger than the engine said");
            case CLOSED -> ended = true;
            case OK -> {}
        }
        count(result);
        goOn(working, result.getHandshakeStatus());
        return true;
    }

    /// Decrypts a record that is larger than what the caller has room for.
    private SSLEngineResult unwrapAside(SSLEngine working, ByteBuffer input) throws SSLException {
        var ready = decrypted;
        if (ready == null) {
            decrypted = ready = buffers.takeAtLeast(working.getSession().getApplicationBufferSize());
        }
        var result = working.unwrap(input, ready.clear());
        ready.flip();
        return result;
    }

    /// A client that makes us work for nothing is stopped.
    private void count(SSLEngineResult result) throws SSLException {
        if (result.bytesProduced() > 0) {
            payload += result.bytesProduced();
        } else if (++emptyRecords - payload / BYTES_PER_EMPTY_RECORD > FREE_EMPTY_RECORDS) {
            throw new SSLException(
                    emptyRecords + " TLS records without data: expected fewer, as updates of keys are" + " rare");
        }
    }

    /// Does what a record behind the handshake asks for.
    private void goOn(SSLEngine working, HandshakeStatus status) throws IOException {
        switch (status) {
            case NEED_TASK, NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                boolean renegotiates = isRenegotiation(working);
                TlsHandshake.runTasks(working);
                if (renegotiates) {
                    throw refused(working);
                }
            }
            case NEED_WRAP -> {
                if (isRenegotiation(working)) {
                    throw refused(working);
                }
                writer.settle();
            }
            case FINISHED, NOT_HANDSHAKING -> {}
        }
    }

    /// Whether what a record asks for is a second handshake, which TLS 1.3 does not have.
    private boolean isRenegotiation(SSLEngine working) {
        return !ended && !working.getSession().getProtocol().equals("TLSv1.3");
    }

    /// Has the engine say what it thinks of it, which is an alert ([TlsContext#endNegotiation]).
    private static SSLException refused(SSLEngine working) {
        var refusal = new SSLException("the client renegotiates: expected no second handshake (RFC 9325 §3.5)");
        try {
            working.unwrap(ByteBuffer.allocate(0), ByteBuffer.allocate(0));
        } catch (SSLException e) {
            refusal.addSuppressed(e);
        }
        return refusal;
    }

    /// The peer broke TLS, or told us that we did. It is told why, unless somebody writes just now.
    private ClientDisconnectedException broken(SSLException failure) {
        writer.trySayGoodbye(() -> {});
        return new ClientDisconnectedException("TLS with the client failed: " + failure.getMessage(), failure);
    }

    private void endsTruncated() {
        ended = true;
        truncated = true;
    }

    /// Reads more records, or the begin of some, behind what is there.
    ///
    /// @return how many bytes; -1 at the end
    int fill(ByteBuffer into) throws IOException {
        var input = roomy(into);
        int start = input.position();
        input.position(input.limit()).limit(input.capacity());
        try {
            return lower.read(input);
        } finally {
            input.limit(input.position()).position(start);
        }
    }

    private static ByteBuffer roomy(ByteBuffer input) {
        if (!input.hasRemaining()) {
            return input.clear().limit(0);
        }
        return input.position() > 0 ? input.compact().flip() : input;
    }

    /// What was read and not decrypted, from position to limit.
    ByteBuffer input() {
        var input = encrypted;
        if (input == null) {
            encrypted = input = buffers.takeAtLeast(agreement.packetSize());
            input.limit(0);
        }
        return input;
    }

    private void giveBackRead() {
        var input = encrypted;
        if (input != null && !input.hasRemaining()) {
            encrypted = null;
            buffers.giveBack(input);
        }
        var ready = decrypted;
        if (ready != null && !ready.hasRemaining()) {
            decrypted = null;
            buffers.giveBack(ready);
        }
    }

    private void checkReading() throws ClientDisconnectedException {
        if (over) { // by a thread that the application left behind
            throw new ClientDisconnectedException("the connection was closed by this server");
        }
    }

    /// Gives the buffers back; whoever comes to read is told that it is over.
    void release() {
        reading.lock();
        try {
            over = true;
            if (encrypted != null) {
                encrypted.limit(encrypted.position());
            }
            if (decrypted != null) {
                decrypted.limit(decrypted.position());
            }
            giveBackRead();
        } finally {
            reading.unlock();
        }
    }

    /// Agrees on everything with the client.
    @FunctionalInterface
    interface Handshake {
        TlsTransport.Outcome run() throws IOException;
    }
}
