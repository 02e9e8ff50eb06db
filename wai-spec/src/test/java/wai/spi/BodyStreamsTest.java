package wai.spi;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import wai.Bytes;
import wai.ClientDisconnectedException;

class BodyStreamsTest {
    @Test
    void endsALimitedBodyAfterItsLengthAndLeavesTheRest() throws IOException {
        var connection = source("bodynext");
        var body = BodyStreams.limited(connection, 4);

        var read = body.readAllBytes();

        assertThat(read).asString(US_ASCII).isEqualTo("body");
        assertThat(body.read()).isEqualTo(-1);
        assertThat(body.read(new byte[1])).isEqualTo(-1);
        assertThat(connection.readAllBytes()).asString(US_ASCII).isEqualTo("next");
    }

    @Test
    void readsALimitedBodyByteByByte() throws IOException {
        var body = BodyStreams.limited(source("\u0000\u007fx"), 2);

        assertThat(body.available()).isEqualTo(2);
        assertThat(body.read()).isEqualTo(0);
        assertThat(body.read()).isEqualTo(0x7f);
        assertThat(body.available()).isEqualTo(0);
        assertThat(body.read()).isEqualTo(-1);
    }

    @Test
    void doesNotTouchTheSourceOfAnEmptyBody() throws IOException {
        var body = BodyStreams.limited(new FailingStream(), 0);

        assertThat(body.read()).isEqualTo(-1);
        assertThat(body.read(new byte[8])).isEqualTo(-1);
    }

    @Test
    void throwsAtEveryReadOfACutBodyAndNeverShowsItsEnd() throws IOException {
        var body = BodyStreams.limited(source("bod"), 4);
        body.readNBytes(3);

        assertThatThrownBy(body::read)
                .isInstanceOf(ClientDisconnectedException.class)
                .hasMessageContaining("3 of 4 bytes");
        assertThatThrownBy(() -> body.read(new byte[8])).isInstanceOf(ClientDisconnectedException.class);
        assertThatThrownBy(body::readAllBytes).isInstanceOf(ClientDisconnectedException.class);
        assertThatThrownBy(() -> body.skipNBytes(1)).isInstanceOf(IOException.class);
    }

    @Test
    void throwsForACutBodyThatIsReadWhole() {
        var body = BodyStreams.limited(source("bod"), 4);

        assertThatThrownBy(body::readAllBytes).isInstanceOf(ClientDisconnectedException.class);
    }

    @Test
    void refusesANegativeLength() {
        assertThatThrownBy(() -> BodyStreams.limited(source(""), -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }

    @Test
    void keepsTheSourceOpenWhenALimitedBodyIsClosed() throws IOException {
        var connection = new CloseWatch(source("bodynext"));
        var body = BodyStreams.limited(connection, 4);

        body.close();

        assertThat(connection.closed).isFalse();
        assertThat(body.readAllBytes()).asString(US_ASCII).isEqualTo("body");
    }

    @Test
    void streamsBytesFromMemory() throws IOException {
        var rope = Bytes.utf8("one,").plus(Bytes.utf8("two,")).plus(Bytes.EMPTY).plus(Bytes.utf8("three"));

        var stream = BodyStreams.of(rope);

        assertThat(stream.available()).isEqualTo(4);
        assertThat(stream.read()).isEqualTo('o');
        assertThat(stream.read(new byte[0])).isEqualTo(0);
        stream.close();
        assertThat(stream.readAllBytes()).asString(US_ASCII).isEqualTo("ne,two,three");
        assertThat(stream.read()).isEqualTo(-1);
        assertThat(BodyStreams.of(Bytes.EMPTY).read()).isEqualTo(-1);
    }

    @Test
    void streamsOnlyTheSliceOfAnArray() throws IOException {
        var bytes = Bytes.of("0123456789".getBytes(US_ASCII), 3, 4);

        assertThat(BodyStreams.of(bytes).readAllBytes()).asString(US_ASCII).isEqualTo("3456");
    }

    @Test
    void readsHighBytesAsPositiveNumbers() throws IOException {
        assertThat(BodyStreams.of(Bytes.of((byte) 0xff)).read()).isEqualTo(0xff);
    }

    @Test
    void givesWhatWasPeekedAtAgain() throws IOException {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);

        for (int round = 0; round < 2_000; round++) {
            var content = new byte[random.nextInt(0, 40)];
            random.nextBytes(content);
            int limit = random.nextInt(0, 50);

            var peeked = BodyStreams.peek(new DribblingStream(content, random), limit);

            assertThat(peeked.seen().length()).as("seed %d", seed).isEqualTo(Math.min(limit, content.length));
            assertThat(peeked.replay().readAllBytes()).as("seed %d", seed).isEqualTo(content);
            assertThat(peeked.replay().read()).as("seed %d", seed).isEqualTo(-1);
        }
    }

    @Test
    void peeksNoFurtherThanTheLimit() throws IOException {
        var source = source("headtail");

        var peeked = BodyStreams.peek(source, 4);

        assertThat(peeked.seen().utf8()).isEqualTo("head");
        assertThat(source.available()).isEqualTo(4);
    }

    @Test
    void replaysTheFailureOfACutBodyAsOftenAsItIsRead() throws IOException {
        var peeked = BodyStreams.peek(BodyStreams.limited(source("bod"), 4), 2);

        assertThat(peeked.replay().readNBytes(3)).asString(US_ASCII).isEqualTo("bod");
        assertThatThrownBy(peeked.replay()::read).isInstanceOf(ClientDisconnectedException.class);
        assertThatThrownBy(peeked.replay()::read).isInstanceOf(ClientDisconnectedException.class);
    }

    @Test
    void refusesToPeekANegativeNumberOfBytes() {
        assertThatThrownBy(() -> BodyStreams.peek(source("x"), -1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static InputStream source(String text) {
        return new ByteArrayInputStream(text.getBytes(US_ASCII));
    }

    /// A source that must not be read.
    private static final class FailingStream extends InputStream {
        @Override
        public int read() {
            throw new AssertionError("read");
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            throw new AssertionError("read");
        }
    }

    /// Gives a few bytes at a time, as a connection does.
    private static final class DribblingStream extends InputStream {
        private final InputStream content;
        private final SplittableRandom random;

        DribblingStream(byte[] content, SplittableRandom random) {
            this.content = new ByteArrayInputStream(content);
            this.random = random;
        }

        @Override
        public int read() throws IOException {
            return content.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return content.read(target, offset, Math.min(length, random.nextInt(1, 5)));
        }
    }

    private static final class CloseWatch extends InputStream {
        private final InputStream source;
        private boolean closed;

        CloseWatch(InputStream source) {
            this.source = source;
        }

        @Override
        public int read() throws IOException {
            return source.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return source.read(target, offset, length);
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
