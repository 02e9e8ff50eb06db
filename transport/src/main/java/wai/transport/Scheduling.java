package wai.transport;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Virtual threads with a scheduler of one's own, which JDK 25 has but does not offer: found by reflection, where
/// `java.base` opens `java.lang` to this module.
final class Scheduling {
    private static final String OPEN =
            "start java with --add-opens java.base/java.lang=wai.transport (=ALL-UNNAMED on the class path)";

    private final MethodHandle newThread;
    private final MethodHandle setLocals;
    private final MethodHandle setInheritableLocals;
    private final Executor standard;

    private Scheduling(
            MethodHandle newThread, MethodHandle setLocals, MethodHandle setInheritableLocals, Executor standard) {
        this.newThread = newThread;
        this.setLocals = setLocals;
        this.setInheritableLocals = setInheritableLocals;
        this.standard = standard;
    }

    /// Finds it.
    ///
    /// @throws UnsupportedOperationException when it is hidden or this JDK has no such thing; the message says which
    static Scheduling find() {
        if (!Object.class.getModule().isOpen("java.lang", Scheduling.class.getModule())) {
            throw new UnsupportedOperationException(
                    "loops need the package java.lang opened to " + Scheduling.class.getModule() + ": " + OPEN);
        }
        try {
            var lookup = MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup());
            var builders = Class.forName("java.lang.ThreadBuilders");
            var make = builders.getDeclaredMethod(
                    "newVirtualThread", Executor.class, String.class, int.class, Runnable.class);
            make.setAccessible(true);
            var standard = Class.forName("java.lang.VirtualThread").getDeclaredMethod("defaultScheduler");
            standard.setAccessible(true);
            return new Scheduling(
                    lookup.unreflect(make),
                    setter(lookup, "threadLocals"),
                    setter(lookup, "inheritableThreadLocals"),
                    (Executor) standard.invoke(null));
        } catch (ReflectiveOperationException e) {
            throw new UnsupportedOperationException(
                    "loops need what JDK 25 has inside and JDK "
                            + Runtime.version().feature() + " does not: " + e,
                    e);
        }
    }

    private static MethodHandle setter(MethodHandles.Lookup lookup, String field) throws ReflectiveOperationException {
        return lookup.findSetter(Thread.class, field, Class.forName("java.lang.ThreadLocal$ThreadLocalMap"))
                .asType(MethodType.methodType(void.class, Thread.class, Object.class));
    }

    /// The scheduler of all other virtual threads.
    Executor standard() {
        return standard;
    }

    /// A virtual thread whose every step is given to a scheduler, the first one by `start()`.
    Thread newThread(Executor scheduler, Runnable task) {
        try {
            return (Thread) newThread.invokeExact(scheduler, (@Nullable String) null, 0, task);
        } catch (Throwable e) {
            throw Unchecked.of(e); // the method declares none
        }
    }

    /// Has a thread forget all values of thread-locals, inherited ones too.
    void clearThreadLocals(Thread thread) {
        try {
            setLocals.invokeExact(thread, (@Nullable Object) null);
            setInheritableLocals.invokeExact(thread, (@Nullable Object) null);
        } catch (Throwable e) {
            throw Unchecked.of(e); // a field throws nothing
        }
    }
}
