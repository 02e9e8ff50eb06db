package wai.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import wai.runner.Waiup;

/// An example that `waiup` serves on a free port; closing it stops it, and expects that everything was answered and
/// that lint found nothing.
final class Served implements AutoCloseable {
    /// For machines that are busy with something else.
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final CountDownLatch stop = new CountDownLatch(1);
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final FutureTask<Integer> run;
    private final URI address;
    private final HttpClient client = HttpClient.newHttpClient();

    private final Logger lint = Logger.getLogger("wai.lint");
    private final Queue<String> findings = new ConcurrentLinkedQueue<>();
    private final Handler collector = new StreamHandler() {
        @Override
        public void publish(LogRecord found) {
            findings.add(found.getMessage());
        }
    };

    /// Starts a file of this folder and returns when it is served.
    Served(String program) throws IOException {
        lint.addHandler(collector);
        var printed = new PipedInputStream();
        var out = new PrintStream(new PipedOutputStream(printed), true, UTF_8);
        run = new FutureTask<>(() -> {
            try (out) {
                return Waiup.run(stop, out, new PrintStream(err, true, UTF_8), "--port", "0", program);
            }
        });
        Thread.ofPlatform().daemon().name(program).start(run);
        var line = new BufferedReader(new InputStreamReader(printed, UTF_8)).readLine();
        if (line == null) {
            throw new AssertionError(program + " is not served: " + err.toString(UTF_8));
        }
        address = URI.create(line.substring(line.indexOf("http://")));
    }

    /// Where it is served: `http://127.0.0.1:` and a port.
    URI address() {
        return address;
    }

    /// A request to a target like `/a?b`.
    HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create(address + target)).timeout(PATIENCE);
    }

    HttpResponse<String> get(String target, String... headers) throws IOException, InterruptedException {
        var request = request(target);
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString(UTF_8));
    }

    /// A connection without HTTP in it yet.
    Socket connect() throws IOException {
        var socket = new Socket(address.getHost(), address.getPort());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    HttpClient client() {
        return client;
    }

    @Override
    public void close() {
        client.shutdownNow();
        stop.countDown();
        int status = status();
        lint.removeHandler(collector);
        if (!findings.isEmpty()) {
            throw new AssertionError("lint: " + findings);
        }
        var complaints = err.toString(UTF_8).lines().filter(line -> !line.startsWith("waiup: draining"));
        if (status != 0 || complaints.findAny().isPresent()) {
            throw new AssertionError("exit code " + status + ": " + err.toString(UTF_8));
        }
    }

    private int status() {
        try {
            return run.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while it stops", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("it does not stop", e);
        }
    }
}
