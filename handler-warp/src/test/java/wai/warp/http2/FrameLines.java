package wai.warp.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import wai.warp.http2.frame.Frame;
import wai.warp.http2.frame.FrameReader;
import wai.warp.http2.hpack.HpackDecoder;

/// What a server sends, in the eyes of a client: a line for each frame. Field blocks are decoded in order, so that one
/// of these belongs to one connection.
public final class FrameLines {
    private final HpackDecoder decoder = new HpackDecoder(4096);
    private byte[] rest = {};

    /// The frames that bytes complete.
    public List<String> lines(byte[] array, int offset, int count) {
        var bytes = ByteBuffer.allocate(rest.length + count)
                .put(rest)
                .put(array, offset, count)
                .flip();
        var lines = new ArrayList<String>();
        try {
            while (true) {
                int start = bytes.position();
                var frame = new FrameReader().next(bytes);
                if (frame == null) {
                    break;
                }
                var payload = bytes.slice(start + Frame.HEADER_SIZE, bytes.position() - start - Frame.HEADER_SIZE);
                lines.add(frame instanceof Frame.PushPromise(int stream) ? promise(stream, payload) : line(frame));
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        rest = new byte[bytes.remaining()];
        bytes.get(rest);
        return lines;
    }

    private String line(Frame frame) throws Exception {
        return switch (frame) {
            case Frame.Data data ->
                "DATA " + data.stream() + " " + text(data.bytes()) + (data.endsStream() ? " END" : "");
            case Frame.FieldBlock block ->
                "HEADERS " + block.stream() + " " + fields(block.fragment()) + (block.endsStream() ? " END" : "");
            case Frame.Reset reset -> "RST_STREAM " + reset.stream() + " " + reset.code();
            case Frame.WindowUpdate update -> "WINDOW_UPDATE " + update.stream() + " " + update.increment();
            case Frame.GoAway goAway -> "GOAWAY " + goAway.lastStream() + " " + goAway.code();
            case Frame.Ping ping -> "PING " + (ping.isAnswer() ? "ACK " : "") + Long.toHexString(ping.opaque());
            case Frame.SettingsAnswer _ -> "SETTINGS ACK";
            case Frame.Settings settings ->
                "SETTINGS "
                        + settings.values().stream()
                                .map(setting -> setting.id() + "=" + setting.value())
                                .collect(Collectors.joining(" "));
            default -> throw new AssertionError(frame);
        };
    }

    /// The reader of a server looks at no promise.
    private String promise(int stream, ByteBuffer payload) throws Exception {
        return "PUSH_PROMISE " + stream + " " + payload.getInt() + " " + fields(payload);
    }

    private static String text(ByteBuffer bytes) {
        var text = ISO_8859_1.decode(bytes).toString();
        return text.length() > 20 ? text.length() + " bytes" : text;
    }

    private String fields(ByteBuffer block) throws Exception {
        var fields = new ArrayList<String>();
        var array = new byte[block.remaining()];
        block.get(array);
        decoder.decode(array, 0, array.length, field -> fields.add(field.name() + "=" + field.value()));
        return String.join(" ", fields);
    }
}
