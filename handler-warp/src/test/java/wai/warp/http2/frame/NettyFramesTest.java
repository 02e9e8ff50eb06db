package wai.warp.http2.frame;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import wai.HeaderName;
import wai.warp.http1.OutputBuffer;
import wai.warp.http2.hpack.HpackDecoder;
import wai.warp.http2.hpack.HpackEncoder;

/// Frames as Netty writes them are read by us, and ours by Netty, in any order and with padding and priorities. A
/// failure shows its seed; `-Dseed=` runs it again.
class NettyFramesTest {
    private static final int FRAMES = 3000;
    private static final int LARGEST_STREAM = Integer.MAX_VALUE;

    private final long seed = Long.getLong("seed", new Random().nextLong());
    private final Random random = new Random(seed);
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private final ChannelHandlerContext context = channel.pipeline().firstContext();
    /// What was written, a line for each frame.
    private final List<String> written = new ArrayList<>();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private int stream() {
        return 1 + random.nextInt(LARGEST_STREAM);
    }

    private String text(int most) {
        return "x".repeat(random.nextInt(most));
    }

    private int padding() {
        return random.nextBoolean() ? 0 : random.nextInt(256);
    }

    @SuppressWarnings("EnumOrdinal") // any of them
    private ErrorCode code() {
        return ErrorCode.values()[random.nextInt(ErrorCode.values().length)];
    }

    // ------------------------------------------------------------------------------------------ Netty writes

    @Test
    void weReadWhatNettyWrites() throws Exception {
        var writer = new DefaultHttp2FrameWriter();
        var decoder = new HpackDecoder(4096);
        for (int i = 0; i < FRAMES; i++) {
            written.clear();
            write(writer);

            assertThat(read(sent(), decoder)).as("seed %d", seed).isEqualTo(written);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the channel is in memory
    private void write(DefaultHttp2FrameWriter writer) {
        var promise = channel.newPromise();
        int stream = stream();
        boolean ends = random.nextBoolean();
        switch (random.nextInt(9)) {
            case 0 -> {
                var text = text(16_000);
                int padding = padding();
                writer.writeData(context, stream, Unpooled.copiedBuffer(text, ISO_8859_1), padding, ends, promise);
                // Netty counts the octet that says how much padding there is
                written.add("DATA " + stream + " " + text.length() + " of " + (text.length() + padding)
                        + (ends ? " END" : ""));
            }
            case 1 -> {
                var value = text(40_000);
                var headers = new DefaultHttp2Headers(false).status("200").add("x-a", value);
                if (random.nextBoolean()) {
                    writer.writeHeaders(context, stream, headers, padding(), ends, promise);
                } else {
                    writer.writeHeaders(
                            context, stream, headers, stream - 1, (short) 16, true, padding(), ends, promise);
                }
                written.add("HEADERS " + stream + " :status=200 x-a=" + value + (ends ? " END" : ""));
            }
            case 2 -> {
                writer.writePriority(context, stream, stream - 1, (short) 256, ends, promise);
                written.add("PRIORITY " + stream);
            }
            case 3 -> {
                var code = code();
                writer.writeRstStream(context, stream, code.code(), promise);
                written.add("RST_STREAM " + stream + " " + code);
            }
            case 4 -> {
                int window = random.nextInt(Integer.MAX_VALUE);
                writer.writeSettings(context, new Http2Settings().initialWindowSize(window), promise);
                written.add("SETTINGS 4=" + window);
            }
            case 5 -> {
                writer.writeSettingsAck(context, promise);
                written.add("SETTINGS ACK");
            }
            case 6 -> {
                long opaque = random.nextLong();
                writer.writePing(context, ends, opaque, promise);
                written.add("PING " + opaque + (ends ? " ACK" : ""));
            }
            case 7 -> {
                var code = code();
                writer.writeGoAway(context, stream, code.code(), Unpooled.copiedBuffer(text(100), ISO_8859_1), promise);
                written.add("GOAWAY " + stream + " " + code);
            }
            default -> {
                int increment = 1 + random.nextInt(Integer.MAX_VALUE);
                int on = ends ? 0 : stream;
                writer.writeWindowUpdate(context, on, increment, promise);
                written.add("WINDOW_UPDATE " + on + " " + increment);
            }
        }
    }

    /// What Netty put into the channel.
    private byte[] sent() {
        channel.flushOutbound();
        var all = Unpooled.buffer();
        for (ByteBuf piece; (piece = channel.readOutbound()) != null; piece.release()) {
            all.writeBytes(piece);
        }
        return ByteBufUtil.getBytes(all);
    }

    private static List<String> read(byte[] bytes, HpackDecoder decoder) throws Exception {
        var input = ByteBuffer.wrap(bytes);
        var lines = new ArrayList<String>();
        var head = "";
        var block = ByteBuffer.allocate(bytes.length);
        boolean ends = false;
        for (Frame frame; (frame = new FrameReader().next(input)) != null; ) {
            boolean blockEnds = false;
            switch (frame) {
                case Frame.Data data ->
                    lines.add("DATA " + data.stream() + " " + data.bytes().remaining() + " of " + data.flowSize()
                            + (data.endsStream() ? " END" : ""));
                case Frame.FieldBlock first -> {
                    head = "HEADERS " + first.stream();
                    ends = first.endsStream();
                    block.put(first.fragment());
                    blockEnds = first.endsBlock();
                }
                case Frame.Continuation more -> {
                    block.put(more.fragment());
                    blockEnds = more.endsBlock();
                }
                case Frame.Priority priority -> lines.add("PRIORITY " + priority.stream());
                case Frame.Reset reset -> lines.add("RST_STREAM " + reset.stream() + " " + reset.code());
                case Frame.Settings settings ->
                    lines.add("SETTINGS " + settings.values().getFirst().id() + "="
                            + settings.values().getFirst().value());
                case Frame.SettingsAnswer _ -> lines.add("SETTINGS ACK");
                case Frame.Ping ping -> lines.add("PING " + ping.opaque() + (ping.isAnswer() ? " ACK" : ""));
                case Frame.GoAway goAway -> lines.add("GOAWAY " + goAway.lastStream() + " " + goAway.code());
                case Frame.WindowUpdate update ->
                    lines.add("WINDOW_UPDATE " + update.stream() + " " + update.increment());
                default -> throw new AssertionError(frame);
            }
            if (blockEnds) {
                var fields = new StringBuilder(head);
                decoder.decode(block.array(), 0, block.position(), field -> fields.append(' ')
                        .append(field.name())
                        .append('=')
                        .append(field.value()));
                lines.add(fields + (ends ? " END" : ""));
                block.clear();
            }
        }
        assertThat(input.hasRemaining()).isFalse();
        return lines;
    }

    // ------------------------------------------------------------------------------------------ we write

    @Test
    void nettyReadsWhatWeWrite() throws Exception {
        var encoder = new HpackEncoder();
        var reader = new DefaultHttp2FrameReader(new DefaultHttp2HeadersDecoder(false, 1 << 20));
        for (int i = 0; i < FRAMES; i++) {
            written.clear();
            var out = new OutputBuffer(64);
            write(encoder, out);
            var lines = new Lines();

            var input = Unpooled.wrappedBuffer(out.array(), out.offset(), out.size());
            while (input.isReadable()) {
                reader.readFrame(context, input, lines);
            }

            assertThat(lines.seen).as("seed %d", seed).isEqualTo(written);
        }
    }

    private void write(HpackEncoder encoder, OutputBuffer out) {
        int stream = stream();
        boolean ends = random.nextBoolean();
        switch (random.nextInt(9)) {
            case 0 -> {
                var text = text(16_384);
                FrameWriter.dataHeader(stream, text.length(), ends, out);
                out.putLatin1(text);
                written.add("DATA " + stream + " " + text.length() + (ends ? " END" : ""));
            }
            case 1 -> {
                int start = FrameWriter.beginBlock(out);
                var fields = fields(encoder, out);
                FrameWriter.endBlock(start, stream, ends, out);
                written.add("HEADERS " + stream + fields + (ends ? " END" : ""));
            }
            case 2 -> {
                int promised = stream();
                int start = FrameWriter.beginPromise(promised, out);
                var fields = fields(encoder, out);
                FrameWriter.endPromise(start, stream, out);
                written.add("PUSH_PROMISE " + stream + " " + promised + fields);
            }
            case 3 -> {
                var code = code();
                FrameWriter.reset(stream, code, out);
                written.add("RST_STREAM " + stream + " " + code.code());
            }
            case 4 -> {
                int window = random.nextInt(Integer.MAX_VALUE);
                FrameWriter.settings(
                        List.of(
                                new Frame.Setting(Frame.Setting.INITIAL_WINDOW_SIZE, window),
                                new Frame.Setting(Frame.Setting.ENABLE_CONNECT_PROTOCOL, 1)),
                        out);
                written.add("SETTINGS 4=" + window + " 8=1");
            }
            case 5 -> {
                FrameWriter.settingsAnswer(out);
                written.add("SETTINGS ACK");
            }
            case 6 -> {
                long opaque = random.nextLong();
                FrameWriter.ping(ends, opaque, out);
                written.add("PING " + opaque + (ends ? " ACK" : ""));
            }
            case 7 -> {
                var code = code();
                var text = text(100);
                FrameWriter.goAway(stream, code, text, out);
                written.add("GOAWAY " + stream + " " + code.code() + " " + text);
            }
            default -> {
                int increment = 1 + random.nextInt(Integer.MAX_VALUE);
                int on = ends ? 0 : stream;
                FrameWriter.windowUpdate(on, increment, out);
                written.add("WINDOW_UPDATE " + on + " " + increment);
            }
        }
    }

    private String fields(HpackEncoder encoder, OutputBuffer out) {
        var value = text(40_000);
        encoder.begin(out);
        encoder.status(204, out);
        encoder.field(HeaderName.of("X-A"), value, out);
        return " :status=204 x-a=" + value;
    }

    /// What Netty hears.
    private static final class Lines extends Http2EventAdapter {
        final List<String> seen = new ArrayList<>();

        private static String fields(Http2Headers headers) {
            var all = new StringBuilder();
            headers.forEach(
                    entry -> all.append(' ').append(entry.getKey()).append('=').append(entry.getValue()));
            return all.toString();
        }

        @Override
        public int onDataRead(ChannelHandlerContext context, int stream, ByteBuf data, int padding, boolean ends) {
            seen.add("DATA " + stream + " " + data.readableBytes() + (ends ? " END" : ""));
            return data.readableBytes() + padding;
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext context, int stream, Http2Headers headers, int padding, boolean ends) {
            seen.add("HEADERS " + stream + fields(headers) + (ends ? " END" : ""));
        }

        @Override
        public void onPushPromiseRead(
                ChannelHandlerContext context, int stream, int promised, Http2Headers headers, int padding) {
            seen.add("PUSH_PROMISE " + stream + " " + promised + fields(headers));
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext context, int stream, long code) {
            seen.add("RST_STREAM " + stream + " " + code);
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) {
            seen.add("SETTINGS 4=" + settings.initialWindowSize() + " 8=" + settings.get((char) 8));
        }

        @Override
        public void onSettingsAckRead(ChannelHandlerContext context) {
            seen.add("SETTINGS ACK");
        }

        @Override
        public void onPingRead(ChannelHandlerContext context, long opaque) {
            seen.add("PING " + opaque);
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext context, long opaque) {
            seen.add("PING " + opaque + " ACK");
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext context, int last, long code, ByteBuf debug) {
            seen.add("GOAWAY " + last + " " + code + " " + debug.toString(ISO_8859_1));
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext context, int stream, int increment) {
            seen.add("WINDOW_UPDATE " + stream + " " + increment);
        }
    }
}
