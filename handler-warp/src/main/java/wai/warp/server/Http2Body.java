package wai.warp.server;

import static java.util.Objects.checkFromIndexSize;
import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;
import wai.ClientTimeoutException;
import wai.ContentTooLargeException;
import wai.Headers;
import wai.Status;
import wai.spi.Exchange;
import wai.transport.DeadlineException;
import wai.warp.http2.Http2Stream;
import wai.warp.settings.Timeouts.Kind;

/// The body of a request on one stream: what the connection's reader has received and the application has not read.
///
/// The window of the stream bounds what waits here. `turn` is held over the wait for the client, against the general
/// rule: nobody else could read meanwhile anyhow.
final class Http2Body extends InputStream {
    private static final byte[] NOTHING = {};
    /// Where bytes wait already, room is made for so many at least: a client may send one byte a frame.
    private static final int LEAST_PIECE = 1024;

    private final Http2Connection connection;
    private final Http2Stream stream;
    private final Exchange exchange;
    private final Http2Wait wait;
    private final Pace pace;
    private final ReentrantLock turn = new ReentrantLock();

    // Under the connection's lock.
    private final Deque<Piece> arrived = new ArrayDeque<>();
    private int waiting;
    private boolean asksFirst;
    private boolean ended;
    private boolean over;
    private boolean timed = true;
    private Headers trailers = Headers.EMPTY;
    private @Nullable IOException failure;

    /// What is being read: with `turn`.
    private byte[] current = NOTHING;

    private int position;
    private int limit;

    /// @param asksFirst whether the client waits for 100 before it sends
    Http2Body(Http2Connection connection, Http2Stream stream, Exchange exchange, boolean asksFirst) {
        this.connection = connection;
        this.stream = stream;
        this.exchange = exchange;
        this.asksFirst = asksFirst;
        this.wait = new Http2Wait(connection.visit());
        this.pace = new Pace(connection.server().bodyPace());
    }

    // ------------------------------------------------------------------------------------------ for the reader

    /// Bytes came; copied. Under the lock, as the next three.
    void add(ByteBuffer bytes) {
        if (over) {
            return;
        }
        waiting += bytes.remaining();
        var last = arrived.peekLast();
        if (last != null) {
            last.add(bytes);
        }
        if (bytes.hasRemaining()) {
            var next = new Piece(Math.max(bytes.remaining(), last == null ? 0 : LEAST_PIECE));
            next.add(bytes);
            arrived.add(next);
        }
        wait.wake();
    }

    /// The body has come to its end; unless it has failed before, which stays so.
    void end(Headers behind) {
        if (failure == null) {
            ended = true;
            trailers = behind;
            wait.wake();
        }
    }

    /// No more of the body will come.
    void fail(IOException why) {
        if (!ended && failure == null) {
            failure = why;
            wait.wake();
        }
    }

    /// The exchange is over: nothing is kept, and whoever was left behind in a read leaves.
    void giveUp() {
        over = true;
        arrived.clear();
        waiting = 0;
        wait.wake();
    }

    /// From now on the body is the input of a raw application, which has no deadline.
    void becomesRaw() {
        timed = false;
    }

    /// What made the body unreadable, if anything did; under the lock.
    @Nullable
    IOException failure() {
        return failure;
    }

    /// Where the application waits for the client; for the sweeper.
    Http2Wait waiting() {
        return wait;
    }

    // ------------------------------------------------------------------------------------------ for the application

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        checkFromIndexSize(offset, length, target.length);
        checkInScope();
        if (length == 0) {
            return 0;
        }
        turn.lock();
        try {
            if (position == limit && !next()) {
                return -1;
            }
            int count = Math.min(length, limit - position);
            System.arraycopy(current, position, target, offset, count);
            position += count;
            return count;
        } finally {
            turn.unlock();
        }
    }

    /// Takes no memory before there is something to put into it.
    @Override
    public byte[] readNBytes(int length) throws IOException {
        if (length < 0) {
            throw new IllegalArgumentException("length " + length + ": expected 0 or more");
        }
        var all = new ByteArrayOutputStream(0);
        transferTo(all, length);
        return all.toByteArray();
    }

    /// Needs no buffer: what came is written from where it is.
    @Override
    public long transferTo(OutputStream out) throws IOException {
        requireNonNull(out, "out");
        return transferTo(out, Long.MAX_VALUE);
    }

    private long transferTo(OutputStream out, long most) throws IOException {
        checkInScope();
        long count = 0;
        for (ByteBuffer next; count < most && (next = take(most - count)) != null; count += next.remaining()) {
            out.write(next.array(), next.arrayOffset() + next.position(), next.remaining());
        }
        return count;
    }

    /// The next bytes, at most so many, which nobody else has; null at the end.
    private @Nullable ByteBuffer take(long most) throws IOException {
        turn.lock();
        try {
            if (position == limit && !next()) {
                return null;
            }
            int count = (int) Math.min(most, limit - position);
            var bytes = ByteBuffer.wrap(current, position, count);
            position += count;
            return bytes;
        } finally {
            turn.unlock();
        }
    }

    @Override
    public int available() {
        checkInScope();
        connection.lock().lock();
        try {
            return (int) Math.min((long) limit - position + waiting, Integer.MAX_VALUE);
        } finally {
            connection.lock().unlock();
        }
    }

    private void checkInScope() {
        if (timed) { // a raw application owns its stream until it returns
            exchange.checkBodyInScope();
        }
    }

    /// The trailer fields, once the body was read to its end.
    Headers trailers() {
        connection.lock().lock();
        try {
            if (!ended || !arrived.isEmpty() || position < limit) {
                throw new IllegalStateException("trailers were asked for before the body was read to its end");
            }
            return trailers;
        } finally {
            connection.lock().unlock();
        }
    }

    /// Makes what came next the current bytes, and waits until there is something.
    ///
    /// @return false at the end
    private boolean next() throws IOException {
        var lock = connection.lock();
        lock.lock();
        try {
            while (arrived.isEmpty()) {
                if (over) {
                    throw new ClientDisconnectedException("the exchange ended while its body was read");
                }
                if (ended) {
                    return false;
                }
                if (failure != null) {
                    throw seenAgain(failure);
                }
                ask();
                await(lock);
            }
            var first = arrived.remove();
            current = first.bytes;
            position = 0;
            limit = first.size;
            waiting -= limit;
            connection.engine().consumed(stream, limit);
            connection.kick();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Sends 100 Continue, once, if the client still waits for it.
    private void ask() {
        if (asksFirst) {
            asksFirst = false;
            if (!stream.hasReceived() && stream.isSendable() && !stream.isResponseBegun()) {
                connection.engine().sendInformational(stream, Status.CONTINUE, Headers.EMPTY);
                connection.kick();
            }
        }
    }

    private void await(ReentrantLock lock) throws ClientTimeoutException {
        long before = connection.server().ticker().nanos();
        try {
            wait.await(lock, before, timed ? pace.allowance() : Deadline.LONGEST, Kind.BODY);
        } catch (DeadlineException late) {
            var slow = new ClientTimeoutException("the client sent too few bytes of the request body", late);
            failure = slow;
            throw slow;
        }
        int count = arrived.isEmpty() ? 0 : arrived.element().size;
        pace.count(connection.server().ticker().nanos() - before, count);
    }

    /// A failure for every reader, each with a stack of its own.
    private static IOException seenAgain(IOException failure) {
        return switch (failure) {
            case ContentTooLargeException same -> same;
            case ClientTimeoutException same -> same;
            default -> new ClientDisconnectedException(String.valueOf(failure.getMessage()), failure);
        };
    }

    /// Bytes that came, of one frame or of several small ones.
    private static final class Piece {
        final byte[] bytes;
        int size;

        Piece(int capacity) {
            bytes = new byte[capacity];
        }

        /// Takes as many as it has room for.
        void add(ByteBuffer source) {
            int count = Math.min(source.remaining(), bytes.length - size);
            source.get(bytes, size, count);
            size += count;
        }
    }
}
