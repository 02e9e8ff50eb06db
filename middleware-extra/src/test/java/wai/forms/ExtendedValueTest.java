package wai.forms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtendedValueTest {
    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(
            quoteCharacter = '§',
            value = {
                "UTF-8''%e2%82%ac%20rates, € rates",
                "utf-8'en'plain.txt, plain.txt",
                "ISO-8859-1'de'%E4.txt, ä.txt",
                "UTF-8''it's, it's",
                "UTF-8''%25, %"
            })
    void decodes(String value, String text) throws FormException {
        assertThat(ExtendedValue.decode("filename*", value)).isEqualTo(text);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            quoteCharacter = '§',
            value = {
                "plain, charset'language'value",
                "UTF-8'en, charset'language'value",
                "UTF-16''a, charset UTF-8",
                "''a, charset UTF-8",
                "UTF-8''%, two hex digits",
                "UTF-8''%2, two hex digits",
                "UTF-8''%zz, two hex digits",
                "UTF-8''%c0%ae, bytes of its charset",
                "UTF-8''%ff, bytes of its charset"
            })
    void refusesWhatIsMalformed(String value, String expected) {
        assertThatThrownBy(() -> ExtendedValue.decode("filename*", value))
                .isInstanceOf(FormException.class)
                .hasMessage("the parameter filename*: expected " + whole(expected) + " (RFC 8187 §3.2)");
    }

    private static String whole(String expected) {
        return expected.equals("two hex digits") ? "two hex digits behind %" : expected;
    }
}
