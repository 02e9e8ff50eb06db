package wai.spi;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntityTagTest {
    /// The table of RFC 9110 §8.8.3.2.
    @ParameterizedTest(name = "{0} and {1}")
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "W/\"1\", W/\"1\", false, true",
                "W/\"1\", W/\"2\", false, false",
                "W/\"1\", \"1\",   false, true",
                "\"1\",   W/\"1\", false, true",
                "\"1\",   \"1\",   true,  true",
                "\"1\",   \"2\",   false, false",
            })
    void comparesStronglyAndWeakly(String one, String other, boolean strongly, boolean weakly) {
        var left = EntityTag.list(one).getFirst();
        var right = EntityTag.list(other).getFirst();

        assertThat(left.matchesStrongly(right)).isEqualTo(strongly);
        assertThat(left.matchesWeakly(right)).isEqualTo(weakly);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"\"\"", "\"xyzzy\"", "W/\"xyzzy\"", "\"a,b\"", "\"back\\slash\"", "\"\u0080\u00ff!#~\""})
    void readsOneTag(String text) {
        assertThat(EntityTag.parse(text)).isNotNull().hasToString(text);
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(
            strings = {
                "",
                "*",
                "xyzzy",
                "\"",
                "\"xyzzy",
                "xyzzy\"",
                "w/\"xyzzy\"",
                "W/xyzzy",
                "W/ \"xyzzy\"",
                "W/",
                "\"a b\"",
                "\"a\tb\"",
                "\"\u007f\"",
                "\"a\"\"b\"",
                "\"a\", \"b\"",
                ", \"a\"",
                "\"a\",",
                "'a'",
                "\"a\"x"
            })
    void refusesWhatIsNotOneTag(String text) {
        assertThat(EntityTag.parse(text)).isNull();
    }

    @ParameterizedTest(name = "[{0}] has {1}")
    @CsvSource(
            quoteCharacter = '\'',
            delimiter = '|',
            value = {
                "\"a\"                      | [\"a\"]",
                "\"a\", W/\"b\" ,\"c\"      | [\"a\", W/\"b\", \"c\"]",
                ",, \"a\" , ,\"b\",         | [\"a\", \"b\"]",
                "\"a,b\", \"\\\", \"c\"     | [\"a,b\", \"\\\", \"c\"]",
                "\"a\" \"b\"                | []",
                "\"a\", b                   | []",
                "\"a\", *                   | []",
                "*                          | []",
                "                           | []",
            })
    void readsListsAndNothingOfAMalformedOne(@Nullable String list, String expected) {
        assertThat(EntityTag.list(list == null ? "" : list)).hasToString(expected);
    }
}
