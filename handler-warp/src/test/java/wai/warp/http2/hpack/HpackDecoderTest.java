package wai.warp.http2.hpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.warp.http2.hpack.Blocks.bytes;
import static wai.warp.http2.hpack.Blocks.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import wai.HeaderName;

class HpackDecoderTest {
    private static final int TABLE = 4096;

    static Stream<HpackVectors.Sequence> sequences() {
        return HpackVectors.all().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sequences")
    void decodesTheExamplesOfTheRfc(HpackVectors.Sequence sequence) throws HpackFault {
        var decoder = new HpackDecoder(sequence.tableSize());

        for (var example : sequence.examples()) {
            assertThat(decode(decoder, bytes(example.octets())))
                    .as(example.section())
                    .isEqualTo(example.fields());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sequences")
    void aBlockThatIsCutAnywhereIsAFaultOrAShorterList(HpackVectors.Sequence sequence) {
        var whole = bytes(sequence.examples().getFirst().octets());
        var fields = sequence.examples().getFirst().fields();

        for (int size = 0; size < whole.length; size++) {
            var seen = new ArrayList<String>();
            try {
                new HpackDecoder(sequence.tableSize()).decode(whole, 0, size, Blocks.into(seen));
            } catch (HpackFault e) {
                assertThat(e).hasMessageContaining("RFC 7541");
            }
            assertThat(seen).hasSizeLessThan(fields.size()).isEqualTo(fields.subList(0, seen.size()));
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            80                | index 0: expected 1 to 61 (RFC 7541 §2.3.3)
            be                | index 62: expected 1 to 61 (RFC 7541 §2.3.3)
            ff80ffffff7f      | integer: expected at most 268435456 (RFC 7541 §5.1)
            ff808080808080808080 | integer: expected at most 268435456 (RFC 7541 §5.1)
            ff80              | the block ends inside a field (RFC 7541 §3.2)
            40                | the block ends inside a field (RFC 7541 §3.2)
            4005 6162         | string of 5 octets: 2 are left (RFC 7541 §5.2)
            4081 3800         | Huffman padding: expected at most seven bits, all ones (RFC 7541 §5.2)
            4081 1800         | Huffman padding: expected at most seven bits, all ones (RFC 7541 §5.2)
            4082 1fff 00      | Huffman padding: expected at most seven bits, all ones (RFC 7541 §5.2)
            4084 ffff ffff 00 | Huffman code of EOS: expected none in a string (RFC 7541 §5.2)
            3fe2 1f           | table size 4097: expected at most 4096 (RFC 7541 §6.3)
            82 20             | table size update behind a field: expected at most two where a block begins (RFC 7541 §4.2)
            20 20 20          | table size update for the third time: expected at most two where a block begins (RFC 7541 §4.2)
            """)
    void saysWhatIsWrongWithABlock(String octets, String message) {
        assertThatThrownBy(() -> decode(new HpackDecoder(TABLE), bytes(octets)))
                .isInstanceOf(HpackFault.class)
                .hasMessage(message);
    }

    @Test
    void theTableMayHaveItsLimitAndNoMore() throws HpackFault {
        var decoder = new HpackDecoder(TABLE);

        assertThat(decode(decoder, bytes("3fe11f 82"))).containsExactly(":method: GET");
    }

    @Test
    void aTableOfSizeZeroKeepsNothing() throws HpackFault {
        var decoder = new HpackDecoder(TABLE);
        decode(decoder, bytes("400161 0162"));

        assertThat(decode(decoder, bytes("be"))).containsExactly("a: b");
        assertThat(decode(decoder, bytes("20 400161 0162"))).containsExactly("a: b");
        assertThatThrownBy(() -> decode(decoder, bytes("be"))).hasMessageStartingWith("index 62: expected 1 to 61");
    }

    @Test
    void anEntryLargerThanTheTableEmptiesIt() throws HpackFault {
        var decoder = new HpackDecoder(40);
        decode(decoder, bytes("400161 0162"));

        decode(decoder, bytes("4001 61 0a 30303030303030303030"));

        assertThatThrownBy(() -> decode(decoder, bytes("be"))).isInstanceOf(HpackFault.class);
    }

    @Test
    void aLargeEntryThatIsNamedManyTimesIsNotCopied() throws HpackFault {
        var decoder = new HpackDecoder(TABLE);
        decode(decoder, bytes("400161 7fa11e" + "30".repeat(4000)));
        var values = new ArrayList<String>();

        decoder.decode(bytes("be".repeat(16_000)), 0, 16_000, field -> values.add(field.value()));

        assertThat(values).hasSize(16_000).allMatch(value -> isSame(value, values.getFirst()));
    }

    @SuppressWarnings("ReferenceEquality") // that is the point
    private static boolean isSame(String one, String other) {
        return one == other;
    }

    @Test
    void tellsNamesOfFieldsFromOthers() throws HpackFault {
        var fields = new ArrayList<Field>();

        var block = bytes("82 0004686f7374 0161 0004486f7374 0161 0000 0161 0003612062 0161");
        new HpackDecoder(TABLE).decode(block, 0, block.length, fields::add);

        assertThat(fields).extracting(Field::name).containsExactly(":method", "host", "Host", "", "a b");
        assertThat(fields).extracting(Field::header).isEqualTo(Arrays.asList(null, HeaderName.HOST, null, null, null));
    }

    @Test
    void aBlockMayStandAnywhereInAnArray() throws HpackFault {
        var seen = new ArrayList<String>();

        new HpackDecoder(TABLE).decode(bytes("ffff 82 87 ffff"), 2, 4, Blocks.into(seen));

        assertThat(seen).isEqualTo(List.of(":method: GET", ":scheme: https"));
    }
}
