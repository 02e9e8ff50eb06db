package wai.warp.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a client understands of the bytes it got: final responses, and what is left of one that is not complete. It
/// reads by RFC 9112 alone and knows nothing of the engine.
///
/// @param answers the complete final responses
/// @param informed the informational statuses behind the last of them
/// @param rest what came behind, without those
record ReceivedAnswers(List<Answer> answers, List<Integer> informed, String rest) {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) [^\r\n]*\r\n");

    /// How the end of a body is known.
    enum Framing {
        NONE,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE,
        RAW
    }

    /// A complete response.
    ///
    /// @param status its code
    /// @param fields its fields, without `Date`, one a line
    /// @param framing how its body ended
    /// @param body its body, out of its chunks
    /// @param trailers its trailer section
    /// @param informed the informational statuses before it
    record Answer(int status, String fields, Framing framing, String body, String trailers, List<Integer> informed) {
        boolean says(String field) {
            return ("\r\n" + fields).contains("\r\n" + field + "\r\n");
        }

        @Nullable
        String field(String name) {
            for (var line : fields.lines().toList()) {
                if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ": ")) {
                    return line.substring(name.length() + 2);
                }
            }
            return null;
        }
    }

    /// @param method that of the request which the n-th response answers
    /// @param closed whether the server ended its direction in good order
    static ReceivedAnswers of(String received, IntFunction<String> method, boolean closed) {
        var answers = new ArrayList<Answer>();
        var informed = new ArrayList<Integer>();
        var rest = received;
        while (true) {
            int end = rest.indexOf("\r\n\r\n") + 4;
            if (end < 4) {
                return new ReceivedAnswers(answers, List.copyOf(informed), rest);
            }
            var line = STATUS.matcher(rest);
            if (!line.lookingAt()) {
                throw new AssertionError("no status line behind " + answers.size() + " answers: " + rest);
            }
            int status = Integer.parseInt(line.group(1));
            var fields = rest.substring(line.end(), end - 2).replaceFirst("Date: [^\r]*\r\n", "");
            checkFields(fields);
            if (status < 200 && status != 101) {
                informed.add(status);
                rest = rest.substring(end);
                continue;
            }
            var body = new Reader(rest, end);
            var framing = framing(status, fields, method.apply(answers.size()));
            if (!body.read(framing, fields, closed)) {
                return new ReceivedAnswers(answers, List.copyOf(informed), rest);
            }
            answers.add(
                    new Answer(status, fields, framing, body.content.toString(), body.trailers, List.copyOf(informed)));
            informed.clear();
            rest = rest.substring(body.at);
        }
    }

    private static void checkFields(String fields) {
        for (var line : fields.lines().toList()) {
            if (!line.isEmpty() && !line.matches("[A-Za-z0-9-]+: [ -~]*")) {
                throw new AssertionError("a field that is none: " + line);
            }
        }
    }

    private static Framing framing(int status, String fields, String method) {
        if (status == 101) {
            return Framing.RAW;
        }
        if (method.equals("HEAD") || status == 204 || status == 304) {
            return Framing.NONE;
        }
        boolean chunked = fields.contains("Transfer-Encoding: chunked\r\n");
        boolean length = fields.contains("Content-Length: ");
        if (chunked && length) {
            throw new AssertionError("two ways to end: " + fields);
        }
        return chunked ? Framing.CHUNKED : length ? Framing.LENGTH : Framing.UNTIL_CLOSE;
    }

    /// Reads one body.
    private static final class Reader {
        private final String text;
        private final StringBuilder content = new StringBuilder();
        private String trailers = "";
        private int at;

        Reader(String text, int at) {
            this.text = text;
            this.at = at;
        }

        /// Answers whether the body is complete.
        boolean read(Framing framing, String fields, boolean closed) {
            return switch (framing) {
                case NONE -> true;
                case LENGTH -> {
                    var rest = fields.substring(fields.indexOf("Content-Length: ") + 16);
                    yield take(Integer.parseInt(rest.substring(0, rest.indexOf('\r'))));
                }
                case CHUNKED -> readChunks();
                case UNTIL_CLOSE -> closed && take(text.length() - at);
                case RAW -> take(text.length() - at);
            };
        }

        private boolean take(int count) {
            if (count > text.length() - at) {
                return false;
            }
            content.append(text, at, at + count);
            at += count;
            return true;
        }

        private boolean readChunks() {
            while (true) {
                int end = text.indexOf("\r\n", at);
                if (end < 0) {
                    return false;
                }
                int size = Integer.parseInt(text.substring(at, end), 16);
                at = end + 2;
                if (size == 0) {
                    return readTrailers();
                }
                if (!take(size) || text.length() < at + 2) {
                    return false;
                }
                if (!text.startsWith("\r\n", at)) {
                    throw new AssertionError("no end of a chunk: " + text.substring(at));
                }
                at += 2;
            }
        }

        private boolean readTrailers() {
            int from = at;
            while (true) {
                int end = text.indexOf("\r\n", at);
                if (end < 0) {
                    return false;
                }
                boolean empty = end == at;
                at = end + 2;
                if (empty) {
                    trailers = text.substring(from, end);
                    return true;
                }
            }
        }
    }
}
