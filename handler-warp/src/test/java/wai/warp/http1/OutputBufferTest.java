package wai.warp.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputBufferTest {
    @ParameterizedTest
    @ValueSource(
            longs = {0, 1, 9, 10, 15, 16, 99, 100, 255, 256, 4095, 4096, 1_000_000, Integer.MAX_VALUE, Long.MAX_VALUE})
    void numbersAreWrittenInDigits(long number) {
        var decimal = new OutputBuffer(0);
        var hex = new OutputBuffer(0);

        decimal.putDecimal(number);
        hex.putHex(number);

        assertThat(decimal).hasToString(Long.toString(number));
        assertThat(hex).hasToString(Long.toHexString(number));
    }

    @Test
    void whatIsPutComesOutInOrderHoweverItIsDrained() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var buffer = new OutputBuffer(random.nextInt(20));
        var put = new StringBuilder();
        var drained = new StringBuilder();

        for (int i = 0; i < 2_000; i++) {
            var text = "x".repeat(random.nextInt(30)) + i;
            switch (random.nextInt(3)) {
                case 0 -> buffer.put(Wire.bytes("(" + text + ")"), 1, text.length());
                case 1 -> buffer.putLatin1(text);
                default -> buffer.put(Wire.bytes(text));
            }
            put.append(text);
            int count = Math.min(buffer.size(), random.nextInt(50));
            drained.append(
                    new String(buffer.array(), buffer.offset(), count, java.nio.charset.StandardCharsets.ISO_8859_1));
            buffer.drained(count);
        }

        assertThat(drained.toString() + buffer).as("seed %d", seed).isEqualTo(put.toString());
    }

    @Test
    void drainingAsFastAsFillingDoesNotGrow() {
        var buffer = new OutputBuffer(64);

        for (int i = 0; i < 1_000; i++) {
            buffer.put(new byte[30]);
            buffer.drained(buffer.size() - 1);
        }

        assertThat(buffer.array()).hasSize(64);
        assertThat(buffer.isEmpty()).isFalse();
    }

    @Test
    void moreThanWaitsCannotBeDrained() {
        var buffer = new OutputBuffer(8);
        buffer.putLatin1("abc");

        assertThatThrownBy(() -> buffer.drained(4)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> buffer.drained(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(buffer).hasToString("abc");
    }

    @Test
    void allThatWaitsIsMovedToAnArray() {
        var buffer = new OutputBuffer(4);
        buffer.putLatin1("abcdef");
        buffer.drained(2);
        var target = "12345678".getBytes(ISO_8859_1);

        buffer.drainTo(target, 3);

        assertThat(new String(target, ISO_8859_1)).isEqualTo("123cdef8");
        assertThat(buffer.isEmpty()).isTrue();
    }

    @Test
    void nothingIsMovedToAnArrayWhereAllDoesNotFit() {
        var buffer = new OutputBuffer(4);
        buffer.putLatin1("abc");

        assertThatThrownBy(() -> buffer.drainTo(new byte[4], 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(buffer).hasToString("abc");
    }
}
