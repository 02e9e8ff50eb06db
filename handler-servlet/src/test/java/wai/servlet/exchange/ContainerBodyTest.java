package wai.servlet.exchange;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import wai.ClientDisconnectedException;
import wai.ClientTimeoutException;

/// A request body over the stream of a container.
class ContainerBodyTest {
    @Test
    void doesNotOpenTheStreamBeforeTheFirstRead() throws IOException {
        var body = new ContainerBody(
                () -> {
                    throw new AssertionError("opened: 100 Continue would be sent");
                },
                5);

        assertThat(body.available()).isZero();
        assertThat(body.isEnded()).isFalse();
        assertThat(body.read(new byte[0])).isZero();
    }

    @Test
    void endsAtItsLengthWithoutAskingForMore() throws IOException {
        var body = body("hello and the next request", 5);

        assertThat(body.readNBytes(5)).asString(US_ASCII).isEqualTo("hello");
        assertThat(body.isEnded()).isTrue();
        assertThat(body.read()).isEqualTo(-1);
    }

    @Test
    void doesNotTakeAnEarlyEndForTheEnd() {
        var body = body("four", 5);

        assertThatThrownBy(body::readAllBytes)
                .isInstanceOf(ClientDisconnectedException.class)
                .hasMessageContaining("after 4 of 5 bytes");
        assertThat(body.isEnded()).isFalse();
        assertThat(body.failure()).isNotNull();
    }

    @Test
    void endsWithTheStreamWhenTheLengthIsNotKnown() throws IOException {
        var body = body("four", -1);

        assertThat(body.readAllBytes()).asString(US_ASCII).isEqualTo("four");
        assertThat(body.isEnded()).isTrue();
        assertThat(body.failure()).isNull();
    }

    @Test
    void tellsAFailureAgainAtEveryRead() {
        var body = failing(new IllegalStateException("broken chunk"));

        assertThatThrownBy(body::read)
                .isInstanceOf(ClientDisconnectedException.class)
                .hasRootCauseMessage("broken chunk");
        assertThatThrownBy(body::read).isSameAs(body.failure());
    }

    @Test
    void tellsAClientThatIsTooSlowFromOneThatLeft() {
        assertThatThrownBy(failing(new SocketTimeoutException())::read).isInstanceOf(ClientTimeoutException.class);
        assertThatThrownBy(failing(new IOException(new TimeoutException()))::read)
                .isInstanceOf(ClientTimeoutException.class);
        assertThatThrownBy(failing(new IOException("reset"))::read)
                .isInstanceOf(ClientDisconnectedException.class)
                .isNotInstanceOf(ClientTimeoutException.class);
    }

    @Test
    void forgetsTheRestOfABodyUnlessItIsLong() throws IOException {
        var rest = body("12345678", -1);
        var known = body("12345678", 8);
        var declared = body("12345678", 8);
        var undeclared = body("12345678", -1);
        rest.readNBytes(2);

        rest.drop(6);
        known.drop(8);
        declared.drop(7);
        undeclared.drop(7);

        assertThat(rest.isEnded()).isTrue();
        assertThat(known.isEnded()).isTrue();
        assertThat(declared.isUntouched()).as("its length tells").isTrue();
        assertThat(undeclared.isEnded()).isFalse();
    }

    @Test
    void forgetsAFailureOfWhatIsForgotten() {
        var body = failing(new IOException("reset"));

        body.drop(100);

        assertThat(body.isEnded()).isFalse();
    }

    private static ContainerBody body(String bytes, long length) {
        return new ContainerBody(() -> new ByteArrayInputStream(bytes.getBytes(US_ASCII)), length);
    }

    private static ContainerBody failing(Exception failure) {
        return new ContainerBody(
                () -> new InputStream() {
                    @Override
                    public int read() throws IOException {
                        if (failure instanceof RuntimeException unchecked) {
                            throw unchecked;
                        }
                        throw (IOException) failure;
                    }

                    @Override
                    public int read(byte[] target, int offset, int count) throws IOException {
                        return read();
                    }
                },
                -1);
    }
}
