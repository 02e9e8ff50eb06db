package wai.test;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import wai.HeaderName;
import wai.Headers;
import wai.Status;

/// Reads HTTP/1 responses from a stream (RFC 9112) and refuses everything that is not one: a test must not be told that
/// a broken server is fine.
final class WireReader {
    /// Far more than any test needs, so that a server that never ends a line is found.
    private static final int LONGEST_LINE = 256 * 1024;

    private static final int MOST_FIELDS = 10_000;

    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5]\\d\\d)(?: (.*))?");

    private final InputStream in;
    private Headers trailers = Headers.EMPTY;

    WireReader(InputStream in) {
        this.in = in;
    }

    /// Reads status line and header fields.
    ///
    /// @param method that of the request: what follows an answer to CONNECT is no longer HTTP
    Head head(String method) throws IOException {
        var line = line();
        var matcher = STATUS_LINE.matcher(line);
        if (!matcher.matches()) {
            throw new IOException("status line \"" + line + "\": expected HTTP/1.x, a code and a reason (RFC 9112 §4)");
        }
        int code = Integer.parseInt(matcher.group(1));
        var status = new Status(code, Objects.requireNonNullElse(matcher.group(2), ""));
        boolean raw = code == 101 || (method.equals("CONNECT") && code / 100 == 2);
        return new Head(status, fields(), raw ? Head.Kind.RAW : Head.Kind.HTTP);
    }

    /// The body behind a head, without transfer coding (RFC 9112 §6.3).
    InputStream body(String method, Head head) throws IOException {
        if (head.kind() == Head.Kind.RAW) {
            return new UntilClose();
        }
        if (method.equals("HEAD") || !head.status().allowsContent()) {
            return InputStream.nullInputStream();
        }
        var codings = head.headers().elements(HeaderName.TRANSFER_ENCODING);
        var lengths = head.headers().all(HeaderName.CONTENT_LENGTH);
        if (!codings.isEmpty()) {
            if (!lengths.isEmpty()) {
                throw new IOException("Transfer-Encoding " + codings + " with Content-Length " + lengths
                        + ": expected one of them (RFC 9112 §6.2)");
            }
            if (codings.size() != 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
                throw new IOException("Transfer-Encoding " + codings + ": expected chunked (RFC 9112 §6.1)");
            }
            return new Chunked();
        }
        return lengths.isEmpty() ? new UntilClose() : new Fixed(length(lengths));
    }

    /// The trailer fields, after the body was read.
    Headers trailers() {
        return trailers;
    }

    /// The header fields as the test sees them: the coding was taken off.
    static Headers withoutCoding(Headers headers) {
        return headers.without(HeaderName.TRANSFER_ENCODING);
    }

    private static long length(List<String> values) throws IOException {
        var value = values.getFirst();
        if (values.size() > 1
                || value.isEmpty()
                || value.length() > 18
                || !value.chars().allMatch(WireReader::isDigit)) {
            throw new IOException("Content-Length " + values + ": expected one number (RFC 9110 §8.6)");
        }
        return Long.parseLong(value);
    }

    /// Field lines up to an empty one.
    Headers fields() throws IOException {
        var fields = Headers.builder();
        for (var line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                throw new IOException("field line \"" + line + "\": expected a name and a colon (RFC 9112 §5)");
            }
            if (fields.size() == MOST_FIELDS) {
                throw new IOException("more than " + MOST_FIELDS + " fields");
            }
            try {
                fields.add(HeaderName.of(line.substring(0, colon)), line.substring(colon + 1));
            } catch (IllegalArgumentException malformed) {
                throw new IOException("field line \"" + line + "\": " + malformed.getMessage(), malformed);
            }
        }
        return fields.build();
    }

    /// A line without its CRLF.
    String line() throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\r'; b = in.read()) {
            if (b < 0) {
                throw new EOFException(
                        "the connection ended inside the line \"" + bytes.toString(StandardCharsets.ISO_8859_1) + "\"");
            }
            if (b == '\n') {
                throw new IOException("the line \"" + bytes.toString(StandardCharsets.ISO_8859_1)
                        + "\" ends with LF: expected CRLF (RFC 9112 §2.2)");
            }
            if (bytes.size() == LONGEST_LINE) {
                throw new IOException("a line of more than " + LONGEST_LINE + " bytes");
            }
            bytes.write(b);
        }
        if (in.read() != '\n') {
            throw new IOException("the line \"" + bytes.toString(StandardCharsets.ISO_8859_1)
                    + "\" has a CR without LF (RFC 9112 §2.2)");
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /// A body read in pieces; closing it leaves the connection alone.
    private abstract static class Piecewise extends InputStream {
        @Override
        public final int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public abstract int read(byte[] target, int offset, int length) throws IOException;
    }

    private final class UntilClose extends Piecewise {
        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return in.read(target, offset, length);
        }
    }

    private final class Fixed extends Piecewise {
        private long left;

        Fixed(long length) {
            left = length;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = in.read(target, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new EOFException("the connection ended " + left + " bytes before Content-Length");
            }
            left -= count;
            return count;
        }
    }

    private final class Chunked extends Piecewise {
        private long left;
        private boolean first = true;
        private boolean ended;

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left == 0 && !ended) {
                nextChunk();
            }
            if (ended) {
                return -1;
            }
            int count = in.read(target, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new EOFException("the connection ended inside a chunk, " + left + " bytes before its end");
            }
            left -= count;
            return count;
        }

        private void nextChunk() throws IOException {
            if (!first && !line().isEmpty()) {
                throw new IOException("a chunk has more bytes than its size (RFC 9112 §7.1)");
            }
            first = false;
            var line = line();
            int end = line.indexOf(';');
            var size = (end < 0 ? line : line.substring(0, end)).strip().toLowerCase(Locale.ROOT);
            if (size.isEmpty()
                    || size.length() > 15
                    || !size.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x80)) {
                throw new IOException("chunk size \"" + line + "\": expected hex (RFC 9112 §7.1)");
            }
            left = Long.parseLong(size, 16);
            if (left == 0) {
                ended = true;
                trailers = fields();
            }
        }
    }
}
