package wai.warp.settings;

/// How much Warp takes from a client before it refuses.
public final class Limits {
    private static final Limits DEFAULTS = new Limits(new Builder());

    private static final int MOST_IN_MEMORY = 256 * 1024 * 1024;

    private final int targetBytes;
    private final int headBytes;
    private final int fields;
    private final long bodyBytes;
    private final long drainBytes;
    private final int connections;
    private final long requestsPerConnection;

    private Limits(Builder builder) {
        targetBytes = builder.targetBytes;
        headBytes = builder.headBytes;
        fields = builder.fields;
        bodyBytes = builder.bodyBytes;
        drainBytes = builder.drainBytes;
        connections = builder.connections;
        requestsPerConnection = builder.requestsPerConnection;
    }

    /// The defaults, named at each setting.
    ///
    /// @return the defaults
    public static Limits defaults() {
        return DEFAULTS;
    }

    /// The longest request target; a longer one gets 414.
    ///
    /// @return bytes; 8 KiB unless set
    public int targetBytes() {
        return targetBytes;
    }

    /// The longest header section, all field lines with their line ends together, and the longest trailer section; a
    /// longer one gets 431.
    ///
    /// @return bytes; 64 KiB unless set
    public int headBytes() {
        return headBytes;
    }

    /// The most header fields of a request; more get 431.
    ///
    /// @return a number; 128 unless set
    public int fields() {
        return fields;
    }

    /// The longest request body, without its transfer coding; a longer one gets 413, before the application runs when
    /// `Content-Length` tells. For the server as a whole: a part of an application gets a smaller one by the middleware
    /// `RequestSizeLimit`, and a larger one only when this one is larger still.
    ///
    /// @return bytes; no limit ([Long#MAX_VALUE]) unless set, because bodies are streams and take no memory
    public long bodyBytes() {
        return bodyBytes;
    }

    /// How much of a body that the application did not read is read and thrown away to keep the connection; with more
    /// the connection is closed.
    ///
    /// @return bytes; 64 KiB unless set; 0 closes whenever something is unread
    public long drainBytes() {
        return drainBytes;
    }

    /// The most connections at a time, of all listeners together. One more gets 503 with `Retry-After: 1` and
    /// `Connection: close` and never reaches the application; the hook `onFailure` is told now and then (phase
    /// `OVERLOAD`). Each open connection takes a descriptor: more than the process may have (`ulimit -n`) make no
    /// sense.
    ///
    /// @return a number; 20,000 unless set
    public int connections() {
        return connections;
    }

    /// The most requests on one connection; the response to the last says `Connection: close`.
    ///
    /// @return a number; no limit ([Long#MAX_VALUE]) unless set; 1 for connections that are never kept
    public long requestsPerConnection() {
        return requestsPerConnection;
    }

    /// Sets [#targetBytes()].
    ///
    /// @param bytes 1 to 256 MiB
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another number
    public Limits withTargetBytes(int bytes) {
        var builder = new Builder(this);
        builder.targetBytes = inMemory(1, "target bytes", bytes);
        return new Limits(builder);
    }

    /// Sets [#headBytes()].
    ///
    /// @param bytes 64, so that the smallest request fits, to 256 MiB
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another number
    public Limits withHeadBytes(int bytes) {
        var builder = new Builder(this);
        builder.headBytes = inMemory(64, "head bytes", bytes);
        return new Limits(builder);
    }

    /// Sets [#fields()].
    ///
    /// @param number 1 to 268,435,456
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another number
    public Limits withFields(int number) {
        var builder = new Builder(this);
        builder.fields = inMemory(1, "fields", number);
        return new Limits(builder);
    }

    /// Sets [#bodyBytes()].
    ///
    /// @param bytes 0 or more; [Long#MAX_VALUE] for no limit
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is negative
    public Limits withBodyBytes(long bytes) {
        var builder = new Builder(this);
        builder.bodyBytes = atLeast(0, "body bytes", bytes);
        return new Limits(builder);
    }

    /// Sets [#drainBytes()].
    ///
    /// @param bytes 0 or more; [Long#MAX_VALUE] to read every body to its end
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is negative
    public Limits withDrainBytes(long bytes) {
        var builder = new Builder(this);
        builder.drainBytes = atLeast(0, "drain bytes", bytes);
        return new Limits(builder);
    }

    /// Sets [#connections()].
    ///
    /// @param number 1 or more
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is less than 1
    public Limits withConnections(int number) {
        var builder = new Builder(this);
        builder.connections = (int) atLeast(1, "connections", number);
        return new Limits(builder);
    }

    /// Sets [#requestsPerConnection()].
    ///
    /// @param number 1 or more; [Long#MAX_VALUE] for no limit
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is less than 1
    public Limits withRequestsPerConnection(long number) {
        var builder = new Builder(this);
        builder.requestsPerConnection = atLeast(1, "requests per connection", number);
        return new Limits(builder);
    }

    /// What must fit into an array of the engine, with its neighbours.
    private static int inMemory(int least, String name, int value) {
        if (value < least || value > MOST_IN_MEMORY) {
            throw new IllegalArgumentException(name + " " + value + ": expected " + least + " to " + MOST_IN_MEMORY);
        }
        return value;
    }

    private static long atLeast(long least, String name, long value) {
        if (value < least) {
            throw new IllegalArgumentException(name + " " + value + ": expected " + least + " or more");
        }
        return value;
    }

    private static final class Builder {
        private int targetBytes = 8 * 1024;
        private int headBytes = 64 * 1024;
        private int fields = 128;
        private long bodyBytes = Long.MAX_VALUE;
        private long drainBytes = 64 * 1024;
        private int connections = 20_000;
        private long requestsPerConnection = Long.MAX_VALUE;

        private Builder() {}

        private Builder(Limits limits) {
            targetBytes = limits.targetBytes;
            headBytes = limits.headBytes;
            fields = limits.fields;
            bodyBytes = limits.bodyBytes;
            drainBytes = limits.drainBytes;
            connections = limits.connections;
            requestsPerConnection = limits.requestsPerConnection;
        }
    }
}
