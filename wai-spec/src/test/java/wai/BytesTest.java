package wai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import wai.testing.Draw;
import wai.testing.Property;

class BytesTest {
    @Test
    void joiningIsAssociativeAndHasAnIdentity() {
        Property.holds(draw -> {
            var a = rope(draw);
            var b = rope(draw);
            var c = rope(draw);

            assertThat(a.plus(b).plus(c)).isEqualTo(a.plus(b.plus(c)));
            assertThat(a.plus(Bytes.EMPTY)).isSameAs(a);
            assertThat(Bytes.EMPTY.plus(a)).isSameAs(a);
        });
    }

    @Test
    void joinsLengthsAndContents() {
        Property.holds(draw -> {
            var a = rope(draw);
            var b = rope(draw);

            var joined = a.plus(b);

            assertThat(joined.length()).isEqualTo(a.length() + b.length());
            assertThat(joined.toByteArray()).isEqualTo(concat(a.toByteArray(), b.toByteArray()));
        });
    }

    @Test
    void equalsAndHashesByContentHoweverJoined() {
        Property.holds(draw -> {
            var content = draw.bytes(40);

            var one = cut(content, draw);
            var other = cut(content, draw);

            assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
            assertThat(one.hashCode()).isEqualTo(Arrays.hashCode(content));
        });
    }

    @Test
    void differsWhenOneByteDiffers() {
        Property.holds(draw -> {
            var content = concat(draw.bytes(40), new byte[1]);
            var changed = content.clone();
            changed[draw.number(0, content.length - 1)] ^= (byte) draw.number(1, 255);

            assertThat(cut(content, draw)).isNotEqualTo(cut(changed, draw));
        });
    }

    @Test
    void differsFromAPrefixOfItself() {
        assertThat(Bytes.utf8("ab").plus(Bytes.utf8("c"))).isNotEqualTo(Bytes.utf8("ab"));
    }

    @Test
    void handsOutSlicesInOrderWithoutEmptyOnes() {
        Property.holds(draw -> {
            var rope = rope(draw);
            var collected = new ByteArrayOutputStream();
            var lengths = new ArrayList<Integer>();

            rope.forEachSlice((array, offset, length) -> {
                collected.write(array, offset, length);
                lengths.add(length);
            });

            assertThat(collected.toByteArray()).isEqualTo(rope.toByteArray());
            assertThat(lengths).allMatch(length -> length > 0);
        });
    }

    @Test
    void handsOutTheArrayItWasGiven() throws Exception {
        var array = "0123456789".getBytes(StandardCharsets.US_ASCII);
        var arrays = new ArrayList<byte[]>();
        var places = new ArrayList<Integer>();

        Bytes.of(array, 2, 5).forEachSlice((slice, offset, length) -> {
            arrays.add(slice);
            places.addAll(List.of(offset, length));
        });

        assertThat(arrays.getFirst()).isSameAs(array);
        assertThat(places).containsExactly(2, 5);
    }

    @Test
    void walksAMillionJoinsWithoutDeepRecursion() {
        var leftDeep = Bytes.EMPTY;
        var rightDeep = Bytes.EMPTY;
        var one = Bytes.utf8("x");

        for (int i = 0; i < 1_000_000; i++) {
            leftDeep = leftDeep.plus(one);
            rightDeep = one.plus(rightDeep);
        }

        assertThat(leftDeep.length()).isEqualTo(1_000_000);
        assertThat(leftDeep.equals(rightDeep)).isTrue();
        assertThat(leftDeep.hashCode()).isEqualTo(rightDeep.hashCode());
    }

    @Test
    void knowsALengthBeyondAnyArrayAndRefusesToCopyIt() {
        var rope = Bytes.utf8("x");
        for (int i = 0; i < 31; i++) {
            rope = rope.plus(rope);
        }
        var twoGibibytes = rope;

        assertThat(twoGibibytes.length()).isEqualTo(1L << 31);
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(twoGibibytes::toByteArray);
    }

    @Test
    void refusesALengthAboveLong() {
        var rope = Bytes.utf8("x");
        for (int i = 0; i < 62; i++) {
            rope = rope.plus(rope);
        }
        var half = rope;

        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> half.plus(half));
    }

    @Test
    void refusesASliceOutsideItsArray() {
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> Bytes.of(new byte[4], 2, 3));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> Bytes.of(new byte[4], -1, 1));
    }

    @Test
    void copiesABufferAndMovesItsPosition() {
        var buffer = ByteBuffer.wrap(new byte[] {1, 2, 3, 4});
        buffer.position(1).limit(3);

        var bytes = Bytes.copyOf(buffer);
        buffer.put(1, (byte) 9);

        assertThat(bytes).isEqualTo(Bytes.of((byte) 2, (byte) 3));
        assertThat(buffer.remaining()).isZero();
    }

    @Test
    void readsAndWritesUtf8WithReplacements() {
        assertThat(Bytes.utf8("aä€\uD83D\uDE00").utf8()).isEqualTo("aä€\uD83D\uDE00");
        assertThat(Bytes.utf8("a\uD83Db").utf8()).isEqualTo("a?b");
        assertThat(Bytes.of((byte) 'a', (byte) 0xff, (byte) 'b').utf8()).isEqualTo("a\uFFFDb");
    }

    @Test
    void readsACharacterThatAJoinHasCut() {
        assertThat(Bytes.of((byte) 0xc3).plus(Bytes.of((byte) 0xa4)).utf8()).isEqualTo("ä");
    }

    @Test
    void showsItsLengthAndNotItsContent() {
        assertThat(Bytes.utf8("secret")).hasToString("Bytes[6]");
    }

    @Test
    void anEmptyArrayIsTheEmptyBytes() {
        assertThat(Bytes.of()).isSameAs(Bytes.EMPTY);
        assertThat(Bytes.of(new byte[3], 3, 0)).isSameAs(Bytes.EMPTY);
        assertThat(Bytes.utf8("")).isSameAs(Bytes.EMPTY);
    }

    private static Bytes rope(Draw draw) {
        return cut(draw.bytes(30), draw);
    }

    /// The content in random pieces, joined in random order of joins.
    private static Bytes cut(byte[] content, Draw draw) {
        if (content.length < 2 || draw.number(0, 3) == 0) {
            return Bytes.of(content);
        }
        int at = draw.number(0, content.length);
        return cut(Arrays.copyOf(content, at), draw).plus(cut(Arrays.copyOfRange(content, at, content.length), draw));
    }

    private static byte[] concat(byte[] a, byte[] b) {
        var joined = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, joined, a.length, b.length);
        return joined;
    }
}
