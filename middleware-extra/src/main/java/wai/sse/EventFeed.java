package wai.sse;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Where a stream waits for its next event.
@FunctionalInterface
interface EventFeed {
    /// Waits for the next event.
    ///
    /// @param patience how long; null for as long as it takes
    /// @return the event, [Event#END] at the end of all, or null when none came in that time
    @Nullable
    Event next(@Nullable Duration patience) throws InterruptedException;
}
