import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// A client connection: sends whatever bytes it is told to, and reads responses strictly.
final class Wire implements AutoCloseable {
    private final Socket socket = new Socket();
    private final InputStream in;

    Wire(int port, int receiveBuffer) throws IOException {
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress("127.0.0.1", port), 10_000);
        socket.setSoTimeout(20_000);
        in = new BufferedInputStream(socket.getInputStream(), receiveBuffer > 0 ? receiveBuffer : 8192);
    }

    Wire(int port) throws IOException {
        this(port, 0);
    }

    Wire patience(int millis) throws IOException {
        socket.setSoTimeout(millis);
        return this;
    }

    Wire send(String bytes) throws IOException {
        return send(bytes.getBytes(ISO_8859_1));
    }

    Wire send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    OutputStream output() throws IOException {
        return socket.getOutputStream();
    }

    InputStream input() {
        return in;
    }

    Wire end() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    record Answer(int status, Map<String, String> fields, byte[] body) {
        String text() {
            return new String(body, ISO_8859_1);
        }
    }

    /// The next final response to a request of this method.
    Answer answer(String method) throws IOException {
        while (true) {
            int status = Integer.parseInt(statusLine().substring(9, 12));
            var fields = fields();
            if (status == 101 || status >= 200) {
                return new Answer(status, fields, body(method, status, fields));
            }
        }
    }

    Answer get(String target, String... fields) throws IOException {
        send("GET " + target + " HTTP/1.1\r\nHost: a\r\n" + String.join("", fields) + "\r\n");
        return answer("GET");
    }

    /// Whether the server ends the connection without another byte.
    boolean isAtEnd() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException _) {
            return true; // a reset ends it as well
        }
    }

    String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int octet; (octet = in.read()) != '\n'; ) {
            if (octet < 0) {
                throw new EOFException("the end came behind \"" + line.toString(ISO_8859_1) + "\"");
            }
            line.write(octet);
        }
        var text = line.toString(ISO_8859_1);
        if (!text.endsWith("\r")) {
            throw new IOException("a line ends without CR: " + text);
        }
        return text.substring(0, text.length() - 1);
    }

    private String statusLine() throws IOException {
        var line = line();
        if (!line.matches("HTTP/1\\.1 [1-5][0-9][0-9] .*")) {
            throw new IOException("no status line: " + line);
        }
        return line;
    }

    private Map<String, String> fields() throws IOException {
        var fields = new LinkedHashMap<String, String>();
        for (String line; !(line = line()).isEmpty(); ) {
            int colon = line.indexOf(':');
            fields.merge(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip(),
                    (first, second) -> first + ", " + second);
        }
        return fields;
    }

    private byte[] body(String method, int status, Map<String, String> fields) throws IOException {
        if (method.equals("HEAD") || status == 101 || status == 204 || status == 304) {
            return new byte[0];
        }
        var length = fields.get("content-length");
        if ("chunked".equals(fields.get("transfer-encoding"))) {
            return chunks();
        }
        if (length == null) {
            return in.readAllBytes();
        }
        var body = in.readNBytes(Integer.parseInt(length));
        if (body.length < Integer.parseInt(length)) {
            throw new EOFException("the body ended at " + body.length + " of " + length);
        }
        return body;
    }

    private byte[] chunks() throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(), 16);
            if (size == 0) {
                fields();
                return body.toByteArray();
            }
            var chunk = in.readNBytes(size);
            if (chunk.length < size || !line().isEmpty()) {
                throw new EOFException("a chunk was cut");
            }
            body.write(chunk);
        }
    }
}
