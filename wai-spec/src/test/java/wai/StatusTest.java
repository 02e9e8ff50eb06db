package wai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusTest {
    static List<Field> constants() {
        return Arrays.stream(Status.class.getFields()).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("constants")
    void aConstantIsNamedAfterItsReasonAndFoundByItsCode(Field constant) throws Exception {
        var status = (Status) constant.get(Status.OK);

        var name = status.reason().toUpperCase(Locale.ROOT).replaceAll("[ -]", "_");
        assertThat(name).isEqualTo(constant.getName());
        assertThat(Status.of(status.code())).isSameAs(status);
        assertThat(status).hasToString(status.code() + " " + status.reason());
    }

    @Test
    void everyRegisteredCodeIsThere() {
        var codes = IntStream.rangeClosed(100, 599)
                .filter(code -> !Status.of(code).reason().isEmpty());

        assertThat(codes.count()).isEqualTo(constants().size());
    }

    @Test
    void aCodeWithoutARegisteredReasonHasAnEmptyOne() {
        assertThat(Status.of(299)).isEqualTo(new Status(299, "")).hasToString("299");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 99, 600, 1000})
    void refusesCodesOutsideTheRange(int code) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Status.of(code))
                .withMessage("status code " + code + ": expected 100 to 599 (RFC 9110 §15)");
    }

    @Test
    void takesTheCodesAtTheEndsOfTheRange() {
        assertThat(Status.of(100)).isSameAs(Status.CONTINUE);
        assertThat(Status.of(599).code()).isEqualTo(599);
    }

    @ParameterizedTest(name = "U+{0}")
    @ValueSource(ints = {0, 1, 8, 10, 13, 31, 127, 0x100, 0x20ac})
    void refusesAReasonThatCannotBeSent(int character) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Status(200, "a" + Character.toString(character)))
                .withMessage("reason of status 200: character U+%04X at 1 is not allowed (RFC 9112 §4)"
                        .formatted(character));
    }

    @Test
    void takesAReasonWithSpacesTabsAndLatin1() {
        assertThat(new Status(200, "Sehr schön\tgut").reason()).isEqualTo("Sehr schön\tgut");
    }

    @Test
    void saysWhichCodesHaveContent() {
        for (int code = 100; code < 600; code++) {
            var status = Status.of(code);

            assertThat(status.isInformational()).isEqualTo(code < 200);
            assertThat(status.allowsContent()).isEqualTo(code >= 200 && code != 204 && code != 304);
        }
    }
}
