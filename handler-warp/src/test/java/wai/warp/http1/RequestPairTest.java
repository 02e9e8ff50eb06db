package wai.warp.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;

/// What a client sends is what the engine reports: random requests, pipelined, in random pieces.
class RequestPairTest {
    private static final String NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~";
    private static final String TARGETS = NAMES + "/?&=%:@,;{}|";
    private static final String VALUES = TARGETS + " \t\"#<>\\\u00e4\u00ff";
    private static final String BODIES = VALUES + "\r\n0\r\n\r\n";

    private final StringBuilder sent = new StringBuilder();
    private final List<String> expected = new ArrayList<>();
    private Random random = new Random();

    @RepeatedTest(20)
    void whatIsSentIsWhatIsReported() {
        long seed = new Random().nextLong();
        random = new Random(seed);
        for (int i = random.nextInt(1, 12); i > 0; i--) {
            request();
        }
        expected.add("closed");

        for (int round = 0; round < 10; round++) {
            assertThat(Wire.transcript(Http1Limits.DEFAULT, pieces()))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
    }

    private byte[][] pieces() {
        var pieces = new ArrayList<byte[]>();
        int longest = random.nextInt(1, 200);
        for (int from = 0; from < sent.length(); ) {
            int to = Math.min(sent.length(), from + random.nextInt(1, longest + 1));
            pieces.add(Wire.bytes(sent.substring(from, to)));
            from = to;
        }
        return pieces.toArray(byte[][]::new);
    }

    private void request() {
        var method = pick("GET", "POST", "PUT", "HEAD", "PATCH", "Q" + text(NAMES, 9));
        var target = "/" + text(TARGETS, 40);
        boolean old = random.nextInt(5) == 0;
        var body = text(BODIES, 100);
        var framing = pick("none", "length", old ? "length" : "chunked");
        var fields = fields(old);
        switch (framing) {
            case "none" -> body = "";
            case "length" -> fields.add("Content-Length: " + body.length());
            default -> fields.add("Transfer-Encoding: " + pick("chunked", "Chunked"));
        }
        sent.append(random.nextInt(10) == 0 ? "\r\n" : "");
        sent.append(method).append(' ').append(target).append(old ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
        for (var field : fields) {
            sent.append(field.replaceFirst(": ", ":" + pick("", " ", " \t")))
                    .append(pick("", "", " "))
                    .append("\r\n");
        }
        sent.append("\r\n");
        boolean chunked = framing.equals("chunked");
        var trailers = chunked ? chunks(body) : List.<String>of();
        if (!chunked) {
            sent.append(body);
        }
        expected.add(method + " " + target + (old ? " HTTP/1.0" : " HTTP/1.1")
                + (chunked ? " body=chunked" : body.isEmpty() ? "" : " body=" + body.length()));
        fields.forEach(field -> expected.add("| " + Wire.escaped(field).stripTrailing()));
        if (!body.isEmpty()) {
            expected.add("data \"" + Wire.escaped(body) + "\"");
        }
        expected.add("end");
        trailers.forEach(field -> expected.add("| " + Wire.escaped(field).stripTrailing()));
    }

    private List<String> fields(boolean old) {
        var fields = new ArrayList<String>();
        for (int i = random.nextInt(20); i > 0; i--) {
            fields.add("X-" + text(NAMES, 12) + ": " + trimmed(text(VALUES, 60)));
        }
        fields.add(random.nextInt(fields.size() + 1), "Host: example.com");
        if (old) {
            fields.add("Connection: " + pick("keep-alive", "x, Keep-Alive"));
        }
        return fields;
    }

    /// Sends the body in chunks and answers the trailers behind it.
    private List<String> chunks(String body) {
        for (int from = 0; from < body.length(); ) {
            int to = Math.min(body.length(), from + random.nextInt(1, 40));
            var size = Integer.toHexString(to - from);
            sent.append(pick("", "0", "000"))
                    .append(pick(size, size.toUpperCase(java.util.Locale.ROOT)))
                    .append(pick("", "", ";a", ";b=c", " ; d=\"e;f\""))
                    .append("\r\n")
                    .append(body, from, to)
                    .append("\r\n");
            from = to;
        }
        sent.append(pick("0", "00")).append("\r\n");
        var trailers = new ArrayList<String>();
        for (int i = random.nextInt(3); i > 0; i--) {
            trailers.add("X-" + text(NAMES, 12) + ": " + trimmed(text(VALUES, 60)));
        }
        trailers.forEach(field -> sent.append(field).append("\r\n"));
        sent.append("\r\n");
        return trailers;
    }

    private String text(String alphabet, int most) {
        var text = new StringBuilder();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    /// Without white space at the ends, which is no part of a value.
    private static String trimmed(String value) {
        return value.replaceAll("^[ \t]+|[ \t]+$", "");
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
