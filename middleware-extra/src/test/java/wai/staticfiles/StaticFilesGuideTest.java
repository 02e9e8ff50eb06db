package wai.staticfiles;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import wai.Response;
import wai.Status;
import wai.shelf.GuidePage;
import wai.test.TestClient;

/// The page about static files says what runs.
class StaticFilesGuideTest {
    @Test
    void everyProgramOfThePageIsOneThatRuns() throws IOException {
        new GuidePage("static-files.md", StaticFilesGuide.class).assertPrograms(2);
    }

    @Test
    void whatIsNoFileIsForTheRest() {
        var shop = StaticFilesGuide.shop((_, respond) -> respond.with(Response.text(Status.OK, "the rest")));

        try (var client = TestClient.of(shop)) {
            assertThat(client.get("/nothing").text()).isEqualTo("the rest");
        }
        try (var client = TestClient.of(StaticFiles.of(StaticFilesGuide.resources()))) {
            assertThat(client.get("/nothing").status()).isEqualTo(Status.NOT_FOUND);
        }
    }
}
