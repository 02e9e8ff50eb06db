package wai.warp.server;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// A shelf that shows misuse: a buffer that is given back is overwritten, so that whoever still sends from it sends
/// nonsense, and nobody can give back what he has not.
final class PoisoningShelf<T> extends Shelf<T> {
    private final Set<T> taken = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Consumer<T> poison;

    PoisoningShelf(Supplier<T> make, Consumer<T> poison) {
        super(make);
        this.poison = poison;
    }

    @Override
    T take() {
        var buffer = super.take();
        if (!taken.add(buffer)) {
            throw new AssertionError("a buffer was taken twice");
        }
        return buffer;
    }

    @Override
    void give(T buffer) {
        remove(buffer);
        poison.accept(buffer);
        super.give(buffer);
    }

    @Override
    void discard(T buffer) {
        remove(buffer);
        super.discard(buffer);
    }

    private void remove(T buffer) {
        if (!taken.remove(buffer)) {
            throw new AssertionError("a buffer was given back by somebody who had not taken it");
        }
    }
}
