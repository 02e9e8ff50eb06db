package wai.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Socket;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import wai.Response;
import wai.Status;

class SwitchTest {
    @Test
    void choosesMemory() {
        assertThat(Switch.backend("memory", Optional::empty).isInMemory()).isTrue();
        assertThat(Switch.backend().isInMemory()).isTrue();
    }

    @Test
    void choosesAPortWhoseServerOutlivesItsClients() throws Exception {
        try (var server = TinyServer.start((request, respond) -> respond.with(Response.text(Status.OK, "")))) {
            var address = server.address();
            var shared = WireBackend.started(application -> server);

            var chosen = Switch.backend("port", () -> Optional.of(shared));
            chosen.close();

            assertThat(chosen.isInMemory()).isFalse();
            try (var socket = new Socket(address.getAddress(), address.getPort())) {
                assertThat(socket.isConnected()).isTrue();
            }
        }
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> Switch.backend("port", Optional::empty))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("there is no ServerStarter");
        assertThatThrownBy(() -> Switch.backend("prot", Optional::empty))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("system property wai.test=prot: expected memory or port");
    }
}
