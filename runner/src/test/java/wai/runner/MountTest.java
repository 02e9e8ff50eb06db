package wai.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.test.TestClient;

class MountTest {
    private static final Application PATHS =
            (request, respond) -> respond.with(Response.text(Status.OK, request.path() + " " + request.rawPath()));

    private final TestClient client =
            TestClient.of(Mount.under(List.of("a", "b c")).wrap(PATHS));

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            /a/b%20c        | []
            /a/b%20c/       | []
            /a/b%20c/x/y    | [x, y]
            /%61/b%20c/x    | [x]
            /a/b%20c/x/     | [x, ]
            /a/b%20c//      | [, ]
            """)
    void takesThePrefixFromThePathOnly(String target, String path) {
        var response = client.get(target);

        assertThat(response.text()).isEqualTo(path + " " + target);
    }

    @ParameterizedTest
    @CsvSource({"/", "/a", "/a/", "/a/b", "/a/b%20cd", "/x/a/b%20c", "//a/b%20c", "/a%2Fb%20c"})
    void answersOtherPathsWith404(String target) {
        var response = client.get(target);

        assertThat(response.status()).isEqualTo(Status.NOT_FOUND);
        assertThat(response.text()).isEqualTo("Nothing here: the application is under /a/b%20c\n");
    }

    @Test
    void changesNothingWithoutAPrefix() {
        assertThat(Mount.under(List.of()).wrap(PATHS)).isSameAs(PATHS);
    }
}
