package wai.warp.server;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/// Buffers for the connections that are busy; a parked connection holds none.
///
/// Taking and giving back is one atomic exchange in most cases; what does not fit is left to the garbage collector.
/// Every buffer taken is given back or discarded, so that [#inUse()] tells what leaked.
///
/// @param <T> the kind of buffer
class Shelf<T> {
    private static final int SLOTS = 256; // a power of two; some 4 MiB of 16 KiB buffers at most
    private static final int PROBES = 4;

    private final AtomicReferenceArray<T> slots = new AtomicReferenceArray<>(SLOTS);
    private final Supplier<T> make;
    private final LongAdder inUse = new LongAdder();

    /// @param make a new one, when there is none to be had
    Shelf(Supplier<T> make) {
        this.make = make;
    }

    /// A buffer with any content.
    T take() {
        inUse.increment();
        int start = start();
        for (int i = 0; i < PROBES; i++) {
            int slot = (start + i) & (SLOTS - 1);
            var buffer = slots.getPlain(slot);
            if (buffer != null && slots.compareAndSet(slot, buffer, null)) {
                return buffer;
            }
        }
        return make.get();
    }

    /// Gives a buffer back; the caller must not touch it any more.
    void give(T buffer) {
        inUse.decrement();
        int start = start();
        for (int i = 0; i < PROBES; i++) {
            int slot = (start + i) & (SLOTS - 1);
            if (slots.getPlain(slot) == null && slots.compareAndSet(slot, null, buffer)) {
                return;
            }
        }
    }

    /// Gives up a buffer that others must not get: somebody may still touch it, or it is not of the usual kind.
    void discard(T buffer) {
        inUse.decrement();
    }

    /// How many buffers were taken and neither given back nor discarded.
    long inUse() {
        return inUse.sum();
    }

    /// Spreads threads over the slots.
    private static int start() {
        long id = Thread.currentThread().threadId();
        return (int) ((id * 0x9E3779B97F4A7C15L) >>> 56) & (SLOTS - 1);
    }
}
