package wai.servlet.embedded;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;

/// A client of HTTP/2 in the clear that writes its own frames, for what others do not do: extended CONNECT, and leaving
/// in the middle (RFC 9113, RFC 8441). Field lines are literals of HPACK without any compression.
final class WireHttp2 implements Closeable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;

    /// The beginning of the static table (RFC 7541 appendix A).
    private static final List<String> NAMES =
            List.of("none", ":authority", ":method", ":method", ":path", ":path", ":scheme");

    private static final int PING = 6;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    /// @param type of the frame
    /// @param payload each byte one character
    record Frame(int type, int flags, int stream, String payload) {
        boolean endsStream() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }

        /// Of a head: whether its first field is `:status: 200` of the static table (RFC 7541 appendix A).
        boolean isOk() {
            int at = 0;
            if (payload.charAt(0) >> 5 == 1) { // the size of the dynamic table comes first (RFC 7541 §6.3)
                at++;
                for (boolean more = (payload.charAt(0) & 0x1f) == 0x1f; more; at++) {
                    more = payload.charAt(at) > 0x7f;
                }
            }
            return type == HEADERS && payload.charAt(at) == 0x88;
        }

        /// Of SETTINGS.
        int setting(int identifier, int unless) {
            for (var settings = ByteBuffer.wrap(payload.getBytes(ISO_8859_1)); settings.hasRemaining(); ) {
                int found = settings.getShort();
                int value = settings.getInt();
                if (found == identifier) {
                    return value;
                }
            }
            return unless;
        }
    }

    WireHttp2(InetSocketAddress address) throws IOException {
        socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
        send(SETTINGS, 0, 0, new byte[0]);
    }

    /// Sends the head of a request whose body is not at its end.
    ///
    /// @param fields names and values by turns
    void open(int stream, String... fields) throws IOException {
        send(HEADERS, END_HEADERS, stream, block(fields));
    }

    /// Sends a request that has no body.
    ///
    /// @param fields names and values by turns
    void ask(int stream, String... fields) throws IOException {
        send(HEADERS, END_HEADERS | END_STREAM, stream, block(fields));
    }

    private static byte[] block(String... fields) {
        var block = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i += 2) {
            int index = NAMES.indexOf(fields[i]);
            block.write(Math.max(index, 0)); // a literal, not indexed; Tomcat takes these names from the table only
            for (var text : index > 0 ? List.of(fields[i + 1]) : List.of(fields[i], fields[i + 1])) {
                block.write(text.length());
                block.writeBytes(text.getBytes(US_ASCII));
            }
        }
        return block.toByteArray();
    }

    void send(int stream, String text) throws IOException {
        send(DATA, 0, stream, text.getBytes(US_ASCII));
    }

    void endOutput(int stream) throws IOException {
        send(DATA, END_STREAM, stream, new byte[0]);
    }

    /// With the code CANCEL.
    void reset(int stream) throws IOException {
        send(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
    }

    private void send(int type, int flags, int stream, byte[] payload) throws IOException {
        var frame = ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload);
        out.write(frame.array());
        out.flush();
    }

    /// The next frame of one of these types; answers what has to be answered on the way.
    Frame next(int... types) throws IOException {
        while (true) {
            var frame = read();
            if ((frame.type() == SETTINGS || frame.type() == PING) && (frame.flags() & ACK) == 0) {
                var answer = frame.type() == PING ? frame.payload() : "";
                send(frame.type(), ACK, 0, answer.getBytes(ISO_8859_1));
            }
            for (int type : types) {
                if (frame.type() == type) {
                    return frame;
                }
            }
        }
    }

    /// The body of the next response, which has one and no trailers.
    String body() throws IOException {
        var body = new StringBuilder();
        var frame = next(DATA);
        for (; !frame.endsStream(); frame = next(DATA)) {
            body.append(frame.payload());
        }
        return body.append(frame.payload()).toString();
    }

    private Frame read() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        var payload = in.readNBytes(length);
        if (payload.length < length) {
            throw new EOFException("inside a frame");
        }
        return new Frame(type, flags, stream, new String(payload, ISO_8859_1));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
