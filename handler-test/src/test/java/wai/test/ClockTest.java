package wai.test;

import static wai.test.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import wai.Application;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;

/// The example of the module's README.
class ClockTest {
    private final Application app = (request, respond) -> respond.with(
            request.rawPath().equals("/ticks")
                    ? Response.stream(Status.OK, Headers.of(HeaderName.CONTENT_TYPE, "text/event-stream"), out -> {
                        out.writeUtf8("data: tick\n\n");
                        out.flush();
                        out.writeUtf8("data: tock\n\n");
                    })
                    : Response.text(Status.NOT_FOUND, "no such page"));

    private final TestClient client = TestClient.of(app);

    @Test
    void saysWhatIsMissing() {
        assertThat(client.get("/users/7"))
                .hasStatus(404)
                .hasContentType("text/plain")
                .bodyContains("no such");
    }

    @Test
    void ticksBeforeItTocks() {
        try (var live = client.open("/ticks")) { // the application still runs
            live.awaitText("tick\n\n");
            assertThat(live.rest()).bodyContains("tock").isComplete();
        }
    }
}
