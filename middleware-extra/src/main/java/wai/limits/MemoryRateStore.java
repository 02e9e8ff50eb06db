package wai.limits;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/// The clients of one process, up to a number: the generic cell rate algorithm, one number for each.
final class MemoryRateStore implements RateStore {
    private static final String EVERYBODY_ELSE = "";

    private final int mostClients;
    private final LongSupplier nanos;

    /// When the share of a client will be whole again, by the clock.
    private final ConcurrentMap<String, Long> whole = new ConcurrentHashMap<>();

    MemoryRateStore(int mostClients, LongSupplier nanos) {
        this.mostClients = mostClients;
        this.nanos = nanos;
    }

    @Override
    public Duration take(String client, Share share) {
        long interval = share.time().toNanos() / share.requests();
        long now = nanos.getAsLong();
        var kept = whole.containsKey(client) || hasRoom(now) ? client : EVERYBODY_ELSE;
        var wait = new long[1];
        whole.compute(kept, (_, before) -> {
            long from = before == null || before - now < 0 ? now : before;
            long after = from + interval;
            wait[0] = after - now - share.requests() * interval;
            return wait[0] <= 0 ? after : before;
        });
        return Duration.ofNanos(Math.max(wait[0], 0));
    }

    /// Clients whose share is whole again need not be remembered.
    private boolean hasRoom(long now) {
        if (whole.size() >= mostClients) {
            whole.values().removeIf(time -> time - now <= 0);
        }
        return whole.size() < mostClients;
    }

    /// How many clients are in memory; for tests.
    int clients() {
        return whole.size();
    }
}
