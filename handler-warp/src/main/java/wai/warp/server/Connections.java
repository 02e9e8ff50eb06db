package wai.warp.server;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// The open connections of a server.
final class Connections {
    private final Set<Http1Connection> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition empty = lock.newCondition();

    void add(Http1Connection connection) {
        open.add(connection);
    }

    void remove(Http1Connection connection) {
        open.remove(connection);
        if (open.isEmpty()) {
            lock.lock();
            try {
                empty.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    int count() {
        return open.size();
    }

    void forEach(Consumer<Http1Connection> action) {
        open.forEach(action);
    }

    /// What the connections are doing, one line each.
    List<String> describe() {
        return open.stream().map(Http1Connection::describe).toList();
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
