package wai.warp.http2.hpack;

import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.http2.hpack.Blocks.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.HeaderName;
import wai.Headers;
import wai.warp.http1.OutputBuffer;

class HpackEncoderTest {
    private static final HeaderName CUSTOM = HeaderName.of("x-custom");
    private static final int ROUNDS = 300;

    private final HpackEncoder encoder = new HpackEncoder();
    private final HpackDecoder decoder = new HpackDecoder(HpackEncoder.LARGEST_TABLE);

    private byte[] block(int status, Headers fields) {
        var out = new OutputBuffer(64);
        encoder.begin(out);
        encoder.status(status, out);
        fields.forEach((name, value) -> encoder.field(name, value, out));
        return Arrays.copyOfRange(out.array(), out.offset(), out.offset() + out.size());
    }

    private String hex(int status, Headers fields) {
        return HexFormat.of().formatHex(block(status, fields));
    }

    @Test
    void aKnownStatusIsOneOctet() {
        assertThat(hex(200, Headers.EMPTY)).isEqualTo("88");
        assertThat(hex(500, Headers.EMPTY)).isEqualTo("8e");
    }

    @Test
    void aFieldThatRepeatsIsOneOctetFromTheSecondTimeOn() {
        var fields = Headers.of(HeaderName.SERVER, "Warp");

        assertThat(hex(200, fields)).isEqualTo("88" + "7683" + hexOfWarp());
        assertThat(hex(200, fields)).isEqualTo("88be");
    }

    @Test
    void aFieldIsFoundBehindManyThatCameLaterAndAddedAnewOnceItHasLeft() throws Exception {
        var server = Headers.of(HeaderName.SERVER, "Warp");
        int known = 2; // octets: of the status, of the index
        decode(decoder, block(200, server));
        for (int i = 0; i < 40; i++) { // of 65 octets each, of a table of 4096
            decode(decoder, block(200, Headers.of(HeaderName.DATE, "%029d".formatted(i))));

            assertThat(block(200, server)).hasSizeLessThanOrEqualTo(known).isNotEmpty();
        }
        for (int i = 40; i < 80; i++) {
            decode(decoder, block(200, Headers.of(HeaderName.DATE, "%029d".formatted(i))));
        }

        assertThat(block(200, server)).hasSizeGreaterThan(known);
        assertThat(block(200, server)).hasSize(known);
    }

    private static String hexOfWarp() {
        var out = new OutputBuffer(8);
        Huffman.encode("Warp", out);
        return HexFormat.of().formatHex(out.array(), out.offset(), out.offset() + out.size());
    }

    @Test
    void aSecretIsMarkedAndNotKept() {
        var fields = Headers.of(HeaderName.SET_COOKIE, "a");

        assertThat(hex(200, fields)).isEqualTo("88" + "1f28" + "0161");
        assertThat(hex(200, fields)).isEqualTo("88" + "1f28" + "0161");
    }

    @Test
    void whatDiffersEachTimeIsNotKept() {
        assertThat(hex(200, Headers.of(HeaderName.CONTENT_LENGTH, "7"))).isEqualTo("88" + "0f0d" + "0137");
    }

    @Test
    void aFieldThatTakesMuchOfTheTableIsNotKept() {
        var atMost = "~".repeat(1024 - 32 - 8);

        block(200, Headers.of(CUSTOM, atMost));
        assertThat(block(200, Headers.of(CUSTOM, atMost))).hasSize(2);

        block(200, Headers.of(CUSTOM, atMost + "~"));
        assertThat(block(200, Headers.of(CUSTOM, atMost + "~"))).hasSizeGreaterThan(900);
    }

    @Test
    void tellsTheSmallestAndTheLastSizeOfATableThatChanged() {
        block(200, Headers.of(CUSTOM, "a"));
        encoder.allowTable(100);
        encoder.allowTable(0);
        encoder.allowTable(300);

        var block = hex(200, Headers.EMPTY);

        assertThat(block).isEqualTo("20" + "3f8d02" + "88");
        assertThat(hex(200, Headers.EMPTY)).isEqualTo("88");
    }

    @Test
    void usesNoLargerTableThanItsOwnHoweverMuchIsAllowed() {
        encoder.allowTable(1L << 31);

        assertThat(hex(200, Headers.EMPTY)).isEqualTo("88");
    }

    @Test
    void aTableOfSizeZeroIsNotUsed() throws HpackFault {
        encoder.allowTable(0);
        var fields = Headers.of(CUSTOM, "a");

        for (int i = 0; i < 3; i++) {
            assertThat(decode(decoder, block(200, fields))).containsExactly(":status: 200", "x-custom: a");
        }
    }

    @ParameterizedTest(name = "table {0}")
    @ValueSource(ints = {0, 50, 200, 4096})
    void whatWasEncodedIsDecodedAgain(int tableSize) throws HpackFault {
        long seed = Long.getLong("seed", new Random().nextLong());
        var random = new Random(seed);
        encoder.allowTable(tableSize);
        for (int round = 0; round < ROUNDS; round++) {
            var expected = new ArrayList<String>();
            var fields = Headers.builder();
            int status = 100 + random.nextInt(500);
            expected.add(":status: " + status);
            for (int i = random.nextInt(12); i > 0; i--) {
                var name = name(random);
                var value = value(random);
                fields.add(name, value);
                expected.add(name.lowerCase() + ": " + value);
            }
            if (random.nextInt(20) == 0) {
                encoder.allowTable(random.nextInt(tableSize + 1));
            }

            assertThat(decode(decoder, block(status, fields.build())))
                    .as("-Dseed=" + seed)
                    .isEqualTo(expected);
        }
    }

    private static HeaderName name(Random random) {
        var known = List.of("Server", "Date", "Content-Type", "Set-Cookie", "ETag", "x-a", "X-B", "vary", "Location");
        return HeaderName.of(random.nextInt(4) == 0 ? "x-" + random.nextInt(50) : known.get(random.nextInt(9)));
    }

    /// Often one that was there before; from time to time of any characters, long, or empty.
    private static String value(Random random) {
        if (random.nextInt(3) > 0) {
            return "value " + random.nextInt(5);
        }
        var text = new StringBuilder();
        for (int i = random.nextInt(random.nextInt(20) == 0 ? 2000 : 40); i > 0; i--) {
            int c = 0x21 + random.nextInt(0xff - 0x21 + 1);
            text.append((char) (c == 0x7f ? 'x' : c));
        }
        return text.toString();
    }
}
