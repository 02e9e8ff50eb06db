package wai.warp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Random;
import org.jspecify.annotations.Nullable;

/// One request of a simulated client, and what the application does with it.
///
/// @param number tells it apart; in its target
/// @param method its method
/// @param minor of the version, HTTP/1.0 or HTTP/1.1
/// @param connection its `Connection`, often empty
/// @param coding how its body is framed
/// @param size of its body
/// @param padding of a field, so that heads differ in length
/// @param expects whether it asks for 100 Continue
/// @param flaw what is wrong with it
/// @param act what the application does
record SimulatedRequest(
        int number,
        String method,
        int minor,
        String connection,
        Coding coding,
        int size,
        int padding,
        boolean expects,
        Flaw flaw,
        Act act) {
    /// The largest body that the server takes.
    static final int BODY_LIMIT = 3000;
    /// How much of an unread body the server reads at most.
    static final int DRAIN_LIMIT = 400;
    /// What the application reads when it reads some.
    static final int SOME = 10;
    /// Below [#DRAIN_LIMIT] even when nothing is read.
    private static final int SMALL = 300;

    private static final int LARGE = 1500;

    enum Coding {
        NONE,
        LENGTH,
        CHUNKED
    }

    /// What is wrong with a request, and what the client is told.
    enum Flaw {
        NONE(0),
        NO_HOST(400),
        BAD_FIELD(400),
        LENGTH_AND_CODING(400),
        UNKNOWN_CODING(501),
        BAD_LENGTH(400),
        BAD_VERSION(505),
        BAD_EXPECTATION(417),
        LENGTH_TOO_LARGE(413),
        BAD_CHUNK(400),
        BAD_TRAILER(400),
        CHUNKS_TOO_LARGE(413);

        final int status;

        Flaw(int status) {
            this.status = status;
        }

        boolean isInHead() {
            return this != NONE && !isInBody();
        }

        boolean isInBody() {
            return this == BAD_CHUNK || this == BAD_TRAILER || this == CHUNKS_TOO_LARGE;
        }
    }

    enum Reads {
        NOTHING,
        SOME,
        ALL,
        /// Behind the response.
        LATE
    }

    enum Shape {
        BYTES,
        MANY_BYTES,
        NO_CONTENT,
        FILE,
        LARGE_FILE,
        VANISHED_FILE,
        STREAM,
        SIZED_STREAM,
        ECHO_STREAM,
        RAW
    }

    enum Fault {
        NONE,
        BEFORE,
        IN_BODY,
        BEHIND_BODY,
        AFTER,
        TWICE,
        NULL
    }

    /// What the application does with a request.
    ///
    /// @param reads how much of the body before it responds
    /// @param watches whether it asks to be told when the client leaves
    /// @param informs whether it sends 103 Early Hints
    /// @param waits whether it blocks until the script, or the signal, opens a gate
    /// @param elsewhere whether it responds from another thread
    /// @param interrupted whether it is interrupted when it responds
    /// @param shape the body of its response
    /// @param size of that body
    /// @param fault how it fails
    record Act(
            Reads reads,
            boolean watches,
            boolean informs,
            boolean waits,
            boolean elsewhere,
            boolean interrupted,
            Shape shape,
            int size,
            Fault fault) {
        boolean streams() {
            return shape == Shape.STREAM || shape == Shape.SIZED_STREAM || shape == Shape.ECHO_STREAM;
        }

        @Override
        public String toString() {
            return "reads " + reads + (watches ? ", watches" : "") + (informs ? ", informs" : "")
                    + (waits ? ", waits" : "") + (elsewhere ? ", elsewhere" : "") + (interrupted ? ", interrupted" : "")
                    + ", " + shape + " " + size + (fault == Fault.NONE ? "" : ", fails " + fault);
        }
    }

    // ------------------------------------------------------------------------------------------ chance

    static SimulatedRequest of(Random random, int number, boolean last) {
        var flaw = random.nextInt(14) == 0 ? pick(random, Flaw.values()) : Flaw.NONE;
        int minor = flaw == Flaw.NONE && random.nextInt(8) == 0 ? 0 : 1;
        boolean raw = last && flaw == Flaw.NONE && minor == 1 && random.nextInt(6) == 0;
        var coding = raw ? Coding.NONE : coding(random, flaw, minor);
        var act = act(random, raw);
        int size = size(random, coding, flaw, act);
        boolean expects = minor == 1 && size > 0 && !flaw.isInHead() && random.nextInt(8) == 0;
        var method = coding != Coding.NONE ? "POST" : !raw && random.nextInt(6) == 0 ? "HEAD" : "GET";
        return new SimulatedRequest(
                number,
                method,
                minor,
                connection(random, minor, raw),
                coding,
                size,
                random.nextInt(3) == 0 ? random.nextInt(400) : 0,
                expects,
                flaw,
                act);
    }

    private static Coding coding(Random random, Flaw flaw, int minor) {
        if (flaw.isInBody()) {
            return Coding.CHUNKED;
        }
        if (flaw.isInHead()) {
            return Coding.NONE;
        }
        return switch (random.nextInt(4)) {
            case 0 -> Coding.LENGTH;
            case 1 -> minor == 1 ? Coding.CHUNKED : Coding.LENGTH;
            default -> Coding.NONE;
        };
    }

    private static int size(Random random, Coding coding, Flaw flaw, Act act) {
        if (coding == Coding.NONE) {
            return 0;
        }
        if (flaw == Flaw.CHUNKS_TOO_LARGE) {
            return BODY_LIMIT + 1 + random.nextInt(500);
        }
        // how much the engine has taken of a large body that is read in part depends on the pieces
        boolean small = act.reads == Reads.SOME || flaw.isInBody() || random.nextInt(3) > 0;
        return small ? 50 + random.nextInt(SMALL - 50) : LARGE + random.nextInt(BODY_LIMIT - LARGE + 1);
    }

    private static String connection(Random random, int minor, boolean raw) {
        if (raw) {
            return "Upgrade";
        }
        if (minor == 0) {
            return random.nextBoolean() ? "keep-alive" : "";
        }
        return random.nextInt(12) == 0 ? "close" : "";
    }

    private static Act act(Random random, boolean raw) {
        boolean elsewhere = random.nextInt(8) == 0;
        var shape = pick(random, Shape.values());
        while (!raw && shape == Shape.RAW) {
            shape = pick(random, Shape.values());
        }
        if (raw) {
            shape = Shape.RAW;
        }
        int size =
                switch (shape) {
                    case MANY_BYTES, LARGE_FILE -> 32 * 1024 + random.nextInt(40_000);
                    case NO_CONTENT, VANISHED_FILE, RAW -> 0;
                    default -> random.nextInt(4) == 0 ? random.nextInt(20_000) : random.nextInt(100);
                };
        return new Act(
                pick(random, Reads.values()),
                random.nextInt(5) == 0,
                random.nextInt(8) == 0,
                random.nextInt(6) == 0,
                elsewhere,
                !elsewhere && random.nextInt(8) == 0,
                shape,
                size,
                random.nextInt(4) == 0 ? pick(random, Fault.values()) : Fault.NONE);
    }

    private static <T> T pick(Random random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    // ------------------------------------------------------------------------------------------ bytes

    String target() {
        return "/" + number;
    }

    /// The body: bytes that would be a request, if anybody took them for one.
    String body() {
        return repeat("GET /smuggled" + number + " HTTP/1.1\r\nHost: a\r\n\r\n", size);
    }

    /// The trailer field of a chunked body.
    String trailer() {
        return "sum-" + number;
    }

    /// The body of the response, when the application does not echo.
    String responseBody() {
        return repeat("response " + number + "/", act.size);
    }

    static String repeat(String text, int size) {
        return text.repeat(size / text.length() + 1).substring(0, size);
    }

    /// The bytes on the wire.
    String bytes() {
        var text = new StringBuilder()
                .append(method)
                .append(' ')
                .append(target())
                .append(flaw == Flaw.BAD_VERSION ? " HTTP/3." : " HTTP/1.")
                .append(minor)
                .append("\r\n");
        if (flaw != Flaw.NO_HOST) {
            text.append("Host: a\r\n");
        }
        if (padding > 0) {
            text.append("Cookie: ").append("c".repeat(padding)).append("\r\n");
        }
        if (!connection.isEmpty()) {
            text.append("Connection: ").append(connection).append("\r\n");
        }
        if (act.shape == Shape.RAW) {
            text.append("Upgrade: raw\r\n");
        }
        if (expects) {
            text.append("Expect: 100-continue\r\n");
        }
        var wrong = wrongField();
        if (wrong != null) {
            text.append(wrong).append("\r\n");
        }
        switch (coding) {
            case NONE -> text.append("\r\n");
            case LENGTH ->
                text.append("Content-Length: ").append(size).append("\r\n\r\n").append(body());
            case CHUNKED -> appendChunks(text.append("Transfer-Encoding: chunked\r\n\r\n"));
        }
        return text.toString();
    }

    private @Nullable String wrongField() {
        return switch (flaw) {
            case BAD_FIELD -> "Bad : field";
            case LENGTH_AND_CODING -> "Content-Length: 3\r\nTransfer-Encoding: chunked";
            case UNKNOWN_CODING -> "Transfer-Encoding: rot13, chunked";
            case BAD_LENGTH -> "Content-Length: -1";
            case BAD_EXPECTATION -> "Expect: miracles";
            case LENGTH_TOO_LARGE -> "Content-Length: " + (BODY_LIMIT + 1);
            default -> null;
        };
    }

    private void appendChunks(StringBuilder text) {
        var body = body();
        var sizes = new Random(number);
        for (int at = 0; at < size; ) {
            int count = Math.min(size - at, 1 + sizes.nextInt(500));
            text.append(Integer.toHexString(count)).append(sizes.nextBoolean() ? "\r\n" : ";a=b\r\n");
            text.append(body, at, at + count).append("\r\n");
            at += count;
        }
        if (flaw == Flaw.BAD_CHUNK) {
            text.append("zz\r\n");
        }
        text.append("0\r\n");
        text.append(flaw == Flaw.BAD_TRAILER ? "no colon\r\n" : "Sum: " + trailer() + "\r\n");
        text.append("\r\n");
    }

    @Override
    public String toString() {
        return method + " " + target() + " HTTP/1." + minor + (connection.isEmpty() ? "" : " " + connection)
                + (coding == Coding.NONE ? "" : ", " + coding + " " + size)
                + (padding == 0 ? "" : ", padded " + padding)
                + (expects ? ", expects" : "") + (flaw == Flaw.NONE ? "" : ", " + flaw) + "; the application " + act;
    }

    byte[] responseBytes() {
        return responseBody().getBytes(ISO_8859_1);
    }
}
