package my.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppTest {
    @Test
    void seesTheContractOnTheModulePath() {
        assertThat(App.class.getModule().getName()).isEqualTo("my.app");
        assertThat(App.contract().getName()).isEqualTo("wai.spec");
    }

    @ParameterizedTest
    @ValueSource(strings = {"wai.spec", "wai.test", "wai.tck", "wai.warp", "wai.cgi", "wai.middleware"})
    void readsEveryPublicModule(String name) {
        var module = ModuleLayer.boot().findModule(name);

        assertThat(module).isPresent();
        assertThat(App.class.getModule().canRead(module.orElseThrow())).isTrue();
        assertThat(module.orElseThrow().getDescriptor().rawVersion()).isPresent();
    }
}
