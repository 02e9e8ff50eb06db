package wai.tck.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Field sections as the examples of RFC 7541 have them, and broken ones.
class FieldDecoderTest {
    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private static List<String> lines(FieldDecoder decoder, String hex) throws NotHttp2Exception {
        return decoder.decode(hex(hex)).stream()
                .map(field -> field.name() + ": " + field.value())
                .toList();
    }

    @Test
    void readsTheRequestsOfAppendixC4() throws Exception {
        var decoder = new FieldDecoder(4096);

        assertThat(lines(decoder, "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff"))
                .containsExactly(":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com");
        assertThat(lines(decoder, "8286 84be 5886 a8eb 1064 9cbf"))
                .endsWith(":authority: www.example.com", "cache-control: no-cache");
        assertThat(lines(decoder, "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"))
                .endsWith(":path: /index.html", ":authority: www.example.com", "custom-key: custom-value");
    }

    @Test
    void forgetsTheOldestWhereTheTableIsFullAsInAppendixC6() throws Exception {
        var decoder = new FieldDecoder(256);

        assertThat(lines(decoder, """
                4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad \
                1718 63c7 8f0b 97c8 e9ae 82ae 43d3"""))
                .containsExactly(
                        ":status: 302",
                        "cache-control: private",
                        "date: Mon, 21 Oct 2013 20:13:21 GMT",
                        "location: https://www.example.com");
        assertThat(lines(decoder, "4883 640e ffc1 c0bf")).startsWith(":status: 307", "cache-control: private");
        assertThatThrownBy(() -> lines(decoder, "c2")).hasMessageContaining("index 66 of 65 fields");
    }

    @Test
    void readsWhatItsOwnEncoderWrites() throws Exception {
        var random = new Random(1);
        var fields = new ArrayList<Field>();
        for (int length : new int[] {0, 1, 126, 127, 128, 254, 255, 256, 20_000}) {
            var value = new StringBuilder();
            for (int i = 0; i < length; i++) {
                value.append((char) random.nextInt(256));
            }
            fields.add(new Field("x-" + length, value.toString()));
        }

        assertThat(new FieldDecoder(0).decode(FieldEncoder.encode(fields))).isEqualTo(fields);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            80                      | index 0 of 61 fields
            be                      | index 62 of 61 fields
            82 20                   | a change of the table's size behind a field
            3f e2 1f                | a table of 4097 bytes: expected at most 4096
            00 03 61 62             | ends inside of a field
            00                      | ends inside of a field
            ff                      | ends inside of a field
            ff ff ff ff ff ff       | a number of more than 28 bits
            00 84 ff ff ff ff 00    | EOS inside a string
            00 81 00 00             | a string padded with 3 bits of value 0
            00 82 1f ff 00          | a string padded with 11 bits
            """)
    void refuses(String block, String why) {
        assertThatThrownBy(() -> new FieldDecoder(4096).decode(hex(block)))
                .isInstanceOf(NotHttp2Exception.class)
                .hasMessageContaining(why);
    }
}
