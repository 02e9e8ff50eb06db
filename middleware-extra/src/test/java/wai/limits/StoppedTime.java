package wai.limits;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// Time that goes on when a test says so, and the alarms that go off then.
final class StoppedTime implements Alarm, LongSupplier {
    private final List<Due> pending = new ArrayList<>();
    private long now = Long.MAX_VALUE - 1; // the clock of the JVM may pass zero, and the largest number

    @Override
    public synchronized Runnable after(Duration time, Runnable action) {
        var due = new Due(now + time.toNanos(), action);
        pending.add(due);
        return () -> callOff(due);
    }

    @Override
    public synchronized long getAsLong() {
        return now;
    }

    /// How many alarms are set.
    synchronized int pending() {
        return pending.size();
    }

    /// Lets time go on; what is due then runs on this thread.
    void advance(Duration time) {
        List<Due> due;
        synchronized (this) {
            now += time.toNanos();
            due = pending.stream().filter(each -> each.at - now <= 0).toList();
            pending.removeAll(due);
        }
        due.forEach(each -> each.action.run());
    }

    private synchronized void callOff(Due due) {
        pending.remove(due);
    }

    private static final class Due {
        private final long at;
        private final Runnable action;

        Due(long at, Runnable action) {
            this.at = at;
            this.action = action;
        }
    }
}
