package wai.warp.http2.hpack;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/// Field blocks in tests.
final class Blocks {
    private Blocks() {}

    /// The octets of hexadecimal digits, with spaces.
    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    /// The fields of a block, as `name: value`.
    static List<String> decode(HpackDecoder decoder, byte[] block) throws HpackFault {
        var fields = new ArrayList<String>();
        decoder.decode(block, 0, block.length, into(fields));
        return fields;
    }

    /// Collects fields as texts.
    static Consumer<Field> into(List<String> texts) {
        return field -> texts.add(field.name() + ": " + field.value());
    }
}
