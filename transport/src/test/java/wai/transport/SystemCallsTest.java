package wai.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What C answers, and what we make of it: on real sockets, one thread, nobody waits.
class SystemCallsTest {
    private SocketChannel server;
    private SocketChannel client;
    private DirectSocket socket;

    @SuppressWarnings("NullAway.Init") // connected before each test
    SystemCallsTest() {}

    @BeforeEach
    void connect() throws IOException {
        assumeTrue(Pollers.mayCallDirectly());
        try (var listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            client = SocketChannel.open(listener.getLocalAddress());
            connected(listener.accept());
        }
    }

    private void connected(SocketChannel channel) throws IOException {
        server = channel;
        server.configureBlocking(false);
        socket = Objects.requireNonNull(SystemCalls.find().socketOf(server));
    }

    @AfterEach
    void close() throws IOException {
        if (server != null) {
            server.close();
            client.close();
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    }

    private static String text(ByteBuffer buffer, int from, int to) {
        return new String(buffer.array(), buffer.arrayOffset() + from, to - from, ISO_8859_1);
    }

    /// Asks until something has come.
    private int receive(ByteBuffer target) throws IOException {
        int count = socket.receive(target);
        while (count == 0) {
            Thread.onSpinWait();
            count = socket.receive(target);
        }
        return count;
    }

    /// Sends until that fails.
    private void sendOn() throws IOException {
        while (socket.send(bytes("abc")) >= 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void receivesWhatIsThereAndSaysWhenNothingIs() throws IOException {
        var target = ByteBuffer.allocate(10);

        assertThat(socket.receive(target)).isZero();
        client.write(bytes("abc"));
        assertThat(receive(target)).isEqualTo(3);
        assertThat(socket.receive(target)).isZero();
        client.write(bytes("defg"));
        assertThat(receive(target)).isEqualTo(4);

        assertThat(target.position()).isEqualTo(7);
        assertThat(text(target, 0, 7)).isEqualTo("abcdefg");
    }

    @Test
    void keepsToTheRoomOfTheBuffer() throws IOException {
        var whole = ByteBuffer.wrap("----------".getBytes(ISO_8859_1));
        var part = whole.slice(2, 6).position(1).limit(4);
        client.write(bytes("abcdef"));

        assertThat(receive(part)).isEqualTo(3);
        assertThat(part.hasRemaining()).isFalse();

        assertThat(text(whole, 0, 10)).isEqualTo("---abc----");
        assertThat(receive(ByteBuffer.allocate(9))).isEqualTo(3);
    }

    @Test
    void aBufferWithoutRoomIsNotTheEnd() throws IOException {
        client.write(bytes("abc"));

        assertThat(socket.receive(ByteBuffer.allocate(0))).isZero();
        assertThat(receive(ByteBuffer.allocate(9))).isEqualTo(3);
        assertThat(socket.receive(ByteBuffer.allocate(0))).isZero();
    }

    @Test
    void theEndOfThePeerStays() throws IOException {
        client.write(bytes("abc"));
        client.shutdownOutput();

        assertThat(receive(ByteBuffer.allocate(9))).isEqualTo(3);
        assertThat(receive(ByteBuffer.allocate(9))).isEqualTo(-1);
        assertThat(receive(ByteBuffer.allocate(9))).isEqualTo(-1);
    }

    @Test
    void aResetIsNotTakenForTheEnd() throws IOException {
        client.setOption(StandardSocketOptions.SO_LINGER, 0);
        client.close();

        assertThatThrownBy(() -> receive(ByteBuffer.allocate(9)))
                .isInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
    }

    @Test
    void sendsFromWhereTheBufferIs() throws IOException {
        var source = ByteBuffer.wrap("--abcd--".getBytes(ISO_8859_1))
                .slice(1, 6)
                .position(1)
                .limit(5);
        var target = ByteBuffer.allocate(10);

        assertThat(socket.send(source)).isEqualTo(4);
        assertThat(source.hasRemaining()).isFalse();
        client.read(target);

        assertThat(text(target, 0, target.position())).isEqualTo("abcd");
    }

    @Test
    void oneCallSendsSoMuchAndNoByteMore() throws IOException {
        var source = ByteBuffer.allocate(SystemCalls.MOST + 1);

        assertThat(socket.send(source)).isEqualTo(SystemCalls.MOST);
        assertThat(socket.send(source)).isEqualTo(1);
    }

    @Test
    void oneCallReceivesSoMuchAndNoByteMore() throws IOException {
        client.write(ByteBuffer.allocate(2 * SystemCalls.MOST));
        client.shutdownOutput();
        var target = ByteBuffer.allocate(2 * SystemCalls.MOST);
        int most = 0;

        for (int count; target.hasRemaining() && (count = receive(target)) > 0; ) {
            most = Math.max(most, count);
        }

        assertThat(target.hasRemaining()).isFalse();
        assertThat(most).isBetween(1, SystemCalls.MOST);
    }

    @Test
    void sendsNothingWhereThereIsNoRoom() throws IOException {
        int sent;
        do {
            sent = socket.send(ByteBuffer.allocate(SystemCalls.MOST));
        } while (sent > 0);

        assertThat(sent).isZero();
    }

    @Test
    void aPeerThatIsGoneTakesNothing() throws IOException {
        client.setOption(StandardSocketOptions.SO_LINGER, 0);
        client.close();

        assertThatThrownBy(this::sendOn).isInstanceOf(SocketException.class).hasMessage("Connection reset");
        assertThatThrownBy(() -> socket.send(bytes("abc")))
                .isInstanceOf(SocketException.class)
                .hasMessage("Broken pipe");
    }

    @Test
    void otherErrorsAreToldByNumber() throws IOException {
        try (var unconnected = SocketChannel.open()) {
            var other = Objects.requireNonNull(SystemCalls.find().socketOf(unconnected));

            assertThatThrownBy(() -> other.receive(ByteBuffer.allocate(1)))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("recv(2) failed with error 107"); // ENOTCONN
        }
    }

    @Test
    void tellsWherePacketsCameIn() throws IOException {
        client.write(bytes("abc"));
        receive(ByteBuffer.allocate(9));

        int processor = socket.incomingProcessor();

        assertThat(processor).isNotNegative();
        assertThat(socket.incomingProcessor()).isEqualTo(processor); // as none came since
    }

    @Test
    void nobodyKnowsWherePacketsOfNoSocketCameIn() {
        assertThat(SystemCalls.find().incomingProcessor(-1)).isEqualTo(-1);
    }

    @Test
    void worksOnUnixSockets(@TempDir Path folder) throws IOException {
        close();
        try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            var address = UnixDomainSocketAddress.of(folder.resolve("s"));
            listener.bind(address);
            client = SocketChannel.open(address);
            connected(listener.accept());
        }
        var target = ByteBuffer.allocate(10);

        assertThat(socket.receive(target)).isZero();
        client.write(bytes("abc"));
        assertThat(receive(target)).isEqualTo(3);
        client.close();
        assertThat(receive(target)).isEqualTo(-1);
        assertThatThrownBy(() -> socket.send(bytes("abc"))).hasMessage("Broken pipe");
        assertThat(socket.incomingProcessor()).as("there are no packets").isEqualTo(-1);
    }
}
