package wai.staticfiles;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What was found lately, by path: to look it up costs a system call for each segment, and again for each sibling.
///
/// Nothing is remembered of what does not exist: so nobody fills it with names of his own, and new files are seen at
/// once.
final class Lookups {
    /// Where there are more files, all are forgotten now and then.
    private static final int MOST = 4096;

    private final ConcurrentHashMap<List<String>, FoundFile> found = new ConcurrentHashMap<>();
    private final long interval;
    private final LongSupplier nanos;

    Lookups(Duration interval, LongSupplier nanos) {
        this.interval = interval.compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0 ? interval.toNanos() : Long.MAX_VALUE;
        this.nanos = nanos;
    }

    long now() {
        return nanos.getAsLong();
    }

    /// What was found at a path within the interval.
    @Nullable
    FoundFile get(List<String> path) {
        var file = found.get(path);
        return file != null && now() - file.at() < interval ? file : null;
    }

    /// Remembers a file until the interval is over.
    void put(List<String> path, FoundFile file) {
        if (interval == 0) {
            return;
        }
        if (found.size() >= MOST) {
            found.clear();
        }
        found.put(List.copyOf(path), file);
    }
}
