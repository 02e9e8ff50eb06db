package wai.limits;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Runs something after a while, unless it is called off; tests have one that they set off themselves.
interface Alarm {
    /// Sets the alarm.
    ///
    /// @return calls it off; of no effect afterwards
    Runnable after(Duration time, Runnable action);

    /// One thread for all, which ends when nothing is to be done and keeps no JVM alive.
    static Alarm onAThread() {
        var timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("wai-timeout").factory());
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(10, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        return (time, action) -> {
            var task = timer.schedule(action, time.toNanos(), TimeUnit.NANOSECONDS);
            return () -> task.cancel(false);
        };
    }
}
