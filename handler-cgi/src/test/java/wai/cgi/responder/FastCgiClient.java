package wai.cgi.responder;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static wai.cgi.fastcgi.Records.bytes;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import wai.cgi.fastcgi.Records;

/// A web server for tests: sends whatever records it is told, and reads what comes back.
final class FastCgiClient implements AutoCloseable {
    private final SocketChannel channel;
    private final DataInputStream in;
    private final OutputStream out;

    private FastCgiClient(SocketChannel channel) {
        this.channel = channel;
        this.in = new DataInputStream(Channels.newInputStream(channel));
        this.out = Channels.newOutputStream(channel);
    }

    static FastCgiClient to(SocketAddress address) throws IOException {
        return new FastCgiClient(SocketChannel.open(address));
    }

    void send(byte[]... pieces) throws IOException {
        out.write(Records.join(pieces));
    }

    /// A GET whose target is the path, with more parameters.
    static byte[] get(int id, String path, String... more) {
        return Records.join(head(id, "GET", path, more), Records.stdin(id, ""));
    }

    /// The beginning of a request and its parameters, without its input.
    static byte[] head(int id, String method, String path, String... more) {
        var pairs = new ArrayList<>(List.of(
                "REQUEST_METHOD", method, "REQUEST_URI", path, "SERVER_PROTOCOL", "HTTP/1.1", "HTTP_HOST", "test"));
        pairs.addAll(List.of(more));
        return Records.join(Records.begin(id), Records.params(id, pairs.toArray(String[]::new)));
    }

    /// The next record as a line of [Records#lines]; null at a regular end of the connection.
    @Nullable
    String next() throws IOException {
        int version = in.read();
        if (version < 0) {
            return null;
        }
        var header = new byte[8];
        header[0] = (byte) version;
        in.readFully(header, 1, 7);
        var content = new byte[two(header, 4)];
        in.readFully(content);
        in.readFully(new byte[header[6] & 0xff]);
        header[6] = 0;
        return Records.lines(Records.join(header, content)).getFirst();
    }

    /// All records up to the end of this request; those of others are lost.
    List<String> untilEnd(int id) throws IOException {
        var lines = new ArrayList<String>();
        while (true) {
            var line = next();
            if (line == null) {
                lines.add("closed");
                return lines;
            }
            if (line.split(" ", -1)[1].equals(Integer.toString(id))) {
                lines.add(line);
                if (line.startsWith("END_REQUEST")) {
                    return lines;
                }
            }
        }
    }

    /// What a request got on its output: a head and a body.
    String output(int id) throws IOException {
        var output = new StringBuilder();
        for (var line : untilEnd(id)) {
            if (line.startsWith("STDOUT")) {
                output.append(line, line.indexOf('"') + 1, line.length() - 1);
            }
        }
        return output.toString();
    }

    /// What so many requests got on their outputs behind the heads, which may be any bytes, by their ids.
    Map<Integer, byte[]> bodies(int requests) throws IOException {
        var outputs = new HashMap<Integer, ByteArrayOutputStream>();
        var bodies = new HashMap<Integer, byte[]>();
        while (bodies.size() < requests) {
            var header = in.readNBytes(8);
            int id = two(header, 2);
            var output = outputs.computeIfAbsent(id, _ -> new ByteArrayOutputStream());
            output.writeBytes(in.readNBytes(two(header, 4)));
            if (header[1] == 3) {
                var text = output.toString(ISO_8859_1);
                bodies.put(id, bytes(text.substring(text.indexOf("\r\n\r\n") + 4, text.length() - 8)));
            }
        }
        return bodies;
    }

    private static int two(byte[] bytes, int at) {
        return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
    }

    /// Whether nothing more comes, because the server closed or broke the connection.
    boolean isClosed() {
        try {
            while (next() != null) {}
            return true;
        } catch (IOException _) {
            return true;
        }
    }

    void endWriting() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
