package wai.warp.arrival;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;
import wai.transport.Transport;

/// Records out: encrypts what is written, and sends what the engine has to say on its own account.
///
/// `writing` orders the threads that write: the connection's, a reader that has to answer, whoever closes. What the
/// engine has to say because of what was read (the answer to an update of keys) goes out by whoever has, or next gets,
/// `writing`.
final class RecordWriter {
    private final Transport lower;
    private final Agreement agreement;
    private final RecordBuffers buffers;
    private final RecordSizes sizes;
    private final ReentrantLock writing = new ReentrantLock();
    /// The engine has something to say on its own account.
    private volatile boolean owing;

    private @Nullable ByteBuffer outgoing;
    private boolean over;

    RecordWriter(Transport lower, Agreement agreement, RecordBuffers buffers, RecordSizes sizes) {
        this.lower = lower;
        this.agreement = agreement;
        this.buffers = buffers;
        this.sizes = sizes;
    }

    /// Encrypts and sends some bytes, a buffer of records at most.
    int write(ByteBuffer source) throws IOException {
        int before = source.remaining();
        writing.lock();
        try {
            var working = agreement.working();
            sendRest();
            do {
                wrap(working, source);
            } while (source.hasRemaining() && hasRoom(output(working), working));
            sayWhatIsOwed(working); // mostly nothing; behind the first answer, the tickets
        } catch (SSLException e) { // the reading side has failed, and with it the engine
            throw new ClientDisconnectedException("TLS with the client failed: " + e.getMessage(), e);
        } finally {
            writing.unlock();
        }
        settleWhatCameMeanwhile();
        return before - source.remaining();
    }

    /// Reads, encrypts and sends a part of a file.
    long sendFile(FileChannel file, long position, long count) throws IOException {
        var content = buffers.take().clear();
        try {
            content.limit((int) Math.min(content.capacity(), count));
            int read;
            boolean interrupted = Thread.interrupted(); // with its flag set a thread cannot use a file
            try {
                read = file.read(content, position);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            if (read < 0) {
                throw new EOFException("the file ends at " + file.size() + " bytes, before byte " + position);
            }
            content.flip();
            while (content.hasRemaining()) {
                write(content);
            }
            return read;
        } finally {
            buffers.give(content);
        }
    }

    /// Encrypts a record.
    private void wrap(SSLEngine working, ByteBuffer source) throws IOException {
        int end = source.limit();
        source.limit(source.position() + sizes.next(source.remaining()));
        try {
            var result = wrapRecord(working, source);
            switch (result.getStatus()) {
                case OK -> sizes.sent(result.bytesConsumed());
                case CLOSED -> throw new ClientDisconnectedException("the TLS connection is closed for writing");
                case BUFFER_OVERFLOW, BUFFER_UNDERFLOW ->
                    throw new SSLException("the engine wants other buffers than it said: " + result);
            }
            if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                TlsHandshake.runTasks(working);
            }
        } finally {
            source.limit(end);
        }
    }

    /// Sends what the engine has to say on its own account, once whoever writes just now is done.
    void settle() throws IOException {
        owing = true;
        while (owing && writing.tryLock()) {
            try {
                owing = false;
                sayWhatIsOwed(agreement.working());
            } finally {
                writing.unlock();
            }
        }
    }

    private void settleWhatCameMeanwhile() throws IOException {
        if (owing) { // looked at behind the unlock, while a reader sets it before it tries the lock
            settle();
        }
    }

    /// Sends what the engine has to say on its own account, in one write as far as it fits, behind what is ready.
    void sayWhatIsOwed(SSLEngine speaking) throws IOException {
        writing.lock();
        try {
            sendRest();
            while (speaking.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                if (!hasRoom(output(speaking), speaking)) {
                    send();
                }
                if (wrapRecord(speaking, ByteBuffer.allocate(0)).getStatus() == Status.CLOSED) {
                    break;
                }
            }
            send();
        } finally {
            writing.unlock();
        }
    }

    private SSLEngineResult wrapRecord(SSLEngine speaking, ByteBuffer source) throws IOException {
        var output = output(speaking);
        try {
            return speaking.wrap(source, output.position(output.limit()).limit(output.capacity()));
        } finally {
            output.limit(output.position()).position(0);
        }
    }

    /// Whether the engine would write another record into a buffer.
    private static boolean hasRoom(ByteBuffer output, SSLEngine speaking) {
        return output.capacity() - output.limit() >= speaking.getSession().getPacketBufferSize();
    }

    /// Sends the rest of what could not be sent as a whole.
    private void sendRest() throws IOException {
        var output = outgoing;
        if (output != null && output.position() > 0) {
            send();
        }
    }

    /// Sends the records that are ready; when that fails, the rest stays and goes out first next time.
    private void send() throws IOException {
        var output = outgoing;
        if (output == null) {
            return;
        }
        while (output.hasRemaining()) {
            lower.write(output);
        }
        outgoing = null;
        buffers.giveBack(output);
    }

    /// Records that are ready, from 0 to limit, with room behind.
    private ByteBuffer output(SSLEngine speaking) throws IOException {
        if (over) {
            throw new ClientDisconnectedException("the connection was closed by this server");
        }
        var output = outgoing;
        if (output == null) {
            outgoing = output = buffers.takeAtLeast(speaking.getSession().getPacketBufferSize());
            output.limit(0);
        }
        return output;
    }

    // ------------------------------------------------------------------------------------------ the end

    /// Says `close_notify`; waits for whoever writes, and for the client to take it.
    void sayGoodbye() {
        var working = agreement.engine();
        if (working != null) {
            writing.lock();
            try {
                working.closeOutbound();
                sayWhatIsOwed(working);
            } catch (IOException _) {
                // the peer is gone, and with it whoever would see the end
            } finally {
                writing.unlock();
            }
        }
    }

    /// Says `close_notify`, or why the engine failed, unless somebody is in the middle of a record.
    ///
    /// @param first what is to be done before, if it is said at all
    void trySayGoodbye(Runnable first) {
        var working = agreement.engine();
        if (working != null && writing.tryLock()) {
            try {
                first.run();
                working.closeOutbound();
                sayWhatIsOwed(working);
            } catch (IOException _) {
                // the peer is gone, or takes nothing
            } finally {
                writing.unlock();
            }
        }
    }

    /// Gives the buffer back; whoever comes to write is told that it is over.
    void release() {
        writing.lock();
        try {
            over = true;
            var output = outgoing;
            if (output != null) {
                outgoing = null;
                buffers.giveBack(output);
            }
        } finally {
            writing.unlock();
        }
    }
}
