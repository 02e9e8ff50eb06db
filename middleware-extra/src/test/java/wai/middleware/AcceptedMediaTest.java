package wai.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.HeaderName;
import wai.Request;
import wai.test.TestClient;

class AcceptedMediaTest {
    private static AcceptedMedia accepted(String field) {
        return AcceptedMedia.of(
                Request.builder("GET", "/").header(HeaderName.ACCEPT, field).build());
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "text/html, application/json;q=0.9       | text/html",
                "application/json, text/html;q=0.9       | application/json",
                "application/json                        | application/json",
                "APPLICATION/JSON                        | application/json",
                "*/*                                     | text/html",
                "text/*                                  | text/html",
                "application/*, */*;q=0.1                | application/json",
                "*/*, text/html;q=0                      | application/json",
                "text/html;q=0.5, */*                    | application/json",
                "text/html;q=0.001                       | text/html",
                "image/png                               | none",
                "text/html;q=0                           | none",
                "text/html;q=2                           | none",
                "text/html;q=                            | none",
                "text/html;level=1                       | none",
                "text                                    | none",
                "*/html                                  | none",
                "/                                       | none",
                "''                                      | text/html"
            })
    void choosesByTheClientsWeights(String field, String type) {
        assertThat(accepted(field).best("text/html", "application/json").orElse(null))
                .isEqualTo(type);
    }

    @Test
    void choosesTheFirstForWhoSaysNothing() {
        assertThat(AcceptedMedia.of(Request.builder("GET", "/").build()).best("a/b", "c/d"))
                .hasValue("a/b");
    }

    /// The example of RFC 9110 §12.5.1.
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "text/plain;format=flowed, 1000",
        "text/plain, 700",
        "text/html, 300",
        "image/jpeg, 500",
        "text/html;level=1, 300",
        "text/html;level=3, 700"
    })
    void letsTheMostPreciseRangeCount(String type, int weight) {
        var accepted = accepted("text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed,"
                + " text/plain;format=fixed;q=0.4, text/html;level=3;q=0.7, */*;q=0.5");

        assertThat(accepted.weight(type)).isEqualTo(weight);
    }

    @Test
    void looksAtABoundedNumberOfElements() {
        assertThat(accepted("x/y,".repeat(63) + "text/html").best("text/html")).isPresent();
        assertThat(accepted("x/y,".repeat(64) + "text/html").best("text/html")).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"text", "text/*", "*/*", "", "a/b/c"})
    void wantsMediaTypes(String type) {
        assertThatThrownBy(() -> accepted("*/*").best(type))
                .hasMessage("media type " + type + ": expected one like text/html");
    }

    @Test
    void readsTheExampleOfItsDocumentation() {
        try (var client = TestClient.of(Samples.acceptedMedia())) {
            assertThat(client.withHeader("Accept", "application/json").get("/").text())
                    .isEqualTo("{}");
            assertThat(client.withHeader("Accept", "text/html").get("/").header("Vary"))
                    .hasValue("Accept");
            assertThat(client.withHeader("Accept", "image/png")
                            .get("/")
                            .status()
                            .code())
                    .isEqualTo(406);
        }
    }
}
