package wai.sse;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The events that wait for one client, as many as there is room for.
final class Mailbox implements EventFeed {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Event> events;
    private final int room;
    private boolean finished;

    /// A mailbox.
    ///
    /// @param first what it holds already
    /// @param room how many more there is room for, 1 or more
    Mailbox(List<Event> first, int room) {
        this.events = new ArrayDeque<>(first);
        this.room = room + first.size();
    }

    @Override
    public @Nullable Event next(@Nullable Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = patience == null ? Long.MAX_VALUE : patience.toNanos();
            while (events.isEmpty()) {
                if (finished) {
                    return Event.END;
                }
                if (left <= 0) {
                    return null;
                }
                left = changed.awaitNanos(left);
            }
            changed.signalAll();
            return events.remove();
        } finally {
            lock.unlock();
        }
    }

    /// Adds an event, as soon as there is room.
    ///
    /// @return false when nobody takes events any more
    boolean put(Event event) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!finished && events.size() >= room) {
                changed.await();
            }
            return add(event);
        } finally {
            lock.unlock();
        }
    }

    /// Adds an event when there is room.
    ///
    /// @return false when there is none, or nobody takes events any more
    boolean offer(Event event) {
        lock.lock();
        try {
            return events.size() < room && add(event);
        } finally {
            lock.unlock();
        }
    }

    /// Adds an event, in place of the oldest when there is no room.
    void force(Event event) {
        lock.lock();
        try {
            if (!finished && events.size() >= room) {
                events.remove();
            }
            add(event);
        } finally {
            lock.unlock();
        }
    }

    /// Takes no more events; what is there is still given out.
    void finish() {
        lock.lock();
        try {
            finished = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Takes no more events and forgets those that are there.
    void end() {
        lock.lock();
        try {
            events.clear();
            finished = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean add(Event event) {
        if (finished) {
            return false;
        }
        events.add(event);
        changed.signalAll();
        return true;
    }
}
