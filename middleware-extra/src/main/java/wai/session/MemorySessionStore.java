package wai.session;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Sessions in the memory of this process, up to a number; then those go that were not saved for the longest time.
final class MemorySessionStore implements SessionStore {
    private final int most;
    private final InstantSource clock;

    /// In the order in which they were saved; guarded by this.
    private final Map<String, Kept> sessions = new LinkedHashMap<>();

    MemorySessionStore(int most, InstantSource clock) {
        this.most = most;
        this.clock = clock;
    }

    @Override
    public synchronized Optional<Map<String, String>> load(String name) {
        var kept = sessions.get(name);
        if (kept != null && !clock.instant().isBefore(kept.end())) {
            sessions.remove(name);
            return Optional.empty();
        }
        return Optional.ofNullable(kept).map(Kept::values);
    }

    @Override
    public synchronized void save(String name, Map<String, String> values, Duration lifetime) {
        sessions.remove(name);
        sessions.put(name, new Kept(Map.copyOf(values), clock.instant().plus(lifetime)));
        var oldest = sessions.entrySet().iterator();
        var now = clock.instant();
        while (oldest.hasNext()) {
            boolean over = !now.isBefore(oldest.next().getValue().end());
            if (!over && sessions.size() <= most) {
                return;
            }
            oldest.remove();
        }
    }

    @Override
    public synchronized void extend(String name, Duration lifetime) {
        load(name).ifPresent(values -> save(name, values, lifetime));
    }

    @Override
    public synchronized void delete(String name) {
        sessions.remove(name);
    }

    /// How many there are; for tests.
    synchronized int size() {
        return sessions.size();
    }

    private record Kept(Map<String, String> values, Instant end) {}
}
