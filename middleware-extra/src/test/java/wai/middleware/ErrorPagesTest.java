package wai.middleware;

import static wai.test.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.ClientDisconnectedException;
import wai.Response;
import wai.Status;
import wai.shelf.Bodies;
import wai.test.TestClient;

class ErrorPagesTest {
    private static final Application FAILS = (_, _) -> {
        throw new IllegalStateException("<b>broken</b>", new IllegalArgumentException("the cause")); // FAILS HERE
    };

    private final ArrayList<String> reports = new ArrayList<>();

    private TestClient client(ErrorPages pages, Application application) {
        return TestClient.of(pages.reportingTo((request, failure) -> reports.add(request + " " + failure.getMessage()))
                .wrap(application));
    }

    @Test
    void answersWithAProblemDocumentThatTellsNothing() {
        var response = client(ErrorPages.problemJson(), FAILS).get("/a");

        assertThat(response)
                .hasStatus(500)
                .hasContentType("application/problem+json")
                .hasHeader("Cache-Control", "no-store")
                .hasBody("{\"type\":\"about:blank\",\"title\":\"Internal Server Error\",\"status\":500}");
        org.assertj.core.api.Assertions.assertThat(reports).containsExactly("GET /a HTTP/1.1 <b>broken</b>");
    }

    @Test
    void showsADeveloperWhereItCameFrom() {
        var response = client(ErrorPages.development(Path.of("src/test/java")), FAILS)
                .request("GET", "/a?<b>".replace("<b>", "%3Cb%3E"))
                .header("Accept", "text/html,*/*")
                .header("Authorization", "Bearer geheim")
                .header("X-Odd", "<script>")
                .send();

        assertThat(response)
                .hasStatus(500)
                .hasContentType("text/html")
                .bodyContains("&lt;b&gt;broken")
                .bodyContains("<mark>")
                .bodyContains("// FAILS HERE</mark>")
                .bodyContains("Caused by java.lang.IllegalArgumentException: the cause")
                .bodyContains("X-Odd: &lt;script&gt;")
                .bodyContains("Authorization: …")
                .bodyDoesNotContain("geheim")
                .bodyDoesNotContain("<b>broken");
    }

    @Test
    void showsTextToOtherClients() {
        assertThat(client(ErrorPages.development(), FAILS).get("/"))
                .hasContentType("text/plain")
                .bodyContains("IllegalStateException: <b>broken</b>")
                .bodyContains("caused by java.lang.IllegalArgumentException");
        assertThat(TestClient.of(Samples.errorPages(Bodies.telling(), true)).get("/"))
                .hasStatus(200);
        assertThat(TestClient.of(Samples.errorPages(Bodies.telling(), false)).get("/"))
                .hasStatus(200);
    }

    @Test
    void knowsABodyThatIsTooLarge() {
        Application reads = (request, respond) ->
                respond.with(Response.text(Status.OK, request.readBody(3).utf8()));

        assertThat(client(ErrorPages.problemJson(), reads).post("/", "four")).hasStatus(413);
    }

    @Test
    void answersByAPageOfOnesOwn() {
        var pages = ErrorPages.by(
                (request, status, failure) -> Response.text(status, request.rawPath() + " " + failure.getMessage()));

        assertThat(client(pages, FAILS).get("/x")).hasStatus(500).hasBody("/x <b>broken</b>");
    }

    @Test
    void leavesWhatItCannotAnswer() {
        Application fallsLate = (_, respond) -> {
            var _ = respond.with(Response.text(Status.OK, "sent"));
            throw new IllegalStateException("late");
        };
        Application lost = (_, _) -> {
            throw new ClientDisconnectedException("gone");
        };

        var late = client(ErrorPages.problemJson(), fallsLate).answeringErrors().get("/");
        var gone = client(ErrorPages.problemJson(), lost).answeringErrors().get("/");

        assertThat(late).hasBody("sent").failedWith(IllegalStateException.class);
        assertThat(gone).failedWith(ClientDisconnectedException.class).bodyDoesNotContain("problem");
        org.assertj.core.api.Assertions.assertThat(reports).isEmpty();
    }

    @Test
    void leavesErrorsThatTheApplicationAnswersItself() {
        var own = Bodies.answering(Response.text(Status.NOT_FOUND, "own"));

        assertThat(client(ErrorPages.problemJson(), own).get("/"))
                .hasStatus(404)
                .hasBody("own");
    }
}
