package wai.cgi.gateway;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import wai.Status;
import wai.cgi.settings.Failure;

/// What the calls of a gateway have done. By any threads; no count ever goes down.
public final class CallTally {
    private final LongAdder begun = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final LongAdder disconnects = new LongAdder();
    /// By the first digit of the status, from 2 to 5.
    private final LongAdder[] responses = new LongAdder[6];

    private final Map<Failure.Phase, LongAdder> failures = new EnumMap<>(Failure.Phase.class);

    CallTally() {
        Arrays.setAll(responses, _ -> new LongAdder());
        for (var phase : Failure.Phase.values()) {
            failures.put(phase, new LongAdder());
        }
    }

    void begun() {
        begun.increment();
    }

    void over() {
        ended.increment();
    }

    void lostItsClient() {
        disconnects.increment();
    }

    void failed(Failure.Phase phase) {
        requireNonNull(failures.get(phase)).increment();
    }

    /// A response was begun.
    ///
    /// @param status its status
    public void responded(Status status) {
        responses[Math.min(status.code() / 100, 5)].increment();
    }

    /// How many requests were handed to the application.
    ///
    /// @return a number
    public long requests() {
        return begun.sum();
    }

    /// How many of them have ended; asked for before [#requests], so that it is never more.
    ///
    /// @return a number
    public long ended() {
        return ended.sum();
    }

    /// How many lost their client before they were answered.
    ///
    /// @return a number
    public long disconnects() {
        return disconnects.sum();
    }

    /// How many responses of a class were begun.
    ///
    /// @param hundreds the first digit of their status, 2 to 5
    /// @return a number
    public long responses(int hundreds) {
        return responses[hundreds].sum();
    }

    /// How many failures there were.
    ///
    /// @param phase where
    /// @return a number
    public long failures(Failure.Phase phase) {
        return requireNonNull(failures.get(phase)).sum();
    }
}
