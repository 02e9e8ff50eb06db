package wai.tck;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import wai.HeaderName;
import wai.Headers;

/// A connection to a server that speaks HTTP/1.1: sends any bytes, reads responses strictly, remembers what it
/// received.
///
/// What a server must never send (a bare LF, two lengths, a length beside chunks …) is a [CaseFailure] that shows the
/// bytes; the end of the connection at a wrong place is an [IOException].
final class Wire implements AutoCloseable {
    private static final int LONGEST_LINE = 64 * 1024;

    private final Cable cable;
    private final Transcript transcript = new Transcript();
    private final InputStream in;
    private final OutputStream out;

    private Wire(Cable cable) throws IOException {
        this.cable = cable;
        this.in = new BufferedInputStream(transcript.of(cable.input()));
        this.out = cable.output();
    }

    static Wire connect(Endpoint endpoint, Duration patience) throws IOException {
        return new Wire(Cable.connect(endpoint, patience));
    }

    InetSocketAddress localAddress() {
        return cable.localAddress();
    }

    OutputStream output() {
        return out;
    }

    InputStream input() {
        return in;
    }

    String transcript() {
        return transcript.toString();
    }

    /// Sends a text, one byte per character.
    Wire send(String text) throws IOException {
        out.write(text.getBytes(ISO_8859_1));
        return this;
    }

    /// Sends a text as one segment per byte.
    Wire sendByteByByte(String text) throws IOException {
        for (byte b : text.getBytes(ISO_8859_1)) {
            out.write(b);
            out.flush();
        }
        return this;
    }

    /// Ends our direction and leaves the other open.
    void endOutput() throws IOException {
        cable.endOutput();
    }

    /// Breaks the connection: the server gets a reset.
    void reset() {
        cable.reset();
    }

    /// Reads a head, informational or final.
    ///
    /// @throws EOFException when the connection ends before or inside it
    ClientHead readHead() throws IOException {
        var line = readLine();
        if (!line.matches("HTTP/1\\.[01] [1-5][0-9]{2} [^\\x00-\\x08\\x0a-\\x1f\\x7f]*")) {
            throw fault("status line \"" + line + "\" (RFC 9112 §4)");
        }
        var headers = Headers.builder();
        for (var field = readLine(); !field.isEmpty(); field = readLine()) {
            addField(headers, field);
        }
        var head = new ClientHead(Integer.parseInt(line.substring(9, 12)), headers.build());
        checkFraming(head);
        return head;
    }

    /// The body that follows a head (RFC 9112 §6.3).
    ResponseBody body(String method, ClientHead head) {
        var headers = head.headers();
        if (head.status() == 101) {
            return ResponseBody.untilEnd(this);
        }
        if (method.equals("HEAD") || head.status() == 204 || head.status() == 304) {
            return ResponseBody.ofLength(this, 0);
        }
        if (headers.contains(HeaderName.TRANSFER_ENCODING)) {
            return ResponseBody.chunked(this);
        }
        return headers.first(HeaderName.CONTENT_LENGTH)
                .map(length -> ResponseBody.ofLength(this, Long.parseLong(length)))
                .orElseGet(() -> ResponseBody.untilEnd(this));
    }

    /// Reads a final response to its end, informational ones left out.
    Answer answer(String method) throws IOException {
        return Answer.of(new WireCall(this, method));
    }

    /// Whether the server has closed the connection, or broken it; waits for that or for a byte.
    boolean isAtEnd() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            throw e;
        } catch (IOException _) {
            return true; // reset
        }
    }

    /// A line without its CRLF.
    String readLine() throws IOException {
        var line = new StringBuilder();
        for (int c; (c = in.read()) != '\r'; ) {
            if (c < 0) {
                throw new EOFException("the connection ended "
                        + (line.isEmpty() ? "where a line was expected" : "inside the line \"" + line + "\""));
            }
            if (c == '\n' || line.length() == LONGEST_LINE) {
                throw fault("a line with a bare LF, or without an end: \"" + line + "\" (RFC 9112 §2.2)");
            }
            line.append((char) c);
        }
        if (in.read() != '\n') {
            throw fault("a bare CR behind \"" + line + "\" (RFC 9112 §2.2)");
        }
        return line.toString();
    }

    /// The fields of a trailer section with the empty line behind it.
    Headers readTrailers() throws IOException {
        var trailers = Headers.builder();
        for (var field = readLine(); !field.isEmpty(); field = readLine()) {
            addField(trailers, field);
        }
        return trailers.build();
    }

    CaseFailure fault(String seen) {
        return new CaseFailure("not HTTP: " + seen + "\nreceived:\n" + transcript);
    }

    @Override
    public void close() {
        cable.close();
    }

    private void addField(Headers.Builder headers, String line) {
        int colon = line.indexOf(':');
        try {
            headers.add(HeaderName.of(line.substring(0, Math.max(colon, 0))), line.substring(colon + 1));
        } catch (IllegalArgumentException e) {
            throw fault("field line \"" + line + "\": " + e.getMessage());
        }
    }

    private void checkFraming(ClientHead head) {
        var lengths = head.headers().all(HeaderName.CONTENT_LENGTH);
        var codings = head.headers().all(HeaderName.TRANSFER_ENCODING);
        if (lengths.size() > 1 || !lengths.stream().allMatch(length -> length.matches("[0-9]{1,18}"))) {
            throw fault("Content-Length " + lengths + " (RFC 9110 §8.6)");
        }
        if (!codings.isEmpty() && !codings.equals(List.of("chunked"))) {
            throw fault("Transfer-Encoding " + codings + ": expected chunked alone (RFC 9112 §6.1)");
        }
        boolean bodiless = head.status() < 200 || head.status() == 204;
        if (codings.size() + lengths.size() > (bodiless ? 0 : 1)) {
            throw fault("status " + head.status() + " with Content-Length " + lengths + " and Transfer-Encoding "
                    + codings + " (RFC 9112 §6.1, §6.2)");
        }
    }
}
