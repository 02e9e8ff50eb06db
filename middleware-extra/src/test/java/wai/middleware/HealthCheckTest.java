package wai.middleware;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import wai.shelf.Bodies;
import wai.test.TestClient;

class HealthCheckTest {
    private final AtomicBoolean warm = new AtomicBoolean();
    private final TestClient client = TestClient.of(Samples.healthCheck(Bodies.telling(), warm));

    @Test
    void answersGetAndHead() {
        assertThat(client.get("/healthz")).hasStatus(200).hasBody("ok\n").hasHeader("Cache-Control", "no-store");
        assertThat(client.head("/healthz")).hasStatus(200).hasEmptyBody();
    }

    @Test
    void saysWhetherTheServiceIsReady() {
        assertThat(client.get("/readyz")).hasStatus(503).hasBody("unavailable\n");

        warm.set(true);

        assertThat(client.get("/readyz")).hasStatus(200);
    }

    @Test
    void refusesOtherMethods() {
        assertThat(client.post("/healthz", "x")).hasStatus(405).hasHeader("Allow", "GET, HEAD");
    }

    @Test
    void leavesOtherPathsToTheApplication() {
        assertThat(client.get("/healthz/")).bodyContains("GET [healthz, ]");
        assertThat(client.get("/x/healthz")).bodyContains("GET [x, healthz]");
    }

    @Test
    void needsAPath() {
        assertThatThrownBy(() -> HealthCheck.at("healthz")).hasMessageContaining("begins with /");
    }
}
