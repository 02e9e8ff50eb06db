package wai.cgi.scgi;

import static java.util.Objects.checkFromIndexSize;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import wai.ClientTimeoutException;
import wai.cgi.server.Link;
import wai.cgi.server.Wait;

/// What comes behind the head: the bytes that came with it, then those of the connection.
///
/// The application reads the connection itself, until somebody wants to know when the client leaves ([#watch]): then
/// another thread reads, and has at most one buffer of bytes ahead of the application. While a buffer waits to be read
/// it does not look for the end of the connection.
final class ScgiBody extends InputStream {
    private final Link link;
    private final Runnable onGone;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /// What has come and was not read.
    private ByteBuffer rest;
    /// Whether a thread waits for bytes of the connection.
    private boolean isReading;
    private boolean isWatched;
    /// The web server has ended its direction.
    private boolean ended;
    /// Why nothing more comes.
    private @Nullable IOException failure;
    /// The response has been sent: nobody asks any more.
    private boolean over;

    /// @param rest what was read behind the head, ready to be taken
    /// @param onGone run once when the web server is gone before the response was sent, if that is watched
    ScgiBody(Link link, ByteBuffer rest, Runnable onGone) {
        this.link = link;
        this.rest = rest;
        this.onGone = onGone;
    }

    // ------------------------------------------------------------------------------------------ the application

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
        checkFromIndexSize(offset, count, target.length);
        if (count == 0) {
            return 0;
        }
        lock.lock();
        try {
            while (isReading) { // the watcher, whose wait is for us now
                link.expect(Wait.BODY, link.now());
                changed.awaitUninterruptibly();
            }
            if (rest.hasRemaining()) {
                int taken = Math.min(count, rest.remaining());
                rest.get(target, offset, taken);
                changed.signalAll();
                return taken;
            }
            if (failure != null) {
                throw failure;
            }
            if (ended) {
                return -1;
            }
            isReading = true;
        } finally {
            lock.unlock();
        }
        return readHere(ByteBuffer.wrap(target, offset, count));
    }

    private int readHere(ByteBuffer target) throws IOException {
        int count = -1;
        @Nullable IOException thrown = null;
        try {
            count = link.read(target, Wait.BODY);
            return count;
        } catch (IOException e) {
            thrown = e;
            throw e;
        } finally {
            come(null, count, thrown);
        }
    }

    @Override
    public int available() {
        lock.lock();
        try {
            return rest.remaining();
        } finally {
            lock.unlock();
        }
    }

    // ------------------------------------------------------------------------------------------ the watcher

    /// Has a thread look for the end of the connection, from now until [#end].
    void watch() {
        lock.lock();
        try {
            if (!isWatched && !over) {
                isWatched = true;
                Thread.ofVirtual().name("wai-cgi-" + link.peer()).start(this::readAhead);
            }
        } finally {
            lock.unlock();
        }
    }

    private void readAhead() {
        var buffer = ByteBuffer.allocate(ScgiProtocol.BUFFER_SIZE);
        while (beginsToReadAhead()) {
            int count = -1;
            @Nullable IOException thrown = null;
            try {
                count = link.read(buffer.clear(), Wait.OPEN);
            } catch (IOException e) {
                thrown = e;
            } finally {
                come(buffer.flip(), count, thrown);
            }
        }
    }

    /// @return false when the connection has ended, or nobody asks any more
    private boolean beginsToReadAhead() {
        lock.lock();
        try {
            while (!over && (isReading || rest.hasRemaining())) {
                changed.awaitUninterruptibly();
            }
            isReading = !over && !ended && failure == null;
            if (!over && isGone()) {
                onGone.run();
            }
            return isReading;
        } finally {
            lock.unlock();
        }
    }

    /// A web server that is too slow with the body still takes an answer.
    private boolean isGone() {
        return ended || (failure != null && !(failure instanceof ClientTimeoutException));
    }

    /// A read of the connection has come back.
    ///
    /// @param more what came, for the application; null when it has it already
    private void come(@Nullable ByteBuffer more, int count, @Nullable IOException thrown) {
        lock.lock();
        try {
            isReading = false;
            failure = thrown;
            ended = thrown == null && count < 0;
            if (more != null) {
                rest = more;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The response has been sent: from now on the end of the connection is what the web server does next.
    void end() {
        lock.lock();
        try {
            over = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
