package wai.warp.http2.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import wai.HeaderName;
import wai.warp.http1.OutputBuffer;

/// Our HPACK and Netty's understand each other, block after block on one connection, whatever fields come and however
/// the tables change. A failure shows its seed; `-Dseed=` runs it again.
class NettyHpackTest {
    private static final int TABLE = 4096;
    private static final int CONNECTIONS = 100;
    private static final int BLOCKS = 20;
    private static final int LARGEST_LIST = 1 << 20;
    private static final String[] NAMES = {
        "content-type", "set-cookie", "date", "etag", "accept", "x-a", "a", "authorization", "x-" + "y".repeat(200)
    };

    private final long seed = Long.getLong("seed", new Random().nextLong());
    private final Random random = new Random(seed);
    /// Values that come again and again, so that they are found in tables.
    private final List<String> values = new ArrayList<>();

    NettyHpackTest() {
        for (int i = 0; i < 12; i++) {
            values.add(value());
        }
    }

    private String value() {
        int length = random.nextInt(20) == 0 ? random.nextInt(6000) : random.nextInt(60);
        var value = new StringBuilder();
        boolean text = random.nextBoolean();
        for (int i = 0; i < length; i++) {
            value.append((char) (text ? 'a' + random.nextInt(26) : random.nextInt(256)));
        }
        return value.toString();
    }

    private List<Field> fields() {
        var fields = new ArrayList<Field>();
        for (int i = random.nextInt(12); i >= 0; i--) {
            fields.add(Field.of(
                    NAMES[random.nextInt(NAMES.length)],
                    random.nextInt(3) == 0 ? value() : values.get(random.nextInt(values.size()))));
        }
        return fields;
    }

    @Test
    void weReadWhatNettyWrites() throws Exception {
        for (int connection = 0; connection < CONNECTIONS; connection++) {
            var encoder = new DefaultHttp2HeadersEncoder((_, _) -> random.nextInt(10) == 0, true);
            var decoder = new HpackDecoder(TABLE);
            for (int i = 0; i < BLOCKS; i++) {
                if (random.nextInt(4) == 0) {
                    encoder.maxHeaderTableSize(random.nextInt(TABLE + 1));
                }
                var fields = fields();
                var headers = new DefaultHttp2Headers(false);
                fields.forEach(field -> headers.add(field.name(), new AsciiString(latin1(field.value()), false)));
                var out = Unpooled.buffer();
                encoder.encodeHeaders(1, headers, out);

                assertThat(Blocks.decode(decoder, bytes(out)))
                        .as("seed %d", seed)
                        .isEqualTo(texts(fields));
            }
        }
    }

    @Test
    void nettyReadsWhatWeWrite() throws Exception {
        for (int connection = 0; connection < CONNECTIONS; connection++) {
            var encoder = new HpackEncoder();
            var decoder = new DefaultHttp2HeadersDecoder(false, LARGEST_LIST);
            for (int i = 0; i < BLOCKS; i++) {
                for (int changes = random.nextInt(8) - 5; changes > 0; changes--) {
                    int size = random.nextInt(2 * TABLE);
                    encoder.allowTable(size);
                    decoder.maxHeaderTableSize(size);
                }
                var fields = fields();
                var out = new OutputBuffer(64);
                encoder.begin(out);
                for (var field : fields) {
                    encoder.field(HeaderName.of(field.name()), field.value(), out);
                }

                var read = decoder.decodeHeaders(1, Unpooled.wrappedBuffer(out.array(), out.offset(), out.size()));

                assertThat(texts(read)).as("seed %d", seed).isEqualTo(texts(fields));
            }
        }
    }

    @Test
    void nettyReadsTheRequestsThatWePromise() throws Exception {
        var encoder = new HpackEncoder();
        var decoder = new DefaultHttp2HeadersDecoder(false, LARGEST_LIST);
        for (int i = 0; i < BLOCKS; i++) {
            var out = new OutputBuffer(64);
            var path = random.nextBoolean() ? "/" : "/" + random.nextInt(10);
            encoder.begin(out);
            encoder.pseudoField(":method", "GET", out);
            encoder.pseudoField(":scheme", i % 2 == 0 ? "http" : "https", out);
            encoder.pseudoField(":authority", "a" + random.nextInt(3), out);
            encoder.pseudoField(":path", path, out);

            var read = decoder.decodeHeaders(1, Unpooled.wrappedBuffer(out.array(), out.offset(), out.size()));

            assertThat(read.method()).hasToString("GET");
            assertThat(read.scheme()).hasToString(i % 2 == 0 ? "http" : "https");
            assertThat(read.authority().toString()).matches("a[0-2]");
            assertThat(read.path()).hasToString(path);
        }
    }

    private static byte[] latin1(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(ByteBuf buffer) {
        var bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }

    private static List<String> texts(Http2Headers headers) {
        var texts = new ArrayList<String>();
        headers.forEach(entry -> texts.add(entry.getKey() + ": " + entry.getValue()));
        return texts;
    }

    private static List<String> texts(List<Field> fields) {
        return fields.stream().map(field -> field.name() + ": " + field.value()).toList();
    }
}
