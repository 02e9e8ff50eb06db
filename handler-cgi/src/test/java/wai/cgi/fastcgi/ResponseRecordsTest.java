package wai.cgi.fastcgi;

import static org.assertj.core.api.Assertions.assertThat;
import static wai.cgi.fastcgi.Records.bytes;
import static wai.cgi.fastcgi.Records.lines;
import static wai.cgi.fastcgi.Records.request;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.cgi.fastcgi.FastCgiEvent.Signal;

/// The records that carry a response.
class ResponseRecordsTest {
    private static final int LONGEST = FastCgiEngine.LONGEST_CONTENT;

    private final FastCgiEngine engine = new FastCgiEngine(FastCgiLimits.DEFAULT, new ParameterMemo());
    private final RecordBuffer out = new RecordBuffer(0);

    @Test
    void aResponseIsItsBytesTheEndOfTheStreamAndTheEndOfTheRequest() throws FastCgiFault {
        begun(0x1234);

        engine.sendOutput(0x1234, bytes("xhello"), 1, 5, out);
        engine.sendEnd(0x1234, out);

        assertThat(HexFormat.of().formatHex(sent()))
                .isEqualTo("0106123400050000" + "68656c6c6f" + "0106123400000000" + "0103123400080000" + "00000000"
                        + "00" + "000000");
    }

    @Test
    void aResponseThatFailedHasNoEndOfItsStream() throws FastCgiFault {
        begun(1);

        engine.sendOutput(1, bytes("he"), 0, 2, out);
        engine.sendCut(1, 0x01020304, out);

        assertThat(lines(sent())).containsExactly("STDOUT 1 \"he\"", "END_REQUEST 1 status 16909060 REQUEST_COMPLETE");
    }

    @Test
    void theErrorStreamEndsOnlyWhenItWasUsed() throws FastCgiFault {
        begun(1);
        begun(2);

        engine.sendError(1, bytes("oops"), out);
        engine.sendError(2, bytes(""), out);
        engine.sendEnd(1, out);
        engine.sendEnd(2, out);

        assertThat(lines(sent()))
                .containsExactly(
                        "STDERR 1 \"oops\"",
                        "STDERR 1 \"\"",
                        "STDOUT 1 \"\"",
                        "END_REQUEST 1 status 0 REQUEST_COMPLETE",
                        "STDOUT 2 \"\"",
                        "END_REQUEST 2 status 0 REQUEST_COMPLETE");
    }

    @Test
    void noBytesAreNoRecordBecauseThatWouldEndTheStream() throws FastCgiFault {
        begun(1);

        engine.sendOutput(1, bytes("x"), 1, 0, out);

        assertThat(out.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, LONGEST - 1, LONGEST, LONGEST + 1, 2 * LONGEST, 3 * LONGEST + 7})
    void longOutputGoesIntoAsManyRecordsAsItNeeds(int size) throws FastCgiFault {
        begun(1);
        var content = new byte[size];
        for (int i = 0; i < size; i++) {
            content[i] = (byte) (i / 7);
        }
        engine.sendOutput(1, content, 0, size, out);

        var sent = sent();
        var joined = new java.io.ByteArrayOutputStream();
        for (int at = 0; at < sent.length; ) {
            int length = ByteBuffer.wrap(sent).getShort(at + 4) & 0xffff;
            assertThat(length).isBetween(1, LONGEST);
            joined.write(sent, at + 8, length);
            at += 8 + length;
        }

        assertThat(joined.toByteArray()).isEqualTo(content);
        assertThat(sent.length - size).isEqualTo(8 * Math.ceilDiv(size, LONGEST));
    }

    @Test
    void anEmptiedBufferIsFilledAgain() throws FastCgiFault {
        begun(1);

        engine.sendOutput(1, bytes("one"), 0, 3, out);
        out.clear();
        engine.sendOutput(1, bytes("two"), 0, 3, out);

        assertThat(lines(sent())).containsExactly("STDOUT 1 \"two\"");
    }

    private void begun(int id) throws FastCgiFault {
        var input = ByteBuffer.wrap(request(id));
        while (engine.nextEvent(input) != Signal.NEED_INPUT) {}
    }

    private byte[] sent() {
        return Arrays.copyOf(out.array(), out.size());
    }
}
