package wai.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// One connection, as a driver sees it: blocking calls that move at least one byte.
///
/// One thread may read while another writes. A peer that is gone shows as a `ClientDisconnectedException`, a call that
/// was ended by [#expire()] as a [DeadlineException].
public interface Transport extends AutoCloseable {
    /// Starts the thread of the connection: a virtual one, where waiting on this transport costs least.
    ///
    /// @param driver what it runs
    default void start(Runnable driver) {
        Thread.startVirtualThread(driver);
    }

    /// Says that the connection stays, as one that ends behind its first exchange does not: from now on it counts when
    /// connections are spread. From any thread, any number of times.
    default void stay() {}

    /// Says that the connection stays, and has it belong where it is served best: near its packets, as far as that is
    /// known and such connections are spread about evenly. One that waits by [#awaitInput(Runnable)] and has been
    /// written to is settled by that, at first often, then ever more seldom.
    ///
    /// @return whether it belongs elsewhere now: a driver that goes on for long is to be started anew by [#start]
    default boolean settle() {
        return false;
    }

    /// Reads into the buffer, blocking until there is at least one byte.
    ///
    /// @param target where to; has room
    /// @return how many bytes were read; -1 at the end of the peer's direction
    /// @throws IOException when the peer is gone or a deadline ran out
    int read(ByteBuffer target) throws IOException;

    /// Blocks until a read has something to do, or seems to have, or [#nudge()]. Returns at once when the last read
    /// filled its buffer, because there may be more; so a connection can wait without holding a buffer.
    ///
    /// @throws IOException when the peer is gone or a deadline ran out
    void awaitInput() throws IOException;

    /// Goes on with the wait of [#awaitInput()] without a thread: when it would return, the driver is started as by
    /// [#start]. The current thread is to end, and touches nothing of the connection any more: the driver may be
    /// running by now.
    ///
    /// @param driver what to run then; it looks for itself how the wait ended
    /// @return false when the driver will not be started, because the wait is over or needs a thread
    default boolean awaitInput(Runnable driver) {
        return false;
    }

    /// Whether a wait without a thread costs no more than one with it, however short it is.
    default boolean restsFreely() {
        return false;
    }

    /// Has [#awaitInput()] return, if a thread is in it, although nothing has come. Other waits notice nothing. From
    /// any thread.
    default void nudge() {}

    /// Reads what is there, without waiting.
    ///
    /// @param target where to; has room
    /// @return how many bytes were read; 0 when nothing is there; -1 at the end of the peer's direction
    /// @throws IOException when the peer is gone
    int readNow(ByteBuffer target) throws IOException;

    /// Whether the last read came up short, so that there is nothing to be read just now, as far as is known.
    ///
    /// @return false for a connection that nothing was read from yet
    boolean isDrained();

    /// Whether the peer's direction ended without the goodbye that its protocol asks for (TLS: `close_notify`), so that
    /// bytes may be missing.
    ///
    /// @return false as long as it has not ended
    default boolean isTruncated() {
        return false;
    }

    /// Writes from the buffer, blocking until at least one byte went out.
    ///
    /// @param source what to write; its position moves; has bytes
    /// @return how many bytes went out
    /// @throws IOException when the peer is gone or a deadline ran out
    int write(ByteBuffer source) throws IOException;

    /// Sends bytes of a file, blocking until at least one byte went out.
    ///
    /// An interrupt of the thread that came before, or while it waits for the peer, changes nothing. One that comes
    /// while bytes are being moved closes the file and the connection, as Java's file channels do: nobody knows how
    /// many bytes went out.
    ///
    /// @param file where from
    /// @param position of the first byte in the file
    /// @param count how many at most, at least 1
    /// @return how many bytes went out
    /// @throws java.io.EOFException when the file ends before `position`
    /// @throws java.nio.channels.ClosedByInterruptException when the thread is interrupted while bytes are being moved
    /// @throws IOException when the peer is gone, the file cannot be read, or a deadline ran out
    long sendFile(FileChannel file, long position, long count) throws IOException;

    /// Makes the calls that wait, now and later, throw [DeadlineException], until [#revive()]. From any thread.
    void expire();

    /// Lets calls wait again after [#expire()]: to say goodbye.
    void revive();

    /// Ends our direction; the peer sees the end of stream. Does nothing when the peer is gone.
    void closeOutput();

    /// Closes both directions at once; calls that wait end with an exception. From any thread, any number of times.
    @Override
    void close();

    /// Gives back whatever the transport holds, after it was closed, by the connection's own thread as its last deed.
    default void release() {}

    /// Closes so that the peer sees a reset and cannot take what it got for a whole message.
    void abort();

    /// Our address.
    ///
    /// @return the address
    SocketAddress localAddress();

    /// The peer's address.
    ///
    /// @return the address
    SocketAddress remoteAddress();
}
