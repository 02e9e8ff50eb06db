package wai.warp.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import wai.warp.http1.Http1Event.Head;
import wai.warp.http1.Http1Event.Signal;

/// No byte is looked at again before its line is complete, nor after: what was seen is spoilt in between, and only the
/// line whose end comes next is repaired.
class LinearScanTest {
    @Test
    void aHeadThatComesByteByByteIsScannedOnce() throws Http1Fault {
        var head = Wire.bytes("GET / HTTP/1.1\r\nHost: x\r\nA: " + "a".repeat(20_000) + "\r\n"
                + "Bcd: \tefghijklmnopq\r\n".repeat(100) + "\r\n");
        var engine = new Http1Engine(Http1Limits.DEFAULT);
        var array = new byte[head.length];

        Http1Event event = Signal.NEED_INPUT;
        int line = 0;
        for (int at = 0; at < head.length; at++) {
            array[at] = head[at];
            if (head[at] == '\n') {
                System.arraycopy(head, line, array, line, at - line);
            }
            assertThat(event).isEqualTo(Signal.NEED_INPUT);
            event = engine.nextEvent(ByteBuffer.wrap(array, 0, at + 1));
            if (head[at] != '\r') { // the engine stops at it and waits for the other half
                array[at] = 0;
            }
            if (head[at] == '\n') {
                java.util.Arrays.fill(array, line, at + 1, (byte) 0);
                line = at + 1;
            }
        }

        assertThat(event).isInstanceOf(Head.class);
        assertThat(((Head) event).headers().size()).isEqualTo(102);
    }

    @Test
    void aChunkLineThatComesByteByByteIsScannedOnce() throws Http1Fault {
        var engine = new Http1Engine(new Http1Limits(9, 9, 99, 9, 99, 20_000, 99));
        engine.nextEvent(
                ByteBuffer.wrap(Wire.bytes("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")));
        var line = Wire.bytes("5;" + "e".repeat(19_998) + "\r\n");
        var array = new byte[line.length];

        for (int at = 0; at < line.length - 1; at++) {
            array[at] = line[at];
            assertThat(engine.nextEvent(ByteBuffer.wrap(array, 0, at + 1))).isEqualTo(Signal.NEED_INPUT);
            array[at] = line[at] == '\r' ? line[at] : 0;
        }
        var input = ByteBuffer.wrap(line);

        assertThat(engine.nextEvent(input)).isEqualTo(Signal.NEED_INPUT);
        assertThat(input.hasRemaining()).isFalse();
        assertThat(engine.unreadBody()).isEqualTo(Head.CHUNKED);
    }

    @Test
    void inputThatLostBytesIsAMisuse() throws Http1Fault {
        var engine = new Http1Engine(Http1Limits.DEFAULT);
        engine.nextEvent(ByteBuffer.wrap(Wire.bytes("GET / HTTP/1.1\r\nHos")));

        assertThatThrownBy(() -> engine.nextEvent(ByteBuffer.wrap(Wire.bytes("GET / HTTP/1.1\r\nHo"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("expected the same bytes and more");
    }
}
