package wai.transport;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;

/// A transport over a non-blocking socket channel, TCP or Unix.
///
/// It reads first and waits only after a read that came up short; it writes first and waits only after a write that
/// moved nothing. `key`, `readMisses` and changes of interest belong to the poller's thread.
///
/// It begins with the poller that it came in at, and belongs to another one, perhaps, when it turns out to stay. Its
/// drivers are started there at once; the poller moves the channel when it comes to that.
final class ChannelTransport implements Transport, Watched {
    /// What one write hands to the kernel at most: the JDK copies heap buffers into a direct one of this size.
    private static final int WRITE_STEP = 128 * 1024;
    /// What one `sendfile` moves at most, so that a deadline sees progress.
    private static final long FILE_STEP = 1024 * 1024;
    /// What one segment of TCP carries on any usual path.
    private static final int SEGMENT = 1024;
    /// How often a channel may be ready with nobody waiting before it is disarmed.
    private static final int READ_MISSES = 4;

    private final SocketChannel channel;
    private final Residence residence;
    /// Who watches the channel: where it belongs, but for the time of a move. Changed by that one's thread.
    private volatile Poller poller;
    /// For direct calls; null where there are none.
    private final @Nullable DirectSocket socket;
    private final SocketAddress localAddress;
    private final SocketAddress remoteAddress;
    private final Waiter reader = new Waiter();
    private final Waiter writer = new Waiter();
    private volatile boolean readArmed;
    /// Whether the poller may know of the channel.
    private volatile boolean armed;
    private volatile boolean expired;
    private volatile boolean closed;
    /// The last read came up short: the next one would find nothing.
    private boolean drained;
    /// Whether small segments may wait for the acknowledgement of earlier ones (Nagle's algorithm).
    private boolean mayDelay;
    /// Whether anything was written.
    private boolean written;
    /// How often it waited without a thread since. It is settled when that is a power of two: when it is new, and then
    /// ever more seldom.
    private int rests;

    private @Nullable SelectionKey key;
    private int readMisses;

    /// A transport over a connected channel.
    ///
    /// @param channel belongs to the transport from now on
    /// @param poller waits for it
    /// @throws IOException when the channel is closed already
    ChannelTransport(SocketChannel channel, Poller poller) throws IOException {
        this.channel = channel;
        this.poller = poller;
        this.localAddress = channel.getLocalAddress();
        this.remoteAddress = channel.getRemoteAddress();
        this.mayDelay = remoteAddress instanceof InetSocketAddress;
        channel.configureBlocking(false);
        this.socket = poller.socketOf(channel);
        this.residence = new Residence(poller); // at the end: what throws is not closed
    }

    @Override
    public void start(Runnable driver) {
        residence.home().start(driver);
    }

    @Override
    public void stay() {
        residence.stay();
    }

    @Override
    public boolean settle() {
        if (!residence.settle(incomingProcessor())) {
            return false;
        }
        if (armed) {
            poller.arm(this);
        }
        return true;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        try {
            awaitInput();
            int count;
            while ((count = receive(target)) == 0) {
                await(reader, SelectionKey.OP_READ);
            }
            drained = count > 0 && target.hasRemaining();
            return count;
        } catch (IOException e) {
            throw disconnected(e);
        }
    }

    @Override
    public int readNow(ByteBuffer target) throws IOException {
        try {
            int count = receive(target);
            drained = count >= 0 && target.hasRemaining();
            return count;
        } catch (IOException e) {
            throw disconnected(e);
        }
    }

    @Override
    public boolean isDrained() {
        return drained;
    }

    @Override
    public void awaitInput() throws IOException {
        if (!drained) {
            return;
        }
        announce(reader, SelectionKey.OP_READ);
        boolean interrupted = false;
        // As in await(), and not by it: idle connections wait here, and each frame of theirs takes memory.
        while (reader.isAwaited()) {
            LockSupport.park(reader);
            interrupted |= Thread.interrupted(); // with the flag set park() returns at once, and the loop would be hot
        }
        awaited(interrupted);
        drained = false;
    }

    @Override
    public boolean awaitInput(Runnable driver) {
        if (written && Integer.bitCount(++rests) == 1) {
            settle();
        }
        reader.announce(driver);
        if (expired || closed) { // as in announce()
            return !reader.cancel(driver);
        }
        if (!readArmed) {
            try {
                arm();
            } catch (RuntimeException | Error e) { // no memory, perhaps
                if (reader.cancel(driver)) {
                    throw e;
                }
            }
        }
        return true;
    }

    @Override
    public boolean restsFreely() {
        return residence.home().drivesFreely();
    }

    @Override
    public void nudge() {
        reader.wake(residence.home());
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int limit = source.limit();
        if (source.remaining() > WRITE_STEP) {
            source.limit(source.position() + WRITE_STEP);
        }
        try {
            hasten(source.remaining());
            int count;
            while ((count = send(source)) == 0) {
                await(writer, SelectionKey.OP_WRITE);
            }
            return count;
        } catch (IOException e) {
            throw disconnected(e);
        } finally {
            source.limit(limit);
        }
    }

    @Override
    public long sendFile(FileChannel file, long position, long count) throws IOException {
        boolean interrupted = Thread.interrupted(); // with its flag set a thread cannot use a file
        try {
            hasten(count);
            long sent;
            while ((sent = file.transferTo(position, Math.min(count, FILE_STEP), channel)) == 0) {
                if (position >= file.size()) {
                    throw new EOFException("the file ends at " + file.size() + " bytes, before byte " + position);
                }
                await(writer, SelectionKey.OP_WRITE);
                interrupted |= Thread.interrupted();
            }
            return sent;
        } catch (EOFException | ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw disconnected(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void expire() {
        expired = true;
        wakeAll();
    }

    @Override
    public void revive() {
        expired = false;
    }

    @Override
    public void closeOutput() {
        try {
            channel.shutdownOutput();
        } catch (IOException _) {
            // the peer is gone, and with it whoever would see the end
        }
    }

    @Override
    public void close() {
        closed = true;
        if (residence.leave() && (socket == null || socket.close())) {
            closeChannel();
        }
        wakeAll(); // also when it is closed already: it may be that somebody could not be woken
    }

    private void closeChannel() {
        try {
            channel.close();
        } catch (IOException _) {
            // nothing is left to be closed
        }
        if (armed) { // looked at after the channel was closed: who arms it later finds it closed
            poller.forgetClosed();
        }
    }

    @Override
    public void abort() {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException | UnsupportedOperationException _) {
            // a Unix socket, or closed already: closing is all there is
        }
        close();
    }

    @Override
    public SocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public SocketAddress remoteAddress() {
        return remoteAddress;
    }

    /// The address of the peer.
    @Override
    public String toString() {
        return remoteAddress.toString();
    }

    SocketChannel channel() {
        return channel;
    }

    @Override
    public void wakeAll() {
        reader.wake(residence.home());
        writer.wake(residence.home());
    }

    @Override
    public void applyInterest(Poller present) {
        if (!present.equals(poller)) {
            poller.arm(this); // moved meanwhile
        } else if (!present.equals(residence.home())) {
            move();
        } else {
            applyInterest();
        }
    }

    /// Has the poller where it belongs watch the channel.
    private void move() {
        var last = key;
        if (last != null) {
            last.cancel(); // the selector lets go of it before it looks again
            key = null;
        }
        readMisses = 0;
        readArmed = false; // first: who begins to wait now has the poller look, and who has begun is seen by the next
        poller = residence.home();
        poller.arm(this);
    }

    private void applyInterest() {
        boolean reading = readArmed || reader.isWaiting();
        int operations = (reading ? SelectionKey.OP_READ : 0) | (writer.isWaiting() ? SelectionKey.OP_WRITE : 0);
        try {
            if (key == null) {
                key = poller.register(this, operations);
            } else {
                key.interestOps(operations);
            }
            readArmed = reading;
        } catch (IOException | CancelledKeyException _) {
            wakeAll(); // closed meanwhile: whoever waits finds out by trying
        }
    }

    @Override
    public void ready(SelectionKey readyKey) {
        int operations = readyKey.readyOps();
        if ((operations & SelectionKey.OP_WRITE) != 0) {
            readyKey.interestOpsAnd(~SelectionKey.OP_WRITE);
            writer.wake(residence.home());
        }
        if ((operations & SelectionKey.OP_READ) != 0) {
            if (reader.wake(residence.home())) {
                readMisses = 0;
            } else if (++readMisses >= READ_MISSES) {
                readMisses = 0;
                readyKey.interestOpsAnd(~SelectionKey.OP_READ);
                readArmed = false;
                reader.wake(residence.home()); // whoever began to wait before it saw the change looks again
            }
        }
    }

    /// Reads what is there, by a direct call where that is possible.
    ///
    /// @return how many bytes came; 0 when none are there; -1 at the end of the peer's direction
    private int receive(ByteBuffer target) throws IOException {
        if (socket == null || !target.hasArray()) {
            return channel.read(target);
        }
        try {
            return socket.begin() ? socket.receive(target) : channel.read(target);
        } finally {
            if (socket.end()) {
                closeChannel();
            }
        }
    }

    /// Writes what there is room for, likewise.
    private int send(ByteBuffer source) throws IOException {
        if (socket == null || !source.hasArray() || source.remaining() > SystemCalls.MOST) {
            return channel.write(source);
        }
        try {
            return socket.begin() ? socket.send(source) : channel.write(source);
        } finally {
            if (socket.end()) {
                closeChannel();
            }
        }
    }

    /// Where the packets of the peer come in.
    ///
    /// @return the number of the processor; -1 when nobody knows
    private int incomingProcessor() {
        if (socket == null) {
            return -1;
        }
        try {
            return socket.begin() ? socket.incomingProcessor() : -1;
        } finally {
            if (socket.end()) {
                closeChannel();
            }
        }
    }

    /// Waits until the channel is ready, or seems to be. An interrupt does not end the wait; the caller finds its flag
    /// set afterwards.
    private void await(Waiter waiter, int operation) throws IOException {
        announce(waiter, operation);
        boolean interrupted = false;
        while (waiter.isAwaited()) {
            LockSupport.park(waiter);
            interrupted |= Thread.interrupted();
        }
        awaited(interrupted);
    }

    /// Says that the current thread is about to wait, and has the poller look.
    private void announce(Waiter waiter, int operation) throws IOException {
        waiter.announce();
        if (expired || closed) { // looked at after the announcement, so that expire() and close() see who waits
            waiter.cancel();
            throw expired ? new DeadlineException() : new ClosedChannelException();
        }
        if (operation == SelectionKey.OP_WRITE || !readArmed) {
            arm();
        }
    }

    private void awaited(boolean interrupted) throws DeadlineException {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (expired) {
            throw new DeadlineException();
        }
    }

    /// Has no segment wait any more, before the first one that would: a connection for one request of usual size ends
    /// without ever asking the kernel for it.
    private void hasten(long count) throws IOException {
        if (mayDelay && (written || count > SEGMENT)) {
            mayDelay = false;
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        written = true;
    }

    private void arm() {
        if (!armed) {
            armed = true;
        }
        poller.arm(this);
    }

    private IOException disconnected(IOException seen) {
        if (seen instanceof DeadlineException) {
            return seen;
        }
        return new ClientDisconnectedException(
                closed ? "the connection was closed by this server" : "the client closed the connection", seen);
    }
}
