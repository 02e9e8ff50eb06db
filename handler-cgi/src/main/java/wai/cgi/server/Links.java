package wai.cgi.server;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// The open connections of a server.
final class Links {
    private final Set<Link> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition empty = lock.newCondition();

    /// Adds a connection unless that makes more than a limit.
    ///
    /// @return whether it was added
    boolean add(Link link, int limit) {
        open.add(link);
        if (open.size() <= limit) {
            return true;
        }
        remove(link);
        return false;
    }

    void remove(Link link) {
        lock.lock();
        try {
            open.remove(link);
            if (open.isEmpty()) {
                empty.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void forEach(Consumer<Link> action) {
        open.forEach(action);
    }

    int size() {
        return open.size();
    }

    /// What the connections are doing, one line each.
    List<String> describe() {
        return open.stream().map(Link::toString).toList();
    }

    /// Waits until there is none.
    void awaitEmpty(long nanos) throws InterruptedException {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            while (!open.isEmpty() && left > 0) {
                left = empty.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
