package wai.cgi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.cgi.settings.CgiSettings;
import wai.cgi.settings.Failure.Phase;
import wai.cgi.settings.Hooks;
import wai.cgi.settings.ServerSettings;

@Timeout(60)
class ServerCountersTest {
    private static final String GET = "CONTENT_LENGTH\0000\0SCGI\0001\0REQUEST_METHOD\0GET\0REQUEST_URI\0/\0";
    private static final Application OK = (_, respond) -> respond.with(Response.text(Status.OK, "ok"));

    private final ServerSettings settings = ServerSettings.defaults()
            .withRequests(CgiSettings.defaults().withHooks(Hooks.defaults().withOnFailure(_ -> {})));

    @Test
    void countRequestsResponsesAndBytes() throws Exception {
        var request = GET.length() + ":" + GET + ",";
        ServerCounters counters;
        String whole;
        String malformed;
        try (var server = Scgi.start(settings, OK)) {
            whole = ask(server, request);
            malformed = ask(server, "x");
            server.stop(Duration.ofSeconds(50));
            counters = server.counters();
        }

        assertThat(counters.acceptedConnections()).isEqualTo(2);
        assertThat(counters.refusedConnections()).isZero();
        assertThat(counters.openConnections()).isZero();
        assertThat(counters.requests()).isEqualTo(1);
        assertThat(counters.requestsInFlight()).isZero();
        assertThat(counters.responses()).isEqualTo(2);
        assertThat(counters.responses(2)).isEqualTo(1);
        assertThat(counters.responses(4)).isEqualTo(1);
        assertThat(counters.bytesRead()).isEqualTo(request.length() + 1);
        assertThat(counters.bytesWritten()).isEqualTo(whole.length() + malformed.length());
        assertThat(counters.failures(Phase.REQUEST)).isEqualTo(1);
        assertThat(counters.disconnects()).isZero();
        assertThat(counters)
                .hasToString("connections open 0, accepted 2, refused 0; requests in flight 0, begun 1, responses 2;"
                        + " bytes read " + counters.bytesRead() + ", written " + counters.bytesWritten());
    }

    @Test
    void tellWhatIsInFlightAndWhatIsRefused() throws Exception {
        var inside = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        try (var server = Scgi.start(settings.withConnections(1), (request, respond) -> {
                    inside.countDown();
                    goOn.await();
                    return OK.handle(request, respond);
                });
                var busy = connect(server)) {
            send(busy, GET.length() + ":" + GET + ",");
            inside.await();
            assertThat(ask(server, "")).isEmpty();

            var counters = server.counters();
            goOn.countDown();

            assertThat(counters.openConnections()).isEqualTo(1);
            assertThat(counters.requestsInFlight()).isEqualTo(1);
            assertThat(counters.refusedConnections()).isEqualTo(1);
            assertThat(counters.failures(Phase.OVERLOAD)).isEqualTo(1);
            assertThatThrownBy(() -> counters.responses(1)).hasMessage("class of status 1: expected 2 to 5");
            assertThatThrownBy(() -> counters.responses(6)).hasMessage("class of status 6: expected 2 to 5");
        }
    }

    private static Socket connect(CgiServer server) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(50_000);
        return socket;
    }

    private static String ask(CgiServer server, String request) throws IOException {
        try (var socket = connect(server)) {
            send(socket, request);
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }
}
