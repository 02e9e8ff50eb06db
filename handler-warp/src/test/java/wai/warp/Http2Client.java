package wai.warp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import wai.warp.http2.ClientFrames;
import wai.warp.http2.FrameLines;

/// A client that sends frames and looks at frames, over a plain socket, by prior knowledge.
final class Http2Client implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000; // a safety net, nothing depends on it

    private final Socket socket;
    private final FrameLines frames = new FrameLines();
    private final Deque<String> lines = new ArrayDeque<>();
    private final byte[] buffer = new byte[32 * 1024];

    private Http2Client(int port, int receiveBuffer, String first) throws IOException {
        socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        send(first.getBytes(ISO_8859_1), ClientFrames.hello());
    }

    /// A client that has sent its preface.
    static Http2Client of(WarpServer server) throws IOException {
        return new Http2Client(server.port(), 0, "");
    }

    /// A client whose connection a proxy begins.
    static Http2Client behind(String proxyHeader, WarpServer server) throws IOException {
        return new Http2Client(server.port(), 0, proxyHeader);
    }

    /// A client whose kernel takes only a little ahead of it.
    static Http2Client slow(WarpServer server) throws IOException {
        return new Http2Client(server.port(), 4096, "");
    }

    Http2Client send(byte[]... pieces) throws IOException {
        socket.getOutputStream().write(ClientFrames.joined(pieces));
        return this;
    }

    /// Sends the same again and again, for as long as the server lets us, or so often.
    void flood(int times, byte[]... pieces) {
        var all = ClientFrames.joined(pieces);
        try {
            for (int i = 0; i < times; i++) {
                socket.getOutputStream().write(all);
            }
        } catch (IOException _) {
            // it has closed on us
        }
    }

    /// Closes our direction.
    void end() throws IOException {
        socket.shutdownOutput();
    }

    /// The next frame, as a line; empty at the end.
    String next() throws IOException {
        while (lines.isEmpty()) {
            int count = socket.getInputStream().read(buffer);
            if (count < 0) {
                return "";
            }
            lines.addAll(frames.lines(buffer, 0, count));
        }
        return lines.remove();
    }

    /// The frames up to one of that kind, those of the connection's settings and windows left out.
    List<String> until(Predicate<String> last) throws IOException {
        var seen = new ArrayList<String>();
        while (true) {
            var line = next();
            if (line.isEmpty()) {
                throw new IOException("the end came behind " + seen);
            }
            if (!line.startsWith("SETTINGS") && !line.startsWith("WINDOW_UPDATE")) {
                seen.add(line);
                if (last.test(line)) {
                    return seen;
                }
            }
        }
    }

    /// The frames of a stream up to its end, or its reset.
    List<String> response(int stream) throws IOException {
        return until(line -> isOf(stream, line) && (line.endsWith(" END") || line.startsWith("RST_STREAM"))).stream()
                .filter(line -> isOf(stream, line))
                .toList();
    }

    private static boolean isOf(int stream, String line) {
        var words = line.split(" ", 3);
        return words.length > 1 && words[1].equals(String.valueOf(stream)) && !words[0].equals("GOAWAY");
    }

    /// Why the server ended the connection: the code of its last GOAWAY, or the empty text when it only closed.
    String ending() {
        var code = "";
        try {
            var line = next();
            while (!line.isEmpty()) {
                if (line.startsWith("GOAWAY")) {
                    code = line.split(" ", 3)[2];
                }
                line = next();
            }
        } catch (IOException _) {
            // reset, because it did not read all that we sent
        }
        return code;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
