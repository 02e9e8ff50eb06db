package wai.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.net.SocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import wai.HeaderName;
import wai.Headers;
import wai.Key;
import wai.Response;
import wai.Status;
import wai.test.TestClient;

/// What `-Dwai.test=port` does to tests that know nothing of it: they run on the server that a service provides.
@ParameterizedClass(name = "wai.test={0}")
@ValueSource(strings = {"memory", "port"})
class PortSwitchTest {
    private static final String PROPERTY = "wai.test";

    @Parameter
    String value = "memory";

    private @Nullable String before;

    @BeforeEach
    void turnsTheSwitch() {
        before = System.getProperty(PROPERTY);
        System.setProperty(PROPERTY, value);
    }

    @AfterEach
    void turnsTheSwitchBack() {
        if (before == null) {
            System.clearProperty(PROPERTY);
        } else {
            System.setProperty(PROPERTY, before);
        }
    }

    @Test
    void choosesWhereTheApplicationRuns() {
        var onWarp = new AtomicBoolean();
        try (var client = TestClient.of((request, respond) -> {
            onWarp.set(StackWalker.getInstance()
                    .walk(frames ->
                            frames.anyMatch(frame -> frame.getClassName().startsWith("wai.warp."))));
            return respond.with(Response.text(Status.OK, request.rawPath()));
        })) {
            assertThat(client.get("/here")).hasStatus(200).hasBody("/here");
            assertThat(onWarp.get()).isEqualTo(value.equals("port"));
        }
    }

    @Test
    void keepsOneServerForAllClients() {
        var addresses = new HashSet<SocketAddress>();
        for (var word : List.of("first", "second")) {
            try (var client = TestClient.of((request, respond) -> {
                addresses.add(request.connection().localAddress());
                return respond.with(Response.text(Status.OK, word));
            })) {
                assertThat(client.get("/")).hasBody(word);
            }
        }
        assertThat(addresses).hasSize(1);
    }

    @Test
    void changesNothingElse() {
        var user = Key.<String>named("user");
        var client = TestClient.of((request, respond) -> switch (request.rawPath()) {
            case "/stream" ->
                respond.with(Response.stream(
                        Status.OK, Headers.of(HeaderName.CONTENT_TYPE, "text/plain"), out -> out.writeUtf8("body")));
            case "/user" ->
                respond.with(Response.text(Status.OK, request.get(user).orElse("nobody")));
            default -> throw new FileNotFoundException(request.rawPath());
        });

        assertThat(client.get("/stream")).hasContentType("text/plain").hasBody("body");
        assertThat(client.request("GET", "/user").with(user, "Ada").send()).hasBody("Ada");
        assertThatThrownBy(() -> client.get("/none"))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessage("/none");
    }
}
