package wai.warp.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2PushPromiseFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.StreamingBody;
import wai.spi.FramedResponse;
import wai.warp.http1.CommonFields;
import wai.warp.http1.OutputBuffer;
import wai.warp.http2.frame.ConnectionFault;

/// The engine and Netty's client, in memory, in conversations that a seed makes up: whatever the windows, the bytes
/// come back, each on its stream, with trailers, and so does what was pushed. A failure shows its seed; `-Dseed=` runs
/// it again.
class NettyClientTest {
    private static final int ROUNDS = 40;
    private static final int MOST_STREAMS = 10;
    private static final Headers TRAILERS = Headers.of(HeaderName.of("X-Sum"), "7");

    private final long seed = Long.getLong("seed", new Random().nextLong());
    private final Random random = new Random(seed);
    private final Http2Engine engine = new Http2Engine(
            new Http2Limits(100, 1 << 20, 1 << 20, 4096, 16, 1, Http2Limits.Rates.DEFAULT, Http2Limits.Request.DEFAULT),
            () -> new OutputBuffer(64));
    private final Http2FrameCodec codec = Http2FrameCodecBuilder.forClient()
            .initialSettings(Http2Settings.defaultSettings()
                    .initialWindowSize(1 + random.nextInt(100_000))
                    .headerTableSize(random.nextInt(8192)))
            .build();
    private final Http2ChannelDuplexHandler streams = new Http2ChannelDuplexHandler() {};
    private final EmbeddedChannel client = new EmbeddedChannel(codec, streams);
    private byte[] unread = {};

    private final Map<Http2Stream, ByteArrayOutputStream> bodies = new HashMap<>();
    private final Map<Http2Stream, Rest> rests = new HashMap<>();
    private final Map<Integer, Answer> answers = new HashMap<>();

    /// What the client has received on a stream.
    private static final class Answer {
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        final List<String> heads = new ArrayList<>();
        boolean ended;
    }

    /// What the server has not offered yet.
    private static final class Rest {
        final byte[] bytes;
        int offset;

        Rest(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    @AfterEach
    void close() {
        client.finishAndReleaseAll();
    }

    @Test
    void whatNettySendsComesBack() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            answers.clear();
            var sent = new HashMap<Http2FrameStream, byte[]>();
            for (int i = random.nextInt(MOST_STREAMS); i >= 0; i--) {
                var body = new byte[random.nextInt(5) == 0 ? 0 : random.nextInt(200_000)];
                random.nextBytes(body);
                sent.put(request(body), body);
            }
            for (int quiet = 0; quiet < 3; quiet++) { // until nothing moves any more
                if (toServer()) {
                    quiet = -1;
                }
                if (answer()) {
                    quiet = -1;
                }
                if (toClient()) {
                    quiet = -1;
                }
            }

            sent.forEach((stream, body) -> {
                var answer = requireNonNull(answers.get(stream.id()), "an answer on " + stream.id());
                assertThat(answer.body.toByteArray()).as("seed %d", seed).isEqualTo(body);
                assertThat(answer.heads).as("seed %d", seed).containsExactly("200 null", "null 7");
                assertThat(answer.ended).as("seed %d", seed).isTrue();
            });
            assertThat(answers.keySet().stream().filter(id -> id % 2 == 0))
                    .as("pushes, seed %d", seed)
                    .hasSize(sent.size())
                    .allSatisfy(id -> assertThat(
                                    requireNonNull(answers.get(id)).body.toString(ISO_8859_1))
                            .isEqualTo("pushed"));
        }
        assertThat(engine.inHand()).isZero();
    }

    private Http2FrameStream request(byte[] body) {
        var stream = streams.newStream();
        var headers = new DefaultHttp2Headers()
                .method("POST")
                .scheme("http")
                .authority("a")
                .path("/" + random.nextInt(5))
                .add("x-some", "y".repeat(random.nextInt(40)));
        client.writeOutbound(new DefaultHttp2HeadersFrame(headers, body.length == 0).stream(stream));
        if (body.length > 0) {
            int padding = random.nextInt(256);
            client.writeOutbound(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), true, padding).stream(stream));
        }
        return stream;
    }

    /// @return whether there was anything
    private boolean toServer() throws ConnectionFault {
        var all = new ByteArrayOutputStream();
        all.writeBytes(unread);
        for (ByteBuf piece; (piece = client.readOutbound()) != null; piece.release()) {
            var bytes = new byte[piece.readableBytes()];
            piece.readBytes(bytes);
            all.writeBytes(bytes);
        }
        var input = ByteBuffer.wrap(all.toByteArray());
        boolean moved = input.remaining() > unread.length;
        for (Http2Event event; (event = engine.nextEvent(input)) != Http2Event.Signal.NEED_INPUT; ) {
            switch (event) {
                case Http2Event.Head head -> {
                    bodies.put(head.stream(), new ByteArrayOutputStream());
                    if (!head.stream().isReceiving()) {
                        ended(head.stream());
                    }
                }
                case Http2Event.Data(Http2Stream stream, ByteBuffer bytes) -> {
                    int count = bytes.remaining();
                    var copy = new byte[count];
                    bytes.get(copy);
                    requireNonNull(bodies.get(stream)).writeBytes(copy);
                    engine.consumed(stream, count);
                }
                case Http2Event.End end -> ended(end.stream());
                default -> throw new AssertionError(event);
            }
        }
        unread = new byte[input.remaining()];
        input.get(unread);
        return moved;
    }

    private void ended(Http2Stream stream) {
        var request = new PromisedRequest("http", "a", "/pushed", Headers.EMPTY);
        var promised = requireNonNull(engine.promise(stream, request));
        head(promised);
        rests.put(promised, new Rest("pushed".getBytes(ISO_8859_1)));
        head(stream);
        rests.put(stream, new Rest(requireNonNull(bodies.remove(stream)).toByteArray()));
    }

    private void head(Http2Stream stream) {
        StreamingBody nothing = _ -> {};
        var response = FramedResponse.of("POST", Response.stream(Status.OK, Headers.EMPTY, nothing));
        engine.sendHead(stream, response, CommonFields.NONE, false);
    }

    /// Offers more on every stream that can take it.
    private boolean answer() {
        boolean moved = false;
        for (var stream : List.copyOf(rests.keySet())) {
            var rest = requireNonNull(rests.get(stream));
            if (!stream.isTaken()) {
                continue;
            }
            moved = true;
            if (rest.offset > rest.bytes.length) {
                rests.remove(stream);
                engine.release(stream);
                continue;
            }
            int left = rest.bytes.length - rest.offset;
            int count = Math.min(left, 1 + random.nextInt(50_000));
            engine.offer(stream, rest.bytes, rest.offset, count, count == left ? TRAILERS : null);
            rest.offset += count == left ? count + 1 : count;
        }
        return moved;
    }

    private boolean toClient() {
        boolean moved = false;
        for (OutputBuffer out; (out = engine.takeOutput()) != null; ) {
            moved = true;
            for (int at = 0; at < out.size(); ) { // in pieces
                int count = Math.min(out.size() - at, 1 + random.nextInt(20_000));
                client.writeInbound(Unpooled.copiedBuffer(out.array(), out.offset() + at, count));
                at += count;
            }
        }
        engine.drainTaken(_ -> {});
        client.checkException();
        for (Object frame; (frame = client.readInbound()) != null; ReferenceCountUtil.release(frame)) {
            take(frame);
        }
        return moved;
    }

    private Answer answer(Http2FrameStream stream) {
        return answers.computeIfAbsent(stream.id(), _ -> new Answer());
    }

    private void take(Object frame) {
        switch (frame) {
            case Http2HeadersFrame head -> {
                var answer = answer(head.stream());
                answer.heads.add(head.headers().status() + " " + head.headers().get("x-sum"));
                answer.ended |= head.isEndStream();
            }
            case Http2DataFrame data -> {
                var answer = answer(data.stream());
                var bytes = new byte[data.content().readableBytes()];
                data.content().getBytes(data.content().readerIndex(), bytes);
                answer.body.writeBytes(bytes);
                answer.ended |= data.isEndStream();
                client.writeOutbound(
                        new DefaultHttp2WindowUpdateFrame(data.initialFlowControlledBytes()).stream(data.stream()));
            }
            case Http2PushPromiseFrame promise ->
                assertThat(promise.http2Headers().path()).hasToString("/pushed");
            default -> {} // settings, pings and the like
        }
    }
}
