package wai.test;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How long a thread waits for the other side, and what it says when that was too long.
///
/// Applications wait as long as the test does nothing; tests never wait for ever.
final class Patience {
    /// That of applications.
    static final Patience ENDLESS = new Patience(null, () -> new AssertionError("endless patience has ended"));

    private final @Nullable Duration limit;
    private final Supplier<AssertionError> complaint;

    private Patience(@Nullable Duration limit, Supplier<AssertionError> complaint) {
        this.limit = limit;
        this.complaint = complaint;
    }

    /// That of tests.
    ///
    /// @param limit how long to wait at most
    /// @param complaint made and thrown when the time has run out
    static Patience of(Duration limit, Supplier<AssertionError> complaint) {
        return new Patience(limit, complaint);
    }

    /// Waits, holding the lock of the condition, until something has happened.
    ///
    /// @throws InterruptedIOException when the thread was interrupted, with its flag set again
    void await(Condition changed, BooleanSupplier happened) throws InterruptedIOException {
        try {
            if (limit == null) {
                while (!happened.getAsBoolean()) {
                    changed.await();
                }
                return;
            }
            long nanos = limit.toNanos();
            while (!happened.getAsBoolean()) {
                if (nanos <= 0) {
                    throw complaint.get();
                }
                nanos = changed.awaitNanos(nanos);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            var failure = new InterruptedIOException("interrupted while waiting for the other side");
            failure.initCause(interrupted);
            throw failure;
        }
    }
}
