package wai.spi;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The actions of one exchange, or of one raw connection, on a signal that outlives it: that of a server which stops.
/// None runs when its owner is over, and none stays in the signal.
///
/// For handlers that have one signal for all. Methods may be called by any thread; none blocks.
public final class SignalScope {
    private final Signal signal;
    private final BooleanSupplier isOver;
    /// What is in the signal, or was; null when there was nothing. Guarded by the monitor.
    private @Nullable List<Runnable> actions;

    /// A scope without actions.
    ///
    /// @param signal the signal
    /// @param isOver whether the owner is over; stays true from then on, and is true before [#end]
    public SignalScope(Signal signal, BooleanSupplier isOver) {
        this.signal = requireNonNull(signal, "signal");
        this.isOver = requireNonNull(isOver, "isOver");
    }

    /// Runs the action when the signal fires, or now when it has fired, as [Signal#add] does; never when the owner is
    /// over.
    ///
    /// @param action may throw anything
    public synchronized void add(Runnable action) {
        if (isOver.getAsBoolean()) {
            return;
        }
        Runnable bounded = () -> {
            if (!isOver.getAsBoolean()) {
                action.run();
            }
        };
        if (actions == null) {
            actions = new ArrayList<>(1);
        }
        actions.add(bounded);
        signal.add(bounded);
    }

    /// Takes all actions out of the signal. By the owner, which is over.
    public synchronized void end() {
        if (actions != null) {
            for (var action : actions) {
                signal.remove(action);
            }
            actions = null;
        }
    }
}
