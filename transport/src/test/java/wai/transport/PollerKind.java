package wai.transport;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;

/// The kinds of pollers that whoever waits must not be able to tell apart.
enum PollerKind {
    SHARED,
    THREE_SHARED,
    LOOPS,
    /// One loop whose thread is taken for held up nearly always, so that many threads take turns at it.
    HASTY_LOOP,
    /// Several of those, among which connections are settled.
    HASTY_LOOPS,
    SHARED_DIRECT,
    LOOPS_DIRECT,
    HASTY_LOOP_DIRECT,
    /// Among which connections are settled near their packets.
    HASTY_LOOPS_DIRECT;

    private static final long HASTE_NANOS = 50_000;

    Pollers start() throws IOException {
        try {
            return switch (this) {
                case SHARED_DIRECT -> direct(SHARED);
                case LOOPS_DIRECT -> direct(LOOPS);
                case HASTY_LOOP_DIRECT -> direct(HASTY_LOOP);
                case HASTY_LOOPS_DIRECT -> direct(HASTY_LOOPS);
                case SHARED -> Pollers.shared(1, PollerKind::unexpected);
                case THREE_SHARED -> Pollers.shared(3, PollerKind::unexpected);
                case LOOPS -> Pollers.loops(2, 8, PollerKind::unexpected);
                case HASTY_LOOP -> Pollers.loops(1, HASTE_NANOS, 1000, PollerKind::unexpected);
                case HASTY_LOOPS -> Pollers.loops(3, HASTE_NANOS, 1000, PollerKind::unexpected);
            };
        } catch (UnsupportedOperationException e) {
            return abort("no loops here: " + e.getMessage());
        }
    }

    private static Pollers direct(PollerKind kind) throws IOException {
        assumeTrue(Pollers.mayCallDirectly(), "no direct system calls here");
        var pollers = kind.start();
        pollers.use(SystemCalls.find());
        return pollers;
    }

    private static void unexpected(Throwable failure) {
        fail(failure);
    }
}
