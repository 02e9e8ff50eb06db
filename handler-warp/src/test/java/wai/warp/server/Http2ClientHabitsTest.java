package wai.warp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.http2.ClientFrames.ACK;
import static wai.warp.http2.ClientFrames.END_HEADERS;
import static wai.warp.http2.ClientFrames.END_STREAM;
import static wai.warp.http2.ClientFrames.block;
import static wai.warp.http2.ClientFrames.data;
import static wai.warp.http2.ClientFrames.frame;
import static wai.warp.http2.ClientFrames.headers;
import static wai.warp.http2.ClientFrames.ints;
import static wai.warp.http2.ClientFrames.joined;
import static wai.warp.http2.ClientFrames.ping;
import static wai.warp.http2.ClientFrames.reset;
import static wai.warp.http2.ClientFrames.windowUpdate;

import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import wai.Application;
import wai.ClientDisconnectedException;
import wai.HeaderName;
import wai.Response;
import wai.Status;
import wai.warp.http2.Http2Engine;
import wai.warp.http2.frame.FrameType;
import wai.warp.memory.MemoryTransport.Ending;
import wai.warp.settings.Failure;

/// Frames in the order in which clients that people have send them.
@Timeout(60) // a safety net, nothing depends on it
class Http2ClientHabitsTest {
    private static final int PRIORITY_FLAG = 0x20;
    private static final byte[] PREFACE = Http2Engine.PREFACE.getBytes(ISO_8859_1);

    private static final Application ECHO = (request, respond) -> {
        var body = request.readBody(1000).utf8();
        return respond.with(Response.text(
                Status.OK, request.method() + " " + body + request.trailers().first(HeaderName.of("x-sum"), "")));
    };

    /// SETTINGS of numbers and values in turn.
    private static byte[] settings(int... idsAndValues) {
        var payload = ByteBuffer.allocate(idsAndValues.length * 3);
        for (int i = 0; i < idsAndValues.length; i += 2) {
            payload.putShort((short) idsAndValues[i]).putInt(idsAndValues[i + 1]);
        }
        return frame(FrameType.SETTINGS.code(), 0, 0, payload.array());
    }

    private static byte[] settingsAnswer() {
        return frame(FrameType.SETTINGS.code(), ACK, 0);
    }

    private static byte[] priority(int stream, int dependsOn, int weight) {
        return frame(FrameType.PRIORITY.code(), 0, stream, joined(ints(dependsOn), new byte[] {(byte) weight}));
    }

    /// HEADERS with the priority that RFC 7540 had.
    private static byte[] get(int stream, int dependsOn, int weight) {
        var fields = block(":method: GET", ":authority: a.test", ":scheme: https", ":path: /");
        var payload = joined(ints(dependsOn), new byte[] {(byte) weight}, fields);
        return frame(FrameType.HEADERS.code(), PRIORITY_FLAG | END_STREAM | END_HEADERS, stream, payload);
    }

    /// Go's `net/http`: does not wait for our settings, opens its windows at once, ends each body by an empty frame,
    /// resets what its caller gives up and sends a PING behind it, and closes without a word.
    @Test
    void go() throws Exception {
        var running = new CountDownLatch(1);
        var gone = new CountDownLatch(1);
        Application waitsOrEchoes = (request, respond) -> {
            if (request.rawPath().equals("/slow")) {
                request.onDisconnect(gone::countDown);
                running.countDown();
                gone.await();
            }
            return ECHO.handle(request, respond);
        };
        try (var talk = Http2Conversation.silent(settings -> settings, waitsOrEchoes)) {
            talk.send(joined(
                    PREFACE,
                    settings(2, 0, 4, 4 << 20, 5, 16_384, 6, 10 << 20),
                    windowUpdate(0, 1 << 30),
                    headers(
                            1,
                            0,
                            ":authority: a.test",
                            ":method: POST",
                            ":path: /",
                            ":scheme: https",
                            "trailer: x-sum",
                            "accept-encoding: gzip",
                            "user-agent: Go-http-client/2.0")));
            talk.send(data(1, 0, "there, "), data(1, 0, "back "), headers(1, END_STREAM, "x-sum: 2"));
            talk.await("DATA 1 POST there, back 2 END");
            talk.send(
                    settingsAnswer(),
                    headers(3, 0, ":authority: a.test", ":method: PUT", ":path: /", ":scheme: https"),
                    data(3, 0, "text"),
                    data(3, END_STREAM, ""));
            talk.await("DATA 3 PUT text END");
            talk.send(headers(5, END_STREAM, ":authority: a.test", ":method: GET", ":path: /slow", ":scheme: https"));
            running.await();

            talk.send(joined(reset(5), ping(0, 7)));
            gone.await();
            talk.await("PING ACK 7");
            talk.client.end();

            assertThat(talk.talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.failures()) // of the answer that nobody wants any more
                    .extracting(Failure::cause)
                    .hasOnlyElementsOfType(ClientDisconnectedException.class);
        }
    }

    /// Chromium: large windows, priorities of RFC 7540 in HEADERS, and a setting and a frame that nobody knows, so that
    /// servers stay used to such.
    @Test
    void chromium() {
        try (var talk = Http2Conversation.silent(settings -> settings, ECHO)) {
            talk.send(joined(
                    PREFACE,
                    settings(1, 65_536, 2, 0, 4, 6_291_456, 6, 262_144, 0x4a4a, 1),
                    windowUpdate(0, 15_663_105),
                    get(1, 0x8000_0000, 255),
                    frame(0x5b, 0x2a, 1, (byte) 1, (byte) 2)));
            talk.await("DATA 1 GET  END");
            talk.send(joined(settingsAnswer(), get(3, 0x8000_0000, 219), get(5, 0x8000_0001, 146)));

            talk.awaitAll(lines -> lines.contains("DATA 3 GET  END") && lines.contains("DATA 5 GET  END"));
            assertThat(talk.failures()).isEmpty();
        }
    }

    /// Firefox, as it was for years: a tree of priorities on streams that it never opens.
    @Test
    void firefox() {
        try (var talk = Http2Conversation.silent(settings -> settings, ECHO)) {
            talk.send(joined(
                    PREFACE,
                    settings(1, 65_536, 4, 131_072, 5, 16_384),
                    windowUpdate(0, 12_517_377),
                    priority(3, 0, 200),
                    priority(5, 0, 100),
                    priority(7, 0, 0),
                    priority(9, 7, 0),
                    priority(11, 3, 0),
                    priority(13, 0, 240),
                    get(15, 13, 41),
                    windowUpdate(15, 12_451_840)));
            talk.await("DATA 15 GET  END");
            talk.send(get(17, 11, 41));

            talk.await("DATA 17 GET  END");
            assertThat(talk.failures()).isEmpty();
        }
    }

    /// nghttp and h2load: many concurrent streams by settings alone, windows as they are, many requests in one write.
    @Test
    void nghttp2() {
        try (var talk = Http2Conversation.silent(settings -> settings, ECHO)) {
            talk.send(joined(
                    PREFACE,
                    settings(3, 100, 4, 65_535),
                    priority(3, 0, 200),
                    priority(5, 0, 100),
                    get(13, 11, 15),
                    get(15, 11, 15),
                    get(17, 11, 15),
                    settingsAnswer()));

            talk.awaitAll(
                    lines -> lines.stream().filter(line -> line.endsWith("END")).count() == 3);
            talk.send(frame(FrameType.GOAWAY.code(), 0, 0, ints(0, 0)));
            talk.client.end();

            assertThat(talk.talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.failures()).isEmpty();
        }
    }
}
