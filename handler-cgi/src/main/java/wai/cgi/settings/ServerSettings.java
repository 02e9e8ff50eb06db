package wai.cgi.settings;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// What can be set on a server for FastCGI or SCGI: where it listens, what it takes, how long it waits.
public final class ServerSettings {
    private static final ServerSettings DEFAULTS = new ServerSettings(new Builder());

    private static final int MOST_IN_MEMORY = 256 * 1024 * 1024;
    private static final int MOST_LOOPS = 1024;

    private final CgiSettings requests;
    private final List<Listener> listeners;
    private final Timeouts timeouts;
    private final int connections;
    private final int headBytes;
    private final int variables;
    private final int loops;

    private ServerSettings(Builder builder) {
        requests = builder.requests;
        listeners = builder.listeners;
        timeouts = builder.timeouts;
        connections = builder.connections;
        headBytes = builder.headBytes;
        variables = builder.variables;
        loops = builder.loops;
    }

    /// The defaults, named at each setting.
    ///
    /// @return the defaults
    public static ServerSettings defaults() {
        return DEFAULTS;
    }

    /// What concerns every request.
    ///
    /// @return the settings
    public CgiSettings requests() {
        return requests;
    }

    /// Where the server listens.
    ///
    /// @return one or more; any free TCP port of the loopback interface unless set
    public List<Listener> listeners() {
        return listeners;
    }

    /// How long the server waits.
    ///
    /// @return the time-outs
    public Timeouts timeouts() {
        return timeouts;
    }

    /// The most connections at a time, of all listeners together. One more is closed at once, which makes the web
    /// server answer 502 or 503 or try another; the hook `onFailure` is told (phase `OVERLOAD`).
    ///
    /// @return a number; 1024 unless set
    public int connections() {
        return connections;
    }

    /// The most bytes of the variables of one request, names and values together; more get 431.
    ///
    /// @return bytes; 64 KiB unless set
    public int headBytes() {
        return headBytes;
    }

    /// The most variables of a request; more get 431.
    ///
    /// @return a number; 256 unless set
    public int variables() {
        return variables;
    }

    /// How many event loops run the connections. Each serves one request at a time, as long as that does not block, and
    /// many without waking another thread, which takes less CPU time where requests compute for microseconds and may
    /// wait as long as they please. One is best as long as it has time to sleep; each more one adds wake-ups. A request
    /// that computes holds up the others of its loop for about 20 milliseconds at most; then another thread goes on
    /// with them, up to 256.
    ///
    /// @return a number; 0, for the default scheduler of virtual threads, unless set
    public int loops() {
        return loops;
    }

    /// Sets [#requests()].
    ///
    /// @param settings the settings
    /// @return the changed copy
    public ServerSettings withRequests(CgiSettings settings) {
        var builder = new Builder(this);
        builder.requests = requireNonNull(settings, "settings");
        return new ServerSettings(builder);
    }

    /// Sets [#listeners()] to one TCP port of the loopback interface.
    ///
    /// @param port 0 to 65535; 0 for any free one
    /// @return the changed copy
    /// @throws IllegalArgumentException when the port is out of range
    public ServerSettings withPort(int port) {
        return withListeners(List.of(Listener.tcp(port)));
    }

    /// Sets [#listeners()].
    ///
    /// @param places one or more
    /// @return the changed copy
    /// @throws IllegalArgumentException when there is none
    public ServerSettings withListeners(List<Listener> places) {
        if (places.isEmpty()) {
            throw new IllegalArgumentException("no listener: expected one or more");
        }
        var builder = new Builder(this);
        builder.listeners = List.copyOf(places);
        return new ServerSettings(builder);
    }

    /// Sets [#timeouts()].
    ///
    /// @param newTimeouts the time-outs
    /// @return the changed copy
    public ServerSettings withTimeouts(Timeouts newTimeouts) {
        var builder = new Builder(this);
        builder.timeouts = requireNonNull(newTimeouts, "timeouts");
        return new ServerSettings(builder);
    }

    /// Sets [#connections()].
    ///
    /// @param number 1 or more
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is less than 1
    public ServerSettings withConnections(int number) {
        if (number < 1) {
            throw new IllegalArgumentException("connections " + number + ": expected 1 or more");
        }
        var builder = new Builder(this);
        builder.connections = number;
        return new ServerSettings(builder);
    }

    /// Sets [#headBytes()].
    ///
    /// @param bytes 64, so that the smallest request fits, to 256 MiB
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another number
    public ServerSettings withHeadBytes(int bytes) {
        var builder = new Builder(this);
        builder.headBytes = inMemory(64, "head bytes", bytes);
        return new ServerSettings(builder);
    }

    /// Sets [#variables()].
    ///
    /// @param number 1 to 268,435,456
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another number
    public ServerSettings withVariables(int number) {
        var builder = new Builder(this);
        builder.variables = inMemory(1, "variables", number);
        return new ServerSettings(builder);
    }

    /// Sets [#loops()].
    ///
    /// A server with loops starts on a JDK 25 that was started with `--add-opens java.base/java.lang=wai.transport`
    /// (`=ALL-UNNAMED` on the class path); on another one the start fails with an `UnsupportedOperationException`.
    ///
    /// @param number 0 to 1024; 0 for none
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another number
    public ServerSettings withLoops(int number) {
        if (number < 0 || number > MOST_LOOPS) {
            throw new IllegalArgumentException("loops " + number + ": expected 0 to " + MOST_LOOPS);
        }
        var builder = new Builder(this);
        builder.loops = number;
        return new ServerSettings(builder);
    }

    private static int inMemory(int least, String name, int value) {
        if (value < least || value > MOST_IN_MEMORY) {
            throw new IllegalArgumentException(name + " " + value + ": expected " + least + " to " + MOST_IN_MEMORY);
        }
        return value;
    }

    private static final class Builder {
        private CgiSettings requests = CgiSettings.defaults();
        private List<Listener> listeners = List.of(Listener.tcp(0));
        private Timeouts timeouts = Timeouts.defaults();
        private int connections = 1024;
        private int headBytes = 64 * 1024;
        private int variables = 256;
        private int loops;

        private Builder() {}

        private Builder(ServerSettings settings) {
            requests = settings.requests;
            listeners = settings.listeners;
            timeouts = settings.timeouts;
            connections = settings.connections;
            headBytes = settings.headBytes;
            variables = settings.variables;
            loops = settings.loops;
        }
    }
}
