package wai.warp.settings;

/// What a client may do over HTTP/2: how much at a time, and how often what costs it nothing.
///
/// Sizes of requests are in [Limits], time-outs in [Timeouts]; both hold for all versions of HTTP.
///
/// Whatever its client does, a connection keeps no more than
///
/// - [#bufferedBytes()] of bodies that no application has read yet, 8 MiB unless set otherwise;
/// - the fields of the requests in hand, [#concurrentStreams()] times [Limits#headBytes()], 6.25 MiB; and of the
///   request that is coming in, the same once, and 16 KiB;
/// - [#headerTable()] and our own table, 8 KiB;
/// - 64 KiB that wait to be sent, the last head or trailers behind them, and once more what is being written;
/// - a buffer of 20 KiB while a frame has begun;
/// - for each request in hand 4 KiB, with its thread, and the frames of the application;
/// - and for each response what its application has written and the client has not taken: of a stream or a file 32 KiB,
///   of a body in memory nothing but the body itself.
///
/// Each connection that is idle has none of this but the tables. With [#withPushes(int)] there are the requests that
/// were promised besides, as many again as [#concurrentStreams()] at most, each with the fields that its promise named.
public final class Http2 {
    /// What a client can go past in a way that ends its connection, or one stream; [wai.warp.ServerCounters#exceeded]
    /// says how often that happened.
    public enum Limit {
        /// [Http2#concurrentStreams()]; the stream is refused.
        CONCURRENT_STREAMS,
        /// [Http2#continuations()].
        CONTINUATIONS,
        /// [Limits#headBytes()], by so much that the fields are not even decoded.
        FIELD_SECTION,
        /// [Http2#resets()].
        RESETS,
        /// [Http2#pings()].
        PINGS,
        /// [Http2#settingsFrames()].
        SETTINGS_FRAMES,
        /// [Http2#emptyFrames()].
        EMPTY_FRAMES,
        /// [Http2#priorities()].
        PRIORITIES,
        /// [Http2#windowUpdates()].
        WINDOW_UPDATES,
        /// 16 KiB of answers to what the client sends, which it does not read; no setting.
        UNREAD_ANSWERS
    }

    private static final Http2 DEFAULTS = new Http2(new Builder());

    private static final int LEAST_BUFFERED = 65_535; // the window that every connection begins with
    private static final int LARGEST_TABLE = 16 * 1024 * 1024;

    private final boolean isOn;
    private final int concurrentStreams;
    private final int bufferedBytes;
    private final int streamWindow;
    private final int headerTable;
    private final int continuations;
    private final int pushes;
    private final int resets;
    private final int pings;
    private final int settings;
    private final int emptyFrames;
    private final int priorities;
    private final int windowUpdates;

    private Http2(Builder builder) {
        isOn = builder.isOn;
        concurrentStreams = builder.concurrentStreams;
        bufferedBytes = builder.bufferedBytes;
        streamWindow = builder.streamWindow;
        headerTable = builder.headerTable;
        continuations = builder.continuations;
        pushes = builder.pushes;
        resets = builder.resets;
        pings = builder.pings;
        settings = builder.settings;
        emptyFrames = builder.emptyFrames;
        priorities = builder.priorities;
        windowUpdates = builder.windowUpdates;
    }

    /// The defaults, named at each setting.
    ///
    /// @return the defaults
    public static Http2 defaults() {
        return DEFAULTS;
    }

    /// No HTTP/2: TLS does not offer it, and a client that begins with it gets 505.
    ///
    /// @return the setting
    public static Http2 off() {
        var builder = new Builder();
        builder.isOn = false;
        return new Http2(builder);
    }

    /// Whether clients may speak HTTP/2: over TLS where the handshake chooses it, which offers it before HTTP/1.1
    /// (RFC 9113 §3.2), and by prior knowledge, where they begin with its preface (§3.3).
    ///
    /// @return true, but for [#off()]
    public boolean isOn() {
        return isOn;
    }

    /// The most requests in hand on one connection, counted until their application has ended, also when the client has
    /// given them up; one more is refused with REFUSED_STREAM, and the client may make it again.
    ///
    /// @return a number; 100 unless set
    public int concurrentStreams() {
        return concurrentStreams;
    }

    /// The most bytes of bodies that a connection holds because no application has read them yet. Each stream begins
    /// with an equal share of it as its window, and at most 65,535 bytes; so that no stream is held up by another. What
    /// a client sends before it knows has the window of 65,535 bytes that every stream begins with (RFC 9113 §6.9.3).
    ///
    /// @return bytes; 8 MiB unless set
    public int bufferedBytes() {
        return bufferedBytes;
    }

    /// The widest window of one stream whose body is being read, if there is room for it in [#bufferedBytes]: with one
    /// of a mebibyte, a client from 10 milliseconds away can send 100 megabytes a second.
    ///
    /// @return bytes; 1 MiB unless set
    public int streamWindow() {
        return streamWindow;
    }

    /// The size of the table with which the client compresses its fields (RFC 7541 §4.2); 4 KiB until it knows.
    ///
    /// @return bytes; 4 KiB unless set
    public int headerTable() {
        return headerTable;
    }

    /// The most CONTINUATION frames of one field section; one more ends the connection.
    ///
    /// @return a number; 16 unless set
    public int continuations() {
        return continuations;
    }

    /// The most responses that one request may bring without being asked for them (RFC 9113 §8.4), where its client
    /// takes any: an application promises them by [wai.warp.push.ServerPush]. Of all together, no more run at a time
    /// than [#concurrentStreams()], and than the client allows.
    ///
    /// Browsers take none any more; [wai.Request#sendEarlyHints] does for them what push was made for.
    ///
    /// @return a number; 0, for no push, unless set
    public int pushes() {
        return pushes;
    }

    /// How many streams a second the client may reset, or make us reset by what it does wrong; as many again in the
    /// first second, here and for all rates below. One more ends the connection with ENHANCE_YOUR_CALM.
    ///
    /// @return a number; 200 unless set
    public int resets() {
        return resets;
    }

    /// How many PING frames a second.
    ///
    /// @return a number; 50 unless set
    public int pings() {
        return pings;
    }

    /// How many SETTINGS frames a second.
    ///
    /// @return a number; 20 unless set
    public int settingsFrames() {
        return settings;
    }

    /// How many frames a second that carry nothing: empty DATA, HEADERS or CONTINUATION, and types that we do not know.
    ///
    /// @return a number; 100 unless set
    public int emptyFrames() {
        return emptyFrames;
    }

    /// How many PRIORITY and PRIORITY_UPDATE frames a second.
    ///
    /// @return a number; 500 unless set
    public int priorities() {
        return priorities;
    }

    /// How many WINDOW_UPDATE frames a second, beyond two for each DATA frame that was sent.
    ///
    /// @return a number; 2,000 unless set
    public int windowUpdates() {
        return windowUpdates;
    }

    /// Sets [#concurrentStreams()].
    ///
    /// @param number 1 or more
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another number
    public Http2 withConcurrentStreams(int number) {
        var builder = new Builder(this);
        builder.concurrentStreams = atLeast(1, "concurrent streams", number);
        return new Http2(builder);
    }

    /// Sets [#bufferedBytes()].
    ///
    /// @param bytes 65,535 or more
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another number
    public Http2 withBufferedBytes(int bytes) {
        var builder = new Builder(this);
        builder.bufferedBytes = atLeast(LEAST_BUFFERED, "buffered bytes", bytes);
        return new Http2(builder);
    }

    /// Sets [#streamWindow()].
    ///
    /// @param bytes 1 or more
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another number
    public Http2 withStreamWindow(int bytes) {
        var builder = new Builder(this);
        builder.streamWindow = atLeast(1, "stream window", bytes);
        return new Http2(builder);
    }

    /// Sets [#headerTable()].
    ///
    /// @param bytes 0, for no table, to 16 MiB
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another number
    public Http2 withHeaderTable(int bytes) {
        var builder = new Builder(this);
        builder.headerTable = between(0, LARGEST_TABLE, "header table", bytes);
        return new Http2(builder);
    }

    /// Sets [#continuations()].
    ///
    /// @param number 0 or more
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another number
    public Http2 withContinuations(int number) {
        var builder = new Builder(this);
        builder.continuations = atLeast(0, "continuations", number);
        return new Http2(builder);
    }

    /// Sets [#pushes()].
    ///
    /// @param number 0, for no push, or more
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another number
    public Http2 withPushes(int number) {
        var builder = new Builder(this);
        builder.pushes = atLeast(0, "pushes", number);
        return new Http2(builder);
    }

    /// Sets [#resets()].
    ///
    /// @param number 1 or more
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another number
    public Http2 withResets(int number) {
        var builder = new Builder(this);
        builder.resets = atLeast(1, "resets", number);
        return new Http2(builder);
    }

    /// Sets [#pings()].
    ///
    /// @param number 1 or more
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another number
    public Http2 withPings(int number) {
        var builder = new Builder(this);
        builder.pings = atLeast(1, "pings", number);
        return new Http2(builder);
    }

    /// Sets [#settingsFrames()].
    ///
    /// @param number 1 or more
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another number
    public Http2 withSettingsFrames(int number) {
        var builder = new Builder(this);
        builder.settings = atLeast(1, "settings frames", number);
        return new Http2(builder);
    }

    /// Sets [#emptyFrames()].
    ///
    /// @param number 1 or more
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another number
    public Http2 withEmptyFrames(int number) {
        var builder = new Builder(this);
        builder.emptyFrames = atLeast(1, "empty frames", number);
        return new Http2(builder);
    }

    /// Sets [#priorities()].
    ///
    /// @param number 1 or more
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another number
    public Http2 withPriorities(int number) {
        var builder = new Builder(this);
        builder.priorities = atLeast(1, "priorities", number);
        return new Http2(builder);
    }

    /// Sets [#windowUpdates()].
    ///
    /// @param number 1 or more
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another number
    public Http2 withWindowUpdates(int number) {
        var builder = new Builder(this);
        builder.windowUpdates = atLeast(1, "window updates", number);
        return new Http2(builder);
    }

    private static int atLeast(int least, String name, int value) {
        return between(least, Integer.MAX_VALUE, name, value);
    }

    private static int between(int least, int most, String name, int value) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " " + value + ": expected " + least
                    + (most == Integer.MAX_VALUE ? " or more" : " to " + most));
        }
        return value;
    }

    private static final class Builder {
        private boolean isOn = true;
        private int concurrentStreams = 100;
        private int bufferedBytes = 8 * 1024 * 1024;
        private int streamWindow = 1024 * 1024;
        private int headerTable = 4096;
        private int continuations = 16;
        private int pushes;
        private int resets = 200;
        private int pings = 50;
        private int settings = 20;
        private int emptyFrames = 100;
        private int priorities = 500;
        private int windowUpdates = 2000;

        private Builder() {}

        private Builder(Http2 http2) {
            isOn = http2.isOn;
            concurrentStreams = http2.concurrentStreams;
            bufferedBytes = http2.bufferedBytes;
            streamWindow = http2.streamWindow;
            headerTable = http2.headerTable;
            continuations = http2.continuations;
            pushes = http2.pushes;
            resets = http2.resets;
            pings = http2.pings;
            settings = http2.settings;
            emptyFrames = http2.emptyFrames;
            priorities = http2.priorities;
            windowUpdates = http2.windowUpdates;
        }
    }
}
