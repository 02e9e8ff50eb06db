package wai.cgi.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wai.cgi.FastCgi;
import wai.cgi.front.CgiPrograms;
import wai.cgi.front.FrontServer;
import wai.cgi.front.Route;
import wai.cgi.front.WebServer;
import wai.transport.Pollers;

/// A FastCGI program that inherits its listening socket (FastCGI 1.0 §2.2).
class FastCgiSpawnedTest {
    @Test
    void servesOnTheSocketThatLighttpdStartsItWith(@TempDir Path folder) throws Exception {
        var program = CgiPrograms.of(folder, SpawnedProgram.class, List.of(Pollers.class), SpawnedProgram.ONCE)
                .script("program");

        try (var front = FrontServer.start(WebServer.LIGHTTPD, new Route.Spawned(program))) {
            var first = Http.body(Http.get(front.address(), "/a%20b"));
            var second = Http.body(Http.get(front.address(), "/c"));

            assertThat(first).startsWith("/a%20b by ");
            assertThat(second).isEqualTo(first.replace("/a%20b", "/c")); // the same process
        }
    }

    @Test
    void refusesAStandardInputThatIsNoListeningSocket() {
        assertThatThrownBy(() -> FastCgi.run((_, _) -> {
                    throw new AssertionError("never called");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot listen on the socket inherited as descriptor 0: descriptor 0 is no socket:"
                        + " expected a socket that listens (FastCGI 1.0 §2.2)");
    }
}
