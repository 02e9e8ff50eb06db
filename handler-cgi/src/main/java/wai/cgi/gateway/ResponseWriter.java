package wai.cgi.gateway;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.HttpVersion;
import wai.Status;
import wai.spi.FramedResponse;
import wai.spi.HttpDate;

/// Writes one response: as a document with a `Status` field that the web server turns into HTTP (RFC 3875 §6.2), or as
/// HTTP itself where it does not ("non-parsed header", RFC 3875 §5).
///
/// Gathers small writes, so head and small body go out together. Not for use by several threads at the same time.
final class ResponseWriter {
    /// What is gathered at most, and what most heads need.
    private static final int BUFFER_SIZE = 16 * 1024;

    private static final int FIRST_SIZE = 256;
    private static final HeaderName STATUS = HeaderName.of("Status");
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /// Who frames the body.
    private enum Format {
        /// The web server.
        PARSED,
        /// We, by `Content-Length` or the end of the connection.
        RAW,
        /// We, by chunks.
        CHUNKED
    }

    private final Output out;
    private final boolean isParsed;
    private final HttpVersion version;
    private final Consumer<Status> onBegin;
    private byte[] buffer = new byte[FIRST_SIZE];
    private Format format = Format.PARSED;
    private int gathered;
    private boolean begun;
    private @Nullable Status status;
    private long bodyBytes;

    /// @param isParsed whether the web server reads the head
    /// @param version what the client speaks
    /// @param onBegin told the status once, before the first bytes go out
    ResponseWriter(Output out, boolean isParsed, HttpVersion version, Consumer<Status> onBegin) {
        this.out = out;
        this.isParsed = isParsed;
        this.version = version;
        this.onBegin = onBegin;
    }

    /// Whether bytes have gone out: until then another response can take the place of this one.
    boolean isBegun() {
        return begun;
    }

    /// Of the response whose head was written; null when there is none.
    @Nullable
    Status status() {
        return status;
    }

    /// How many bytes of the body were written, without their framing.
    long bodyBytes() {
        return bodyBytes;
    }

    /// Forgets what was gathered, for another response; before anything has gone out.
    void restart() {
        gathered = 0;
        status = null;
        bodyBytes = 0;
        format = Format.PARSED;
    }

    /// Writes the head.
    ///
    /// @param extra a field that goes with it, such as `X-Sendfile: path` and a line end, or `""`
    void head(FramedResponse response, String extra) throws IOException {
        status = response.status();
        gather(isParsed ? "Status: " : "HTTP/1.1 ");
        gather(Integer.toString(response.status().code()));
        gather(" ");
        gather(reason(response.status()));
        gather("\r\n");
        var headers = response.headers();
        for (int i = 0; i < headers.size(); i++) {
            if (!isParsed || !headers.name(i).equals(STATUS)) { // it would change the status
                field(headers.name(i).toString(), headers.value(i));
            }
        }
        if (response.length() != FramedResponse.UNKNOWN && extra.isEmpty()) {
            field("Content-Length", Long.toString(response.length()));
        }
        if (!isParsed) {
            frame(response);
        }
        if (!extra.isEmpty()) {
            var bytes = extra.getBytes(StandardCharsets.ISO_8859_1); // a path may have characters beyond
            gather(bytes, 0, bytes.length);
        }
        gather("\r\n");
    }

    private void field(String name, String value) throws IOException {
        gather(name);
        gather(": ");
        gather(value);
        gather("\r\n");
    }

    /// The reason, or what stands for one that the application left out: some web servers would write a status line
    /// without the space that belongs to it (RFC 9112 §4).
    private static String reason(Status status) {
        if (!status.reason().isEmpty()) {
            return status.reason();
        }
        return switch (status.code() / 100) {
            case 2 -> "Successful";
            case 3 -> "Redirection";
            case 4 -> "Client Error";
            default -> "Server Error";
        };
    }

    /// Writes bytes of the body.
    void data(byte[] array, int offset, int count) throws IOException {
        bodyBytes += count;
        if (format == Format.CHUNKED) {
            var size = (Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            gather(size, 0, size.length);
            gather(array, offset, count);
            gather(LAST_CHUNK, 1, 2); // the line end
        } else {
            gather(array, offset, count);
        }
    }

    /// Sends what was gathered.
    void flush() throws IOException {
        drain();
        out.flush();
    }

    /// Ends the body, which is whole.
    void end() throws IOException {
        if (format == Format.CHUNKED) {
            gather(LAST_CHUNK, 0, LAST_CHUNK.length);
        }
        int count = gathered;
        gathered = 0;
        if (count > 0) {
            begin();
        }
        out.end(buffer, 0, count);
    }

    /// What a web server would add to a head it does not read (RFC 9110 §6.6.1, RFC 9112 §6).
    private void frame(FramedResponse response) throws IOException {
        if (!response.headers().contains(HeaderName.DATE)) {
            field("Date", HttpDate.format(Instant.now()));
        }
        boolean isChunked = response.isDelimitedByHandler() && version == HttpVersion.HTTP_1_1;
        format = isChunked ? Format.CHUNKED : Format.RAW;
        if (isChunked) {
            field("Transfer-Encoding", "chunked");
        }
        field("Connection", "close");
    }

    /// Gathers the characters of a text, which are up to U+00FF, as one byte each.
    @SuppressWarnings("deprecation") // getBytes(int, int, byte[], int) is exactly Latin-1 without an encoder or a copy
    private void gather(String text) throws IOException {
        int count = text.length();
        if (count > BUFFER_SIZE - gathered) {
            var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            gather(bytes, 0, count);
            return;
        }
        reserve(count);
        text.getBytes(0, count, buffer, gathered);
        gathered += count;
    }

    private void gather(byte[] array, int offset, int count) throws IOException {
        if (count > BUFFER_SIZE - gathered) {
            drain();
        }
        if (count >= BUFFER_SIZE) {
            begin();
            out.write(array, offset, count);
        } else {
            reserve(count);
            System.arraycopy(array, offset, buffer, gathered, count);
            gathered += count;
        }
    }

    /// Makes room for bytes that fit into what is gathered at most.
    private void reserve(int count) {
        if (count > buffer.length - gathered) {
            buffer = Arrays.copyOf(buffer, Math.min(BUFFER_SIZE, Math.max(2 * buffer.length, gathered + count)));
        }
    }

    private void drain() throws IOException {
        if (gathered > 0) {
            int count = gathered;
            gathered = 0;
            begin();
            out.write(buffer, 0, count);
        }
    }

    private void begin() {
        if (!begun) {
            begun = true;
            onBegin.accept(requireNonNull(status, "bytes without a head"));
        }
    }
}
