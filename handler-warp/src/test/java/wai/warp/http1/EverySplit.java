package wai.warp.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;

/// Feeds a message whole, cut in two at every position, and byte by byte, and wants the same transcript each time.
final class EverySplit {
    private EverySplit() {}

    static List<String> transcript(Http1Limits limits, byte[] message) {
        var whole = Wire.transcript(limits, message);
        for (int cut = 1; cut < message.length; cut++) {
            assertThat(Wire.transcript(
                            limits,
                            Arrays.copyOfRange(message, 0, cut),
                            Arrays.copyOfRange(message, cut, message.length)))
                    .as("cut before byte %d", cut)
                    .isEqualTo(whole);
        }
        var single = new byte[message.length][];
        for (int i = 0; i < message.length; i++) {
            single[i] = new byte[] {message[i]};
        }
        assertThat(Wire.transcript(limits, single)).as("byte by byte").isEqualTo(whole);
        return whole;
    }
}
