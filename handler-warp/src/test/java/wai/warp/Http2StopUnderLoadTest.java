package wai.warp;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.http2.ClientFrames.ACK;
import static wai.warp.http2.ClientFrames.get;
import static wai.warp.http2.ClientFrames.ping;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import wai.Bytes;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.settings.Timeouts;
import wai.warp.settings.WarpSettings;

/// A stop while clients ask on many streams at a time: no stream is lost. Tools that count failed requests at a stop
/// count those, too, which they had not sent when the first GOAWAY came (h2load does); here is looked at what was sent.
@Timeout(60) // a safety net, nothing depends on it
class Http2StopUnderLoadTest {
    private static final int CLIENTS = 8;
    private static final int STREAMS = 32;
    /// How many responses each client has seen when the server stops; the clients go on.
    private static final int BEFORE = 200;

    /// How a client takes the first GOAWAY.
    enum Manner {
        /// It opens no more streams, as RFC 9113 §6.8 says.
        POLITE,
        /// It goes on asking until the second one comes, and says only behind its requests that it has seen the first.
        STUBBORN
    }

    /// One client, from the first request to the end of its connection.
    private static final class Load implements Callable<Load> {
        private final Http2Client client;
        private final Manner manner;
        private final CountDownLatch warm;
        private int next = 1;
        final Set<Integer> opened = new HashSet<>();
        final Set<Integer> whole = new HashSet<>();
        final Set<Integer> reset = new HashSet<>();
        final List<Integer> goodbyes = new ArrayList<>();

        Load(Http2Client client, Manner manner, CountDownLatch warm) {
            this.client = client;
            this.manner = manner;
            this.warm = warm;
        }

        @Override
        public Load call() throws IOException {
            for (int i = 0; i < STREAMS; i++) {
                ask();
            }
            var line = client.next();
            while (!line.isEmpty()) {
                take(line);
                line = client.next();
            }
            return this;
        }

        private void ask() throws IOException {
            opened.add(next);
            client.send(get(next));
            next += 2;
        }

        private void take(String line) throws IOException {
            var words = line.split(" ", 3);
            switch (words[0]) {
                case "DATA" -> {
                    assertThat(line).endsWith(" hi END");
                    whole.add(Integer.valueOf(words[1]));
                    if (whole.size() == BEFORE) {
                        warm.countDown();
                    }
                    if (goodbyes.isEmpty() || (manner == Manner.STUBBORN && goodbyes.size() == 1)) {
                        ask();
                    }
                }
                case "RST_STREAM" -> {
                    assertThat(words[2]).isEqualTo("REFUSED_STREAM");
                    reset.add(Integer.valueOf(words[1]));
                }
                case "GOAWAY" -> goodbyes.add(Integer.valueOf(words[1]));
                case "PING" -> {
                    if (manner == Manner.STUBBORN) {
                        ask();
                    }
                    client.send(ping(ACK, Long.parseUnsignedLong(words[1], 16)));
                }
                default -> {} // heads, settings and windows
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void everyStreamThatTheSecondGoodbyeNamesIsAnsweredWhole(Manner manner) throws Exception {
        var warm = new CountDownLatch(CLIENTS);
        var patient = Timeouts.defaults().withLinger(ofSeconds(50)).withStop(ofSeconds(50)); // whoever runs late
        var settings = WarpSettings.defaults().withHost("127.0.0.1").withPort(0).withTimeouts(patient);
        var server = Warp.start(
                settings, (_, respond) -> respond.with(Response.of(Status.OK, Headers.EMPTY, Bytes.utf8("hi"))));
        var loads = new ArrayList<Future<Load>>();
        var clients = new ArrayList<Http2Client>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CLIENTS; i++) {
                var client = Http2Client.of(server);
                clients.add(client);
                loads.add(threads.submit(new Load(client, manner, warm)));
            }
            warm.await();
            var stopping = threads.submit(server::close);

            for (int i = 0; i < CLIENTS; i++) {
                var load = loads.get(i).get(); // the connection ended, and was not reset
                clients.get(i).close();
                assertThat(load.goodbyes).hasSize(2).first().isEqualTo(Integer.MAX_VALUE);
                int last = load.goodbyes.getLast();
                assertThat(load.opened)
                        .filteredOn(stream -> stream <= last)
                        .containsExactlyInAnyOrderElementsOf(load.whole);
                assertThat(load.reset).allSatisfy(stream -> assertThat(stream).isGreaterThan(last));
                if (manner == Manner.POLITE) {
                    assertThat(load.whole).isEqualTo(load.opened);
                }
            }
            stopping.get();
        }
        assertThat(server.cutConnections()).isEmpty();
    }
}
