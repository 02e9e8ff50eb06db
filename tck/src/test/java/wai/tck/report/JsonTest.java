package wai.tck.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void readsEveryKindOfValueButNull() {
        var object = Json.object("""
                 {"text": "a\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00", "number": -1.5e3 , "yes": true, "no": false,
                  "list": [1, "two", [], {}], "object": {"b": "1", "a": "2"}}
                """);

        assertThat(object.get("text")).isEqualTo("a\"\\/\b\f\n\r\t\u00e9\ud83d\ude00");
        assertThat(object).containsEntry("number", new BigDecimal("-1.5e3"));
        assertThat(object).containsEntry("yes", true).containsEntry("no", false);
        assertThat(object).containsEntry("list", List.of(new BigDecimal(1), "two", List.of(), Map.of()));
        assertThat(Json.textsByName(object, "object").keySet()).containsExactly("b", "a");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":[1,]}",
                "{\"a\":null}",
                "{\"a\":01}",
                "{\"a\":1e99999}",
                "{\"a\":tru}",
                "{\"a\":\"\t\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":\"",
                "{} {}",
                "{a:1}"
            })
    void refusesWhatIsNoObject(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Json.object(text));
    }

    @Test
    void refusesWhatIsTooDeepInsteadOfOverflowingTheStack() {
        var deep = "{\"a\":" + "[".repeat(51) + "]".repeat(51) + "}";

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.object(deep))
                .withMessageContaining("at most 50 levels");
        assertThat(Json.object("{\"a\":" + "[".repeat(50) + "]".repeat(50) + "}"))
                .containsKey("a");
    }

    @Test
    void saysWhatIsMissing() {
        var object = Json.object("{\"a\": 1}");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.text(object, "a"))
                .withMessage("\"a\" is no right value: expected a string");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.objects(object, "b"))
                .withMessage("\"b\" is missing: expected a list");
        assertThatIllegalArgumentException().isThrownBy(() -> Json.textsByName(object, "b"));
        assertThatIllegalArgumentException().isThrownBy(() -> Json.number(Json.object("{\"a\":\"1\"}"), "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> Json.texts(Json.object("{\"a\":[1]}"), "a"));
    }

    @Test
    void quotesWhatItCanReadAgain() {
        var text = "a\r\n\t\\\"\u0000\u001f\u00e9\ud83d\ude00 \ud800 </script>";

        assertThat(Json.text(Json.object("{\"a\":" + Json.quoted(text) + "}"), "a"))
                .isEqualTo(text);
    }
}
