package wai.warp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static wai.warp.WireClient.GET;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A program whose standard input is a listening socket, as inetd and systemd start them.
@Timeout(180) // a safety net, nothing depends on it
class InheritedSocketTest {
    /// Opens a port, tells it, and becomes the command that follows, with the socket as standard input.
    private static final String SUPER_SERVER = """
            import os, socket, sys
            s = socket.socket()
            s.bind(("127.0.0.1", 0))
            s.listen(10)
            print(s.getsockname()[1], flush=True)
            os.dup2(s.fileno(), 0)
            os.execv(sys.argv[1], sys.argv[1:])
            """;

    @ParameterizedTest(name = "loops: {0}")
    @ValueSource(booleans = {false, true})
    void servesItAndLeavesItOpenForTheNextServer(boolean loops, @TempDir Path folder) throws Exception {
        assumeTrue(ChildJvm.has("python3", "--version"), "no python3 to hand a socket over");
        var options = loops ? ChildJvm.LOOPS : List.<String>of();

        try (var child = new ChildJvm(List.of("python3", "-c", SUPER_SERVER), options, Inheritor.class, folder)) {
            int port = Integer.parseInt(child.line());
            assertThat(child.line()).isEqualTo("server 1 at /127.0.0.1:" + port);
            for (int i = 0; i < 3; i++) {
                assertThat(ask(port, "/")).endsWith("hi");
            }
            assertThat(ask(port, "/stop")).endsWith("hi");
            assertThat(child.line()).as("the standard output is still there").isEqualTo("server 1 stopped");

            try (var waiting = WireClient.of(port)) { // in the socket, whether or not the next server listens already
                assertThat(waiting.send(GET).response()).endsWith("hi");
            }
            assertThat(child.line()).isEqualTo("server 2 at /127.0.0.1:" + port);
            assertThat(ask(port, "/stop")).endsWith("hi");
            assertThat(child.line()).isEqualTo("server 2 stopped");
            assertThat(child.awaitEnd()).isZero();
        }
    }

    private static String ask(int port, String path) throws Exception {
        try (var client = WireClient.of(port)) {
            return client.send(GET.replace("/ ", path + " ")).response();
        }
    }
}
