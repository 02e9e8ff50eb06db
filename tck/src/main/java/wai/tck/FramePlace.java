package wai.tck;

import wai.tck.http2.Frame;
import wai.tck.http2.NotHttp2Exception;

/// Which frames a server may send on which stream, and how large they are (RFC 9113 §5.1, §6), as far as that does not
/// depend on what the stream has seen.
final class FramePlace {
    private FramePlace() {}

    /// Refuses what stands where nothing may.
    ///
    /// @param nextStream the first stream that the kit has not opened
    static void check(Frame frame, int nextStream) throws NotHttp2Exception {
        boolean ofConnection = frame.type() == Frame.SETTINGS
                || frame.type() == Frame.PING
                || frame.type() == Frame.GOAWAY
                || (frame.type() == Frame.WINDOW_UPDATE && frame.stream() == 0);
        boolean known = frame.type() <= Frame.CONTINUATION && frame.type() != Frame.PRIORITY;
        boolean idle = frame.stream() >= nextStream || frame.stream() % 2 == 0;
        if (known && (ofConnection ? frame.stream() != 0 : idle)) {
            throw new NotHttp2Exception(frame + ": expected " + (ofConnection ? "stream 0" : "a stream with a request")
                    + " (RFC 9113 §5.1, §6)");
        }
        int length = frame.payload().length;
        boolean isWhole =
                switch (frame.type()) {
                    case Frame.RST_STREAM, Frame.WINDOW_UPDATE -> length == 4;
                    case Frame.PING -> length == 8;
                    case Frame.GOAWAY -> length >= 8;
                    case Frame.SETTINGS -> length % 6 == 0 && (length == 0 || !frame.has(Frame.ACK));
                    default -> true;
                };
        if (!isWhole) {
            throw new NotHttp2Exception(frame + ": of no size that it can have (RFC 9113 §6)");
        }
    }
}
