package wai.warp.http2.hpack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.twitter.hpack.Decoder;
import com.twitter.hpack.Encoder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import wai.HeaderName;
import wai.warp.http1.OutputBuffer;

/// Our HPACK and another one (`com.twitter:hpack`) understand each other, whatever fields come and however the tables
/// change; and what is broken is never read in two ways. A failure shows its seed; `-Dseed=` runs it again.
class HpackOracleTest {
    private static final int TABLE = 4096;
    private static final int CONNECTIONS = 200;
    private static final int BLOCKS = 20;
    private static final int MUTATIONS = 20_000;
    private static final int ANY_SIZE = 1 << 20;
    private static final String[] NAMES = {
        "content-type",
        "set-cookie",
        "date",
        "etag",
        "accept",
        "x-a",
        "x-request-id",
        "a",
        "authorization",
        "x-" + "y".repeat(200)
    };

    private final long seed = Long.getLong("seed", new Random().nextLong());
    private final Random random = new Random(seed);
    /// Values that come again and again, so that they are found in tables.
    private final String[] values = new String[12];

    HpackOracleTest() {
        for (int i = 0; i < values.length; i++) {
            values[i] = value();
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
                    random.nextInt(3) == 0 ? value() : values[random.nextInt(values.length)]));
        }
        return fields;
    }

    @Test
    void weReadWhatTheOtherWrites() throws Exception {
        for (int connection = 0; connection < CONNECTIONS; connection++) {
            var encoder = new Encoder(TABLE);
            var decoder = new HpackDecoder(TABLE);
            for (int i = 0; i < BLOCKS; i++) {
                var out = new ByteArrayOutputStream();
                if (random.nextInt(4) == 0) {
                    encoder.setMaxHeaderTableSize(out, random.nextInt(TABLE + 1));
                }
                var fields = fields();
                write(encoder, fields, out);

                assertThat(read(decoder, out.toByteArray())).as("seed %d", seed).isEqualTo(texts(fields));
            }
        }
    }

    @Test
    void theOtherReadsWhatWeWrite() throws Exception {
        for (int connection = 0; connection < CONNECTIONS; connection++) {
            var encoder = new HpackEncoder();
            var decoder = new Decoder(ANY_SIZE, TABLE);
            for (int i = 0; i < BLOCKS; i++) {
                for (int changes = random.nextInt(8) - 5; changes > 0; changes--) {
                    int size = random.nextInt(2 * TABLE);
                    encoder.allowTable(size);
                    decoder.setMaxHeaderTableSize(size);
                }
                var fields = fields();
                var out = new OutputBuffer(64);
                encoder.begin(out);
                for (var field : fields) {
                    encoder.field(HeaderName.of(field.name()), field.value(), out);
                }
                var block = new byte[out.size()];
                System.arraycopy(out.array(), out.offset(), block, 0, block.length);

                assertThat(read(decoder, block)).as("seed %d", seed).isEqualTo(texts(fields));
            }
        }
    }

    /// We may refuse more, as a fault ends the connection; but nothing means one thing to us and another to others.
    @Test
    void whatWeAcceptOfBrokenBlocksMeansTheSameToTheOther() throws Exception {
        int accepted = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            var block = mutated();
            List<String> seen;
            try {
                seen = read(new HpackDecoder(TABLE), block);
            } catch (HpackFault _) {
                continue;
            }
            accepted++;
            if (seen.stream().anyMatch(text -> text.startsWith(": "))) {
                continue; // the other refuses empty names at once, we where requests are judged (RFC 9113 §8.2.1)
            }
            var shown = "seed " + seed + ", block " + HexFormat.of().formatHex(block);
            try {
                assertThat(read(new Decoder(ANY_SIZE, TABLE), block)).as(shown).isEqualTo(seen);
            } catch (IOException e) {
                throw new AssertionError(shown + " is refused by the other, and read by us as " + seen, e);
            }
        }
        assertThat(accepted).as("seed %d", seed).isBetween(MUTATIONS / 100, MUTATIONS - MUTATIONS / 100);
    }

    private byte[] mutated() throws IOException {
        var out = new ByteArrayOutputStream();
        var encoder = new Encoder(TABLE);
        var fields = new ArrayList<Field>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            fields.add(Field.of(NAMES[random.nextInt(8)], "value " + random.nextInt(4)));
        }
        write(encoder, fields, out);
        var block = out.toByteArray();
        for (int i = random.nextInt(3); i >= 0; i--) {
            block[random.nextInt(block.length)] = (byte) random.nextInt(256);
        }
        return block;
    }

    private void write(Encoder encoder, List<Field> fields, ByteArrayOutputStream out) throws IOException {
        for (var field : fields) {
            encoder.encodeHeader(
                    out,
                    field.name().getBytes(ISO_8859_1),
                    field.value().getBytes(ISO_8859_1),
                    random.nextInt(10) == 0);
        }
    }

    private static List<String> read(HpackDecoder decoder, byte[] block) throws HpackFault {
        return Blocks.decode(decoder, block);
    }

    private static List<String> read(Decoder decoder, byte[] block) throws IOException {
        var texts = new ArrayList<String>();
        decoder.decode(
                new ByteArrayInputStream(block),
                (name, value, _) -> texts.add(new String(name, ISO_8859_1) + ": " + new String(value, ISO_8859_1)));
        assertThat(decoder.endHeaderBlock()).as("fields that were too large").isFalse();
        return texts;
    }

    private static List<String> texts(List<Field> fields) {
        return fields.stream().map(field -> field.name() + ": " + field.value()).toList();
    }
}
