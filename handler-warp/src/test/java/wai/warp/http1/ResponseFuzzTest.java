package wai.warp.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.spi.FramedResponse;
import wai.warp.http1.ResponseReader.Seen;

/// Whatever an application answers, a strict client reads what was meant: random responses to random requests on one
/// connection, taken apart by [ResponseReader].
class ResponseFuzzTest {
    private static final String[] METHODS = {"GET", "GET", "POST", "HEAD", "CONNECT"};
    private static final int[] CODES = {200, 200, 201, 204, 205, 206, 304, 400, 404, 500, 599};
    /// Fields with which an application could spoil the framing, and some that say nothing about it.
    private static final String[][] FIELDS = {
        {"Content-Length", "7"},
        {"Transfer-Encoding", "chunked"},
        {"Transfer-Encoding", "gzip"},
        {"Connection", "close"},
        {"Connection", "keep-alive"},
        {"connection", "Keep-Alive, X-a"},
        {"Connection", "X-a, CLOSE"},
        {"Keep-Alive", "timeout=5"},
        {"Proxy-Connection", "close"},
        {"Upgrade", "x"},
        {"Trailer", "X-Sum"},
        {"X-Empty", ""},
        {"X-Latin", "gr\u00fcn \u00ff"},
        {"x-A", "1"},
        {"X-a", "a, \"b\\\"\""}
    };

    private Random random = new Random();

    @RepeatedTest(50)
    void aStrictClientReadsWhatWasMeant() throws Http1Fault {
        long seed = new Random().nextLong();
        random = new Random(seed);
        for (int round = 0; round < 40; round++) {
            converse("seed %d, round %d".formatted(seed, round));
        }
    }

    /// Answers requests until the connection does not persist.
    private void converse(String description) throws Http1Fault {
        var engine = new Http1Engine(Http1Limits.DEFAULT);
        var out = new OutputBuffer(random.nextInt(64));
        var sent = new ArrayList<Exchanged>();
        for (int i = random.nextInt(1, 10); i > 0; i--) {
            sent.add(exchange(engine, out));
            if (!engine.persists()) {
                break;
            }
            engine.startNextRequest();
        }

        var reader = new ResponseReader(out.toString());
        for (var one : sent) {
            for (int i = one.informational; i > 0; i--) {
                assertThat(reader.next(one.method).code()).as(description).isEqualTo(103);
            }
            one.check(reader.next(one.method), description);
        }
        assertThat(reader.isAtEnd()).as("end, %s", description).isTrue();
    }

    private Exchanged exchange(Http1Engine engine, OutputBuffer out) throws Http1Fault {
        var method = pick(METHODS);
        boolean old = random.nextInt(3) == 0;
        var request = method + (method.equals("CONNECT") ? " x:1" : " /") + (old ? " HTTP/1.0" : " HTTP/1.1")
                + "\r\nHost: x\r\nConnection: " + pick("keep-alive", "keep-alive", "keep-alive", "X", "close")
                + "\r\n\r\n";
        engine.nextEvent(ByteBuffer.wrap(Wire.bytes(request)));
        int informational = random.nextInt(5) == 0 ? random.nextInt(3) : 0;
        for (int i = 0; i < informational; i++) {
            engine.sendInformational(Status.EARLY_HINTS, headers(), out);
        }

        var body = body();
        boolean stream = random.nextBoolean();
        boolean close = random.nextInt(8) == 0;
        var headers = stream ? headers().without(HeaderName.CONTENT_LENGTH) : headers();
        if (stream && random.nextInt(3) == 0) {
            headers = headers.adding(HeaderName.CONTENT_LENGTH, Integer.toString(body.length()));
        }
        var status = Status.of(CODES[random.nextInt(CODES.length)]);
        var response = FramedResponse.of(
                method,
                stream
                        ? Response.stream(status, headers, _ -> {})
                        : Response.of(status, headers, Bytes.of(Wire.bytes(body))));
        engine.sendHead(response, CommonFields.NONE, close, out);
        boolean hasBody = !(response.body() instanceof Bytes bytes) || bytes.length() > 0;
        if (hasBody) {
            sendInPieces(engine, Wire.bytes(body), out);
        }
        var trailers = random.nextInt(3) == 0 ? headers() : Headers.EMPTY;
        engine.sendEnd(trailers, out);
        return new Exchanged(
                method, old, status.code(), hasBody ? body : "", old ? 0 : informational, engine.persists());
    }

    private void sendInPieces(Http1Engine engine, byte[] body, OutputBuffer out) {
        for (int from = 0; from < body.length; ) {
            int count = random.nextInt(1, body.length - from + 1);
            if (random.nextBoolean()) {
                engine.sendData(body, from, count, out);
            } else {
                engine.sendChunkPrefix(count, out);
                out.put(body, from, count);
                engine.sendChunkSuffix(out);
            }
            from += count;
        }
    }

    private Headers headers() {
        var headers = Headers.builder();
        for (int i = random.nextInt(6); i > 0; i--) {
            // two lengths would be a violation of the contract where the first counts
            var field = FIELDS[random.nextInt(i == 1 ? 0 : 1, FIELDS.length)];
            headers.add(HeaderName.of(field[0]), field[1]);
        }
        return headers.build();
    }

    private String body() {
        var body = new StringBuilder();
        for (int i = random.nextInt(4) == 0 ? 0 : random.nextInt(300); i > 0; i--) {
            body.append(random.nextInt(4) == 0 ? pick("\r\n", "0\r\n\r\n", "HTTP/1.1 200 OK\r\n") : "x\u00ff");
        }
        return body.toString();
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /// What was asked and answered.
    private record Exchanged(String method, boolean old, int code, String body, int informational, boolean persists) {
        void check(Seen seen, String description) {
            assertThat(seen.code()).as(description).isEqualTo(code);
            assertThat(seen.body()).as(description).isEqualTo(body);
            assertThat(seen.values("proxy-connection")).as(description).isEmpty();
            assertThat(seen.values("keep-alive")).as(description).isEmpty();
            assertThat(seen.trailers())
                    .as(description)
                    .noneMatch(line -> line.startsWith("Content-Length") || line.startsWith("Transfer-Encoding"));
            assertThat(seen.options().contains("close"))
                    .as("close, %s", description)
                    .isEqualTo(!persists);
            assertThat(seen.options().contains("keep-alive"))
                    .as("keep-alive, %s", description)
                    .isEqualTo(persists && old);
            if (persists) {
                assertThat(seen.framing()).as(description).isNotEqualTo("close");
            }
            if (old) {
                assertThat(seen.framing()).as(description).isNotEqualTo("chunked");
            }
        }
    }
}
