package wai.cgi.front;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import wai.cgi.FastCgi;
import wai.cgi.settings.CgiSettings;
import wai.cgi.settings.FastCgiSettings;
import wai.cgi.settings.Hooks;
import wai.cgi.settings.ServerSettings;

/// What the kit does not ask of FastCGI behind real web servers: their logs.
class FastCgiBehindServersTest {
    @ParameterizedTest
    @EnumSource(WebServer.class)
    void writesFailuresIntoTheLogOfTheWebServer(WebServer kind) throws IOException {
        var requests = CgiSettings.defaults().withHooks(Hooks.defaults().withOnFailure(_ -> {}));
        var settings =
                FastCgiSettings.defaults().withServer(ServerSettings.defaults().withRequests(requests));

        try (var server = FastCgi.start(settings, (_, _) -> {
                    throw new IllegalArgumentException("said on purpose");
                });
                var front = FrontServer.start(kind, new Route.FastCgi(server.address()));
                var socket =
                        new Socket(front.address().getAddress(), front.address().getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write("GET /x HTTP/1.0\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));

            assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
                    .contains(" 500 ");
            assertThat(front.errorLog())
                    .contains("APPLICATION failed (GET /x HTTP/1.0, response NONE)", "said on purpose");
        }
    }
}
