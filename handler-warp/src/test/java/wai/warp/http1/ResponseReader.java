package wai.warp.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Reads responses as a strict client does: what a server must not send fails the test.
final class ResponseReader {
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.1 ([1-5]\\d\\d) [\\t -~\u0080-\u00ff]*");
    private static final Pattern FIELD =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+): ((?:[!-~\u0080-\u00ff](?:[\\t -~\u0080-\u00ff]*"
                    + "[!-~\u0080-\u00ff])?)?)");

    /// A response as a client sees it.
    ///
    /// @param code the status code
    /// @param fields the field lines as `Name: value`
    /// @param body the body, one byte a character
    /// @param trailers the trailer lines
    /// @param framing `length`, `chunked`, `close`, or `none`
    record Seen(int code, List<String> fields, String body, List<String> trailers, String framing) {
        /// The values of a field.
        List<String> values(String name) {
            return fields.stream()
                    .filter(field -> field.toLowerCase(Locale.ROOT).startsWith(name + ": "))
                    .map(field -> field.substring(name.length() + 2))
                    .toList();
        }

        /// The options of `Connection` in lower case.
        List<String> options() {
            return values("connection").stream()
                    .flatMap(value -> List.of(value.toLowerCase(Locale.ROOT).split(", ", -1)).stream())
                    .toList();
        }
    }

    private final String text;
    private int at;

    /// A reader of what a server sent on a connection.
    ResponseReader(String text) {
        this.text = text;
    }

    boolean isAtEnd() {
        return at == text.length();
    }

    /// Reads the next response (RFC 9112 §6.3).
    ///
    /// @param method the method of the request it answers
    Seen next(String method) {
        var status = STATUS_LINE.matcher(line());
        assertThat(status.matches()).as("status line of %s", text).isTrue();
        int code = Integer.parseInt(status.group(1));
        var fields = section();
        var head = new Seen(code, fields, "", List.of(), "none");
        var lengths = head.values("content-length");
        var codings = head.values("transfer-encoding");
        boolean tunnel = method.equals("CONNECT") && code / 100 == 2;
        assertThat(head.values("connection")).hasSizeLessThan(2);
        assertThat(lengths.size() + codings.size()).as("framing of %s", fields).isLessThan(2);
        if (code < 200 || code == 204 || tunnel) {
            assertThat(lengths).isEmpty();
            assertThat(codings).isEmpty();
        }
        if (tunnel) {
            return new Seen(code, fields, rest(), List.of(), "close");
        }
        if (method.equals("HEAD") || code < 200 || code == 204 || code == 304) {
            return head;
        }
        if (!codings.isEmpty()) {
            assertThat(codings).containsExactly("chunked");
            var body = chunks();
            return new Seen(code, fields, body, section(), "chunked");
        }
        if (lengths.isEmpty()) {
            return new Seen(code, fields, rest(), List.of(), "close");
        }
        assertThat(lengths.getFirst()).matches("0|[1-9]\\d*");
        return new Seen(code, fields, take(Integer.parseInt(lengths.getFirst())), List.of(), "length");
    }

    private String chunks() {
        var body = new StringBuilder();
        while (true) {
            var size = line();
            assertThat(size).matches("0|[1-9a-f][0-9a-f]*");
            if (size.equals("0")) {
                return body.toString();
            }
            body.append(take(HexFormat.fromHexDigits(size)));
            assertThat(take(2)).isEqualTo("\r\n");
        }
    }

    private List<String> section() {
        var fields = new ArrayList<String>();
        for (var line = line(); !line.isEmpty(); line = line()) {
            assertThat(line).matches(FIELD);
            fields.add(line);
        }
        return fields;
    }

    private String line() {
        int end = text.indexOf("\r\n", at);
        assertThat(end).as("line end behind %d of %s", at, text).isNotNegative();
        var line = text.substring(at, end);
        at = end + 2;
        return line;
    }

    private String take(int count) {
        assertThat(at + count).as("bytes at %d of %s", at, text).isLessThanOrEqualTo(text.length());
        at += count;
        return text.substring(at - count, at);
    }

    private String rest() {
        return take(text.length() - at);
    }
}
