package wai.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// When a socket may be closed: every order of two calls and a close. No call reaches a socket here.
class DirectSocketTest {
    private DirectSocket socket;

    @SuppressWarnings("NullAway.Init") // made before each test
    DirectSocketTest() {}

    @BeforeEach
    void make() {
        assumeTrue(Pollers.mayCallDirectly());
        socket = new DirectSocket(SystemCalls.find(), -1);
    }

    @Test
    void isClosedAtOnceWhenNoCallIsUnderWay() {
        assertThat(socket.close()).isTrue();
    }

    @Test
    void isClosedAtOnceBehindCalls() {
        assertThat(socket.begin()).isTrue();
        assertThat(socket.end()).isFalse();
        assertThat(socket.begin()).isTrue();
        assertThat(socket.end()).isFalse();

        assertThat(socket.close()).isTrue();
    }

    @Test
    void isClosedByTheCallThatIsUnderWay() {
        assertThat(socket.begin()).isTrue();

        assertThat(socket.close()).isFalse();
        assertThat(socket.end()).isTrue();
    }

    @Test
    void isClosedByTheLastOfTwoCalls() {
        assertThat(socket.begin()).isTrue();
        assertThat(socket.begin()).isTrue();

        assertThat(socket.close()).isFalse();
        assertThat(socket.end()).isFalse();
        assertThat(socket.end()).isTrue();
    }

    @Test
    void noCallBeginsOnceItIsToBeClosed() {
        assertThat(socket.begin()).isTrue();
        assertThat(socket.close()).isFalse();

        assertThat(socket.begin()).isFalse();
        assertThat(socket.end()).isFalse(); // the other one is still under way
        assertThat(socket.end()).isTrue();
    }

    @Test
    void noCallBeginsOnceItIsClosed() {
        assertThat(socket.close()).isTrue();

        assertThat(socket.begin()).isFalse();
        assertThat(socket.end()).isTrue(); // once more, which does nothing to a closed channel
        assertThat(socket.begin()).isFalse();
    }
}
