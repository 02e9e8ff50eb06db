package wai.cgi.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldNamesTest {
    private final FieldNames names = new FieldNames();

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"HTTP_HOST, Host", "HTTP_USER_AGENT, User-Agent", "HTTP_x_Y1, x-Y1", "HTTP_A__B, A--B"})
    void areCapitalized(String variable, String name) {
        assertThat(names.of(variable)).hasToString(name);
        assertThat(names.of(variable)).hasToString(name);
    }

    @Test
    void areKept() {
        var first = names.of("HTTP_X_UNHEARD_OF");

        assertThat(names.of("HTTP_X_UNHEARD_OF")).isSameAs(first);
    }

    @Test
    void areNotKeptWhenTheyAreLong() {
        var longest = FieldNames.PREFIX + "A".repeat(FieldNames.LONGEST_KEPT - FieldNames.PREFIX.length());

        assertThat(names.of(longest)).isSameAs(names.of(longest));
        assertThat(names.of(longest + "A")).isEqualTo(names.of(longest + "A")).isNotSameAs(names.of(longest + "A"));
    }

    @Test
    void areRightThoughMoreAreAskedForThanThereArePlaces() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 4 * FieldNames.PLACES; i++) {
                assertThat(names.of("HTTP_X" + i)).hasToString("X" + i);
            }
        }
    }

    @Test
    void refuseWhatIsNoNameEachTime() {
        for (int round = 0; round < 2; round++) {
            assertThatIllegalArgumentException().isThrownBy(() -> names.of("HTTP_A B"));
            assertThatIllegalArgumentException().isThrownBy(() -> names.of("HTTP_"));
        }
    }
}
