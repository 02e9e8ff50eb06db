import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/// Mixed traffic with faults against Target.java for some minutes, every answer checked, while the server's memory,
/// descriptors and threads are sampled: `java Soak.java PORT PID MINUTES [SEED]`. Exit code 1 when anything is wrong.
///
/// Flat means, of the samples behind the warm-up (the first fifth):
/// - resident memory: the mean of the last third is at most 5 % and 8 MiB above the mean of the first third;
/// - descriptors and platform threads: the same with 10 % and 10;
/// - the live heap after a full collection, at the end and after the warm-up: at most 10 % and 20 MiB more;
///   (as much as Warp keeps in buffers: a leak of 50 bytes per conversation is more in ten minutes)
/// - after the load, descriptors return to what they were before it, and 10 more.
public final class Soak {
    private static final int CLIENTS = 32;
    private static final int MOST_BYTES = 300_000;
    private static final long SAMPLE_NANOS = 1_000_000_000;
    /// What Warp keeps at most in buffers for connections to come; it takes a while until it has so many.
    private static final long BUFFERS = 20 * 1024 * 1024;

    private final int port;
    private final long pid;
    private final long end;
    private final Map<String, LongAdder> done = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final LongAdder wrongs = new LongAdder();

    private Soak(int port, long pid, long end) {
        this.port = port;
        this.pid = pid;
        this.end = end;
    }

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        long pid = Long.parseLong(arguments[1]);
        long nanos = (long) (Double.parseDouble(arguments[2]) * TimeUnit.MINUTES.toNanos(1));
        long seed = arguments.length > 3 ? Long.parseLong(arguments[3]) : new Random().nextLong();
        System.out.println("seed " + seed + ", " + CLIENTS + " clients, " + arguments[2] + " minutes");
        System.exit(new Soak(port, pid, System.nanoTime() + nanos).run(nanos, seed) ? 0 : 1);
    }

    private boolean run(long nanos, long seed) throws Exception {
        var before = sample();
        var clients = new ArrayList<Thread>();
        for (int i = 0; i < CLIENTS; i++) {
            var random = new Random(seed + i);
            clients.add(Thread.ofVirtual().start(() -> load(random)));
        }
        var samples = new ArrayList<Sample>();
        long warm = System.nanoTime() + nanos / 5;
        Map<String, Long> heap = Map.of();
        while (System.nanoTime() - end < 0) {
            pause(SAMPLE_NANOS);
            if (System.nanoTime() - warm < 0) {
                continue;
            }
            heap = heap.isEmpty() ? liveHeap() : heap;
            samples.add(sample());
        }
        for (var client : clients) {
            client.join();
        }
        return verdict(before, samples, heap);
    }

    // ------------------------------------------------------------------------------------------ the load

    @FunctionalInterface
    private interface Scenario {
        void run(Random random) throws Exception;
    }

    private record Weighted(String name, int weight, Scenario scenario) {}

    private final List<Weighted> scenarios = List.of(
            new Weighted("keep-alive", 20, this::keepAlive),
            new Weighted("close", 15, this::close),
            new Weighted("pipelined", 10, this::pipelined),
            new Weighted("upload", 12, this::upload),
            new Weighted("chunked upload", 8, this::chunkedUpload),
            new Weighted("echo", 5, this::echo),
            new Weighted("stream", 8, this::stream),
            new Weighted("file", 8, this::file),
            new Weighted("range", 5, this::range),
            new Weighted("head", 3, this::head),
            new Weighted("continue", 4, this::expectContinue),
            new Weighted("upgrade", 4, this::upgrade),
            new Weighted("half-close", 4, this::halfClose),
            new Weighted("byte by byte", 2, this::byteByByte),
            new Weighted("slow reader", 4, this::slowReader),
            new Weighted("slow writer", 4, this::slowWriter),
            new Weighted("leaves in the head", 5, this::leavesInHead),
            new Weighted("leaves in the upload", 5, this::leavesInUpload),
            new Weighted("leaves in the answer", 5, this::leavesInAnswer),
            new Weighted("reset in the answer", 5, this::resetInAnswer),
            new Weighted("malformed", 10, this::malformed),
            new Weighted("unread upload", 3, this::unreadUpload),
            new Weighted("throws", 1, this::failing),
            new Weighted("cut", 1, this::cut));

    private void load(Random random) {
        int weights = scenarios.stream().mapToInt(Weighted::weight).sum();
        while (System.nanoTime() - end < 0) {
            int pick = random.nextInt(weights);
            for (var weighted : scenarios) {
                if ((pick -= weighted.weight()) < 0) {
                    run(weighted, random);
                    break;
                }
            }
        }
    }

    private void run(Weighted weighted, Random random) {
        try {
            weighted.scenario().run(random);
            done.computeIfAbsent(weighted.name(), _ -> new LongAdder()).increment();
        } catch (Exception | AssertionError e) {
            wrongs.increment();
            if (wrong.size() < 20) {
                wrong.add(weighted.name() + ": " + e + " at " + Arrays.stream(e.getStackTrace())
                        .filter(frame -> frame.getClassName().equals("Soak"))
                        .findFirst()
                        .orElse(null));
            }
        }
    }

    private void keepAlive(Random random) throws Exception {
        try (var wire = new Wire(port)) {
            for (int i = 0; i < 20; i++) {
                int n = size(random);
                check(wire.get("/bytes?n=" + n), n);
            }
        }
    }

    private void close(Random random) throws Exception {
        try (var wire = new Wire(port)) {
            int n = size(random);
            check(wire.get("/bytes?n=" + n, "Connection: close\r\n"), n);
            expect(wire.isAtEnd(), "it goes on behind Connection: close");
        }
    }

    private void pipelined(Random random) throws Exception {
        try (var wire = new Wire(port)) {
            var sizes = random.ints(16, 0, 5000).toArray();
            var requests = new StringBuilder();
            for (int n : sizes) {
                requests.append("GET ").append(random.nextBoolean() ? "/bytes" : "/stream").append("?n=").append(n)
                        .append(" HTTP/1.1\r\nHost: a\r\n\r\n");
            }
            wire.send(requests.toString());
            for (int n : sizes) {
                check(wire.answer("GET"), n);
            }
        }
    }

    private void upload(Random random) throws Exception {
        try (var wire = new Wire(port)) {
            for (int i = 0; i < 3; i++) {
                var body = Pattern.of(size(random));
                wire.send("POST /digest HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n")
                        .send(body);
                checkDigest(wire.answer("POST"), body);
            }
        }
    }

    private void chunkedUpload(Random random) throws Exception {
        try (var wire = new Wire(port)) {
            var body = Pattern.of(size(random));
            wire.send("POST /digest HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < body.length; ) {
                int count = Math.min(1 + random.nextInt(20_000), body.length - i);
                wire.send(Integer.toHexString(count) + ";x=y\r\n")
                        .send(Arrays.copyOfRange(body, i, i + count)).send("\r\n");
                i += count;
            }
            wire.send("0\r\nX-Trailer: t\r\n\r\n");
            checkDigest(wire.answer("POST"), body);
            check(wire.get("/bytes?n=7"), 7);
        }
    }

    private void echo(Random random) throws Exception {
        try (var wire = new Wire(port)) {
            int n = size(random);
            wire.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + n + "\r\n\r\n");
            var sender = Thread.ofVirtual().start(() -> {
                try {
                    wire.send(Pattern.of(n));
                } catch (IOException _) {
                    // the other side finds out
                }
            });
            check(wire.answer("POST"), n);
            sender.join();
        }
    }

    private void stream(Random random) throws Exception {
        try (var wire = new Wire(port)) {
            int n = size(random);
            check(wire.get("/stream?n=" + n), n);
            check(wire.get("/slow?n=2000"), 2000);
        }
    }

    private static int fileSize(Random random) {
        return 1000 + 20_000 * random.nextInt(15);
    }

    private void file(Random random) throws Exception {
        try (var wire = new Wire(port)) {
            int n = fileSize(random);
            var first = wire.get("/file?n=" + n);
            check(first, n);
            var again = wire.get("/file?n=" + n, "If-None-Match: " + first.fields().get("etag") + "\r\n");
            expect(again.status() == 304, "status " + again.status() + " for the same file");
        }
    }

    private void range(Random random) throws Exception {
        try (var wire = new Wire(port)) {
            int n = fileSize(random);
            int from = random.nextInt(n);
            int to = from + random.nextInt(n - from);
            var part = wire.get("/file?n=" + n, "Range: bytes=" + from + "-" + to + "\r\n");
            expect(part.status() == 206, "status " + part.status());
            expect(Arrays.equals(part.body(), Arrays.copyOfRange(Pattern.of(n), from, to + 1)), "another part");
        }
    }

    private void head(Random random) throws Exception {
        try (var wire = new Wire(port)) {
            int n = size(random);
            wire.send("HEAD /bytes?n=" + n + " HTTP/1.1\r\nHost: a\r\n\r\n");
            var answer = wire.answer("HEAD");
            expect(answer.fields().get("content-length").equals("" + n), "length " + answer.fields());
            check(wire.get("/bytes?n=3"), 3);
        }
    }

    private void expectContinue(Random random) throws Exception {
        try (var wire = new Wire(port)) {
            var body = Pattern.of(size(random));
            wire.send("POST /digest HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: " + body.length
                    + "\r\n\r\n");
            if (body.length > 0) {
                expect(wire.line().equals("HTTP/1.1 100 Continue"), "no 100 Continue");
                expect(wire.line().isEmpty(), "100 Continue with fields");
            }
            wire.send(body);
            checkDigest(wire.answer("POST"), body);
        }
    }

    private void upgrade(Random random) throws Exception {
        try (var wire = new Wire(port)) {
            var answer = wire.get("/upgrade", "Connection: Upgrade\r\n", "Upgrade: echo\r\n");
            expect(answer.status() == 101, "status " + answer.status());
            for (int i = 0; i < 5; i++) {
                var bytes = Pattern.of(1 + random.nextInt(2000));
                wire.send(bytes);
                expect(Arrays.equals(wire.input().readNBytes(bytes.length), bytes), "another echo");
            }
            wire.end();
            expect(wire.isAtEnd(), "the raw application ended, and the connection did not");
        }
    }

    private void halfClose(Random random) throws Exception {
        try (var wire = new Wire(port)) {
            int n = size(random);
            wire.send("GET /stream?n=" + n + " HTTP/1.1\r\nHost: a\r\n\r\n").end();
            check(wire.answer("GET"), n);
            expect(wire.isAtEnd(), "it goes on behind the end");
        }
    }

    private void byteByByte(Random random) throws Exception {
        try (var wire = new Wire(port)) {
            for (byte octet : "GET /bytes?n=9 HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1)) {
                wire.send(new byte[] {octet});
            }
            check(wire.answer("GET"), 9);
        }
    }

    private void slowReader(Random random) throws Exception {
        try (var wire = new Wire(port, 4096)) {
            int n = 200_000;
            wire.send("GET " + List.of("/bytes", "/file", "/stream").get(random.nextInt(3)) + "?n=" + n
                    + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            pause(200_000_000);
            check(wire.answer("GET"), n);
        }
    }

    private void slowWriter(Random random) throws Exception {
        try (var wire = new Wire(port)) {
            var body = Pattern.of(1000);
            wire.send("POST /digest HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
            for (int i = 0; i < 1000; i += 100) {
                wire.send(Arrays.copyOfRange(body, i, i + 100));
                pause(20_000_000);
            }
            checkDigest(wire.answer("POST"), body);
        }
    }

    private void leavesInHead(Random random) throws Exception {
        try (var wire = new Wire(port)) {
            wire.send("GET /bytes?n=9 HTTP/1.1\r\nHo");
            if (random.nextBoolean()) {
                wire.reset();
            }
        }
    }

    private void leavesInUpload(Random random) throws Exception {
        try (var wire = new Wire(port)) {
            wire.send("POST /digest HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
                    .send(Pattern.of(random.nextInt(99_999)));
            if (random.nextBoolean()) {
                wire.reset();
            }
        }
    }

    private void leavesInAnswer(Random random) throws Exception {
        try (var wire = new Wire(port, 4096)) {
            wire.send("GET /bytes?n=250000 HTTP/1.1\r\nHost: a\r\n\r\n");
            wire.input().readNBytes(random.nextInt(5000));
        }
    }

    private void resetInAnswer(Random random) throws Exception {
        try (var wire = new Wire(port, 4096)) {
            wire.send("GET /file?n=201000 HTTP/1.1\r\nHost: a\r\n\r\n");
            wire.input().readNBytes(random.nextInt(5000));
            wire.reset();
        }
    }

    private static final List<String> MALFORMED = List.of(
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
            "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: \rb\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc",
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST /digest HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
            "POST /digest HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n");

    private void malformed(Random random) throws Exception {
        try (var wire = new Wire(port)) {
            wire.send(MALFORMED.get(random.nextInt(MALFORMED.size())));
            expect(wire.answer("GET").status() == 400, "a malformed request was accepted");
            expect(wire.isAtEnd(), "the connection lives on behind a malformed request");
        }
    }

    /// The application does not look at the body; small ones are skipped, large ones end the connection.
    private void unreadUpload(Random random) throws Exception {
        try (var wire = new Wire(port)) {
            int n = random.nextInt(50_000);
            wire.send("POST /marker?1 HTTP/1.1\r\nHost: a\r\nContent-Length: " + n + "\r\n\r\n").send(Pattern.of(n));
            expect(wire.answer("POST").text().equals("marker?1\n"), "another answer");
            expect(wire.get("/marker?2").text().equals("marker?2\n"), "another answer behind an unread body");
        }
    }

    private void failing(Random random) throws Exception {
        try (var wire = new Wire(port)) {
            expect(wire.get("/throws").status() == 500, "no 500");
            check(wire.get("/bytes?n=5"), 5);
        }
    }

    private void cut(Random random) throws Exception {
        try (var wire = new Wire(port)) {
            wire.get("/cut");
        } catch (IOException _) {
            return; // seen as what it is
        }
        throw new AssertionError("a cut answer looks whole");
    }

    private static int size(Random random) {
        return random.nextInt(10) == 0 ? random.nextInt(MOST_BYTES) : random.nextInt(3000);
    }

    private static void check(Wire.Answer answer, int n) {
        expect(answer.status() == 200, "status " + answer.status());
        expect(Arrays.equals(answer.body(), Pattern.of(n)), "another body of " + answer.body().length + " for " + n);
    }

    private static void checkDigest(Wire.Answer answer, byte[] body) {
        var crc = new CRC32();
        crc.update(body);
        expect(answer.text().equals(body.length + " " + crc.getValue() + "\n"), "another digest: " + answer.text());
    }

    private static void expect(boolean right, String otherwise) {
        if (!right) {
            throw new AssertionError(otherwise);
        }
    }

    private static void pause(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanos);
    }

    // ------------------------------------------------------------------------------------------ the server

    private record Sample(long memory, long descriptors, long threads) {}

    private Sample sample() throws IOException {
        var process = Path.of("/proc", Long.toString(pid));
        long memory = 0;
        long threads = 0;
        for (var line : Files.readAllLines(process.resolve("status"))) {
            if (line.startsWith("VmRSS:")) {
                memory = Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            } else if (line.startsWith("Threads:")) {
                threads = Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        try (var descriptors = Files.list(process.resolve("fd"))) {
            return new Sample(memory, descriptors.count(), threads);
        }
    }

    /// Bytes of live objects by class, the sum under `Total`; collects garbage first.
    private Map<String, Long> liveHeap() throws IOException, InterruptedException {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        var process = new ProcessBuilder(jcmd, Long.toString(pid), "GC.class_histogram").start();
        var bytes = process.inputReader(ISO_8859_1)
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words[0].equals("Total") || (words[0].endsWith(":") && words.length > 3))
                .collect(Collectors.toMap(
                        words -> words[0].equals("Total") ? "Total" : words[3],
                        words -> Long.parseLong(words[2]),
                        Long::sum));
        process.waitFor();
        return bytes;
    }

    private static void sayWhatGrew(Map<String, Long> first, Map<String, Long> last) {
        last.entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), entry.getValue() - first.getOrDefault(entry.getKey(), 0L)))
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(15)
                .forEach(entry -> System.out.println("      " + entry.getValue() / 1024 + " KiB more of " + entry.getKey()));
    }

    // ------------------------------------------------------------------------------------------ the verdict

    private boolean verdict(Sample before, List<Sample> samples, Map<String, Long> heap) throws Exception {
        boolean flat = true;
        flat &= isFlat("resident memory, KiB", samples, sample -> sample.memory() / 1024, 1.05, 8 * 1024);
        flat &= isFlat("descriptors", samples, Sample::descriptors, 1.10, 10);
        flat &= isFlat("platform threads", samples, Sample::threads, 1.10, 10);
        for (int i = 0; i < 30 && sample().descriptors() > before.descriptors() + 10; i++) {
            pause(SAMPLE_NANOS);
        }
        var after = sample();
        flat &= say(after.descriptors() <= before.descriptors() + 10,
                "descriptors before and after: " + before.descriptors() + ", " + after.descriptors());
        var heapAfter = liveHeap();
        long live = heap.get("Total");
        long liveAfter = heapAfter.get("Total");
        if (!say(liveAfter <= live * 1.10 + BUFFERS,
                "live heap after the warm-up and at the end, KiB: " + live / 1024 + ", " + liveAfter / 1024)) {
            sayWhatGrew(heap, heapAfter);
            flat = false;
        }
        System.out.println("done: " + new TreeMap<>(done));
        wrong.forEach(line -> System.out.println("WRONG " + line));
        boolean right = say(wrongs.sum() == 0, wrongs.sum() + " wrong of "
                + done.values().stream().mapToLong(LongAdder::sum).sum() + " conversations");
        System.out.println(flat && right ? "PASSED: flat, and every answer right" : "FAILED");
        return flat && right;
    }

    private static boolean isFlat(
            String what, List<Sample> samples, java.util.function.ToLongFunction<Sample> value, double ratio, long more) {
        int third = samples.size() / 3;
        double first = samples.subList(0, third).stream().mapToLong(value).average().orElseThrow();
        double last = samples.subList(samples.size() - third, samples.size()).stream()
                .mapToLong(value)
                .average()
                .orElseThrow();
        return say(last <= first * ratio + more, String.format(
                Locale.ROOT, "%s, first and last third of %d samples: %.0f, %.0f", what, samples.size(), first, last));
    }

    private static boolean say(boolean good, String what) {
        System.out.println((good ? "ok    " : "WRONG ") + what);
        return good;
    }
}
