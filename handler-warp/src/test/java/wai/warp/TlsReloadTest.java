package wai.warp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.Response;
import wai.Status;
import wai.warp.settings.Failure;
import wai.warp.settings.Hooks;
import wai.warp.settings.Listener;
import wai.warp.settings.WarpSettings;
import wai.warp.tls.Identity;
import wai.warp.tls.TestAuthority;
import wai.warp.tls.Tls;

/// Certificates that are exchanged while clients connect, resume sessions and keep connections: none of them fails.
@Timeout(120) // a safety net, nothing depends on it
class TlsReloadTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static final TestAuthority AUTHORITY = TestAuthority.create("root");
    private static final int RELOADS = 12;
    /// How many requests are served between two reloads, at least.
    private static final int BETWEEN = 10;

    private final Resources before = Resources.now();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger served = new AtomicInteger();

    @TempDir
    private Path folder;

    @AfterEach
    void everythingIsGivenBack() {
        before.awaitReturn();
    }

    /// One file, replaced as a whole: both halves of the identity always belong together.
    private void write(String name) throws Exception {
        var identity = AUTHORITY.issue(name, "a.test");
        var part = Files.writeString(folder.resolve("part"), identity.certificatesAsPem() + identity.keyAsPem());
        Files.move(part, folder.resolve("both.pem"), StandardCopyOption.ATOMIC_MOVE);
    }

    private WarpServer start(Duration interval) throws IOException {
        var file = folder.resolve("both.pem");
        var tls = Tls.of(Identity.pemFiles(file, file)).withReloadInterval(interval);
        return Warp.start(
                WarpSettings.defaults()
                        .withListeners(List.of(Listener.tcp("127.0.0.1", 0).withTls(tls)))
                        .withHooks(Hooks.defaults().withOnFailure(this::failed)),
                (_, respond) -> respond.with(Response.text(Status.OK, "hi")));
    }

    private void failed(Failure failure) {
        failures.add(failure.cause());
    }

    private interface Client {
        void run(WarpServer server) throws Exception;
    }

    /// Runs a client again and again, until all is over or it fails.
    private Thread start(WarpServer server, Client client) {
        return Thread.startVirtualThread(() -> {
            try {
                while (!over.get()) {
                    client.run(server);
                }
            } catch (Throwable e) {
                failures.add(e);
            }
        });
    }

    private void ask(TlsClient client) throws Exception {
        client.send(GET);
        assertThat(client.answer()).endsWith("\r\n\r\nhi");
        seen.add(client.server());
        served.incrementAndGet();
    }

    private static TlsClient connect(WarpServer server, SSLContext context, String version) throws IOException {
        return TlsClient.connect(context, server.port(), "a.test", p -> p.setProtocols(new String[] {version}));
    }

    private Client connecting(String version) {
        return server -> {
            try (var client = connect(server, TlsClient.context(AUTHORITY.root(), null), version)) {
                ask(client);
            }
        };
    }

    private Client resuming(String version) throws Exception {
        var context = TlsClient.context(AUTHORITY.root(), null);
        return server -> {
            try (var client = connect(server, context, version)) {
                ask(client);
            }
        };
    }

    private Client keeping(String version) {
        return server -> {
            try (var client = connect(server, TlsClient.context(AUTHORITY.root(), null), version)) {
                for (int i = 0; i < 20; i++) {
                    ask(client);
                }
            }
        };
    }

    @ParameterizedTest(name = "{0}, by watching {1}")
    @CsvSource({"TLSv1.3, false", "TLSv1.2, false", "TLSv1.3, true"})
    void noRequestFails(String version, boolean watching) throws Exception {
        write("c0");
        try (var server = start(watching ? Duration.ofMillis(1) : Tls.NEVER)) {
            var clients = new ArrayList<Thread>();
            for (int i = 0; i < 2; i++) {
                clients.add(start(server, connecting(version)));
                clients.add(start(server, resuming(version)));
                clients.add(start(server, keeping(version)));
            }
            for (int i = 1; i <= RELOADS && failures.isEmpty(); i++) {
                write("c" + i);
                if (!watching) {
                    server.reloadCertificates();
                }
                var name = "c" + i;
                int enough = served.get() + BETWEEN;
                Resources.await(
                        "requests under " + name + ", of " + seen + " " + failures,
                        () -> !failures.isEmpty() || (seen.contains(name) && served.get() >= enough));
            }
            over.set(true);
            for (var client : clients) {
                client.join();
            }
        }

        assertThat(failures).isEmpty();
        assertThat(seen).contains("c" + RELOADS);
        assertThat(served.get()).isGreaterThanOrEqualTo(RELOADS * BETWEEN);
    }
}
