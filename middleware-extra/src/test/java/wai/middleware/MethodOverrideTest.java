package wai.middleware;

import static wai.test.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Bytes;
import wai.shelf.Bodies;
import wai.test.TestClient;
import wai.test.TestResponse;

/// [MethodOverride], [AcceptOverride] and [Autohead]: the request is another one inside.
class MethodOverrideTest {
    private final TestClient form = TestClient.of(Samples.methodOverride(Bodies.telling()));
    private final TestClient header = TestClient.of(MethodOverride.byHeader().wrap(Bodies.telling()));
    private final TestClient query = TestClient.of(MethodOverride.byQuery().wrap(Bodies.telling()));

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"PUT", "PATCH", "DELETE", "delete"})
    void letsPostStandForAnotherMethod(String method) {
        var inside = method.toUpperCase(Locale.ROOT) + " ";

        assertThat(header.request("POST", "/")
                        .header("X-HTTP-Method-Override", method)
                        .send())
                .bodyContains(inside);
        assertThat(query.request("POST", "/?_method=" + method).send()).bodyContains(inside);
        assertThat(form.request("POST", "/").form("a", "1", "_method", method).send())
                .bodyContains(inside)
                .bodyContains("a=1&_method=" + method);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"GET", "CONNECT", "TRACE", "", "D E L", "PUT, DELETE"})
    void refusesEveryOtherMethod(String method) {
        assertThat(header.request("POST", "/")
                        .header("X-HTTP-Method-Override", method)
                        .send())
                .hasStatus(400);
        assertThat(form.request("POST", "/").form("_method", method).send()).hasStatus(400);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"GET", "PUT", "HEAD"})
    void overridesNothingButPost(String method) {
        var response = query.request(method, "/?_method=DELETE")
                .header("X-HTTP-Method-Override", "DELETE")
                .send();

        assertThat(response).hasStatus(200);
        assertThat(response).bodyDoesNotContain("DELETE [");
    }

    @Test
    void looksForTheFieldInTheFirst64KibibytesOfAForm() {
        var padding = "x".repeat(64 * 1024);

        assertThat(form.request("POST", "/")
                        .form("_method", "PUT", "a", padding)
                        .send())
                .bodyContains("PUT [")
                .bodyContains(padding);
        assertThat(form.request("POST", "/")
                        .form("a", padding, "_method", "PUT")
                        .send())
                .bodyContains("POST [")
                .bodyContains("_method=PUT");
    }

    @Test
    void neverTakesAValueThatIsCutInTwo() {
        var upToTheValue = "a=" + "x".repeat(64 * 1024 - "a=&_method=PUT".length()) + "&_method=PUT";

        var exactly = post(upToTheValue);
        var longer = post(upToTheValue + "TING");

        assertThat(exactly).bodyContains("POST [");
        assertThat(longer).bodyContains("POST [").bodyContains("_method=PUTTING");
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "application/x-www-form-urlencoded; charset=utf-8, PUT",
        "Application/X-WWW-Form-URLEncoded, PUT",
        "text/plain, POST",
        "application/x-www-form-urlencoded-2, POST"
    })
    void readsFormsOnly(String type, String inside) {
        var response = form.request("POST", "/")
                .body(Bytes.utf8("_method=PUT"))
                .header("Content-Type", type)
                .send();

        assertThat(response).bodyContains(inside + " [").bodyContains("_method=PUT");
    }

    @Test
    void putsAParameterInThePlaceOfAccept() {
        var client = TestClient.of(Samples.acceptOverride(Bodies.telling()));

        assertThat(client.request("GET", "/?_accept=text/csv")
                        .header("Accept", "*/*")
                        .send())
                .bodyContains("accept: text/csv")
                .bodyDoesNotContain("*/*");
        assertThat(client.request("GET", "/?a=1").header("Accept", "*/*").send())
                .bodyContains("accept: */*");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"a%0d%0aEvil:1", "a%00", "%C3%A4"})
    void refusesWhatCannotStandInAField(String value) {
        var client = TestClient.of(Samples.acceptOverride(Bodies.telling()));

        assertThat(client.get("/?_accept=" + value)).hasStatus(400).bodyContains("_accept");
    }

    @Test
    void refusesAnAcceptThatIsTooLong() {
        var client = TestClient.of(Samples.acceptOverride(Bodies.telling()));

        assertThat(client.get("/?_accept=" + "a".repeat(1000))).hasStatus(200);
        assertThat(client.get("/?_accept=" + "a".repeat(1001))).hasStatus(400);
    }

    @Test
    void answersHeadAsGetWithoutTheBody() {
        var client = TestClient.of(Samples.autohead((request, respond) -> {
            org.assertj.core.api.Assertions.assertThat(request.method()).isEqualTo("GET");
            return Bodies.BYTES.application().handle(request, respond);
        }));

        assertThat(client.head("/"))
                .hasStatus(200)
                .hasEmptyBody()
                .hasHeader("Content-Length", "" + Bodies.TEXT.length());
    }

    private TestResponse post(String body) {
        return form.request("POST", "/")
                .body(Bytes.utf8(body))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .send();
    }
}
