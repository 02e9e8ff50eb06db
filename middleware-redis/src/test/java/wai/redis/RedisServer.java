package wai.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/// A real Redis on a Unix socket in a folder of its own, and a [Relay] that makes a port of it which stays the same
/// while Redis is stopped and started; ended by its process id.
///
/// Where Redis is not installed the test is skipped, or fails where servers are demanded.
final class RedisServer implements AutoCloseable {
    /// Set by the continuous integration: there a missing server is a failure.
    private static final String DEMANDED = "WAI_SERVERS";

    private final Path program;
    private final Path folder;
    private final boolean keeps;
    private final Relay relay;
    private @Nullable Process process;

    private RedisServer(Path program, Path folder, boolean keeps) throws IOException {
        this.program = program;
        this.folder = folder;
        this.keeps = keeps;
        this.relay = Relay.to(this::connect);
    }

    /// One that writes to disk and has everything again after a restart.
    static RedisServer keeping() {
        return start(true);
    }

    /// One that forgets everything when it is stopped.
    static RedisServer forgetting() {
        return start(false);
    }

    private static RedisServer start(boolean keeps) {
        var program = installed();
        if (program == null) {
            var why = "redis-server is not installed: checks/servers/install brings it";
            if ("demanded".equals(System.getenv(DEMANDED))) {
                throw new IllegalStateException(why);
            }
            Assumptions.abort(why);
        }
        try {
            var server = new RedisServer(program, Files.createTempDirectory("wai-redis"), keeps);
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable Path installed() {
        var path = System.getenv().getOrDefault("PATH", "") + ":/usr/bin:/usr/local/bin";
        return Stream.of(path.split(":", -1))
                .flatMap(folder -> Stream.of("redis-server", "valkey-server").map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /// Where it is, also while it is stopped.
    URI address() {
        return URI.create("redis://127.0.0.1:" + relay.port());
    }

    /// Settings that wait as briefly as a test should.
    RedisSettings settings() {
        return RedisSettings.at(address()).withPause(java.time.Duration.ofMillis(1));
    }

    Relay relay() {
        return relay;
    }

    /// Starts it, again or for the first time; returns when it takes connections.
    void start() {
        var command = new ArrayList<>(List.of(
                program.toString(), "--port", "0", "--unixsocket", socket().toString(), "--dir", folder.toString()));
        command.addAll(List.of("--save", "", "--appendonly", keeps ? "yes" : "no", "--appendfsync", "always"));
        command.addAll(List.of("--daemonize", "no"));
        try {
            var started = new ProcessBuilder(command).redirectErrorStream(true).start();
            process = started;
            awaitReady(
                    new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.ISO_8859_1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Reads what it says until it is ready, and the rest behind that on a thread, so that it never waits for us.
    private static void awaitReady(BufferedReader output) throws IOException {
        var said = new StringBuilder();
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
            if (line.toLowerCase(java.util.Locale.ROOT).contains("ready to accept connections")) {
                Thread.ofVirtual().start(() -> {
                    try (output) {
                        output.skip(Long.MAX_VALUE);
                    } catch (IOException _) { // it has ended
                    }
                });
                return;
            }
        }
        throw new IOException("Redis did not start:\n" + said);
    }

    /// Adds an entry to a stream, past the relay.
    void addDirectly(String stream, Map<String, String> fields) {
        try (var channel = connect();
                var out = java.nio.channels.Channels.newOutputStream(channel);
                var in = java.nio.channels.Channels.newInputStream(channel)) {
            var words = new ArrayList<>(List.of("XADD", stream, "*"));
            fields.forEach((name, value) -> words.addAll(List.of(name, value)));
            var command = new StringBuilder("*" + words.size() + "\r\n");
            words.forEach(word -> command.append('$')
                    .append(word.getBytes(StandardCharsets.UTF_8).length)
                    .append("\r\n")
                    .append(word)
                    .append("\r\n"));
            out.write(command.toString().getBytes(StandardCharsets.UTF_8));
            if (in.read() != '$') {
                throw new IllegalStateException("Redis refused an entry");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Ends it at once, as a crash does; returns when it is gone.
    void stop() {
        var running = process;
        if (running != null) {
            running.destroyForcibly();
            try {
                if (!running.waitFor(10, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("Redis does not end");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            process = null;
        }
        try {
            Files.deleteIfExists(socket());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        relay.cut();
    }

    @Override
    public void close() {
        stop();
        relay.close();
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path socket() {
        return folder.resolve("socket");
    }

    private SocketChannel connect() throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket()));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return channel;
    }
}
