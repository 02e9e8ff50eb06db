package wai.tck;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import wai.tck.http2.Field;
import wai.tck.http2.FieldDecoder;
import wai.tck.http2.FieldEncoder;
import wai.tck.http2.Frame;
import wai.tck.http2.NotHttp2Exception;

/// Field sections as HEADERS and CONTINUATION, both ways, and the table of the server's (RFC 9113 §4.3).
final class FieldSections {
    private static final int TABLE_SIZE = 4096;

    private final FieldDecoder decoder = new FieldDecoder(TABLE_SIZE);

    /// HEADERS, and CONTINUATION for what is too much for one frame.
    static byte[] bytes(int stream, List<Field> fields, boolean ends, int frameSize) {
        var block = FieldEncoder.encode(fields);
        var frames = new ByteArrayOutputStream();
        int from = 0;
        do {
            int to = Math.min(block.length, from + frameSize);
            int flags = (to == block.length ? Frame.END_HEADERS : 0) | (from == 0 && ends ? Frame.END_STREAM : 0);
            var part = Arrays.copyOfRange(block, from, to);
            frames.writeBytes(new Frame(from == 0 ? Frame.HEADERS : Frame.CONTINUATION, flags, stream, part).bytes());
            from = to;
        } while (from < block.length);
        return frames.toByteArray();
    }

    /// Reads the rest of a field section, and decodes it whether its stream is of interest or not (RFC 9113 §4.3).
    List<Field> read(Frame head, InputStream in) throws IOException, NotHttp2Exception {
        var block = new ByteArrayOutputStream();
        var last = head;
        append(head, block);
        while (!last.has(Frame.END_HEADERS)) {
            last = Frame.read(in);
            if (last == null || last.type() != Frame.CONTINUATION || last.stream() != head.stream()) {
                throw new NotHttp2Exception(last + " inside the fields of stream " + head.stream()
                        + ": expected CONTINUATION (RFC 9113 §6.10)");
            }
            append(last, block);
        }
        return decoder.decode(block.toByteArray());
    }

    private static void append(Frame frame, ByteArrayOutputStream block) throws NotHttp2Exception {
        var content = frame.content();
        block.write(frame.payload(), content.position(), content.remaining());
    }
}
