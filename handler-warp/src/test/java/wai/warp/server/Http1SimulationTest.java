package wai.warp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Bytes;
import wai.Headers;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.warp.server.Transcript.Answer;

/// Whole connections by chance: random requests in random pieces to a server in memory, ended in random ways, against
/// the list of what must be answered.
///
/// A failure names its seed; `-Dseed=…` plays that one again. Threads still run as they like, so a failure that is a
/// race may need some repetitions.
class Http1SimulationTest {
    private static final long TIME_NANOS = 1_500_000_000L;
    private static final int MOST_ROUNDS = 3000;
    private static final int MOST_BODY = 3000;

    private static final Application APPLICATION = Http1SimulationTest::answer;

    /// How a connection ends.
    private enum End {
        HALF_CLOSE,
        RESET,
        SILENCE,
        STOP
    }

    /// A request, and what must come back when it arrives as a whole.
    private record Exchange(String request, Answer answer, boolean needsBody) {}

    private static ResponseReceived answer(Request request, Respond respond) throws Exception {
        var path = Response.text(Status.OK, request.rawPath());
        return switch (request.path().getFirst()) {
            case "ignore" -> respond.with(path);
            case "half" -> {
                request.body().readNBytes(10);
                yield respond.with(path);
            }
            case "throw" -> throw new IllegalStateException("on purpose");
            case "late" -> {
                respond.with(path);
                throw new IllegalStateException("on purpose");
            }
            case "watch" -> {
                request.onDisconnect(() -> {});
                yield respond.with(echo(request));
            }
            case "stream" ->
                respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                    var piece = new byte[97];
                    for (int count; (count = request.body().read(piece)) >= 0; ) {
                        out.write(piece, 0, count);
                        if (count % 3 == 0) {
                            out.flush();
                        }
                    }
                }));
            default -> respond.with(echo(request));
        };
    }

    private static Response echo(Request request) throws IOException {
        return Response.of(Status.OK, Headers.EMPTY, Bytes.of(request.body().readAllBytes()));
    }

    // ------------------------------------------------------------------------------------------ chance

    private static Exchange exchange(Random random, int number) {
        var kinds = List.of("ignore", "half", "throw", "late", "watch", "stream", "echo", "echo");
        var kind = kinds.get(random.nextInt(kinds.size()));
        var path = "/" + kind + "/" + number;
        int size = random.nextInt(4) == 0 ? random.nextInt(MOST_BODY) : random.nextInt(40);
        var body = new StringBuilder();
        while (body.length() < size) {
            body.append("GET /").append(number).append(" HTTP/1.1\r\n\r\n"); // to be taken for a request by mistake
        }
        body.setLength(size);
        var text = body.toString();
        boolean echoes = !List.of("ignore", "half", "throw", "late").contains(kind);
        boolean expects = echoes
                && !kind.equals("stream") // which answers before it asks for the body, and so must close
                && size > 0
                && random.nextInt(8) == 0;
        var answer =
                switch (kind) {
                    case "throw" -> new Answer(500, "500 Internal Server Error\n");
                    case "ignore", "half", "late" -> new Answer(200, path);
                    default -> new Answer(200, text);
                };
        return new Exchange(request(random, path, text, expects), answer, echoes);
    }

    private static String request(Random random, String path, String body, boolean expects) {
        var fields = "Host: a\r\n" + (random.nextBoolean() ? "Cookie: " + "c".repeat(random.nextInt(300)) + "\r\n" : "")
                + (expects ? "Expect: 100-continue\r\n" : "");
        if (body.isEmpty() && random.nextBoolean()) {
            return "GET " + path + " HTTP/1.1\r\n" + fields + "\r\n";
        }
        var head = "POST " + path + " HTTP/1.1\r\n" + fields;
        if (random.nextBoolean()) {
            return head + "Content-Length: " + body.length() + "\r\n\r\n" + body;
        }
        var chunks = new StringBuilder(head).append("Transfer-Encoding: chunked\r\n\r\n");
        for (int at = 0; at < body.length(); ) {
            int count = Math.min(body.length() - at, 1 + random.nextInt(500));
            chunks.append(Integer.toHexString(count)).append(random.nextBoolean() ? "\r\n" : ";a=b\r\n");
            chunks.append(body, at, at + count).append("\r\n");
            at += count;
        }
        return chunks.append("0\r\n")
                .append(random.nextBoolean() ? "Sum: 1\r\n" : "")
                .append("\r\n")
                .toString();
    }

    private static List<String> pieces(Random random, String bytes) {
        int most = random.nextInt(4) == 0 ? 5 : 4000;
        var pieces = new ArrayList<String>();
        for (int at = 0; at < bytes.length(); ) {
            int count = Math.min(bytes.length() - at, 1 + random.nextInt(most));
            pieces.add(bytes.substring(at, at + count));
            at += count;
        }
        return pieces;
    }

    // ------------------------------------------------------------------------------------------ one connection

    @Test
    void everyConnectionIsAnsweredAsItMust() {
        var only = Long.getLong("seed");
        if (only != null) {
            run(only);
            return;
        }
        long first = System.nanoTime();
        for (int i = 0; i < MOST_ROUNDS && System.nanoTime() - first < TIME_NANOS; i++) {
            run(first + i);
        }
    }

    private static void run(long seed) {
        var random = new Random(seed);
        var exchanges = new ArrayList<Exchange>();
        for (int i = random.nextInt(8); i >= 0; i--) {
            exchanges.add(exchange(random, i));
        }
        var whole = String.join("", exchanges.stream().map(Exchange::request).toList());
        var end = End.values()[random.nextInt(End.values().length)];
        var sent = random.nextInt(3) == 0 ? whole.substring(0, random.nextInt(whole.length() + 1)) : whole;

        try (var talk = Conversation.with(APPLICATION)) {
            send(random, talk, sent);
            end(random, talk, end);
            talk.awaitEnd();

            check(talk, exchanges, sent, end);
            assertThat(talk.server.connections().count()).isZero();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "-Dseed=" + seed + ": " + exchanges.size() + " requests, " + sent.length() + " of " + whole.length()
                            + " bytes sent, ended by " + end,
                    e);
        }
    }

    private static void send(Random random, Conversation talk, String bytes) {
        boolean slow = random.nextInt(4) == 0;
        if (slow) {
            talk.client.takeNothing();
        }
        int passes = 0;
        for (var piece : pieces(random, bytes)) {
            talk.client.send(piece);
            if (random.nextInt(10) == 0) {
                Thread.onSpinWait();
            }
            if (slow && random.nextInt(3) == 0) {
                talk.client.open(random.nextInt(500));
            }
            if (random.nextInt(20) == 0 && passes++ < 20) {
                talk.pass(Duration.ofMillis(100));
            }
        }
        talk.client.open(Long.MAX_VALUE);
    }

    private static void end(Random random, Conversation talk, End end) {
        if (random.nextBoolean()) {
            talk.client.awaitReader();
        }
        switch (end) {
            case HALF_CLOSE -> talk.client.end();
            case RESET -> talk.client.reset();
            case SILENCE -> {
                while (!talk.client.isClosed()) {
                    talk.awaitDriver();
                    talk.pass(Duration.ofSeconds(61));
                }
            }
            case STOP -> {
                talk.server.beginStopping();
                talk.connection.stop();
                talk.client.end();
            }
        }
    }

    // ------------------------------------------------------------------------------------------ the model

    private static void check(Conversation talk, List<Exchange> exchanges, String sent, End end) {
        var transcript = Transcript.of(talk.client.received());
        int complete = 0;
        for (int length = 0; complete < exchanges.size(); complete++) {
            length += exchanges.get(complete).request().length();
            if (length > sent.length()) {
                break;
            }
        }
        var answers = transcript.answers();
        int equal = 0;
        while (equal < answers.size()
                && equal < exchanges.size()
                && answers.get(equal).equals(exchanges.get(equal).answer())) {
            equal++;
        }

        boolean mustAnswerAll = end == End.HALF_CLOSE || end == End.SILENCE;
        if (mustAnswerAll) {
            assertThat(equal).as("answers to complete requests").isGreaterThanOrEqualTo(complete);
        }
        assertThat(equal).as("answers at most").isLessThanOrEqualTo(complete + 1);
        if (equal > complete) {
            assertThat(exchanges.get(complete).needsBody())
                    .as("an answer without its request")
                    .isFalse();
        }
        assertThat(answers.subList(equal, answers.size()))
                .as("refusals behind the answers")
                .hasSizeLessThanOrEqualTo(sent.isEmpty() ? 0 : 1)
                .allMatch(answer -> answer.status() == 400 || answer.status() == 408);
        if (mustAnswerAll && transcript.rest().isEmpty() && complete == exchanges.size()) {
            assertThat(answers).hasSize(complete);
        }
        if (mustAnswerAll && complete == exchanges.size()) {
            assertThat(transcript.rest()).as("half an answer").isEmpty();
        }
    }
}
