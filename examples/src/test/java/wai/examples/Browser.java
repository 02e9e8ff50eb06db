package wai.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// A real browser without a window: Chromium, told what to do by its DevTools protocol over two pipes. It waits for
/// what a page says, never for a time.
///
/// Where no browser is installed the test is skipped, or fails where servers are demanded (`WAI_SERVERS`).
final class Browser implements AutoCloseable {
    /// For machines that are busy with something else.
    private static final long PATIENCE_SECONDS = 120;

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final Pattern TEXT = Pattern.compile("\"value\":\"([A-Za-z0-9+/=]*)\"");
    private static final Pattern IMAGE = Pattern.compile("\"data\":\"([A-Za-z0-9+/=]+)\"");

    private final Path profile;
    private final Process process;
    private final OutputStream commands;
    private final InputStream messages;
    private final String session;
    private int lastId;
    /// Events that came while something else was waited for.
    private final List<String> events = new ArrayList<>();

    private Browser(Path profile, Process process) throws IOException {
        this.profile = profile;
        this.process = process;
        this.commands = process.getOutputStream();
        this.messages = new BufferedInputStream(process.getInputStream());
        var target = found("\"targetId\":\"([^\"]+)\"", call("Target.createTarget", "{\"url\":\"about:blank\"}", ""));
        this.session = found(
                "\"sessionId\":\"([^\"]+)\"",
                call("Target.attachToTarget", "{\"targetId\":\"" + target + "\",\"flatten\":true}", ""));
        command("Page.enable", "{}");
        command(
                "Emulation.setDeviceMetricsOverride",
                "{\"width\":800,\"height\":450,\"deviceScaleFactor\":1,\"mobile\":false}");
    }

    static Browser start() throws IOException {
        var program = installed();
        if (program == null) {
            var why = "no browser is installed (" + String.join(", ", NAMES) + "): checks/servers/install brings one";
            if ("demanded".equals(System.getenv("WAI_SERVERS"))) {
                throw new IllegalStateException(why);
            }
            Assumptions.abort(why);
        }
        var profile = Files.createTempDirectory("wai-browser");
        var command = new ArrayList<String>();
        // the browser reads descriptor 3 and writes descriptor 4, of which Java knows nothing
        command.addAll(List.of("/bin/sh", "-c", "exec \"$@\" 3<&0 4>&1 1>&2", "sh", String.valueOf(program)));
        command.addAll(List.of(
                "--headless=new",
                "--remote-debugging-pipe",
                "--user-data-dir=" + profile,
                "--no-first-run",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--force-color-profile=srgb",
                "--hide-scrollbars",
                "--disable-features=BackForwardCache", // a page that was left ends its connections
                "--ignore-certificate-errors"));
        if (System.getProperty("user.name").equals("root")) {
            command.add("--no-sandbox"); // which root cannot have
        }
        var process = new ProcessBuilder(command)
                .redirectError(profile.resolve("errors").toFile())
                .start();
        return new Browser(profile, process);
    }

    private static Path installed() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /// Opens a page and returns when it has loaded.
    void open(String url) throws IOException {
        events.clear();
        command("Page.navigate", "{\"url\":\"" + url + "\"}");
        awaitEvent("Page.loadEventFired");
    }

    /// Does something that leads to another page, and returns when that has loaded.
    void leave(String script) throws IOException {
        events.clear();
        command("Runtime.evaluate", "{\"expression\":" + quoted("setTimeout(() => { " + script + " })") + "}");
        awaitEvent("Page.loadEventFired");
    }

    /// What an expression of JavaScript comes to, as text; a promise is waited for.
    String evaluate(String expression) throws IOException {
        var script = "(async () => btoa(unescape(encodeURIComponent(String(await (" + expression + "))))))()";
        var answer = command(
                "Runtime.evaluate",
                "{\"expression\":" + quoted(script) + ",\"awaitPromise\":true,\"returnByValue\":true}");
        var value = TEXT.matcher(answer);
        if (!value.find()) {
            throw new AssertionError(expression + ": " + answer);
        }
        return new String(Base64.getDecoder().decode(value.group(1)), UTF_8);
    }

    /// Waits until an expression is true; it is looked at whenever the page changes.
    void await(String condition) throws IOException {
        evaluate("""
                new Promise(done => {
                  const look = () => { if (%s) done(true) }
                  new MutationObserver(look).observe(document, {
                    subtree: true, childList: true, attributes: true, characterData: true})
                  look()
                })""".formatted(condition));
    }

    /// Fills an input for files.
    void choose(String selector, Path file) throws IOException {
        var root = found("\"nodeId\":([0-9]+)", command("DOM.getDocument", "{\"depth\":0}"));
        var node = found(
                "\"nodeId\":([0-9]+)",
                command("DOM.querySelector", "{\"nodeId\":" + root + ",\"selector\":" + quoted(selector) + "}"));
        command(
                "DOM.setFileInputFiles",
                "{\"files\":[" + quoted(file.toAbsolutePath().toString()) + "],\"nodeId\":" + node + "}");
    }

    /// Shows pages as people with a dark desktop see them, or others.
    void colors(String scheme) throws IOException {
        command(
                "Emulation.setEmulatedMedia",
                "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + scheme + "\"}]}");
    }

    /// A picture of the page, as PNG.
    byte[] picture() throws IOException {
        return Base64.getDecoder().decode(found(IMAGE.pattern(), command("Page.captureScreenshot", "{}")));
    }

    private String command(String method, String parameters) throws IOException {
        return call(method, parameters, ",\"sessionId\":\"" + session + "\"");
    }

    private String call(String method, String parameters, String where) throws IOException {
        int id = ++lastId;
        var text = "{\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + parameters + where + "}\0";
        commands.write(text.getBytes(UTF_8));
        commands.flush();
        var answer = awaitMessage("{\"id\":" + id + ",");
        if (answer.startsWith("{\"id\":" + id + ",\"error\"")) {
            throw new AssertionError(method + ": " + answer);
        }
        return answer;
    }

    private void awaitEvent(String name) throws IOException {
        var beginning = "{\"method\":\"" + name + "\"";
        if (events.stream().noneMatch(event -> event.startsWith(beginning))) {
            awaitMessage(beginning);
        }
    }

    private String awaitMessage(String beginning) throws IOException {
        var reading = new FutureTask<>(() -> {
            for (var message = nextMessage(); ; message = nextMessage()) {
                if (message.startsWith(beginning)) {
                    return message;
                }
                events.add(message);
            }
        });
        Thread.ofVirtual().start(reading);
        try {
            return reading.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the browser says nothing that begins with " + beginning, e);
        }
    }

    private String nextMessage() throws IOException {
        var message = new ByteArrayOutputStream();
        for (int b; (b = messages.read()) != 0; ) {
            if (b < 0) {
                throw new IOException("the browser has ended: " + Files.readString(profile.resolve("errors")));
            }
            message.write(b);
        }
        return message.toString(UTF_8);
    }

    private static String found(String pattern, String text) {
        var matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new AssertionError(text);
        }
        return matcher.group(1);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    @Override
    public void close() throws IOException {
        var all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        process.destroy();
        for (var one : all) {
            end(one);
        }
        try (var files = Files.walk(profile)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /// Its processes write into the profile until the last one has ended.
    private static void end(ProcessHandle process) throws IOException {
        try {
            process.onExit().get(20, TimeUnit.SECONDS);
        } catch (TimeoutException _) {
            process.destroyForcibly();
            process.onExit().join();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IOException("process " + process.pid() + " does not end", e);
        }
    }
}
