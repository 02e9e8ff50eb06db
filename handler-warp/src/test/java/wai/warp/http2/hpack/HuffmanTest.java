package wai.warp.http2.hpack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import wai.warp.http1.OutputBuffer;

class HuffmanTest {
    private static String again(String text) throws HpackFault {
        var out = new OutputBuffer(16);
        Huffman.encode(text, out);
        assertThat(out.size()).isEqualTo(Huffman.encodedSize(text));
        var target = new byte[Huffman.mostDecoded(out.size())];
        int count = Huffman.decode(out.array(), out.offset(), out.offset() + out.size(), target);
        return new String(Arrays.copyOf(target, count), ISO_8859_1);
    }

    @Test
    void everyOctetComesBack() throws HpackFault {
        for (char c = 0; c <= 0xff; c++) {
            assertThat(again(String.valueOf(c))).isEqualTo(String.valueOf(c));
        }
    }

    @Test
    void everyTextComesBack() throws HpackFault {
        long seed = Long.getLong("seed", new Random().nextLong());
        var random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            var octets = new byte[random.nextInt(60)];
            random.nextBytes(octets);
            var text = new String(octets, ISO_8859_1);

            assertThat(again(text)).as("-Dseed=" + seed).isEqualTo(text);
        }
    }

    @Test
    void anyOctetsAreATextOrAFault() {
        long seed = Long.getLong("seed", new Random().nextLong());
        var random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            var octets = new byte[random.nextInt(12)];
            random.nextBytes(octets);
            var target = new byte[Huffman.mostDecoded(octets.length)];
            try {
                assertThat(Huffman.decode(octets, 0, octets.length, target))
                        .as("-Dseed=" + seed)
                        .isBetween(0, target.length);
            } catch (HpackFault e) {
                assertThat(e).hasMessageContaining("RFC 7541");
            }
        }
    }
}
