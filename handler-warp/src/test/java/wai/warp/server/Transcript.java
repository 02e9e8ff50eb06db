package wai.warp.server;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What a client understands of the bytes it got: final responses, and what is left of one that is not complete.
///
/// @param answers the complete final responses
/// @param rest what came behind them
record Transcript(List<Answer> answers, String rest) {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");
    private static final Pattern LENGTH = Pattern.compile("\r\nContent-Length: (\\d+)\r\n");

    /// A complete response.
    ///
    /// @param status its code
    /// @param body its body, out of its chunks
    record Answer(int status, String body) {}

    static Transcript of(String received) {
        var answers = new ArrayList<Answer>();
        var rest = received;
        while (true) {
            int end = rest.indexOf("\r\n\r\n") + 4;
            if (end < 4) {
                return new Transcript(answers, rest);
            }
            var head = rest.substring(0, end);
            var line = STATUS.matcher(head);
            if (!line.lookingAt()) {
                throw new AssertionError("no status line: " + rest);
            }
            int status = Integer.parseInt(line.group(1));
            if (status >= 200) {
                var body = new StringBuilder();
                int behind = body(head, rest, end, body);
                if (behind < 0) {
                    return new Transcript(answers, rest);
                }
                answers.add(new Answer(status, body.toString()));
                end = behind;
            }
            rest = rest.substring(end);
        }
    }

    /// Behind the body that begins at an index, or -1 when it is not complete.
    private static int body(String head, String text, int from, StringBuilder body) {
        var length = LENGTH.matcher(head);
        if (length.find()) {
            int to = from + Integer.parseInt(length.group(1));
            if (to > text.length()) {
                return -1;
            }
            body.append(text, from, to);
            return to;
        }
        for (int at = from; ; ) {
            int end = text.indexOf("\r\n", at);
            if (end < 0) {
                return -1;
            }
            int size = Integer.parseInt(text.substring(at, end), 16);
            int to = end + 2 + size;
            if (to + 2 > text.length()) {
                return -1;
            }
            body.append(text, end + 2, to);
            at = to + 2;
            if (size == 0) {
                return at;
            }
        }
    }
}
