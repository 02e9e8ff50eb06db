package wai.warp.http2;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import wai.warp.http2.frame.ConnectionFault;
import wai.warp.http2.frame.ErrorCode;
import wai.warp.http2.frame.Frame;
import wai.warp.http2.frame.StreamFault;
import wai.warp.http2.hpack.HpackDecoder;
import wai.warp.http2.hpack.HpackFault;
import wai.warp.settings.Http2;

/// Puts field blocks together from their frames, and decodes them (RFC 9113 §4.3).
///
/// Every block is decoded, also that of a stream which nobody wants: the next one needs the table that it leaves.
final class FieldBlocks {
    private static final byte[] NOTHING = {};

    private final Http2Limits limits;
    private final HpackDecoder decoder;
    private byte[] block = NOTHING;
    private int from;
    private int to;
    private int stream;
    private boolean endsStream;
    private boolean taken;
    private @Nullable StreamFault fault;
    private int continuations;

    FieldBlocks(Http2Limits limits) {
        this.limits = limits;
        this.decoder = new HpackDecoder(Math.max(Http2Limits.STANDARD_TABLE, limits.headerTableSize()));
    }

    /// The peer has our SETTINGS, and keeps to the size of the table.
    void settingsTaken() {
        decoder.limitTable(limits.headerTableSize());
    }

    /// Begins a block.
    ///
    /// @param wanted whether somebody wants its fields
    /// @param late what is wrong with its stream, to be dealt with behind the block; null for nothing
    void begin(Frame.FieldBlock frame, boolean wanted, @Nullable StreamFault late) {
        stream = frame.stream();
        endsStream = frame.endsStream();
        taken = wanted;
        fault = late;
        continuations = 0;
        var fragment = frame.fragment();
        if (frame.endsBlock() && fragment.hasArray()) { // decoded before the input changes
            block = fragment.array();
            from = fragment.arrayOffset() + fragment.position();
            to = from + fragment.remaining();
        } else {
            block = new byte[fragment.remaining()];
            from = 0;
            to = 0;
            append(fragment);
        }
    }

    /// Goes on with a block.
    ///
    /// @throws ConnectionFault when it becomes too long, or is cut into too many pieces
    void add(Frame.Continuation frame) throws ConnectionFault {
        if (++continuations > limits.continuations()) {
            throw ConnectionFault.excess(
                    Http2.Limit.CONTINUATIONS,
                    "a field block of more than " + limits.continuations()
                            + " CONTINUATION frames: expected fewer (RFC 9113 §10.5.1)");
        }
        int size = to + frame.fragment().remaining();
        if (size > limits.blockSize()) {
            throw ConnectionFault.excess(
                    Http2.Limit.FIELD_SECTION,
                    "a field block of more than " + limits.blockSize() + " bytes: expected fewer (RFC 9113 §10.5.1)");
        }
        if (size > block.length) {
            block = Arrays.copyOf(block, Math.max(size, Math.min(block.length * 2, limits.blockSize())));
        }
        append(frame.fragment());
    }

    private void append(ByteBuffer fragment) {
        int count = fragment.remaining();
        fragment.get(block, to, count);
        to += count;
    }

    /// Decodes the block that is complete.
    ///
    /// @throws ConnectionFault when it cannot be decoded
    FieldList decode() throws ConnectionFault {
        var list = new FieldList(limits.request().listSize());
        try {
            decoder.decode(block, from, to, list);
        } catch (HpackFault e) {
            throw new ConnectionFault(ErrorCode.COMPRESSION_ERROR, String.valueOf(e.getMessage()));
        } finally {
            block = NOTHING;
        }
        return list;
    }

    int stream() {
        return stream;
    }

    boolean endsStream() {
        return endsStream;
    }

    boolean isTaken() {
        return taken;
    }

    /// What is wrong with the stream; null for nothing.
    @Nullable
    StreamFault fault() {
        return fault;
    }
}
