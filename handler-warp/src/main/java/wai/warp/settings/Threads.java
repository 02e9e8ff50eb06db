package wai.warp.settings;

import static java.util.Objects.requireNonNull;

/// Which threads wait for the clients and run the connections.
///
/// Whatever is chosen, each request is answered on a virtual thread, on which the application may block. See
/// `docs/adr/0009-loop-mode.md` for what the two modes cost.
public final class Threads {
    private static final Threads DEFAULTS =
            new Threads(Mode.AUTO, 1, Math.min(Runtime.getRuntime().availableProcessors(), 1024), 256);

    private static final int MOST_POLLERS = 1024;
    private static final int MOST_SPARES = 10_000;

    private final Mode mode;
    private final int pollers;
    private final int loops;
    private final int spares;

    private Threads(Mode mode, int pollers, int loops, int spares) {
        this.mode = mode;
        this.pollers = pollers;
        this.loops = loops;
        this.spares = spares;
    }

    /// Who runs the virtual threads of the connections.
    public enum Mode {
        /// [#LOOPS] where they are possible, else [#SHARED].
        AUTO,
        /// The default scheduler of the JDK, as for all other virtual threads of the program; the pollers share it.
        SHARED,
        /// Event loops, each of which runs the connections that it waits for, which saves CPU time; they accept new
        /// ones, too, and spread those that last evenly. Possible on a JDK 25 that was started with
        /// `--add-opens java.base/java.lang=wai.transport` (`=ALL-UNNAMED` on the class path).
        ///
        /// A connection that computes for more than about 20 milliseconds, or is pinned, holds up the others of its
        /// loop that long; then another thread goes on with them. Virtual threads which the application starts run on
        /// the default scheduler.
        ///
        /// The thread of a request goes on with those of other connections afterwards. Thread-locals, interrupt, name
        /// and context class loader are reset in between.
        LOOPS
    }

    /// The defaults, named at each setting.
    ///
    /// @return the defaults
    public static Threads defaults() {
        return DEFAULTS;
    }

    /// Who runs the virtual threads of the connections.
    ///
    /// @return the mode; [Mode#AUTO] unless set
    public Mode mode() {
        return mode;
    }

    /// How many pollers wait for clients in [Mode#SHARED]. More than one pays only on many cores, when one has no time
    /// left to sleep.
    ///
    /// @return a number; 1 unless set
    public int pollers() {
        return pollers;
    }

    /// How many loops there are in [Mode#LOOPS]. Each runs one connection at a time.
    ///
    /// @return a number; that of the available processors unless set
    public int loops() {
        return loops;
    }

    /// How many threads may go on with loops whose own threads are held up by connections that compute or are pinned.
    /// When all are held up too, connections wait for one of them, and the failure hook is told. Those above the limit
    /// of connections are refused even then.
    ///
    /// @return a number; 256 unless set; with 0 a connection that computes stops the others of its loop
    public int spares() {
        return spares;
    }

    /// Sets [#mode()].
    ///
    /// @param newMode the mode
    /// @return the changed copy
    public Threads withMode(Mode newMode) {
        return new Threads(requireNonNull(newMode, "mode"), pollers, loops, spares);
    }

    /// Sets [#pollers()].
    ///
    /// @param count 1 to 1024
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another number
    public Threads withPollers(int count) {
        return new Threads(mode, checked("pollers", count, 1, MOST_POLLERS), loops, spares);
    }

    /// Sets [#loops()].
    ///
    /// @param count 1 to 1024
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another number
    public Threads withLoops(int count) {
        return new Threads(mode, pollers, checked("loops", count, 1, MOST_POLLERS), spares);
    }

    /// Sets [#spares()].
    ///
    /// @param count 0 to 10,000
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another number
    public Threads withSpares(int count) {
        return new Threads(mode, pollers, loops, checked("spares", count, 0, MOST_SPARES));
    }

    private static int checked(String name, int count, int least, int most) {
        if (count < least || count > most) {
            throw new IllegalArgumentException(name + " " + count + ": expected " + least + " to " + most);
        }
        return count;
    }
}
