package wai.testing;

/// Checks a property on many random inputs. A failure names its seed; `-Dseed=…` runs that one input again.
public final class Property {
    private static final int TRIES = 300;

    private Property() {}

    /// Runs a check on [#TRIES] inputs, or on the one of `-Dseed`.
    public static void holds(Check check) {
        var replayed = Long.getLong("seed");
        if (replayed != null) {
            run(check, replayed);
            return;
        }
        long first = System.nanoTime();
        for (int i = 0; i < TRIES; i++) {
            run(check, first + i);
        }
    }

    private static void run(Check check, long seed) {
        try {
            check.on(new Draw(seed));
        } catch (Exception | AssertionError e) {
            throw new AssertionError("the property fails for -Dseed=" + seed + ": " + e.getMessage(), e);
        }
    }

    /// Draws its input and asserts what must hold for it.
    @FunctionalInterface
    public interface Check {
        void on(Draw draw) throws Exception;
    }
}
