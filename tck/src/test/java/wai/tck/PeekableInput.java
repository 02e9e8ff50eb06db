package wai.tck;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/// A buffered input of which one thread may wait for the next byte while another reads.
final class PeekableInput extends InputStream {
    private final InputStream in;
    private final ReentrantLock lock = new ReentrantLock();
    private final byte[] buffer = new byte[16 * 1024];
    private int at;
    private int end;

    PeekableInput(InputStream in) {
        this.in = in;
    }

    /// Waits for a byte without taking it.
    ///
    /// @return false at the end
    boolean awaitByte() throws IOException {
        lock.lock();
        try {
            if (at == end) {
                int count = in.read(buffer, 0, buffer.length);
                at = 0;
                end = Math.max(0, count);
            }
            return at < end;
        } finally {
            lock.unlock();
        }
    }

    /// Looks for the end of the client's direction without waiting for long.
    ///
    /// @return false also when somebody else reads, who would wait for ever with us
    boolean isEnded(Socket socket) throws IOException {
        if (!lock.tryLock()) {
            return false;
        }
        try {
            socket.setSoTimeout(1);
            boolean ended = isEnded();
            socket.setSoTimeout(0);
            return ended;
        } finally {
            lock.unlock();
        }
    }

    private boolean isEnded() throws IOException {
        try {
            return !awaitByte();
        } catch (SocketTimeoutException _) {
            return false;
        }
    }

    /// Forgets what was read ahead.
    void forget() {
        at = end;
    }

    @Override
    public int read() throws IOException {
        lock.lock();
        try {
            return awaitByte() ? buffer[at++] & 0xff : -1;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        lock.lock();
        try {
            if (length == 0) {
                return 0;
            }
            if (!awaitByte()) {
                return -1;
            }
            int count = Math.min(length, end - at);
            System.arraycopy(buffer, at, target, offset, count);
            at += count;
            return count;
        } finally {
            lock.unlock();
        }
    }
}
