package wai.sse;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Publishes events to all who listen, in the same order for each.
///
/// {@snippet file="wai/sse/Samples.java" region="broadcaster"}
///
/// Publishing never waits. Events without an id get one, so that a browser that lost its connection gets what it
/// missed. A stream ends when its server stops ([wai.Request#onShutdown]); [#close()] ends all of them, for good.
public final class Broadcaster implements AutoCloseable {
    private static final int RUN_LENGTH = 8;

    private final BroadcastSettings settings;

    /// Tells the ids of this broadcaster from those of one before it, in another run of the program.
    private final String run = UUID.randomUUID().toString().substring(0, RUN_LENGTH);

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Mailbox> subscribers = new LinkedHashSet<>();
    private final ArrayDeque<Event> kept = new ArrayDeque<>();
    private long published;
    private boolean closed;

    private Broadcaster(BroadcastSettings settings) {
        this.settings = requireNonNull(settings, "settings");
    }

    /// A broadcaster with default settings.
    ///
    /// @return the broadcaster
    public static Broadcaster create() {
        return of(BroadcastSettings.defaults());
    }

    /// A broadcaster.
    ///
    /// @param settings its settings
    /// @return the broadcaster
    public static Broadcaster of(BroadcastSettings settings) {
        return new Broadcaster(settings);
    }

    /// Sends an event to all who listen now. Comments and changes of the retry time are not kept for others.
    ///
    /// @param event the event
    /// @throws IllegalArgumentException when it is [Event#END]: use [#close()]
    /// @throws IllegalStateException when the broadcaster is closed
    public void publish(Event event) {
        if (event.isEnd()) {
            throw new IllegalArgumentException("END was published: expected an event; close() ends all streams");
        }
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("an event was published behind close()");
            }
            var numbered = event.isEvent() && event.id().isEmpty() ? event.withId(run + "-" + ++published) : event;
            keep(numbered);
            subscribers.removeIf(subscriber -> !delivered(numbered, subscriber));
        } finally {
            lock.unlock();
        }
    }

    /// How many listen.
    ///
    /// @return a number
    public int subscribers() {
        lock.lock();
        try {
            return subscribers.size();
        } finally {
            lock.unlock();
        }
    }

    /// Ends all streams behind the events that wait in them. A second call does nothing.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            subscribers.forEach(Mailbox::finish);
            subscribers.clear();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /// A mailbox that gets all events from now on, and holds those behind `lastSeen` already.
    Mailbox subscribe(@Nullable String lastSeen) {
        lock.lock();
        try {
            var mailbox = new Mailbox(lastSeen == null ? List.of() : missed(lastSeen), settings.waiting());
            if (closed) {
                mailbox.finish();
            } else {
                subscribers.add(mailbox);
            }
            return mailbox;
        } finally {
            lock.unlock();
        }
    }

    void unsubscribe(Mailbox mailbox) {
        lock.lock();
        try {
            subscribers.remove(mailbox);
        } finally {
            lock.unlock();
        }
    }

    private void keep(Event event) {
        if (!event.isEvent() || settings.kept() == 0) {
            return;
        }
        if (kept.size() == settings.kept()) {
            kept.remove();
        }
        kept.add(event);
    }

    /// What is kept behind an event; all of it when the event is not kept, as it was before.
    private List<Event> missed(String lastSeen) {
        var missed = new ArrayList<Event>();
        boolean found = false;
        for (var event : kept) {
            if (found) {
                missed.add(event);
            } else if (event.id().filter(lastSeen::equals).isPresent()) {
                found = true;
            }
        }
        if (found) {
            return missed;
        }
        settings.gap().ifPresent(missed::add);
        missed.addAll(kept);
        return missed;
    }

    /// Whether the subscriber is still one.
    private boolean delivered(Event event, Mailbox subscriber) {
        if (subscriber.offer(event)) {
            return true;
        }
        return switch (settings.slow()) {
            case DISCONNECTED -> {
                subscriber.end();
                yield false;
            }
            case OLDEST_DROPPED -> {
                subscriber.force(event);
                yield true;
            }
            case NEWEST_DROPPED -> true;
        };
    }
}
