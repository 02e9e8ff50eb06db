package wai.warp.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import wai.warp.http1.Http1Event.Head;
import wai.warp.http1.Http1Event.Signal;

/// Messages that are meant to cost more than they should: what is accepted of them is counted, and where limits are
/// raised so that they pass, no byte is looked at again.
class HeadBombTest {
    private static final String CHUNKED = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final Http1Limits RAISED =
            new Http1Limits(64, 1 << 20, 1 << 24, 60_000, Long.MAX_VALUE, 1 << 20, 1 << 24);
    private static final int PIECE = 1024;

    @Test
    void aRequestLineOf8000OctetsPasses() {
        var line = "GET /" + "a".repeat(8_000 - "GET / HTTP/1.1".length()) + " HTTP/1.1";

        var transcript = Wire.transcript(Http1Limits.DEFAULT, Wire.bytes(line + "\r\nHost: x\r\n\r\n"));

        assertThat(line).hasSize(8_000);
        assertThat(transcript).endsWith("closed");
    }

    @Test
    void sixtyThousandFieldsAreRefusedAtTheFirstTooMany() {
        var fields = "A: 1\r\n".repeat(60_000);

        int seen = sizeAtFault("GET / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n");

        assertThat(seen).isLessThan("A: 1\r\n".length() * 130 + 2 * PIECE);
    }

    @Test
    void aFieldOfOneMegabyteIsRefusedAtTheLimit() {
        int seen = sizeAtFault("GET / HTTP/1.1\r\nHost: x\r\nA: " + "a".repeat(1 << 20) + "\r\n\r\n");

        assertThat(seen).isBetween(64 * 1024, 64 * 1024 + 2 * PIECE);
    }

    @Test
    void aTargetOfOneMegabyteIsRefusedAtTheLimit() {
        int seen = sizeAtFault("GET /" + "a".repeat(1 << 20) + " HTTP/1.1\r\nHost: x\r\n\r\n");

        assertThat(seen).isBetween(8 * 1024, 8 * 1024 + 2 * PIECE);
    }

    @Test
    void emptyLinesWithoutEndAreRefusedAtTheSecond() {
        int seen = sizeAtFault("\r\n".repeat(1 << 20));

        assertThat(seen).isEqualTo(PIECE);
    }

    @Test
    void sixtyThousandFieldsThatAreAllowedAreScannedOnce() throws Http1Fault {
        var fields = "Bcd: e\r\n".repeat(59_999);

        var head = scannedOnce("GET / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n");

        assertThat(head.headers().size()).isEqualTo(60_000);
    }

    @Test
    void aFieldOfOneMegabyteThatIsAllowedIsScannedOnce() throws Http1Fault {
        var head = scannedOnce("GET / HTTP/1.1\r\nHost: x\r\nA: " + "a".repeat(1 << 20) + "\r\n\r\n");

        assertThat(head.headers().value(1)).hasSize(1 << 20);
    }

    @Test
    void aTargetOfOneMegabyteThatIsAllowedIsScannedOnce() throws Http1Fault {
        var head = scannedOnce("GET /" + "a".repeat((1 << 20) - 1) + " HTTP/1.1\r\nHost: x\r\n\r\n");

        assertThat(head.target()).hasSize(1 << 20);
    }

    /// Each would be a copy of the others if they were taken out one by one.
    @Test
    void sixtyThousandTrailersThatMustNotBeAreLeftOutTogether() {
        var trailers = "Cookie: a\r\nRange: b\r\nA: 1\r\n".repeat(20_000);

        var transcript = Wire.transcript(RAISED, Wire.bytes(CHUNKED + "0\r\n" + trailers + "\r\n"));

        assertThat(transcript).endsWith("closed");
        assertThat(transcript).filteredOn(line -> line.equals("| A: 1")).hasSize(20_000);
        assertThat(transcript).noneMatch(line -> line.startsWith("| Cookie") || line.startsWith("| Range"));
    }

    @Test
    void extensionsMayOutweighTheDataUpToTheLimitOverAll() {
        var limits = new Http1Limits(9, 9, 99, 9, 9_999, 20, 99);
        var chunk = "1;345678901234567890\r\na\r\n"; // 20 bytes of line, 18 of which are accounted for

        var atLimit = Wire.transcript(limits, Wire.bytes(CHUNKED + chunk.repeat(640) + "0\r\n\r\n"));
        var pastLimit = Wire.transcript(limits, Wire.bytes(CHUNKED + chunk.repeat(641) + "0\r\n\r\n"));

        assertThat(atLimit).endsWith("end", "closed");
        assertThat(pastLimit).endsWith("data \"" + "a".repeat(640) + "\"", "fault BAD_CHUNK 400");
    }

    @Test
    void extensionsOfSmallChunksAreRefusedAfterSomeKilobytes() {
        var chunk = "1;" + "e".repeat(254) + "\r\na\r\n";

        int seen = sizeAtFault(CHUNKED + chunk.repeat(100_000));

        assertThat(seen).isLessThan(20 * 1024);
    }

    @Test
    void extensionsThatTheDataOutweighsMayGoOn() {
        var chunk = "80;chunk-signature=" + "0".repeat(64) + "\r\n" + "a".repeat(0x80) + "\r\n";

        var transcript = Wire.transcript(Http1Limits.DEFAULT, Wire.bytes(CHUNKED + chunk.repeat(10_000) + "0\r\n\r\n"));

        assertThat(transcript).endsWith("closed");
    }

    @Test
    void chunksOfOneOctetMayGoOn() {
        var transcript =
                Wire.transcript(Http1Limits.DEFAULT, Wire.bytes(CHUNKED + "1\r\na\r\n".repeat(100_000) + "0\r\n\r\n"));

        assertThat(transcript).endsWith("closed");
    }

    @Test
    void manyFieldsThatSayOneThingAreReadTogether() {
        var options = "Connection: a, b\r\n".repeat(20_000);
        var expectations = "Expect: 100-continue\r\n".repeat(20_000);

        var transcript = Wire.transcript(
                RAISED,
                Wire.bytes("POST / HTTP/1.1\r\nHost: x\r\n" + options + expectations
                        + "Connection: close\r\nContent-Length: 1\r\n\r\na"));

        assertThat(transcript).startsWith("POST / HTTP/1.1 body=1 continue close");
    }

    @Test
    void manyCodingsAreRefused() {
        var codings = "Transfer-Encoding: x, y\r\n".repeat(20_000);

        var transcript = Wire.transcript(
                RAISED, Wire.bytes("POST / HTTP/1.1\r\nHost: x\r\n" + codings + "Transfer-Encoding: chunked\r\n\r\n"));

        assertThat(transcript).isEqualTo(List.of("fault UNKNOWN_TRANSFER_CODING 501"));
    }

    /// How many bytes the engine was given, piece by piece, before it refused them under the usual limits.
    private static int sizeAtFault(String text) {
        var message = Wire.bytes(text);
        var engine = new Http1Engine(Http1Limits.DEFAULT);
        var input = ByteBuffer.wrap(message);
        for (int size = PIECE; size <= message.length; size += PIECE) {
            input.limit(size);
            try {
                while (engine.nextEvent(input) != Signal.NEED_INPUT) {}
            } catch (Http1Fault _) {
                return size; // the fault that is meant
            }
        }
        throw new AssertionError("no fault in " + message.length + " bytes");
    }

    /// The head of a message that comes byte by byte; every byte but those of the line whose end comes next is spoilt.
    private static Head scannedOnce(String text) throws Http1Fault {
        var message = Wire.bytes(text);
        var array = new byte[message.length];
        var engine = new Http1Engine(RAISED);
        int line = 0;
        for (int at = 0; at < message.length; at++) {
            array[at] = message[at];
            boolean ends = message[at] == '\n';
            if (ends) {
                System.arraycopy(message, line, array, line, at - line);
            }
            if (engine.nextEvent(ByteBuffer.wrap(array, 0, at + 1)) instanceof Head head) {
                assertThat(at + 1).isEqualTo(message.length);
                return head;
            }
            if (message[at] != '\r') { // the engine stops at it and waits for the other half
                array[at] = 0;
            }
            if (ends) {
                Arrays.fill(array, line, at + 1, (byte) 0);
                line = at + 1;
            }
        }
        throw new AssertionError("no head in " + message.length + " bytes");
    }
}
