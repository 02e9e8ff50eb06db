package wai.tck.compare;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import wai.Headers;

/// A response as lines of text, which can be compared, shown and kept:
///
/// ```text
/// interim 103
/// interim-field Link: </a.css>
/// status 200
/// field Content-Type: text/plain
/// body | first line of a text
/// body 300000 bytes, CRC-32 4f2a91c3
/// trailer X-Sum: 42
/// end whole
/// ```
public final class Transcribed {
    /// Longer texts, and what is no text, are shown by their checksum.
    private static final int LONGEST_TEXT = 20_000;

    private final List<String> lines = new ArrayList<>();

    /// An informational response.
    public void interim(int status, Headers fields) {
        lines.add("interim " + status);
        add("interim-field ", fields);
    }

    /// The head of the final response.
    public void head(int status, Headers fields) {
        lines.add("status " + status);
        add("field ", fields);
    }

    /// The body, without what delimits it.
    public void body(byte[] bytes) {
        if (isText(bytes)) {
            new String(bytes, ISO_8859_1).lines().forEach(line -> lines.add("body | " + line));
        } else {
            var sum = new CRC32();
            sum.update(bytes);
            lines.add("body %d bytes, CRC-32 %08x".formatted(bytes.length, sum.getValue()));
        }
        // a length that is right is no difference where texts differ by a rule
        var length = "field Content-Length: " + bytes.length;
        lines.replaceAll(line -> line.equalsIgnoreCase(length) ? "field Content-Length: that of the body" : line);
    }

    /// The trailer fields.
    public void trailers(Headers fields) {
        add("trailer ", fields);
    }

    /// How it ended: `whole`, `cut`, or what was wrong.
    public void end(String how) {
        lines.add("end " + how);
    }

    /// The lines so far.
    public List<String> lines() {
        return List.copyOf(lines);
    }

    private void add(String kind, Headers fields) {
        for (int i = 0; i < fields.size(); i++) {
            lines.add(kind + fields.name(i) + ": " + fields.value(i));
        }
    }

    private static boolean isText(byte[] bytes) {
        if (bytes.length > LONGEST_TEXT) {
            return false;
        }
        for (byte each : bytes) {
            if ((each < ' ' && each != '\n' && each != '\r' && each != '\t') || each == 0x7f) {
                return false;
            }
        }
        return true;
    }
}
