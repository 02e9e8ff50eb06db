package my.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.net.URI;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.test.TestClient;

class AppTest {
    @Test
    void seesTheContractOnTheModulePath() {
        assertThat(App.class.getModule().getName()).isEqualTo("my.app");
        assertThat(App.contract().getName()).isEqualTo("wai.spec");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wai.spec",
                "wai.test",
                "wai.tck",
                "wai.warp",
                "wai.cgi",
                "wai.middleware",
                "wai.jwt",
                "wai.metrics",
                "wai.redis",
                "wai.tracing"
            })
    void readsEveryPublicModule(String name) {
        var module = ModuleLayer.boot().findModule(name);

        assertThat(module).isPresent();
        assertThat(App.class.getModule().canRead(module.orElseThrow())).isTrue();
        assertThat(module.orElseThrow().getDescriptor().rawVersion()).isPresent();
    }

    @Test
    void runsThePartsThatNeedALibraryOnTheModulePath() {
        var meters = new SimpleMeterRegistry();
        var log = new ArrayList<String>();

        try (var client = TestClient.of(App.watched(meters, OpenTelemetry.noop(), new byte[32], log::add))) {
            assertThat(client.get("/").status().code()).isEqualTo(401);
        }

        assertThat(meters.getMeters()).isNotEmpty();
        assertThat(log).hasSize(1);
    }

    @Test
    void answers503WhileItsRedisIsAway() {
        try (var redis = App.redis(URI.create("redis://127.0.0.1:1")); // nobody listens there
                var client = TestClient.of(App.remembering(redis)).answeringErrors()) {
            assertThat(client.get("/").status().code()).isEqualTo(503);
        }
    }
}
