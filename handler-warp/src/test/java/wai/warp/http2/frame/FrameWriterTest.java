package wai.warp.http2.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.warp.http1.OutputBuffer;

class FrameWriterTest {
    private static OutputBuffer written(Consumer<OutputBuffer> write) {
        var out = new OutputBuffer(4);
        write.accept(out);
        return out;
    }

    private static String hex(Consumer<OutputBuffer> write) {
        var out = written(write);
        return HexFormat.of().formatHex(out.array(), out.offset(), out.offset() + out.size());
    }

    @Test
    void writesEveryFrame() {
        assertThat(hex(out -> FrameWriter.dataHeader(5, 3, true, out))).isEqualTo("000003000100000005");
        assertThat(hex(out -> FrameWriter.dataHeader(5, 3, false, out))).isEqualTo("000003000000000005");
        assertThat(hex(out -> FrameWriter.reset(5, ErrorCode.CANCEL, out))).isEqualTo("00000403000000000500000008");
        assertThat(hex(FrameWriter::settingsAnswer)).isEqualTo("000000040100000000");
        assertThat(hex(out -> FrameWriter.settings(List.of(new Frame.Setting(3, 0xffff_ffffL)), out)))
                .isEqualTo("0000060400000000000003ffffffff");
        assertThat(hex(out -> FrameWriter.ping(true, 0x102030405060708L, out)))
                .isEqualTo("0000080601000000000102030405060708");
        assertThat(hex(out -> FrameWriter.goAway(7, ErrorCode.NO_ERROR, "hi", out)))
                .isEqualTo("00000a07000000000000000007000000006869");
        assertThat(hex(out -> {
                    int start = FrameWriter.beginPromise(4, out);
                    out.put(new byte[] {(byte) 0x82});
                    FrameWriter.endPromise(start, 5, out);
                }))
                .isEqualTo("0000050504000000050000000482");
        assertThat(hex(out -> FrameWriter.windowUpdate(7, 1, out))).isEqualTo("00000408000000000700000001");
    }

    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {0, 1, 16_384, 16_385, 32_768, 40_000})
    void aFieldBlockIsCutIntoFrames(int size) throws Exception {
        var block = new byte[size];
        for (int i = 0; i < size; i++) {
            block[i] = (byte) (i % 251);
        }
        var out = written(buffer -> {
            buffer.put(new byte[] {1, 2, 3});
            int start = FrameWriter.beginBlock(buffer);
            buffer.put(block);
            FrameWriter.endBlock(start, 5, true, buffer);
        });

        var input = ByteBuffer.wrap(out.array(), out.offset() + 3, out.size() - 3);
        var seen = ByteBuffer.allocate(size);
        boolean ends = false;
        for (Frame frame; (frame = new FrameReader().next(input)) != null; ) {
            assertThat(ends).isFalse();
            switch (frame) {
                case Frame.FieldBlock first -> {
                    assertThat(first.stream()).isEqualTo(5);
                    assertThat(first.endsStream()).isTrue();
                    seen.put(first.fragment());
                    ends = first.endsBlock();
                }
                case Frame.Continuation more -> {
                    assertThat(more.stream()).isEqualTo(5);
                    seen.put(more.fragment());
                    ends = more.endsBlock();
                }
                default -> throw new AssertionError(frame);
            }
        }

        assertThat(ends).isTrue();
        assertThat(input.hasRemaining()).isFalse();
        assertThat(seen.array()).isEqualTo(block);
    }
}
