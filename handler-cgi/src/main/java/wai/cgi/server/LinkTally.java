package wai.cgi.server;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import wai.cgi.settings.Timeouts;

/// What the connections of a server have done. By any threads; no count ever goes down.
public final class LinkTally {
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder bytesRead = new LongAdder();
    private final LongAdder bytesWritten = new LongAdder();
    private final Map<Timeouts.Kind, LongAdder> timeouts = new EnumMap<>(Timeouts.Kind.class);

    LinkTally() {
        for (var kind : Timeouts.Kind.values()) {
            timeouts.put(kind, new LongAdder());
        }
    }

    void isAccepted() {
        accepted.increment();
    }

    void isRefused() {
        refused.increment();
    }

    void read(long count) {
        bytesRead.add(count);
    }

    void written(long count) {
        bytesWritten.add(count);
    }

    void timedOut(Timeouts.Kind kind) {
        requireNonNull(timeouts.get(kind)).increment();
    }

    /// How many connections were let in.
    ///
    /// @return a number
    public long accepted() {
        return accepted.sum();
    }

    /// How many connections were closed because there were too many.
    ///
    /// @return a number
    public long refused() {
        return refused.sum();
    }

    /// How many bytes were read.
    ///
    /// @return a number
    public long bytesRead() {
        return bytesRead.sum();
    }

    /// How many bytes were written.
    ///
    /// @return a number
    public long bytesWritten() {
        return bytesWritten.sum();
    }

    /// How many waits were ended.
    ///
    /// @param kind by which time-out
    /// @return a number
    public long timeouts(Timeouts.Kind kind) {
        return requireNonNull(timeouts.get(kind)).sum();
    }
}
