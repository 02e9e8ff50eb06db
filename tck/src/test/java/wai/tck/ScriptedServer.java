package wai.tck;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import wai.tck.http2.Field;
import wai.tck.http2.FieldEncoder;
import wai.tck.http2.Frame;

/// A server that says in frames what a test says, and remembers the frames that it hears.
final class ScriptedServer implements AutoCloseable {
    private static final int PREFACE = 24;

    private final ServerSocket server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    private final ConcurrentLinkedQueue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<Frame> heard = new LinkedBlockingQueue<>();
    private final List<Frame> hello;
    private final List<Frame> answer;

    private ScriptedServer(List<Frame> hello, List<Frame> answer) throws IOException {
        this.hello = hello;
        this.answer = answer;
        Thread.ofVirtual().start(this::accept);
    }

    /// A server that answers the first request of each connection with these frames.
    static ScriptedServer answering(Frame... answer) throws IOException {
        return new ScriptedServer(List.of(settings()), List.of(answer));
    }

    /// A server that begins connections with these frames.
    static ScriptedServer beginning(Frame... hello) throws IOException {
        return new ScriptedServer(List.of(hello), List.of());
    }

    /// SETTINGS with pairs of numbers.
    static Frame settings(int... pairs) {
        var payload = ByteBuffer.allocate(3 * pairs.length);
        for (int i = 0; i < pairs.length; i += 2) {
            payload.putShort((short) pairs[i]).putInt(pairs[i + 1]);
        }
        return new Frame(Frame.SETTINGS, 0, 0, payload.array());
    }

    /// HEADERS of stream 1, each field as `name: value`.
    static Frame headers(int flags, String... fields) {
        return new Frame(Frame.HEADERS, flags | Frame.END_HEADERS, 1, block(fields));
    }

    static byte[] block(String... fields) {
        return FieldEncoder.encode(List.of(fields).stream()
                .map(field -> new Field(
                        field.substring(0, field.indexOf(": ", 1)), field.substring(field.indexOf(": ", 1) + 2)))
                .toList());
    }

    static Frame data(int flags, String text) {
        return new Frame(Frame.DATA, flags, 1, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Http2Client client() {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());
        return new Http2Client(Endpoint.at(address).withHttp2(), Scene.PATIENCE);
    }

    /// Says more, on the last connection.
    void say(Frame... frames) throws IOException {
        Socket last = null;
        for (var each : sockets) {
            last = each;
        }
        if (last != null) {
            for (var frame : frames) {
                last.getOutputStream().write(frame.bytes());
            }
        }
    }

    /// The next frame of that kind; those before it are forgotten.
    Frame heard(Predicate<Frame> wanted) throws InterruptedException {
        while (true) {
            var frame = heard.poll(Scene.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (frame == null) {
                throw new AssertionError("the frame did not come");
            }
            if (wanted.test(frame)) {
                return frame;
            }
        }
    }

    int connections() {
        return sockets.size();
    }

    private void accept() {
        try {
            while (true) {
                var socket = server.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try {
            var out = socket.getOutputStream();
            var in = new BufferedInputStream(socket.getInputStream());
            in.readNBytes(PREFACE);
            for (var frame : hello) {
                out.write(frame.bytes());
            }
            boolean answered = false;
            for (Frame frame; (frame = Frame.read(in)) != null; ) {
                heard.add(frame);
                if (frame.type() == Frame.HEADERS && !answered) {
                    answered = true;
                    for (var each : answer) {
                        out.write(each.bytes());
                    }
                }
            }
        } catch (Exception _) {
            // the client has left
        }
    }

    /// Closes the connections.
    void hangUp() throws IOException {
        for (var socket : sockets) {
            socket.close();
        }
    }

    /// Closes the connections, and the port.
    @Override
    public void close() throws IOException {
        server.close();
        hangUp();
    }
}
