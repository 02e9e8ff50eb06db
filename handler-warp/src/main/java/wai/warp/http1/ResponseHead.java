package wai.warp.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.Headers;
import wai.Status;

/// The bytes of status lines and fields (RFC 9112 §4, §5).
///
/// The version is always HTTP/1.1, the highest we conform to, also to a client that speaks 1.0 (RFC 9110 §2.5).
final class ResponseHead {
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");
    private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
    private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] CLOSE = ascii("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
    private static final byte[] VERSION = ascii("HTTP/1.1 ");

    private static final int FIRST_CODE = 100;
    /// Of the codes that have a reason of their own; null for all others.
    private static final @Nullable Status[] STATUSES = new Status[500];
    private static final byte[][] STATUS_LINES = new byte[STATUSES.length][];

    static {
        for (int i = 0; i < STATUSES.length; i++) {
            var status = Status.of(FIRST_CODE + i);
            if (!status.reason().isEmpty()) {
                var line = new OutputBuffer(64);
                compose(status, line);
                STATUSES[i] = status;
                STATUS_LINES[i] = Arrays.copyOf(line.array(), line.size());
            }
        }
    }

    private ResponseHead() {}

    /// Appends the whole of `100 Continue`.
    static void putContinue(OutputBuffer out) {
        out.put(CONTINUE);
    }

    /// Appends `Transfer-Encoding`.
    static void putChunked(OutputBuffer out) {
        out.put(CHUNKED);
    }

    /// Appends a line end.
    static void putLineEnd(OutputBuffer out) {
        out.put(CRLF);
    }

    /// Appends a status line; its space stays when the reason is empty.
    static void putStatusLine(Status status, OutputBuffer out) {
        int index = status.code() - FIRST_CODE;
        var known = STATUSES[index];
        if (known != null && status.reason().equals(known.reason())) {
            out.put(STATUS_LINES[index]);
        } else {
            compose(status, out);
        }
    }

    private static void compose(Status status, OutputBuffer out) {
        out.put(VERSION);
        out.putDecimal(status.code());
        out.putLatin1(" ");
        out.putLatin1(status.reason());
        out.put(CRLF);
    }

    /// Appends the fields of the application without `Connection`, then the common ones that it did not set.
    static void putFields(Headers headers, CommonFields common, OutputBuffer out) {
        int set = 0;
        for (int i = 0; i < headers.size(); i++) {
            var name = headers.name(i);
            if (!name.equals(HeaderName.CONNECTION)) {
                set |= common.bit(name);
                out.putField(name.toString(), headers.value(i));
            }
        }
        common.putMissing(set, out);
    }

    /// Appends `Content-Length`.
    static void putContentLength(long length, OutputBuffer out) {
        out.put(CONTENT_LENGTH);
        out.putDecimal(length);
        out.put(CRLF);
    }

    /// Appends fields of an informational response, which frames nothing (RFC 9110 §8.6, RFC 9112 §6.1), or of a
    /// trailer section.
    static void putPlainFields(Headers headers, OutputBuffer out) {
        for (int i = 0; i < headers.size(); i++) {
            var name = headers.name(i);
            if (!isHandlers(name)) {
                out.putField(name.toString(), headers.value(i));
            }
        }
    }

    private static boolean isHandlers(HeaderName name) {
        return name.equals(HeaderName.CONNECTION)
                || name.equals(HeaderName.CONTENT_LENGTH)
                || name.equals(HeaderName.TRANSFER_ENCODING)
                || name.equals(HeaderName.KEEP_ALIVE)
                || name.equals(HeaderName.PROXY_CONNECTION);
    }

    /// Appends the one `Connection` field: what the engine decided, then the options of the application other than
    /// `close` and `keep-alive`, then `Upgrade` where that field needs it (RFC 9110 §7.6.1, §7.8).
    ///
    /// @param own `close`, `keep-alive`, or empty
    /// @param headers the fields of the application
    /// @param options the elements of its `Connection`
    /// @param out takes the field
    static void putConnection(String own, Headers headers, List<String> options, OutputBuffer out) {
        boolean upgrades = headers.contains(HeaderName.UPGRADE);
        if (options.isEmpty() && !upgrades) {
            switch (own) {
                case "close" -> out.put(CLOSE);
                case "keep-alive" -> out.put(KEEP_ALIVE);
                default -> {}
            }
            return;
        }
        var all = new ArrayList<String>();
        if (!own.isEmpty()) {
            all.add(own);
        }
        for (var option : options) {
            if (!option.equalsIgnoreCase("close") && !option.equalsIgnoreCase("keep-alive")) {
                all.add(option);
            }
        }
        if (upgrades && all.stream().noneMatch("upgrade"::equalsIgnoreCase)) {
            all.add("Upgrade");
        }
        if (!all.isEmpty()) {
            out.putField("Connection", String.join(", ", all));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
