package wai.warp.http1;

import java.util.Arrays;

/// A fuzz target: the bytes of a chunked body, trailers and what is behind them.
public final class FuzzChunks {
    private static final byte[] HEAD = Wire.bytes("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");

    private FuzzChunks() {}

    /// Runs one input as [FuzzEngine#fuzzerTestOneInput] behind a head.
    public static void fuzzerTestOneInput(byte[] data) {
        var message = Arrays.copyOf(HEAD, HEAD.length + data.length);
        System.arraycopy(data, 0, message, HEAD.length, data.length);
        FuzzEngine.fuzzerTestOneInput(message);
    }
}
