package wai.forms;

import static org.assertj.core.api.Assertions.assertThat;
import static wai.forms.Multipart.bytes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The engine finds the same in a body however it is cut.
class MultipartEngineTest {
    private static final int TRIES = 300;

    private static Arguments body(String name, String body, String transcript) {
        return Arguments.of(name, body, transcript);
    }

    static List<Arguments> bodies() {
        return List.of(
                body(
                        "one part",
                        "--b\r\nA: 1\r\n\r\nhi\r\n--b--\r\n",
                        "part [A: 1]\ncontent hi\nPART_ENDS\nBODY_ENDS\ncomplete"),
                body(
                        "two parts",
                        "--b\r\nA: 1\r\n\r\nhi\r\n--b\r\nB: 2\r\nC:3 \r\n\r\n\r\nho\r\n\r\n--b--",
                        "part [A: 1]\ncontent hi\nPART_ENDS\npart [B: 2, C: 3]\ncontent \r\nho\r\n\nPART_ENDS\n"
                                + "BODY_ENDS\ncomplete"),
                body("no part", "--b--\r\n", "BODY_ENDS\ncomplete"),
                body("empty content", "--b\r\n\r\n\r\n--b--", "part []\ncontent \nPART_ENDS\nBODY_ENDS\ncomplete"),
                body("no content", "--b\r\nA: 1\r\n\r\n--b--", "part [A: 1]\ncontent \nPART_ENDS\nBODY_ENDS\ncomplete"),
                body(
                        "empty lines outside of the parts",
                        " \r\n\r\r\n--b\r\nA: 1\r\n\r\nhi\r\n--b-- \r\n\r\n",
                        "part [A: 1]\ncontent hi\nPART_ENDS\nBODY_ENDS\ncomplete"),
                body(
                        "blanks behind boundaries",
                        "--b \t\r\nA: 1\r\n\r\nhi\r\n--b   \r\n\r\nho\r\n--b-- \r\n",
                        "part [A: 1]\ncontent hi\nPART_ENDS\npart []\ncontent ho\nPART_ENDS\nBODY_ENDS\ncomplete"),
                body(
                        "what is nearly a delimiter",
                        "--b\r\n\r\n\r\n-b\r\n--\r\r\n--c--b\n--b\r\r\n\r\n--b--",
                        "part []\ncontent \r\n-b\r\n--\r\r\n--c--b\n--b\r\r\n\nPART_ENDS\nBODY_ENDS\ncomplete"),
                body(
                        "a boundary in the middle of a line",
                        "--b\r\n\r\nx--b--\r\n--b--",
                        "part []\ncontent x--b--\nPART_ENDS\nBODY_ENDS\ncomplete"),
                body(
                        "all bytes",
                        "--b\r\n\r\n\u0000\u0080\u00ff\r\n--b--",
                        "part []\ncontent \u0000\u0080\u00ff\nPART_ENDS\nBODY_ENDS\ncomplete"));
    }

    static List<Arguments> badBodies() {
        var open = "part []\ncontent x\nPART_ENDS\n";
        var unclosed = "400 the form ends without the boundary that closes it (RFC 2046 §5.1.1)";
        var unbegun = "400 the form does not begin with its boundary (RFC 2046 §5.1.1)";
        return List.of(
                body("nothing", "", unclosed),
                body("no boundary", "\r\n", unclosed),
                body("text before the first boundary", "hi\r\n--b--\r\n", unbegun),
                body("the boundary in the middle of a line", " --b--\r\n", unbegun),
                body("another boundary", "--c--\r\n", unbegun),
                body(
                        "text behind the last boundary",
                        "--b\r\n\r\nx\r\n--b--\r\n--b\r\n",
                        open + "BODY_ENDS\n400 text behind the boundary that closes the form (RFC 2046 §5.1.1)"),
                body("no closing boundary", "--b\r\n\r\nx\r\n--b\r\n\r\ny", open + "part []\n" + unclosed),
                body("half a closing boundary", "--b\r\n\r\nx\r\n--b-", open + unclosed),
                body("the end behind a boundary", "--b\r\n\r\nx\r\n--b", open + unclosed),
                body("the end in a header", "--b\r\nA: 1", unclosed),
                body(
                        "text behind a boundary",
                        "--b\r\n\r\nx\r\n--bc\r\n",
                        open + "400 \"c\" behind a boundary: expected a line end, or -- (RFC 2046 §5.1.1)"),
                body(
                        "text behind blanks",
                        "--b c\r\n",
                        "400 \"c\" behind a boundary: expected a line end, or -- (RFC 2046 §5.1.1)"),
                body("one dash", "--b-\r\n", "400 byte 13 behind a boundary: expected -- (RFC 2046 §5.1.1)"),
                body(
                        "LF alone behind a boundary",
                        "--b\n\nx",
                        "400 byte 10 behind a boundary: expected a line end, or -- (RFC 2046 §5.1.1)"),
                body(
                        "CR alone behind a boundary",
                        "--b\rx",
                        "400 \"x\" behind a boundary: expected a line end (RFC 2046 §5.1.1)"),
                body(
                        "LF alone in a header",
                        "--b\r\nA: 1\n\n",
                        "400 LF without CR in the header of a part (RFC 2046 §4.1.1)"),
                body(
                        "CR alone in a header",
                        "--b\r\nA: 1\rB",
                        "400 CR without LF in the header of a part (RFC 2046 §4.1.1)"),
                body("no colon", "--b\r\nA\r\n\r\n", "400 a header line of a part has no colon (RFC 5322 §2.2)"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"bodies", "badBodies"})
    void findsTheSameWhereverABodyIsCut(String name, String body, String transcript) {
        var all = bytes(body);

        for (int cut = 0; cut <= all.length; cut++) {
            var pieces = List.of(Arrays.copyOfRange(all, 0, cut), Arrays.copyOfRange(all, cut, all.length));
            assertThat(Multipart.transcript(FormLimits.defaults(), "b", pieces))
                    .as("%s, cut at %s", name, cut)
                    .isEqualTo(transcript);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"bodies", "badBodies"})
    void findsTheSameByteByByte(String name, String body, String transcript) {
        var pieces = new ArrayList<byte[]>();
        for (byte one : bytes(body)) {
            pieces.add(new byte[] {one});
        }

        assertThat(Multipart.transcript(FormLimits.defaults(), "b", pieces))
                .as(name)
                .isEqualTo(transcript);
    }

    @ParameterizedTest(name = "a header line with \"{0}\"")
    @MethodSource("badFields")
    void refusesAFieldThatIsNone(String field, String reason) {
        var transcript = transcript("--b\r\n" + field + "\r\n\r\n");

        assertThat(transcript).startsWith("400 the header of a part: ").contains(reason);
    }

    static List<Arguments> badFields() {
        return List.of(
                Arguments.of("A : 1", "U+0020 at 1"),
                Arguments.of(": 1", "is empty"),
                Arguments.of(" folded: 1", "U+0020 at 0"),
                Arguments.of("A: 1\u0000", "U+0000"),
                Arguments.of("\u00e4: 1", "U+00E4 at 0"));
    }

    // ------------------------------------------------------------------------------------------ limits

    @Test
    void takesAsManyHeaderLinesAsAllowedAndRefusesOneMore() {
        var limits = FormLimits.defaults().withHeaderLines(2);

        assertThat(transcript(limits, "--b\r\nA: 1\r\nB: 2\r\n\r\n\r\n--b--")).endsWith("complete");
        assertThat(transcript(limits, "--b\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n"))
                .isEqualTo("413 a part has more than 2 header lines");
    }

    @Test
    void takesAHeaderLineAsLongAsAllowedAndRefusesOneByteMore() {
        var limits = FormLimits.defaults().withHeaderLineBytes(64);

        assertThat(transcript(limits, "--b\r\nA: " + "x".repeat(61) + "\r\n\r\n\r\n--b--"))
                .endsWith("complete");
        assertThat(transcript(limits, "--b\r\nA: " + "x".repeat(62) + "\r\n\r\n"))
                .isEqualTo("413 a header line of a part is longer than 64 bytes");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("places")
    void takesSoManyBytesOutsideOfPartsAndRefusesOneMore(String place, String before, String after) {
        var limits = FormLimits.defaults().withHeaderLineBytes(64);

        assertThat(transcript(limits, before + " ".repeat(64) + after))
                .as(place)
                .endsWith("complete");
        assertThat(transcript(limits, before + " ".repeat(65) + after))
                .endsWith("400 more than 64 bytes outside of the parts of the form (RFC 7578 §4.1)");
    }

    static List<Arguments> places() {
        return List.of(
                Arguments.of("before the first", "", "\r\n--b\r\n\r\nx\r\n--b--"),
                Arguments.of("behind the last", "--b\r\n\r\nx\r\n--b--", ""),
                Arguments.of("behind a boundary", "--b", "\r\n\r\nx\r\n--b--"));
    }

    // ------------------------------------------------------------------------------------------ properties

    @Test
    void findsWhatWasPutTogetherHoweverItIsCut() {
        holds(random -> {
            var boundary = "b".repeat(random.nextInt(1, 71));
            var headers = new ArrayList<String>();
            var contents = new ArrayList<byte[]>();
            var expected = new StringBuilder();
            for (int i = random.nextInt(4); i >= 0; i--) {
                headers.add("N: " + i);
                contents.add(content(random, boundary));
                expected.append("part [N: ").append(i).append("]\ncontent ");
                expected.append(new String(contents.getLast(), java.nio.charset.StandardCharsets.ISO_8859_1));
                expected.append("\nPART_ENDS\n");
            }
            var body = Multipart.joined(boundary, headers, contents);

            var transcript = Multipart.transcript(FormLimits.defaults(), boundary, cut(random, body));

            assertThat(transcript).isEqualTo(expected + "BODY_ENDS\ncomplete");
        });
    }

    @Test
    void makesOfAnythingPartsOrAFaultAndTheSameHoweverItIsCut() {
        holds(random -> {
            var body = noise(random);

            var whole = Multipart.transcript(FormLimits.defaults(), "b", List.of(body));
            var pieces = Multipart.transcript(FormLimits.defaults(), "b", cut(random, body));

            assertThat(pieces).isEqualTo(whole);
        });
    }

    /// Runs a check with many seeds, or that of `-Dseed`.
    private static void holds(java.util.function.Consumer<SplittableRandom> check) {
        var replayed = Long.getLong("seed");
        long first = replayed != null ? replayed : System.nanoTime();
        for (int i = 0; i < (replayed != null ? 1 : TRIES); i++) {
            long seed = first + i;
            try {
                check.accept(new SplittableRandom(seed));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("fails for -Dseed=" + seed + ": " + e.getMessage(), e);
            }
        }
    }

    /// Content that comes near to a delimiter as often as it can, and has none.
    private static byte[] content(SplittableRandom random, String boundary) {
        var pieces = List.of(
                "\r", "\n", "-", "\r\n--", boundary.substring(1), "x", "\u00ff", "\r\n--" + boundary.substring(1));
        var content = new StringBuilder();
        for (int i = random.nextInt(20); i > 0; i--) {
            content.append(pieces.get(random.nextInt(pieces.size())));
        }
        var text = content.toString();
        while (text.contains("--" + boundary)) {
            text = text.replace("--" + boundary, "");
        }
        return bytes(text);
    }

    private static byte[] noise(SplittableRandom random) {
        var pieces = List.of("--b", "--b", "\r\n", "\r\n", "--", "A: 1", "\r", "\n", " ", "x", ":", "\u00ff", "\u0000");
        var noise = new StringBuilder("--b\r\n".substring(0, random.nextInt(6)));
        for (int i = random.nextInt(30); i > 0; i--) {
            noise.append(pieces.get(random.nextInt(pieces.size())));
        }
        return bytes(noise.toString());
    }

    private static List<byte[]> cut(SplittableRandom random, byte[] all) {
        var pieces = new ArrayList<byte[]>();
        for (int at = 0; at < all.length; ) {
            int end = Math.min(all.length, at + random.nextInt(1, 12));
            pieces.add(Arrays.copyOfRange(all, at, end));
            at = end;
        }
        return pieces;
    }

    private static String transcript(String body) {
        return transcript(FormLimits.defaults(), body);
    }

    private static String transcript(FormLimits limits, String body) {
        return Multipart.transcript(limits, "b", List.of(bytes(body)));
    }
}
