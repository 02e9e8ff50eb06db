package wai.warp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.regex.Pattern;

/// A client that sends bytes and looks at bytes, over a plain socket.
final class WireClient implements AutoCloseable {
    static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private static final int PATIENCE_MILLIS = 20_000; // a safety net, nothing depends on it
    private static final Pattern LENGTH = Pattern.compile("\r\nContent-Length: (\\d+)\r\n");

    private final Socket socket;

    private WireClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
    }

    static WireClient of(WarpServer server) throws IOException {
        return of(server.port());
    }

    static WireClient of(int port) throws IOException {
        return new WireClient(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /// A client whose kernel takes only a little ahead of it.
    static WireClient slow(WarpServer server) throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        return new WireClient(socket);
    }

    WireClient send(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
        return this;
    }

    /// Sends as much as the server lets us; it may close on us meanwhile.
    WireClient sendInVain(String bytes) {
        try {
            return send(bytes);
        } catch (IOException _) {
            return this;
        }
    }

    /// Closes our direction.
    WireClient end() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /// Closes our direction, unless the server has closed on us.
    void endInVain() {
        try {
            socket.shutdownOutput();
        } catch (IOException _) {
            // then there is nothing left to close
        }
    }

    /// Closes with a reset.
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    InputStream input() throws IOException {
        return socket.getInputStream();
    }

    /// The next response: its head, and as many bytes of a body as `Content-Length` says.
    String response() throws IOException {
        var bytes = new ByteArrayOutputStream();
        while (!bytes.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int octet = input().read();
            if (octet < 0) {
                throw new IOException("the end came behind: " + bytes.toString(ISO_8859_1));
            }
            bytes.write(octet);
        }
        var length = LENGTH.matcher(bytes.toString(ISO_8859_1));
        if (length.find()) {
            bytes.write(input().readNBytes(Integer.parseInt(length.group(1))));
        }
        return bytes.toString(ISO_8859_1);
    }

    /// The next response's status line.
    String status() throws IOException {
        return response().lines().findFirst().orElseThrow();
    }

    /// Everything up to the end that the server makes.
    String rest() throws IOException {
        return new String(input().readAllBytes(), ISO_8859_1);
    }

    /// Whether the server ended the connection by a reset, after whatever it sent.
    boolean isReset() throws IOException {
        try {
            input().readAllBytes();
            return false;
        } catch (SocketException _) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
