package wai.warp.server;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;
import wai.ClientTimeoutException;
import wai.transport.Transport;
import wai.warp.http1.Http1Engine;

/// Who is on the reading side of a connection while an exchange runs: the application's reader of the body, or the
/// watcher of a disconnect, one thread at a time; afterwards the connection takes it back.
///
/// `turn` is held over the wait for the client, against the general rule: nobody else could read meanwhile anyhow.
final class ReadingSide {
    private final Transport transport;
    private final Http1Engine engine;
    private final Inbound inbound;
    private final Outbound outbound;
    /// Made for the first one who comes here besides the connection: idle connections mostly had no need of it.
    private volatile @Nullable ReentrantLock turn;

    /// Whether anybody but the connection came here during this exchange.
    private volatile boolean shared;

    private @Nullable Thread watcher;

    ReadingSide(Transport transport, Http1Engine engine, Inbound inbound, Outbound outbound) {
        this.transport = transport;
        this.engine = engine;
        this.inbound = inbound;
        this.outbound = outbound;
    }

    /// Whether the client has sent more behind the present request, as far as anybody knows.
    boolean isPipelined() {
        return watcher == null && inbound.hasInput() && engine.isRequestRead();
    }

    /// Reads body bytes for the application; asks for them first when the client waits to be asked.
    int readBody(Http1Exchange current, byte[] target, int offset, int length) throws IOException {
        int count;
        shared = true; // before the scope is looked at, so that takeBack() sees us or we see the end
        var turn = turn();
        turn.lock();
        try {
            current.checkBodyInScope(); // it may have ended while the thread came here
            if (engine.isExpectingContinue()) {
                outbound.sendContinue();
            }
            count = inbound.readBody(target, offset, length, outbound::flush);
        } catch (ClientTimeoutException late) {
            if (current.isOver()) { // takeBack() ended the wait, not the clock
                throw new ClientDisconnectedException("the exchange ended while its body was read", late);
            }
            throw late;
        } catch (ClientDisconnectedException e) {
            current.disconnected();
            throw e;
        } finally {
            turn.unlock();
        }
        if (current.isWatched()) {
            watch(current);
        }
        return count;
    }

    /// Begins to look for the client's leaving while the application works. Whoever still reads the body sees it there,
    /// and comes here when he has read it.
    void watch(Http1Exchange current) {
        shared = true;
        var turn = turn();
        if (!turn.tryLock()) {
            return;
        }
        try {
            if (watcher == null && engine.isRequestRead() && inbound.availableBody() == 0 && !current.isOver()) {
                watcher = Thread.startVirtualThread(() -> {
                    if (inbound.watch()) {
                        current.disconnected();
                    }
                });
            }
        } finally {
            turn.unlock();
        }
    }

    /// Takes the side back from the watcher, or from a thread that the application left inside the body: that one's
    /// read fails, and with it the connection, so that it never gets bytes of the next request.
    ///
    /// What waits to be sent goes out first, because ending a wait for input ends one for output too.
    void takeBack() {
        if (!shared) {
            return;
        }
        shared = false;
        var turn = turn();
        boolean free = turn.tryLock();
        if (free && watcher == null) {
            turn.unlock();
            return;
        }
        flush();
        if (!free) {
            transport.expire();
            turn.lock();
        }
        var running = watcher;
        watcher = null;
        turn.unlock();
        if (running != null) {
            transport.expire();
            awaitEnd(running);
        }
        transport.revive();
    }

    private ReentrantLock turn() {
        var made = turn;
        return made == null ? makeTurn() : made;
    }

    private synchronized ReentrantLock makeTurn() {
        var made = turn;
        if (made == null) {
            made = new ReentrantLock();
            turn = made;
        }
        return made;
    }

    private void flush() {
        try {
            outbound.flush();
        } catch (IOException _) {
            transport.abort(); // the connection's own thread finds out at its next step
        }
    }

    /// Waits for the end of a thread, interrupted or not.
    @SuppressWarnings("ThreadJoinLoop") // this is that loop
    static void awaitEnd(Thread running) {
        while (true) {
            try {
                running.join();
                return;
            } catch (InterruptedException _) {
                // meant for the application
            }
        }
    }
}
