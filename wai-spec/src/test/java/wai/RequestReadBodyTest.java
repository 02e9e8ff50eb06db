package wai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReadBodyTest {
    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 200_000})
    void readsABodyUpToTheLimitAndRefusesOneBytePastIt(int length) throws IOException {
        var content = new byte[length];
        Arrays.fill(content, length / 2, length, (byte) 7);

        var exact = upload(content, OptionalLong.empty()).readBody(length);
        var declared = upload(content, OptionalLong.of(length)).readBody(length);

        assertThat(exact.toByteArray()).isEqualTo(content);
        assertThat(declared.toByteArray()).isEqualTo(content);
        if (length > 0) {
            assertThatThrownBy(() -> upload(content, OptionalLong.empty()).readBody(length - 1))
                    .isInstanceOf(ContentTooLargeException.class);
        }
    }

    @ParameterizedTest(name = "{0} bytes declared")
    @ValueSource(ints = {1, 99, 100, 101, 65_536, 70_000})
    void readsWhatComesWhateverWasDeclared(int declared) throws IOException {
        var content = new byte[100];
        Arrays.fill(content, (byte) 7);

        var body = upload(content, OptionalLong.of(declared)).readBody(100_000);

        assertThat(body.toByteArray()).isEqualTo(content);
    }

    @ParameterizedTest(name = "{0} bytes declared")
    @ValueSource(longs = {-1, 65_536, 1_000_000})
    void takesMemoryForWhatHasComeAndNotForWhatWasDeclared(long declared) throws IOException {
        var body = new Trickle(70_000);
        var length = declared < 0 ? OptionalLong.empty() : OptionalLong.of(declared);
        var request = Request.builder("POST", "/").body(body, length).build();

        var read = request.readBody(1_000_000);

        assertThat(read.length()).isEqualTo(70_000);
        assertThat(body.largestBeforeTheFirst).isZero();
        assertThat(body.mostTooMuch).isNotPositive();
    }

    /// A body that comes a byte at a time and never says that more is there. It looks at the arrays it is to fill.
    private static final class Trickle extends InputStream {
        private final int size;
        private int given;
        int largestBeforeTheFirst;
        /// By how much an array was larger than a kilobyte, and than four times what had come.
        int mostTooMuch = Integer.MIN_VALUE;

        Trickle(int size) {
            this.size = size;
        }

        @Override
        public int read() {
            return given == size ? -1 : given++ & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (given == 0) {
                largestBeforeTheFirst = Math.max(largestBeforeTheFirst, target.length);
            }
            if (offset <= 1) { // a new one
                mostTooMuch = Math.max(mostTooMuch, target.length - Math.max(1024, 4 * given));
            }
            int next = read();
            if (next < 0) {
                return -1;
            }
            target[offset] = (byte) next;
            return 1;
        }
    }

    @Test
    void readsWithoutALimitThatMatters() throws IOException {
        assertThat(upload(new byte[100], OptionalLong.empty())
                        .readBody(Long.MAX_VALUE)
                        .length())
                .isEqualTo(100);
    }

    @Test
    void refusesADeclaredLengthBeforeItReads() {
        var request = Request.builder("POST", "/")
                .body(new CutBody(), OptionalLong.of(11))
                .build();

        var refusal = catchThrowableOfType(ContentTooLargeException.class, () -> request.readBody(10));

        assertThat(refusal.limit()).isEqualTo(10);
        assertThat(refusal).hasMessageContaining("10 bytes").hasMessageContaining("RFC 9110 §15.5.14");
    }

    @Test
    void passesOnWhatTheBodyThrows() {
        var request = Request.builder("POST", "/")
                .body(new CutBody(), OptionalLong.of(3))
                .build();

        assertThatThrownBy(() -> request.readBody(10)).isInstanceOf(ClientDisconnectedException.class);
    }

    @Test
    void refusesANegativeLimit() {
        assertThatThrownBy(() -> upload(new byte[0], OptionalLong.empty()).readBody(-1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // as Request.Builder.body
    private static Request upload(byte[] content, OptionalLong length) {
        return Request.builder("POST", "/")
                .body(new ByteArrayInputStream(content), length)
                .build();
    }

    /// Fails at the first read.
    private static final class CutBody extends InputStream {
        @Override
        public int read() throws IOException {
            throw new ClientDisconnectedException("gone");
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            throw new ClientDisconnectedException("gone");
        }
    }
}
