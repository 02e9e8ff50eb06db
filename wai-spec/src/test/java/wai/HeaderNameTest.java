package wai;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderNameTest {
    /// RFC 9110 §5.6.2, written out.
    private static final String TOKEN = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    static IntStream bytes() {
        return IntStream.range(0, 256);
    }

    static List<HeaderName> known() {
        return Arrays.stream(HeaderName.class.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()))
                .map(HeaderNameTest::constant)
                .toList();
    }

    @ParameterizedTest(name = "byte {0}")
    @MethodSource("bytes")
    void takesTokenCharactersAndNothingElseByTextAndByBytes(int value) {
        var bytes = new byte[] {'x', (byte) value, 'y'};
        var text = new String(bytes, ISO_8859_1);

        assertThat(HeaderName.isTokenCharacter(value)).isEqualTo(TOKEN.indexOf(value) >= 0);
        if (TOKEN.indexOf(value) >= 0) {
            assertThat(HeaderName.of(text)).hasToString(text).isEqualTo(HeaderName.of(bytes, 0, 3));
        } else {
            var expected = "header name has U+%04X at 1: expected a token (RFC 9110 §5.6.2)".formatted(value);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> HeaderName.of(text))
                    .withMessage(expected);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> HeaderName.of(bytes, 0, 3))
                    .withMessage(expected);
        }
    }

    @ParameterizedTest(name = "U+{0}")
    @ValueSource(ints = {0x100, 0x130, 0x131, 0x212a, 0x10041})
    void refusesCharactersAboveOneByteEvenThoseThatFoldToLetters(int value) {
        assertThat(HeaderName.isTokenCharacter(value)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> HeaderName.of("x" + Character.toString(value)));
    }

    @Test
    void refusesTheEmptyName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HeaderName.of(""))
                .withMessage("header name is empty: expected a token (RFC 9110 §5.6.2)");
        assertThatIllegalArgumentException().isThrownBy(() -> HeaderName.of(new byte[2], 1, 1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("known")
    void findsAKnownNameInItsUsualAndItsLowerSpellingWithoutMakingOne(HeaderName name) {
        var usual = name.toString();
        var lower = usual.toLowerCase(Locale.ROOT);

        assertThat(HeaderName.of(usual)).isSameAs(name);
        assertThat(parsed(usual)).isSameAs(name);
        assertThat(HeaderName.of(lower)).isSameAs(parsed(lower)).isEqualTo(name).hasToString(lower);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("known")
    void equalsAKnownNameInAnySpellingAndKeepsTheSpelling(HeaderName name) {
        var upper = name.toString().toUpperCase(Locale.ROOT);

        var shouted = HeaderName.of(upper);

        assertThat(shouted).isEqualTo(name).hasSameHashCodeAs(name).hasToString(upper);
        assertThat(parsed(upper)).isEqualTo(name).hasToString(upper);
        assertThat(shouted.lowerCase()).isEqualTo(name.lowerCase());
    }

    @Test
    void knowsEveryConstantOnlyOnce() {
        assertThat(known()).hasSizeGreaterThan(70).doesNotHaveDuplicates();
    }

    @Test
    void comparesUnknownNamesWithoutRegardToCase() {
        var one = HeaderName.of("X-Own-Thing");
        var other = HeaderName.of("x-oWN-tHING");

        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other).hasToString("X-Own-Thing");
        assertThat(one).isNotEqualTo(HeaderName.of("X-Own-Things")).isNotEqualTo("X-Own-Thing");
        assertThat(one.lowerCase()).isEqualTo("x-own-thing");
    }

    @Test
    void foldsWithoutRegardToTheLocaleOfTheMachine() {
        var before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.of("tr"));

            assertThat(HeaderName.of("X-IN-IT").lowerCase()).isEqualTo("x-in-it");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void readsANameInsideALargerArray() {
        var line = "GET /\r\nHost: a\r\nX-Own: b".getBytes(ISO_8859_1);

        assertThat(HeaderName.of(line, 7, 11)).isSameAs(HeaderName.HOST);
        assertThat(HeaderName.of(line, 16, 21)).isEqualTo(HeaderName.of("x-own"));
    }

    @Test
    void refusesASliceOutsideItsArray() {
        var array = new byte[] {'H', 'o', 's', 't'};

        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> HeaderName.of(array, 0, 5));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> HeaderName.of(array, -1, 3));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> HeaderName.of(array, 3, 1));
    }

    private static HeaderName parsed(String text) {
        var bytes = text.getBytes(ISO_8859_1);
        return HeaderName.of(bytes, 0, bytes.length);
    }

    private static HeaderName constant(Field field) {
        try {
            return (HeaderName) field.get(HeaderName.ACCEPT);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
