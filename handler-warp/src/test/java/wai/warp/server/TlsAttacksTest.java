package wai.warp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.server.Conversation.GET;

import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.ClientTimeoutException;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.memory.MemoryTransport.Ending;
import wai.warp.memory.TlsPeer;
import wai.warp.settings.Failure;
import wai.warp.settings.Failure.Phase;
import wai.warp.settings.Listener;
import wai.warp.settings.Timeouts;
import wai.warp.tls.TestAuthority;
import wai.warp.tls.Tls;

/// Clients that mean no good before and under TLS, in virtual time; each leaves nothing behind.
@Timeout(120) // a safety net, nothing depends on it
class TlsAttacksTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create("root");
    private static final String FATAL = "\25\3\3\0\2\2"; // an alert, up to its reason

    private final AtomicInteger asked = new AtomicInteger();
    private final Application application = (_, respond) -> {
        asked.incrementAndGet();
        return respond.with(Conversation.HI);
    };

    private static Tls tls() throws Exception {
        return Tls.of(AUTHORITY.issue("a", "a.test"));
    }

    private Conversation talk() throws Exception {
        return talk(tls());
    }

    private Conversation talk(Tls tls) {
        return talk(tls, application);
    }

    private static Conversation talk(Tls tls, Application application) {
        return Conversation.with(
                settings -> settings.withListeners(
                                List.of(Listener.tcp("127.0.0.1", 0).withTls(tls)))
                        .withTimeouts(Timeouts.defaults().withHandshake(ofSeconds(3))),
                application);
    }

    private static TlsPeer peer(Conversation talk, String version) throws Exception {
        return new TlsPeer(talk.client, AUTHORITY.root(), version);
    }

    /// Expects that a client was not let in, was reported once, and holds nothing any more.
    private void assertRefused(Conversation talk) {
        talk.awaitEnd();
        assertThat(talk.failures()).extracting(Failure::phase).containsExactly(Phase.HANDSHAKE);
        assertThat(talk.server.buffersInUse()).isZero();
        assertThat(asked).hasValue(0);
    }

    // ------------------------------------------------------------------------------------------ slow

    @ParameterizedTest(name = "{0} ms: let in {1}")
    @CsvSource({"2999, true", "3000, false"})
    void theHandshakeHasItsTimeAndNoMore(int millis, boolean letIn) throws Exception {
        try (var talk = talk()) {
            var client = peer(talk, "TLSv1.3");
            talk.client.send(client.hello());
            talk.awaitDriver();
            talk.pass(ofMillis(millis));

            if (letIn) {
                client.goOn(false, () -> client.engine().getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING);
                talk.client.send(client.wrap(GET));
                talk.awaitDriver();
                assertThat(client.heard()).endsWith("\r\n\r\nhi");
            } else {
                assertRefused(talk);
                assertThat(talk.failures().getFirst().cause()).isInstanceOf(ClientTimeoutException.class);
                assertThat(talk.server.connections().snapshot().timeouts(Timeouts.Kind.HANDSHAKE))
                        .isOne();
            }
        }
    }

    @Test
    void aByteNowAndThenGainsNoTime() throws Exception {
        try (var talk = talk()) {
            var hello = peer(talk, "TLSv1.3").hello();
            for (int i = 0; i < 5; i++) {
                talk.client.send(hello.substring(i, i + 1));
                talk.awaitDriver();
                assertThat(talk.client.isClosed()).isFalse();
                talk.pass(ofMillis(600));
            }
            talk.pass(ofMillis(100));

            assertRefused(talk);
            assertThat(talk.received()).isEmpty();
        }
    }

    @Test
    void whoSaysNothingIsClosedWithoutAByte() throws Exception {
        try (var talk = talk()) {
            talk.awaitDriver();
            assertThat(talk.server.buffersInUse()).isLessThan(2);
            talk.pass(ofMillis(3_100));

            assertRefused(talk);
            assertThat(talk.received()).isEmpty();
        }
    }

    // ------------------------------------------------------------------------------------------ cut

    @Test
    void aHelloMayBeCutAnywhere() throws Exception {
        int length = lengthOfHello();
        for (int cut = 1; cut < length; cut++) {
            try (var talk = talk()) {
                talk.client.send(peer(talk, "TLSv1.3").hello().substring(0, cut));
                talk.client.end();

                assertRefused(talk);
            } catch (AssertionError e) {
                throw new AssertionError("cut before byte " + cut, e);
            }
        }
    }

    private int lengthOfHello() throws Exception {
        try (var talk = talk()) {
            return peer(talk, "TLSv1.3").hello().length();
        }
    }

    @Test
    void theEndOfTheHandshakeAndTheFirstRequestMayComeTogetherAndBeCutAnywhere() throws Exception {
        int length = -1;
        for (int cut = 0; cut != length; cut++) {
            try (var talk = talk()) {
                var client = peer(talk, "TLSv1.3");
                var bytes = client.shakeHandsToTheLast() + client.wrap(GET);
                length = bytes.length();
                var pieces = cut == 0 ? List.of(bytes) : List.of(bytes.substring(0, cut), bytes.substring(cut));

                for (var piece : pieces) {
                    talk.client.send(piece);
                    talk.awaitDriver();
                }

                assertThat(client.heard()).as("cut before byte %d", cut).endsWith("\r\n\r\nhi");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void whoLeavesBehindTheServersPartIsReported(String version) throws Exception {
        try (var talk = talk()) {
            var client = peer(talk, version);
            talk.client.send(client.hello());
            talk.awaitDriver();
            assertThat(talk.received()).isNotEmpty();

            talk.client.end();

            assertRefused(talk);
        }
    }

    @Test
    void aResetInTheHandshakeIsReported() throws Exception {
        try (var talk = talk()) {
            talk.client.send(peer(talk, "TLSv1.3").hello());
            talk.awaitDriver();

            talk.client.reset();

            assertRefused(talk);
        }
    }

    // ------------------------------------------------------------------------------------------ garbage

    @Test
    void garbageEndsTheConnectionAndNothingElse() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            var bytes = new byte[1 + random.nextInt(400)];
            random.nextBytes(bytes);
            if (random.nextBoolean()) { // a record of the right kind, to get further
                System.arraycopy(
                        new byte[] {0x16, 3, 1, 0, (byte) bytes.length}, 0, bytes, 0, Math.min(5, bytes.length));
            } else {
                bytes[0] = (byte) random.nextInt(9);
            }
            try (var talk = talk()) {
                talk.client.send(new String(bytes, ISO_8859_1));
                talk.client.end();

                assertRefused(talk);
            } catch (AssertionError e) {
                throw new AssertionError("-Dseed=" + seed + ", round " + i, e);
            }
        }
    }

    @Test
    void aChangedByteOfTheHelloHarmsNobodyElse() throws Exception {
        int length = lengthOfHello();
        for (int at = 0; at < length; at++) {
            try (var talk = talk()) {
                var hello = new StringBuilder(peer(talk, "TLSv1.3").hello());
                hello.setCharAt(at, (char) (hello.charAt(at) ^ 0x80));
                talk.client.send(hello.toString());
                talk.client.end();

                assertRefused(talk); // also where the server could go on: nothing follows
            } catch (AssertionError e) {
                throw new AssertionError("byte " + at, e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\26\3\1\377\377", "\27\3\3\0\1x", "\26\2\0\0\1x", "\25\3\3\0\2\2\50"})
    void aRecordThatIsNoneOfAHelloIsRefusedBeforeMoreComes(String begin) throws Exception {
        try (var talk = talk()) {
            talk.client.send(begin);
            talk.awaitDriver();
            talk.client.end(); // the server waits for the client to read why

            assertRefused(talk);
            assertThat(talk.failures().getFirst().cause()).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void aHelloThatSaysItIsHugeIsRefused() throws Exception {
        try (var talk = talk()) {
            var fragment = "\26\3\1\100\0"; // a record of 16 KiB
            talk.client.send(fragment + "\1\20\0\0" + "x".repeat(16_380)); // of a hello of a megabyte
            for (int i = 0; i < 10 && !talk.client.isClosed(); i++) {
                talk.client.send(fragment + "x".repeat(16_384));
            }
            talk.client.end();

            assertRefused(talk);
        }
    }

    @Test
    void anOldHelloIsToldWhichVersionsThereAre() throws Exception {
        try (var talk = talk(tls().withVersions("TLSv1.3"))) {
            talk.client.send(peer(talk, "TLSv1.2").hello());
            talk.awaitDriver();
            talk.client.end();

            assertRefused(talk);
            assertThat(talk.received()).isEqualTo(FATAL + "\106"); // protocol_version
        }
    }

    // ------------------------------------------------------------------------------------------ under TLS

    private static TlsPeer letIn(Conversation talk, String version) throws Exception {
        var client = peer(talk, version);
        client.shakeHands(false);
        talk.client.send(client.wrap(GET));
        talk.awaitDriver();
        assertThat(client.heard()).endsWith("\r\n\r\nhi");
        return client;
    }

    @Test
    void aWholeRequestInRecordsOfOneByteIsServed() throws Exception {
        try (var talk = talk()) {
            var client = letIn(talk, "TLSv1.3");
            for (int i = 0; i < GET.length(); i++) {
                talk.client.send(client.wrap(GET.substring(i, i + 1)));
            }
            talk.awaitDriver();

            assertThat(client.heard()).endsWith("\r\n\r\nhi");
        }
    }

    @Test
    void aFloodOfUpdatesOfKeysIsCutAndHoldsNothing() throws Exception {
        try (var talk = talk()) {
            var client = letIn(talk, "TLSv1.3");
            for (int i = 0; i < 1_000 && !talk.client.isClosed(); i++) {
                talk.client.send(client.updateOfKeys());
                client.heard();
            }

            talk.awaitEnd();
            assertThat(talk.server.buffersInUse()).isZero();
        }
    }

    @Test
    void updatesOfKeysWhoseAnswersNobodyTakesAreCutByTheClock() throws Exception {
        try (var talk = talk()) {
            var client = letIn(talk, "TLSv1.3");
            talk.client.takeNothing();
            talk.client.send(client.updateOfKeys());
            talk.client.awaitWriter();
            talk.pass(Timeouts.defaults().write().plusSeconds(1));
            talk.pass(Timeouts.defaults().idle().plusSeconds(1));

            talk.awaitEnd();
            assertThat(talk.server.buffersInUse()).isZero();
        }
    }

    @Test
    void aRenegotiationIsCut() throws Exception {
        try (var talk = talk()) {
            var client = letIn(talk, "TLSv1.2");
            client.engine().beginHandshake();
            talk.client.send(client.wrap(""));

            talk.awaitEnd();
            assertThat(asked).hasValue(1);
            assertThat(talk.server.buffersInUse()).isZero();
        }
    }

    @Test
    void aRecordThatWasTamperedWithEndsTheConnection() throws Exception {
        try (var talk = talk()) {
            var record = letIn(talk, "TLSv1.3").wrap(GET);
            int last = record.length() - 1;
            talk.client.send(record.substring(0, last) + (char) (record.charAt(last) ^ 1));

            talk.awaitEnd();
            assertThat(asked).hasValue(1);
            assertThat(talk.server.buffersInUse()).isZero();
        }
    }

    // ------------------------------------------------------------------------------------------ ends

    private static final String OLD = "GET / HTTP/1.0\r\n\r\n";

    private static Application streams(boolean fails) {
        return (_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            out.writeUtf8("part");
            out.flush();
            if (fails) {
                throw new IllegalStateException("on purpose");
            }
        }));
    }

    @ParameterizedTest(name = "fails {0}")
    @CsvSource({"false, CLOSED", "true, NONE"})
    void onlyAWholeBodyThatEndsWithTheConnectionEndsWithAGoodbye(boolean fails, String goodbye) throws Exception {
        try (var talk = talk(tls(), streams(fails))) {
            var client = peer(talk, "TLSv1.3");
            client.shakeHands(false);
            talk.client.send(client.wrap(OLD));
            talk.awaitEnd();

            assertThat(client.heard()).endsWith("\r\n\r\npart");
            assertThat(client.engine().isInboundDone()).isEqualTo(goodbye.equals("CLOSED"));
            assertThat(talk.client.ending()).isEqualTo(fails ? Ending.RESET : Ending.CLOSED);
        }
    }

    @Test
    void aGoodbyeInTheMiddleOfARequestIsItsEnd() throws Exception {
        try (var talk = talk()) {
            var client = letIn(talk, "TLSv1.3");
            talk.client.send(client.wrap("GET / HT"));
            client.engine().closeOutbound();
            talk.client.send(client.wrap(""));
            talk.awaitEnd();

            assertThat(asked).hasValue(1);
            assertThat(client.heard()).contains(" 400 Bad Request\r\n");
        }
    }

    @Test
    void whatComesBehindAGoodbyeIsNotServed() throws Exception {
        try (var talk = talk()) {
            var client = letIn(talk, "TLSv1.3");
            var late = client.wrap(GET); // encrypted before, sent behind
            client.engine().closeOutbound();
            talk.client.send(client.wrap("") + late);

            talk.awaitEnd();
            assertThat(asked).hasValue(1);
        }
    }
}
