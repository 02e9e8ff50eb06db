package wai.sse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import wai.shelf.GuidePage;
import wai.test.TestClient;

/// The page about server-sent events says what runs.
class EventStreamsGuideTest {
    @Test
    void everyProgramOfThePageIsOneThatRuns() throws IOException {
        new GuidePage("server-sent-events.md", EventStreamsGuide.class).assertPrograms(3);
    }

    @Test
    void everyStepIsTold() {
        var steps = new ArrayDeque<>(List.of("unpacked", "checked"));
        var jobs = new EventStreamsGuide.Jobs() {
            @Override
            public boolean isDone() {
                return steps.isEmpty();
            }

            @Override
            public String awaitStep() {
                return steps.remove();
            }
        };

        try (var client = TestClient.of(EventStreamsGuide.progress(jobs))) {
            assertThat(client.get("/").text())
                    .isEqualTo("event: step\ndata: unpacked\n\nevent: step\ndata: checked\n\nevent: done\ndata: \n\n");
        }
    }

    @Test
    void aClockEndsWhenTheServerStops() {
        try (var client = TestClient.of(EventStreamsGuide.ticking(() -> new LinkedBlockingQueue<>(List.of("tick"))));
                var live = client.open("/")) {
            live.awaitText("tick\n");

            live.signalShutdown();

            assertThat(live.rest().isComplete()).isTrue();
        }
    }

    @Test
    void theSnippetsRun() {
        var market = new LinkedBlockingQueue<>(List.of("17", "18"));
        try (var client = TestClient.of(Samples.prices(market::take));
                var live = client.open("/")) {
            assertThat(live.awaitText("data: 18\n\n")).isEqualTo("data: 17\n\ndata: 18\n\n");
        }
        try (var client = TestClient.of(Samples.news());
                var live = client.open("/")) {
            assertThat(live.status().code()).isEqualTo(200);
            assertThat(client.post("/", "hot").status().code()).isEqualTo(202);
            assertThat(live.awaitText("data: hot\n")).contains("id: ");
        }
        assertThat(Samples.event().encode().utf8())
                .isEqualTo("event: news\nid: 42\ndata: the data\ndata: in lines\n\n");
    }

    @Test
    void newsReachWhoMissedThem() {
        try (var client = TestClient.of(EventStreamsGuide.news())) {
            assertThat(client.post("/", "hot").text()).matches("told to [0-9]+\n");

            try (var live = client.request("GET", "/")
                    .header("Last-Event-ID", "of another run")
                    .open()) {
                assertThat(live.nextChunk().orElseThrow().utf8()).contains("event: news\n", "data: hot\n");
            }
        }
    }
}
