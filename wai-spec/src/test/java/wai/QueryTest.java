package wai;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import wai.testing.Property;

class QueryTest {
    static Stream<Arguments> queries() {
        return Stream.of(
                Arguments.of("", List.of()),
                Arguments.of("?", List.of()),
                Arguments.of("?a", List.of(parameter("a", null))),
                Arguments.of("?a=", List.of(parameter("a", ""))),
                Arguments.of("a=1", List.of(parameter("a", "1"))),
                Arguments.of("?a=1&b=2;c=3", List.of(parameter("a", "1"), parameter("b", "2"), parameter("c", "3"))),
                Arguments.of("?a=1&a=2&a", List.of(parameter("a", "1"), parameter("a", "2"), parameter("a", null))),
                Arguments.of("?a=b=c", List.of(parameter("a", "b=c"))),
                Arguments.of("?=", List.of(parameter("", ""))),
                Arguments.of("?=v", List.of(parameter("", "v"))),
                Arguments.of("?&&a&;b&", List.of(parameter("a", null), parameter("b", null))),
                Arguments.of("??a", List.of(parameter("?a", null))),
                Arguments.of("?a+b=c+d", List.of(parameter("a b", "c d"))),
                Arguments.of("?a%2Bb=%20+", List.of(parameter("a+b", "  "))),
                Arguments.of("?a%26b=c%3Dd%3B", List.of(parameter("a&b", "c=d;"))),
                Arguments.of("?%61=%2561", List.of(parameter("a", "%61"))),
                Arguments.of("?%C3%A4=%e2%82%ac", List.of(parameter("ä", "€"))),
                Arguments.of("?a=%", List.of(parameter("a", "%"))),
                Arguments.of("?a=%4", List.of(parameter("a", "%4"))),
                Arguments.of("?a=%zz%4g%%41", List.of(parameter("a", "%zz%4g%A"))),
                Arguments.of("?a=%FF%41", List.of(parameter("a", "\uFFFDA"))),
                Arguments.of("?a=%C3", List.of(parameter("a", "\uFFFD"))),
                Arguments.of("?a=%00", List.of(parameter("a", "\u0000"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("queries")
    void parsesNamesAndValues(String raw, List<Query.Parameter> expected) {
        assertThat(Query.parse(raw).parameters()).isEqualTo(expected);
    }

    @Test
    void readsBackWhatItEncoded() {
        Property.holds(draw -> {
            var parameters = draw.list(5, () -> parameter(draw.text(4), draw.coin() ? draw.text(4) : null));
            parameters.removeIf(parameter -> parameter.name().isEmpty() && parameter.value() == null);
            var query = new Query(parameters);

            var encoded = query.encode();

            assertThat(Query.parse(encoded)).isEqualTo(query);
            assertThat(encoded).matches("(\\?[A-Za-z0-9._~%=-]+(&[A-Za-z0-9._~%=-]+)*)?");
        });
    }

    @Test
    void parsesAnythingWithoutFailing() {
        Property.holds(draw -> {
            var raw = draw.text(12);

            var once = Query.parse(raw);

            assertThat(Query.parse(once.encode())).isEqualTo(once);
        });
    }

    @Test
    void encodesSpacesAndReservedCharacters() {
        var query = new Query(List.of(parameter("a b", "c&d=e+f"), parameter("ä", null), parameter("", "")));

        assertThat(query.encode()).isEqualTo("?a%20b=c%26d%3De%2Bf&%C3%A4&=");
        assertThat(Query.EMPTY.encode()).isEmpty();
    }

    @Test
    void firstAndAllLeaveOutParametersWithoutAValue() {
        var query = Query.parse("?a&a=&a=1&b");

        assertThat(query.first("a")).contains("");
        assertThat(query.all("a")).containsExactly("", "1");
        assertThat(query.first("b")).isEmpty();
        assertThat(query.all("b")).isEmpty();
        assertThat(query.contains("b")).isTrue();
        assertThat(query.contains("c")).isFalse();
    }

    @Test
    void keepsItsParametersWhenTheListItWasMadeOfChanges() {
        var parameters = new ArrayList<>(List.of(parameter("a", "1")));
        var query = new Query(parameters);

        parameters.clear();

        assertThat(query).containsExactly(parameter("a", "1"));
        assertThat(query.isEmpty()).isFalse();
        assertThat(Query.parse("?")).isSameAs(Query.EMPTY);
    }

    private static Query.Parameter parameter(String name, @Nullable String value) {
        return new Query.Parameter(name, value);
    }
}
