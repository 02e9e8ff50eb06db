package wai.warp.http2;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A fuzz target: whatever bytes come behind the preface, the engine gives events or one fault of the connection, the
/// same in every cut, and what it sends in answer are frames.
///
/// For Jazzer, which calls [#fuzzerTestOneInput], and for [Http2FuzzCorpusTest].
public final class FuzzFrames {
    private FuzzFrames() {}

    /// Runs one input; the last byte says where to cut.
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length == 0) {
            return;
        }
        var bytes = Arrays.copyOf(data, data.length - 1);
        int cut = (data[data.length - 1] & 0xff) * bytes.length / 255;

        var whole = transcript(bytes);
        var halves = transcript(Arrays.copyOf(bytes, cut), Arrays.copyOfRange(bytes, cut, bytes.length));
        if (!halves.equals(whole)) {
            throw new AssertionError("cut before byte " + cut + ": expected " + whole + " and saw " + halves);
        }
    }

    /// What the engine makes of bytes: its events, its fault, the frames that it sends.
    private static List<String> transcript(byte[]... pieces) {
        var peer = EnginePeer.connected();
        for (var piece : pieces) {
            if (peer.faults.isEmpty()) {
                peer.send(piece);
            }
        }
        var lines = new ArrayList<String>();
        peer.events.forEach(event -> lines.add(line(event)));
        peer.faults.forEach(fault -> lines.add("fault " + fault.getMessage()));
        lines.addAll(peer.received());
        return lines;
    }

    private static String line(Http2Event event) {
        return switch (event) {
            case Http2Event.Head head ->
                "head " + head.stream().id() + " " + head.method() + " " + head.target() + " " + head.headers();
            case Http2Event.Data(Http2Stream stream, ByteBuffer bytes) ->
                "data " + stream.id() + " " + StandardCharsets.ISO_8859_1.decode(bytes.duplicate());
            default -> event.getClass().getSimpleName();
        };
    }
}
