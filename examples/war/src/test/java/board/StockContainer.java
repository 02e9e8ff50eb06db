package board;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// A servlet container as it is downloaded, in a process of its own that ends with the test.
final class StockContainer {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Process process;
    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();

    private StockContainer(Process process, Pattern listening) {
        this.process = process;
        Thread.ofVirtual().start(() -> follow(listening));
    }

    /// Starts one in the foreground on a free port.
    ///
    /// @param folder where it runs
    /// @param variables of its environment
    /// @param listening matches the line that it logs when it listens; group 1 is the port
    static StockContainer start(Path folder, Map<String, String> variables, Pattern listening, List<String> command)
            throws IOException {
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(variables);
        return new StockContainer(builder.start(), listening);
    }

    /// The `java` of the JVM that runs the test.
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    int port() throws Exception {
        return port.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    String log() {
        return String.join("\n", log);
    }

    private void follow(Pattern listening) {
        try (var lines = process.inputReader()) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                log.add(line);
                var match = listening.matcher(line);
                if (match.find()) {
                    port.complete(Integer.valueOf(match.group(1)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            port.completeExceptionally(new IOException("the container ended before it listened:\n" + log()));
        }
    }

    /// Ends it as an operator would, by SIGTERM to its process.
    void end() throws InterruptedException {
        process.toHandle().destroy(); // unlike destroy() of the process itself this leaves its output open
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError("the container did not end in " + PATIENCE + ":\n" + log());
        }
    }
}
