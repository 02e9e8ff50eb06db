package wai.warp.http2.frame;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FrameReaderTest {
    private static ByteBuffer octets(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    static Stream<Arguments> frames() {
        return Stream.of(
                Arguments.of("000003 00 01 00000005 616263", new Frame.Data(5, text("abc"), 3, true)),
                Arguments.of("000003 00 00 80000005 616263", new Frame.Data(5, text("abc"), 3, false)),
                Arguments.of("000006 00 08 00000005 02 616263 0000", new Frame.Data(5, text("abc"), 6, false)),
                Arguments.of("000001 00 08 00000005 00", new Frame.Data(5, text(""), 1, false)),
                Arguments.of("000002 01 04 00000001 6162", new Frame.FieldBlock(1, text("ab"), false, true)),
                Arguments.of("000002 01 01 00000001 6162", new Frame.FieldBlock(1, text("ab"), true, false)),
                Arguments.of(
                        "00000a 01 2d 00000001 02 8000000310 6162 0000",
                        new Frame.FieldBlock(1, text("ab"), true, true)),
                Arguments.of("000005 02 00 00000003 0000000110", new Frame.Priority(3)),
                Arguments.of("000004 03 00 00000003 00000008", new Frame.Reset(3, ErrorCode.CANCEL)),
                Arguments.of("000004 03 00 00000003 0000ffff", new Frame.Reset(3, ErrorCode.INTERNAL_ERROR)),
                Arguments.of("000000 04 00 00000000", new Frame.Settings(List.of())),
                Arguments.of(
                        "00000c 04 00 00000000 0003 00000064 ffff ffffffff",
                        new Frame.Settings(
                                List.of(new Frame.Setting(3, 100), new Frame.Setting(0xffff, 0xffff_ffffL)))),
                Arguments.of("000000 04 01 00000000", Frame.SettingsAnswer.INSTANCE),
                Arguments.of("000004 05 04 00000001 00000002", new Frame.PushPromise(1)),
                Arguments.of("000008 06 00 00000000 0102030405060708", new Frame.Ping(false, 0x102030405060708L)),
                Arguments.of("000008 06 01 00000000 ffffffffffffffff", new Frame.Ping(true, -1)),
                Arguments.of("00000a 07 00 00000000 8000000700000000 6869", new Frame.GoAway(7, ErrorCode.NO_ERROR)),
                Arguments.of("000004 08 00 00000000 ffffffff", new Frame.WindowUpdate(0, Integer.MAX_VALUE)),
                Arguments.of("000004 08 00 00000009 00000001", new Frame.WindowUpdate(9, 1)),
                Arguments.of("000002 09 04 00000001 6162", new Frame.Continuation(1, text("ab"), true)),
                Arguments.of("000007 10 00 00000000 00000005 753d31", new Frame.PriorityUpdate(5, text("u=1"))),
                Arguments.of("000003 0b ff 00000005 616263", new Frame.Unknown(0x0b, 5)),
                Arguments.of("000000 ff 00 00000000", new Frame.Unknown(0xff, 0)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("frames")
    void readsEveryFrameHoweverItIsCut(String hex, Frame expected) throws Exception {
        var whole = octets(hex);
        var reader = new FrameReader();

        for (int size = 0; size < whole.capacity(); size++) {
            var part = whole.duplicate().limit(size);
            assertThat(reader.next(part)).isNull();
            assertThat(part.position()).isZero();
        }
        assertThat(reader.next(whole)).isEqualTo(expected);
        assertThat(whole.hasRemaining()).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            004001 00 00 00000001              | FRAME_SIZE_ERROR | DATA of 16385 bytes: expected at most 16384 (RFC 9113 §4.2)
            ffffff 77 00 00000000              | FRAME_SIZE_ERROR | frame of type 119 of 16777215 bytes: expected at most 16384 (RFC 9113 §4.2)
            000000 00 00 00000000              | PROTOCOL_ERROR   | DATA on stream 0: expected another stream (RFC 9113 §6)
            000000 01 04 00000000              | PROTOCOL_ERROR   | HEADERS on stream 0: expected another stream (RFC 9113 §6)
            000005 02 00 00000000 0000000000   | PROTOCOL_ERROR   | PRIORITY on stream 0: expected another stream (RFC 9113 §6)
            000004 03 00 00000000 00000000     | PROTOCOL_ERROR   | RST_STREAM on stream 0: expected another stream (RFC 9113 §6)
            000000 04 00 00000001              | PROTOCOL_ERROR   | SETTINGS on stream 1: expected stream 0 (RFC 9113 §6)
            000004 05 04 00000000 00000002     | PROTOCOL_ERROR   | PUSH_PROMISE on stream 0: expected another stream (RFC 9113 §6)
            000008 06 00 00000001 0000000000000000 | PROTOCOL_ERROR | PING on stream 1: expected stream 0 (RFC 9113 §6)
            000008 07 00 00000001 0000000000000000 | PROTOCOL_ERROR | GOAWAY on stream 1: expected stream 0 (RFC 9113 §6)
            000000 09 04 00000000              | PROTOCOL_ERROR   | CONTINUATION on stream 0: expected another stream (RFC 9113 §6)
            000004 10 00 00000001 00000001     | PROTOCOL_ERROR   | PRIORITY_UPDATE on stream 1: expected stream 0 (RFC 9218 §7.1)
            000004 10 00 00000000 80000000     | PROTOCOL_ERROR   | PRIORITY_UPDATE of stream 0: expected another stream (RFC 9218 §7.1)
            000000 00 08 00000001              | FRAME_SIZE_ERROR | DATA of 0 bytes: expected at least 1 (RFC 9113 §6)
            000003 00 08 00000001 030000       | PROTOCOL_ERROR   | DATA with 3 bytes of padding in 3: expected less than that (RFC 9113 §6.1)
            000002 01 0c 00000001 0200         | PROTOCOL_ERROR   | HEADERS with 2 bytes of padding in 2: expected less than that (RFC 9113 §6.1)
            000004 01 24 00000001 00000000     | FRAME_SIZE_ERROR | HEADERS of 4 bytes: expected at least 5 (RFC 9113 §6)
            000003 03 00 00000001 000000       | FRAME_SIZE_ERROR | RST_STREAM of 3 bytes: expected 4 (RFC 9113 §6)
            000005 03 00 00000001 0000000000   | FRAME_SIZE_ERROR | RST_STREAM of 5 bytes: expected 4 (RFC 9113 §6)
            000005 04 00 00000000 0000000000   | FRAME_SIZE_ERROR | SETTINGS of 5 bytes: expected a multiple of 6 (RFC 9113 §6.5)
            000006 04 01 00000000 000000000000 | FRAME_SIZE_ERROR | SETTINGS of 6 bytes: expected 0 (RFC 9113 §6)
            000007 06 00 00000000 00000000000000 | FRAME_SIZE_ERROR | PING of 7 bytes: expected 8 (RFC 9113 §6)
            000007 07 00 00000000 00000000000000 | FRAME_SIZE_ERROR | GOAWAY of 7 bytes: expected at least 8 (RFC 9113 §6)
            000003 08 00 00000000 000000       | FRAME_SIZE_ERROR | WINDOW_UPDATE of 3 bytes: expected 4 (RFC 9113 §6)
            000004 08 00 00000000 80000000     | PROTOCOL_ERROR   | WINDOW_UPDATE of 0: expected 1 to 2147483647 (RFC 9113 §6.9)
            000003 10 00 00000000 000000       | FRAME_SIZE_ERROR | PRIORITY_UPDATE of 3 bytes: expected at least 4 (RFC 9113 §6)
            """)
    void aFrameThatIsWrongEndsTheConnection(String hex, ErrorCode code, String message) {
        assertThatThrownBy(() -> new FrameReader().next(octets(hex)))
                .isInstanceOfSatisfying(
                        ConnectionFault.class, fault -> assertThat(fault.code()).isEqualTo(code))
                .hasMessage(message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            000004 02 00 00000003 00000000     | FRAME_SIZE_ERROR | PRIORITY of 4 bytes: expected 5 (RFC 9113 §6.3)
            000006 02 00 00000003 000000000000 | FRAME_SIZE_ERROR | PRIORITY of 6 bytes: expected 5 (RFC 9113 §6.3)
            000004 08 00 00000003 00000000     | PROTOCOL_ERROR   | WINDOW_UPDATE of 0: expected 1 to 2147483647 (RFC 9113 §6.9)
            """)
    void aFrameThatIsWrongForItsStreamIsConsumedAndEndsTheStream(String hex, ErrorCode code, String message) {
        var input = octets(hex);

        assertThatThrownBy(() -> new FrameReader().next(input))
                .isInstanceOfSatisfying(StreamFault.class, fault -> {
                    assertThat(fault.stream()).isEqualTo(3);
                    assertThat(fault.code()).isEqualTo(code);
                })
                .hasMessage(message);
        assertThat(input.hasRemaining()).isFalse();
    }

    @Test
    void theLargestPayloadPasses() throws Exception {
        var input = ByteBuffer.allocate(Frame.HEADER_SIZE + Frame.LARGEST_PAYLOAD);
        input.putInt(0, Frame.LARGEST_PAYLOAD << 8).putInt(5, 1);

        assertThat(new FrameReader().next(input))
                .isInstanceOfSatisfying(
                        Frame.Data.class, data -> assertThat(data.flowSize()).isEqualTo(Frame.LARGEST_PAYLOAD));
    }

    @Test
    void anyOctetsAreFramesOrAFault() throws Exception {
        long seed = Long.getLong("seed", new Random().nextLong());
        var random = new Random(seed);
        for (int round = 0; round < 5000; round++) {
            var octets = new byte[9 + random.nextInt(24)];
            random.nextBytes(octets);
            octets[0] = 0;
            octets[1] = 0;
            octets[2] = (byte) (random.nextInt(4) == 0 ? octets[2] : octets.length - 9);
            octets[3] = (byte) random.nextInt(18);
            try {
                var input = ByteBuffer.wrap(octets);
                var frame = new FrameReader().next(input);
                assertThat(input.position() > 0).as("-Dseed=" + seed).isEqualTo(frame != null);
            } catch (ConnectionFault | StreamFault fault) {
                assertThat(fault).as("-Dseed=" + seed).hasMessageContaining("RFC 9");
            }
        }
    }
}
