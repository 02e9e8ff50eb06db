package wai;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import wai.testing.Property;

class BytesBuilderTest {
    @Test
    void writesNumbersAsTheJdkDoes() {
        Property.holds(draw -> {
            long number = draw.anyLong();

            assertThat(new BytesBuilder().decimal(number).toBytes().utf8()).isEqualTo(Long.toString(number));
            assertThat(new BytesBuilder().hex(number).toBytes().utf8()).isEqualTo(Long.toHexString(number));
        });
    }

    @Test
    void writesHexAtEveryNumberOfDigits() {
        for (int bits = 0; bits < 64; bits++) {
            for (long number : new long[] {(1L << bits) - 1, 1L << bits, (1L << bits) + 1}) {
                assertThat(new BytesBuilder().hex(number).toBytes().utf8()).isEqualTo(Long.toHexString(number));
            }
        }
    }

    @Test
    void writesIntegersWithTheHighByteFirst() {
        var bytes =
                new BytesBuilder().int8(0x1ff).int16(0x1fffe).int32(0x80030201).toBytes();

        assertThat(bytes.toByteArray()).containsExactly(0xff, 0xff, 0xfe, 0x80, 0x03, 0x02, 0x01);
    }

    @Test
    void whatWasReturnedIsNeverChangedByLaterAppends() {
        Property.holds(draw -> {
            var builder = new BytesBuilder();
            var expected = new ByteArrayOutputStream();
            var returned = new ArrayList<Bytes>();
            var copies = new ArrayList<byte[]>();

            for (int step = draw.number(1, 60); step > 0; step--) {
                var piece = draw.bytes(draw.oneOf(3, 300, 5000));
                if (draw.coin()) {
                    builder.bytes(piece.clone());
                } else {
                    builder.bytes(Bytes.of(piece).plus(Bytes.of(piece)));
                    expected.writeBytes(piece);
                }
                expected.writeBytes(piece);
                returned.add(builder.toBytes());
                copies.add(expected.toByteArray());
            }

            for (int i = 0; i < returned.size(); i++) {
                assertThat(returned.get(i).toByteArray()).isEqualTo(copies.get(i));
            }
        });
    }

    @Test
    void keepsALongPieceWithoutCopyingAndCopiesAShortOne() throws Exception {
        var kept = new byte[4096];
        var copied = new byte[4095];

        var bytes = new BytesBuilder().bytes(kept).bytes(copied).toBytes();
        Arrays.fill(kept, (byte) 1);
        Arrays.fill(copied, (byte) 1);

        assertThat(Arrays.copyOf(bytes.toByteArray(), 4096)).containsOnly(1);
        assertThat(Arrays.copyOfRange(bytes.toByteArray(), 4096, 8191)).containsOnly(0);
    }

    @Test
    void joinsManySmallPiecesIntoFewSlices() throws Exception {
        var builder = new BytesBuilder();
        for (int i = 0; i < 10_000; i++) {
            builder.utf8("0123456789");
        }
        var slices = new ArrayList<Integer>();

        builder.toBytes().forEachSlice((_, _, length) -> slices.add(length));

        assertThat(slices).hasSizeLessThan(12);
    }

    @Test
    void beginsEmpty() {
        assertThat(new BytesBuilder().toBytes()).isSameAs(Bytes.EMPTY);
        assertThat(new BytesBuilder().utf8("").bytes(Bytes.EMPTY).toBytes()).isSameAs(Bytes.EMPTY);
    }

    @Test
    void chainsPiecesOfEveryKind() {
        var bytes = new BytesBuilder()
                .utf8("länge ")
                .decimal(-12)
                .int8(' ')
                .hex(255)
                .bytes(Bytes.utf8("!"))
                .bytes((byte) '?')
                .toBytes();

        assertThat(bytes).isEqualTo(Bytes.utf8("länge -12 ff!?"));
    }
}
