package wai.transport;

import java.util.concurrent.atomic.AtomicLong;

/// One platform thread's turn at a loop, as one word: even between two steps of connections' threads, odd within one,
/// and the lowest number once the turn is lost. Each step has numbers of its own.
///
/// A turn can be taken only within a step: meanwhile its thread touches nothing of the loop.
final class Turn extends AtomicLong {
    private static final long LOST = Long.MIN_VALUE;
    private static final long serialVersionUID = 1;

    /// @param number that of the turn before, so that no step looks like one of it
    Turn(long number) {
        super(number + (number & 1));
    }

    /// A step begins. By the owner.
    void enter() {
        setRelease(getPlain() + 1);
    }

    /// A step has ended, and another one begins behind it. By the owner.
    ///
    /// @return false when the turn was lost meanwhile
    boolean next() {
        long number = getPlain();
        return number != LOST && compareAndSet(number, number + 2);
    }

    /// A step has ended. By the owner.
    ///
    /// @return false when the turn was lost meanwhile
    boolean leave() {
        long number = getPlain();
        return number != LOST && compareAndSet(number, number + 1);
    }

    /// Whether the number is one within a step.
    static boolean isWithinStep(long number) {
        return (number & 1) != 0;
    }

    /// Takes the turn away, if it is still within that step.
    boolean takeWithin(long number) {
        return compareAndSet(number, LOST);
    }
}
