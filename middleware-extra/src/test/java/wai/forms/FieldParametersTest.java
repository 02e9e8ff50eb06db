package wai.forms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldParametersTest {
    @Test
    void readsTypeAndParameters() throws Exception {
        var parsed = FieldParameters.parse(
                "Content-Type", " Multipart/Form-Data ; Charset=utf-8;;boundary = x".replace(" = ", "="));

        assertThat(parsed.value()).isEqualTo("multipart/form-data");
        assertThat(parsed.parameters()).isEqualTo(Map.of("charset", "utf-8", "boundary", "x"));
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "a.txt | a.txt",
                "\"\" | ''",
                "\"a;b=c.txt\" | a;b=c.txt",
                "\"a\\\"b\\\".txt\" | a\"b\".txt",
                "\"a\\\\b\" | a\\b",
                "\"C:\\Users\\me.txt\" | C:\\Users\\me.txt",
                "\"'q'\" | 'q'",
                "\"a%22b\" | a%22b"
            },
            quoteCharacter = '§')
    void readsTheNameOfAFile(String sent, String name) throws Exception {
        var parsed = FieldParameters.parse("Content-Disposition", "form-data; filename=" + sent + "; name=n");

        assertThat(parsed.get("filename")).hasValue(name.equals("''") ? "" : name);
        assertThat(parsed.get("name")).hasValue("n");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "a; =1 | expected the name of a parameter",
                "a; b | expected = behind the parameter b",
                "a; b = 1 | expected = behind the parameter b",
                "a; b= | expected a value of b",
                "a; b=\"c | expected a closing quote",
                "a; b=\"c\\\" | expected a closing quote",
                "a; b=\"c\"d\" | expected ; behind the value of b",
                "a; b=c d | expected ; behind the value of b",
                "a; b=ä | expected a value of b",
                "a; b=1; B=2 | has the parameter b twice"
            },
            quoteCharacter = '§')
    void refusesWhatIsMalformed(String value, String reason) {
        assertThatThrownBy(() -> FieldParameters.parse("Field", value))
                .isInstanceOf(FormException.class)
                .hasMessageStartingWith("Field")
                .hasMessageContaining(reason);
    }

    @Test
    void takesLinearTimeForNothingButQuotesAndBackslashes() {
        var value = "a; b=\"" + "\\\"".repeat(1_000_000);

        assertThatThrownBy(() -> FieldParameters.parse("Field", value)).hasMessageContaining("a closing quote");
    }
}
