package wai.shelf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import wai.Status;
import wai.test.TestClient;

/// The stack that the page recommends to begin with.
class StackGuideTest {
    @Test
    void thePageHasTheStackThatRuns() throws IOException {
        new GuidePage("middleware.md", StackGuide.class).assertPrograms(1);
    }

    @Test
    void answersAndLogsOnce() {
        var log = new ArrayList<String>();

        try (var client = TestClient.of(StackGuide.stack(log::add).wrap(Bodies.BYTES.application()))) {
            var page = client.withHeader("Accept-Encoding", "gzip").get("/page");

            assertThat(page.status()).isEqualTo(Status.OK);
            assertThat(page.header("Content-Encoding")).hasValue("gzip");
            assertThat(page.header("X-Request-Id")).isPresent();
            assertThat(page.header("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(client.head("/page").bytes().length()).isZero();
            assertThat(client.get("/healthz").status()).isNotEqualTo(Status.NOT_FOUND);
        }
        assertThat(log).hasSize(2).allMatch(line -> line.contains("/page HTTP/"));
    }

    @Test
    void answersForAnApplicationThatFails() {
        var failing = StackGuide.stack(_ -> {}).wrap((_, _) -> {
            throw new IllegalStateException("broken");
        });

        try (var client = TestClient.of(failing).answeringErrors()) {
            var page = client.get("/");

            assertThat(page.status()).isEqualTo(Status.INTERNAL_SERVER_ERROR);
            assertThat(page.header("Content-Type")).hasValue("application/problem+json");
        }
    }
}
