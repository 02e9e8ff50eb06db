package wai.warp.arrival;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.ClientDisconnectedException;
import wai.warp.memory.MemoryTransport;
import wai.warp.memory.TlsPeer;
import wai.warp.tls.TestAuthority;
import wai.warp.tls.Tls;

/// TLS over a transport in memory, with an engine of the JDK as client: records as they go over the wire.
@Timeout(60) // a safety net, nothing depends on it
class TlsTransportTest {
    private static final int HEADER = 5;
    private static final TestAuthority AUTHORITY = TestAuthority.create("root");

    private final MemoryTransport wire = new MemoryTransport();
    private final CountedBuffers buffers = new CountedBuffers();
    private TlsPeer client;
    private TlsTransport server;

    @BeforeEach
    void connect() throws Exception {
        connect("TLSv1.3");
    }

    private void connect(String version) throws Exception {
        client = new TlsPeer(wire, AUTHORITY.root(), version);
        server = new TlsTransport(
                wire, new TlsContext(Tls.of(AUTHORITY.issue("a", "a.test")), List.of("http/1.1")), buffers);
    }

    @AfterEach
    void allBuffersAreGivenBack() {
        server.close();
        server.release();
        assertThat(buffers.taken).isZero();
    }

    // ------------------------------------------------------------------------------------------ the client's end

    private void shakeHands() throws Exception {
        shakeHands(false);
    }

    /// Makes the handshake.
    private void shakeHands(boolean byByte) throws Exception {
        var serving = new FutureTask<>(server::handshake);
        Thread.startVirtualThread(serving);
        client.shakeHands(byByte);
        assertThat(serving.get(20, TimeUnit.SECONDS)).isEqualTo(TlsTransport.Outcome.SECURED);
    }

    private String wrap(String text) throws IOException {
        return client.wrap(text);
    }

    /// Everything that the client can decrypt.
    private String heard() throws IOException {
        return client.heard();
    }

    private String take(int most) throws IOException {
        var target = ByteBuffer.allocate(most);
        int count = server.read(target);
        return count < 0 ? "end" : new String(target.array(), 0, count, ISO_8859_1);
    }

    private void write(String text) throws IOException {
        for (var source = ByteBuffer.wrap(text.getBytes(ISO_8859_1)); source.hasRemaining(); ) {
            server.write(source);
        }
    }

    /// The sizes of the records of application data in some writes.
    private static List<Integer> records(List<String> writes) {
        var bytes = String.join("", writes);
        var sizes = new ArrayList<Integer>();
        for (int at = 0; at < bytes.length(); ) {
            int size = bytes.charAt(at + 3) << 8 | bytes.charAt(at + 4);
            sizes.add(size);
            at += HEADER + size;
        }
        return sizes;
    }

    /// After the tickets went out with the first answer.
    private int settled() throws Exception {
        shakeHands();
        write("x");
        assertThat(heard()).isEqualTo("x");
        return wire.writes().size();
    }

    // ------------------------------------------------------------------------------------------ handshakes

    @Test
    void theServersPartOfTheHandshakeIsOneWriteAndTheTicketAnother() throws Exception {
        shakeHands();

        assertThat(wire.writes()).hasSize(2);
    }

    @Test
    void theHandshakeMayComeByteByByte() throws Exception {
        shakeHands(true);

        write("x");
        assertThat(heard()).isEqualTo("x");
    }

    @Test
    void whoLeavesWithoutAByteIsNoFailure() throws Exception {
        wire.end();

        assertThat(server.handshake()).isEqualTo(TlsTransport.Outcome.NOTHING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n", "\r\nGET", "get"})
    void plainBytesGoThrough(String bytes) throws Exception {
        wire.send(bytes, "more");

        assertThat(server.handshake()).isEqualTo(TlsTransport.Outcome.PLAIN);
        assertThat(server.engine()).isNull();
        assertThat(take(3)).isEqualTo(bytes.substring(0, 3));
        if (bytes.length() > 3) {
            assertThat(take(100)).isEqualTo(bytes.substring(3));
        }
        assertThat(take(100)).isEqualTo("more");
        write("answer");
        assertThat(wire.received()).isEqualTo("answer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\200\56\1\0\2", "\0\0\0\0\0\0", "\26\3\1\377\377zzz", "\26\3\1\0\1\2", "\27\3\3\0\1x"})
    void garbageIsRefused(String bytes) {
        wire.send(bytes, "x".repeat(100));
        wire.end();

        assertThatThrownBy(server::handshake).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> write("x")).isInstanceOf(ClientDisconnectedException.class);
    }

    @Test
    void aHelloThatIsCutIsToldAsSuch() throws Exception {
        var hello = client.hello();
        wire.send(hello.substring(0, hello.length() - 1));
        wire.end();

        assertThatThrownBy(server::handshake)
                .isInstanceOf(ClientDisconnectedException.class)
                .hasMessageContaining("left in the TLS handshake");
    }

    @ParameterizedTest(name = "{0} bytes: refused {1}")
    @CsvSource({"131072, false", "131073, true"})
    void aHandshakeIsBoundedWhateverTheEngineTakes(int bytes, boolean refused) throws Exception {
        var context = new TlsContext(Tls.by(_ -> new EndlessEngine()), List.of("http/1.1"));
        server = new TlsTransport(wire, context, buffers);
        for (int left = bytes; left > 0; left -= 10_000) {
            wire.send("\26" + "x".repeat(Math.min(left, 10_000) - 1));
        }
        wire.end();

        assertThatThrownBy(server::handshake)
                .isInstanceOf(refused ? SSLException.class : ClientDisconnectedException.class)
                .hasMessageContaining(refused ? "a TLS handshake of more than 131072 bytes" : "left");
    }

    @Test
    void nothingIsWrittenBeforeTheHandshake() {
        assertThatThrownBy(() -> write("HTTP/1.1 503")).isInstanceOf(ClientDisconnectedException.class);
        assertThat(wire.received()).isEmpty();
    }

    // ------------------------------------------------------------------------------------------ records out

    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {1, 5_000, RecordSizes.ONE})
    void whatIsSmallIsOneRecordInOneWrite(int size) throws Exception {
        int before = settled();

        write("y".repeat(size));

        var writes = wire.writes().subList(before, wire.writes().size());
        assertThat(writes).hasSize(1);
        assertThat(records(writes)).hasSize(1);
        assertThat(heard()).isEqualTo("y".repeat(size));
    }

    @Test
    void whatIsLargeBeginsWithSmallRecordsAndGoesOnWithLargeOnes() throws Exception {
        int before = settled();
        var text = "y".repeat(200_000);

        write(text);

        var sizes = records(wire.writes().subList(before, wire.writes().size()));
        assertThat(sizes.subList(0, 15)).allMatch(size -> size < RecordSizes.FIRST + 100);
        assertThat(sizes.subList(16, sizes.size() - 1)).allMatch(size -> size > RecordSizes.LARGEST);
        assertThat(heard()).isEqualTo(text);
    }

    @Test
    void whatThePeerSaysBeginsANewAnswer() throws Exception {
        settled();
        write("y".repeat(200_000));
        heard();
        int before = wire.writes().size();
        wire.send(wrap("more"));
        take(10);

        write("y".repeat(20_000));

        assertThat(records(wire.writes().subList(before, wire.writes().size())).getFirst())
                .isLessThan(RecordSizes.FIRST + 100);
    }

    @Test
    void whatAnExpiredWriteLeftBehindGoesOutFirst() throws Exception {
        settled();
        wire.takeNothing();
        var writing = new FutureTask<>(() -> {
            write("one");
            return null;
        });
        Thread.startVirtualThread(writing);
        wire.awaitWriter();
        server.expire();
        assertThatThrownBy(() -> writing.get(20, TimeUnit.SECONDS)).hasMessageContaining("deadline");
        server.revive();
        wire.open(1_000_000);

        write("two");

        assertThat(heard()).isEqualTo("onetwo");
    }

    // ------------------------------------------------------------------------------------------ records in

    @Test
    void recordsMayComeInAnyPiecesAndBeReadInAny() throws Exception {
        settled();
        wire.send(wrap("hello").split(""));
        wire.send(wrap("a") + wrap("b") + wrap("c".repeat(16_384)));

        assertThat(take(2)).isEqualTo("he");
        assertThat(take(100)).isEqualTo("llo");
        assertThat(take(1)).isEqualTo("a");
        assertThat(take(10)).startsWith("b");
        var rest = new StringBuilder();
        while (rest.length() < 16_000) {
            rest.append(take(1_000));
        }
        assertThat(rest.toString()).matches("c+");
    }

    @Test
    void readingWithoutWaitingTellsThatNothingIsThere() throws Exception {
        settled();
        var target = ByteBuffer.allocate(10);

        assertThat(server.readNow(target)).isZero();
        assertThat(server.isDrained()).isTrue();
        var record = wrap("ab");
        wire.send(record.substring(0, 7));
        assertThat(server.readNow(target)).isZero();
        wire.send(record.substring(7));
        server.awaitInput();
        assertThat(server.readNow(target)).isEqualTo(2);
    }

    @Test
    void anEndWithGoodbyeIsAnEndAndWritingGoesOn() throws Exception {
        settled();
        client.engine().closeOutbound();
        wire.send(wrap(""));

        assertThat(take(10)).isEqualTo("end");
        assertThat(server.isTruncated()).isFalse();
        write("still");
        assertThat(heard()).isEqualTo("still");
    }

    @Test
    void anEndWithoutGoodbyeIsToldAsSuch() throws Exception {
        settled();
        wire.send(wrap("last"));
        wire.end();

        assertThat(take(10)).isEqualTo("last");
        assertThat(server.isTruncated()).isFalse();
        assertThat(take(10)).isEqualTo("end");
        assertThat(server.isTruncated()).isTrue();
    }

    @Test
    void aRecordThatWasTamperedWithEndsTheConnection() throws Exception {
        settled();
        var record = wrap("hello");
        wire.send(record.substring(0, record.length() - 1) + "!");

        assertThatThrownBy(() -> take(10))
                .isInstanceOf(ClientDisconnectedException.class)
                .hasMessageContaining("TLS with the client failed");
    }

    // ------------------------------------------------------------------------------------------ for nothing

    private void updateKeys() throws Exception {
        wire.send(client.updateOfKeys());
    }

    @Test
    void anUpdateOfKeysIsAnswered() throws Exception {
        settled();
        int before = wire.writes().size();
        updateKeys();
        wire.send(wrap("behind"));

        assertThat(take(10)).isEqualTo("behind");
        assertThat(wire.writes().size()).isGreaterThan(before);
        write("answer");
        assertThat(heard()).isEqualTo("answer");
    }

    @ParameterizedTest(name = "{0}: served {1}")
    @CsvSource({"64, true", "65, false"})
    void updatesOfKeysForNothingAreBounded(int updates, boolean served) throws Exception {
        settled();
        for (int i = 0; i < updates; i++) {
            updateKeys();
            heard();
        }
        wire.send(wrap("behind"));

        if (served) {
            assertThat(take(10)).isEqualTo("behind");
        } else {
            assertThatThrownBy(() -> take(10)).hasMessageContaining("65 TLS records without data");
        }
    }

    @Test
    void aRenegotiationIsRefusedByAnAlert() throws Exception {
        connect("TLSv1.2");
        shakeHands();
        write("x");
        assertThat(heard()).isEqualTo("x");
        client.engine().beginHandshake();
        wire.send(wrap(""));

        assertThatThrownBy(() -> take(10))
                .isInstanceOf(ClientDisconnectedException.class)
                .hasMessageContaining("renegotiates");
        assertThatThrownBy(this::heard).isInstanceOf(SSLException.class).hasMessageContaining("protocol_version");
    }

    // ------------------------------------------------------------------------------------------ the end

    @Test
    void closingSaysGoodbye() throws Exception {
        settled();

        server.close();

        assertThat(client.hear(new StringBuilder())).isEqualTo(Status.CLOSED);
        assertThat(wire.ending()).isEqualTo(MemoryTransport.Ending.CLOSED);
    }

    @Test
    void closingDoesNotWaitForAClientThatTakesNothing() throws Exception {
        settled();
        wire.takeNothing();

        server.close();

        assertThat(wire.isClosed()).isTrue();
    }

    @Test
    void abortingSaysNoGoodbye() throws Exception {
        int before = settled();

        server.abort();

        assertThat(wire.writes()).hasSize(before);
        assertThat(wire.ending()).isEqualTo(MemoryTransport.Ending.RESET);
    }

    @Test
    void aClosedOutputLeavesTheInput() throws Exception {
        settled();
        server.closeOutput();
        wire.send(wrap("late"));

        assertThat(take(10)).isEqualTo("late");
        assertThatThrownBy(() -> write("x")).isInstanceOf(ClientDisconnectedException.class);
    }

    /// Buffers that are counted.
    private static final class CountedBuffers implements RecordBuffers {
        private int taken;

        @Override
        public synchronized ByteBuffer take() {
            taken++;
            return ByteBuffer.allocate(SIZE);
        }

        @Override
        public synchronized void give(ByteBuffer buffer) {
            taken--;
        }
    }
}
