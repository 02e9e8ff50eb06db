package wai.sse;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How much a [Broadcaster] keeps, and what it does with slow subscribers.
public final class BroadcastSettings {
    private static final BroadcastSettings DEFAULTS =
            new BroadcastSettings(100, 256, SlowSubscribers.DISCONNECTED, null);

    private final int kept;
    private final int waiting;
    private final SlowSubscribers slow;
    private final @Nullable Event gap;

    private BroadcastSettings(int kept, int waiting, SlowSubscribers slow, @Nullable Event gap) {
        this.kept = kept;
        this.waiting = waiting;
        this.slow = slow;
        this.gap = gap;
    }

    /// The defaults, named at each setting.
    ///
    /// @return the defaults
    public static BroadcastSettings defaults() {
        return DEFAULTS;
    }

    /// How many events are kept for clients that connect again.
    ///
    /// @return a number; 100 unless set
    public int kept() {
        return kept;
    }

    /// How many events may wait for one subscriber.
    ///
    /// @return a number; 256 unless set
    public int waiting() {
        return waiting;
    }

    /// What becomes of a subscriber for whom more would wait.
    ///
    /// @return [SlowSubscribers#DISCONNECTED] unless set
    public SlowSubscribers slow() {
        return slow;
    }

    /// What a client gets first that connects again and may have missed events that are not kept any more.
    ///
    /// @return the event; none unless set
    public Optional<Event> gap() {
        return Optional.ofNullable(gap);
    }

    /// Sets [#kept()].
    ///
    /// @param number 0 or more
    /// @return the changed settings
    /// @throws IllegalArgumentException when the number is negative
    public BroadcastSettings withKept(int number) {
        return new BroadcastSettings(atLeast(0, "kept events", number), waiting, slow, gap);
    }

    /// Sets [#waiting()].
    ///
    /// @param number 1 or more
    /// @return the changed settings
    /// @throws IllegalArgumentException when the number is less
    public BroadcastSettings withWaiting(int number) {
        return new BroadcastSettings(kept, atLeast(1, "waiting events", number), slow, gap);
    }

    /// Sets [#slow()].
    ///
    /// @param policy the policy
    /// @return the changed settings
    public BroadcastSettings withSlow(SlowSubscribers policy) {
        return new BroadcastSettings(kept, waiting, requireNonNull(policy, "policy"), gap);
    }

    /// Sets [#gap()].
    ///
    /// @param event the event, without an id; its script should load everything anew
    /// @return the changed settings
    public BroadcastSettings withGap(Event event) {
        return new BroadcastSettings(kept, waiting, slow, requireNonNull(event, "event"));
    }

    private static int atLeast(int least, String name, int number) {
        if (number < least) {
            throw new IllegalArgumentException(name + " " + number + ": expected " + least + " or more");
        }
        return number;
    }
}
