package wai.tck;

import java.nio.ByteBuffer;
import wai.tck.http2.Frame;
import wai.tck.http2.NotHttp2Exception;

/// What the SETTINGS of a server say (RFC 9113 §6.5.2, RFC 8441 §3), and what holds before they do. Guarded by the lock
/// of the connection.
final class ServerSettings {
    static final int ENABLE_PUSH = 2;
    static final int INITIAL_WINDOW_SIZE = 4;
    static final int DEFAULT_WINDOW = 65_535;
    private static final int MAX_CONCURRENT_STREAMS = 3;
    private static final int MAX_FRAME_SIZE = 5;
    private static final int ENABLE_CONNECT_PROTOCOL = 8;

    private boolean known;
    private long concurrentStreams = Integer.MAX_VALUE;
    private int frameSize = Frame.LARGEST_PAYLOAD;
    private boolean takesProtocols;
    private long initialWindow = DEFAULT_WINDOW;

    /// Whether any have come.
    boolean areKnown() {
        return known;
    }

    /// How many streams may be open at a time.
    long concurrentStreams() {
        return concurrentStreams;
    }

    /// How large the payload of a frame may be.
    int frameSize() {
        return frameSize;
    }

    /// Whether CONNECT may name a protocol.
    boolean takesProtocols() {
        return takesProtocols;
    }

    /// With which window a stream begins.
    long initialWindow() {
        return initialWindow;
    }

    /// Takes a frame of settings.
    void take(Frame frame) throws NotHttp2Exception {
        var payload = ByteBuffer.wrap(frame.payload());
        while (payload.hasRemaining()) {
            setting(payload.getShort() & 0xffff, payload.getInt() & 0xffffffffL);
        }
        known = true;
    }

    private void setting(int id, long value) throws NotHttp2Exception {
        boolean isAllowed =
                switch (id) {
                    case ENABLE_PUSH -> value == 0; // of a server, RFC 9113 §6.5.2
                    case INITIAL_WINDOW_SIZE -> value <= Integer.MAX_VALUE;
                    case MAX_FRAME_SIZE -> value >= Frame.LARGEST_PAYLOAD && value < 1 << 24;
                    case ENABLE_CONNECT_PROTOCOL -> value == 1 || (value == 0 && !takesProtocols);
                    default -> true;
                };
        if (!isAllowed) {
            throw new NotHttp2Exception("setting " + id + " of " + value + " (RFC 9113 §6.5.2, RFC 8441 §3)");
        }
        switch (id) {
            case MAX_CONCURRENT_STREAMS -> concurrentStreams = value;
            case INITIAL_WINDOW_SIZE -> initialWindow = value;
            case MAX_FRAME_SIZE -> frameSize = (int) value;
            case ENABLE_CONNECT_PROTOCOL -> takesProtocols = value == 1;
            default -> {}
        }
    }
}
