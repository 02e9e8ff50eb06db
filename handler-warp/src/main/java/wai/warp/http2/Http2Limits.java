package wai.warp.http2;

import wai.warp.http2.frame.Frame;

/// What [Http2Engine] accepts at most; sizes are bytes. What is at a limit passes.
///
/// @param concurrentStreams how many streams may be in hand, counted until [Http2Engine#release]; past it
///     REFUSED_STREAM
/// @param bufferedBytes what unread bodies of all streams together may take: the window of the connection
/// @param streamWindow the widest window of one stream; it begins with its share of `bufferedBytes`
/// @param headerTableSize of the table that the peer's field blocks use
/// @param continuations how many CONTINUATION frames one field block may have
/// @param pushes how many responses that the peer did not ask for one of its requests may bring; 0 for none. Of all
///     together no more are in hand than `concurrentStreams`, and than the peer allows
/// @param rates how often the peer may do what costs it nothing
/// @param request what a request may have
public record Http2Limits(
        int concurrentStreams,
        int bufferedBytes,
        int streamWindow,
        int headerTableSize,
        int continuations,
        int pushes,
        Rates rates,
        Request request) {
    /// The window that a connection and a stream have before anybody says another (RFC 9113 §6.9.2).
    public static final int STANDARD_WINDOW = 65_535;
    /// The size of a table before anybody says another (RFC 9113 §6.5.2).
    static final int STANDARD_TABLE = 4096;

    /// The limits that hold where nothing else is said.
    ///
    /// - 100 streams: what RFC 9113 §6.5.2 recommends at least, and browsers open
    /// - 8 MiB buffered: each of 100 streams has the standard window, and some have wider ones
    /// - window 1 MiB: an upload at 100 MB/s from 10 ms away
    /// - table 4 KiB: the protocol's own default
    /// - 16 continuations: a block of 64 KiB has three, of fragments of half a frame eight
    /// - 0 pushes: browsers have given them up
    public static final Http2Limits DEFAULT =
            new Http2Limits(100, 8 * 1024 * 1024, 1024 * 1024, 4096, 16, 0, Rates.DEFAULT, Request.DEFAULT);

    /// Checks the limits.
    ///
    /// @throws IllegalArgumentException when one is out of range
    public Http2Limits {
        LimitRange.check("concurrentStreams", concurrentStreams, 1, Integer.MAX_VALUE);
        LimitRange.check("bufferedBytes", bufferedBytes, STANDARD_WINDOW, Integer.MAX_VALUE);
        LimitRange.check("streamWindow", streamWindow, 1, Integer.MAX_VALUE);
        LimitRange.check("headerTableSize", headerTableSize, 0, 1 << 24);
        LimitRange.check("continuations", continuations, 0, Integer.MAX_VALUE);
        LimitRange.check("pushes", pushes, 0, Integer.MAX_VALUE);
    }

    /// The window with which each stream begins, so that all of them together fit into the connection's.
    ///
    /// @return at least 1
    public int firstWindow() {
        int share = Math.max(1, bufferedBytes / concurrentStreams);
        return Math.min(Math.min(share, STANDARD_WINDOW), streamWindow);
    }

    /// The largest field block that is decoded at all, so that one a little past [Request#listSize] gets its answer.
    int blockSize() {
        return request.listSize() + Frame.LARGEST_PAYLOAD;
    }

    /// How often a second the peer may do what costs it nothing and us work; as often again in the first. Past it the
    /// connection ends with ENHANCE_YOUR_CALM.
    ///
    /// @param resets streams that it resets, or makes us reset
    /// @param pings PING
    /// @param settings SETTINGS
    /// @param emptyFrames frames that carry nothing: empty DATA, HEADERS and CONTINUATION, frames of unknown types
    /// @param priorities PRIORITY and PRIORITY_UPDATE
    /// @param windowUpdates WINDOW_UPDATE beyond two for each DATA frame of ours
    public record Rates(int resets, int pings, int settings, int emptyFrames, int priorities, int windowUpdates) {
        /// The rates that hold where nothing else is said.
        ///
        /// - 200 resets: whoever leaves a page cancels all its streams at once, and may load another one
        /// - 50 pings: keep-alives and estimates of the bandwidth need a few
        /// - 20 settings: nobody needs more than one
        /// - 100 empty frames: some end a body by one
        /// - 500 priorities: browsers send one or two for each stream
        /// - 2,000 window updates: those at the beginning, and late ones
        public static final Rates DEFAULT = new Rates(200, 50, 20, 100, 500, 2000);

        /// Checks the rates.
        ///
        /// @throws IllegalArgumentException when one is less than 1
        public Rates {
            LimitRange.check("resets", resets, 1, Integer.MAX_VALUE);
            LimitRange.check("pings", pings, 1, Integer.MAX_VALUE);
            LimitRange.check("settings", settings, 1, Integer.MAX_VALUE);
            LimitRange.check("emptyFrames", emptyFrames, 1, Integer.MAX_VALUE);
            LimitRange.check("priorities", priorities, 1, Integer.MAX_VALUE);
            LimitRange.check("windowUpdates", windowUpdates, 1, Integer.MAX_VALUE);
        }
    }

    /// What a request may have; the same as over HTTP/1.
    ///
    /// @param methodSize length of the method; past it 501
    /// @param targetSize length of `:path`; past it 414
    /// @param listSize all fields with their names and 32 bytes each: SETTINGS_MAX_HEADER_LIST_SIZE; past it 431
    /// @param fieldCount how many header fields, cookies counted once, and apart from them how many trailer fields;
    ///     past it 431
    /// @param bodySize length of the body; past it 413
    public record Request(int methodSize, int targetSize, int listSize, int fieldCount, long bodySize) {
        /// The limits of [wai.warp.http1.Http1Limits#DEFAULT].
        public static final Request DEFAULT = new Request(64, 8 * 1024, 64 * 1024, 128, Long.MAX_VALUE);

        /// Checks the limits.
        ///
        /// @throws IllegalArgumentException when one is out of range
        public Request {
            LimitRange.check("methodSize", methodSize, 1, 1 << 28);
            LimitRange.check("targetSize", targetSize, 1, 1 << 28);
            LimitRange.check("listSize", listSize, 1, 1 << 28);
            LimitRange.check("fieldCount", fieldCount, 0, 1 << 28);
            LimitRange.check("bodySize", bodySize, 0, Long.MAX_VALUE);
        }
    }
}
