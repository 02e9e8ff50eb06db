package wai.warp.http2.hpack;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import wai.warp.http1.OutputBuffer;

/// A fuzz target: whatever blocks come one after the other, the decoder gives fields or a fault, and what it gives
/// comes back unchanged through the encoder.
///
/// For Jazzer, which calls [#fuzzerTestOneInput], and for the replay of its corpus.
public final class FuzzHpack {
    private static final int TABLE = 256;

    private FuzzHpack() {}

    /// Runs one input: blocks, each behind an octet that says how long it is.
    public static void fuzzerTestOneInput(byte[] data) {
        var decoder = new HpackDecoder(TABLE);
        var encoder = new HpackEncoder();
        var back = new HpackDecoder(HpackEncoder.LARGEST_TABLE);
        try {
            for (int at = 0; at < data.length; ) {
                int to = Math.min(data.length, at + 1 + (data[at] & 0xff));
                var fields = new ArrayList<Field>();
                decoder.decode(data, at + 1, to, fields::add);
                checkBack(encoder, back, fields);
                at = to;
            }
        } catch (HpackFault fault) {
            require(String.valueOf(fault.getMessage()).contains("RFC 7541"), "a fault without a section", fault);
        }
    }

    private static void checkBack(HpackEncoder encoder, HpackDecoder back, List<Field> fields) {
        var sent = fields.stream().filter(field -> field.header() != null).toList();
        var out = new OutputBuffer(64);
        encoder.begin(out);
        for (var field : sent) {
            var name = field.header();
            if (name != null) {
                encoder.field(name, field.value(), out);
            }
        }
        var block = Arrays.copyOfRange(out.array(), out.offset(), out.offset() + out.size());
        var seen = new ArrayList<Field>();
        try {
            back.decode(block, 0, block.length, seen::add);
        } catch (HpackFault fault) {
            throw new AssertionError("our own block is refused", fault);
        }
        require(seen.equals(sent), "sent " + sent + " and saw", seen);
    }

    private static void require(boolean holds, String what, Object seen) {
        if (!holds) {
            throw new AssertionError(what + " " + seen);
        }
    }
}
