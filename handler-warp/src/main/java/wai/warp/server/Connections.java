package wai.warp.server;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import wai.warp.observe.Totals;

/// The open connections of a server, and what the ended ones have done.
final class Connections {
    private final Set<AcceptedConnection> open = ConcurrentHashMap.newKeySet();
    /// How many are open, and those that are just being refused.
    private final AtomicInteger places = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition empty = lock.newCondition();
    private final Totals totals = new Totals();

    /// Adds a connection unless that makes more than a limit, also where several acceptors call this at the same time.
    ///
    /// @return whether it was added
    boolean add(AcceptedConnection connection, int limit) {
        if (places.incrementAndGet() > limit) {
            places.decrementAndGet();
            return false;
        }
        open.add(connection);
        return true;
    }

    void remove(AcceptedConnection connection) {
        lock.lock();
        try {
            if (open.remove(connection)) {
                places.decrementAndGet();
                totals.add(connection.tally());
            }
            if (open.isEmpty()) {
                empty.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// What is counted as it happens.
    Totals totals() {
        return totals;
    }

    /// What all connections have done so far, the ended and the open ones.
    Totals.Snapshot snapshot() {
        lock.lock(); // none ends meanwhile
        try {
            var snapshot = totals.snapshot();
            open.forEach(
                    connection -> snapshot.add(connection.tally(), connection.isRaw(), connection.requestsInHand()));
            return snapshot;
        } finally {
            lock.unlock();
        }
    }

    int count() {
        return open.size();
    }

    void forEach(Consumer<AcceptedConnection> action) {
        open.forEach(action);
    }

    /// What the connections are doing, one line each.
    List<String> describe() {
        return open.stream().map(AcceptedConnection::describe).toList();
    }

    /// Waits until there is none.
    ///
    /// @return false when the time was over first
    boolean awaitEmpty(long nanos) throws InterruptedException {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            while (!open.isEmpty()) {
                if (left <= 0) {
                    return false;
                }
                left = empty.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
