package wai.runner;

import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;

/// The first ^C (or SIGTERM) asks the program to stop, the second stops it at once.
///
/// The JDK's public API knows shutdown hooks only, and while these run a second signal does nothing. So this takes
/// `sun.misc.Signal`, by reflection, as javac warns about every mention of it and the warning cannot be turned off.
final class Signals {
    private final CountDownLatch stop = new CountDownLatch(1);

    private Signals() {}

    /// Takes the signals over.
    ///
    /// @return reaches zero at the first signal
    /// @throws IllegalStateException when this JVM has no such signals (`-Xrs`)
    static CountDownLatch install() {
        var signals = new Signals();
        try {
            signals.handle("INT");
            signals.handle("TERM");
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("signals cannot be handled in this JVM: " + e.getCause(), e);
        }
        return signals.stop;
    }

    private void handle(String name) throws ReflectiveOperationException {
        var signal = Class.forName("sun.misc.Signal");
        var handler = Class.forName("sun.misc.SignalHandler");
        var proxy = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (_, _, _) -> {
            received();
            return null;
        });
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    }

    private synchronized void received() {
        if (stop.getCount() == 0) {
            Runtime.getRuntime().halt(Exit.INTERRUPTED.code());
        }
        stop.countDown();
    }
}
