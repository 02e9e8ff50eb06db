package wai.warp.http2;

import wai.warp.http2.frame.ConnectionFault;
import wai.warp.settings.Http2;

/// How much the peer may still do of what costs it nothing. Time is told, not looked at.
final class FrameRates {
    /// What is counted.
    enum Kind {
        RESETS("streams reset", Http2.Limit.RESETS),
        PINGS("PING", Http2.Limit.PINGS),
        SETTINGS("SETTINGS", Http2.Limit.SETTINGS_FRAMES),
        EMPTY_FRAMES("frames without content", Http2.Limit.EMPTY_FRAMES),
        PRIORITIES("PRIORITY", Http2.Limit.PRIORITIES),
        WINDOW_UPDATES("WINDOW_UPDATE", Http2.Limit.WINDOW_UPDATES);

        private final String text;
        private final Http2.Limit limit;

        Kind(String text, Http2.Limit limit) {
            this.text = text;
            this.limit = limit;
        }
    }

    private static final Kind[] KINDS = Kind.values();

    private final int[] rates = new int[KINDS.length];
    private final int[] left = new int[KINDS.length];

    FrameRates(Http2Limits.Rates limits) {
        set(Kind.RESETS, limits.resets());
        set(Kind.PINGS, limits.pings());
        set(Kind.SETTINGS, limits.settings());
        set(Kind.EMPTY_FRAMES, limits.emptyFrames());
        set(Kind.PRIORITIES, limits.priorities());
        set(Kind.WINDOW_UPDATES, limits.windowUpdates());
    }

    @SuppressWarnings("EnumOrdinal") // in memory only
    private void set(Kind kind, int rate) {
        rates[kind.ordinal()] = rate;
        left[kind.ordinal()] = rate;
    }

    /// Counts one.
    ///
    /// @throws ConnectionFault when it is one too many
    @SuppressWarnings("EnumOrdinal")
    void spend(Kind kind) throws ConnectionFault {
        int at = kind.ordinal();
        if (left[at] == 0) {
            throw ConnectionFault.excess(
                    kind.limit,
                    "too many: " + kind.text + ", expected at most " + rates[at] + " a second (RFC 9113 §10.5)");
        }
        left[at]--;
    }

    /// Allows more of something than time brings.
    @SuppressWarnings("EnumOrdinal")
    void earn(Kind kind, int count) {
        int at = kind.ordinal();
        left[at] = (int) Math.min(Integer.MAX_VALUE, (long) left[at] + count);
    }

    /// Some seconds have passed.
    void refill(long seconds) {
        for (int at = 0; at < left.length; at++) {
            if (left[at] < rates[at]) {
                left[at] = (int) Math.min(rates[at], left[at] + Math.min(seconds, Integer.MAX_VALUE) * rates[at]);
            }
        }
    }
}
