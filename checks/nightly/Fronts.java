import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/// Asks Target.java through web servers in front of it, and tries to smuggle requests past them:
/// `java Fronts.java PORT NAME=PORT=LOG …`. PORT is the application's own; LOG has the requests that a front saw.
///
/// A request is smuggled when the application saw one that its front did not: then the two disagree about where a
/// request ends. Directly at the application none of the hidden requests may be seen. Exit code 1 when anything is
/// wrong.
public final class Fronts {
    private static final int PATIENCE_MILLIS = 2000;

    private final int own;
    private final Map<String, List<String>> table = new LinkedHashMap<>();
    private final List<String> wrong = new ArrayList<>();
    private int markers;

    private record Front(String name, int port, Path log) {}

    @FunctionalInterface
    private interface Check {
        String run(int port) throws Exception;
    }

    private Fronts(int own) {
        this.own = own;
    }

    public static void main(String[] arguments) throws Exception {
        var fronts = new ArrayList<Front>();
        fronts.add(new Front("direct", Integer.parseInt(arguments[0]), Path.of("/dev/null")));
        for (var argument : Arrays.asList(arguments).subList(1, arguments.length)) {
            var parts = argument.split("=", 3);
            fronts.add(new Front(parts[0], Integer.parseInt(parts[1]), Path.of(parts[2])));
        }
        System.exit(new Fronts(Integer.parseInt(arguments[0])).run(fronts) ? 0 : 1);
    }

    private boolean run(List<Front> fronts) throws Exception {
        for (var front : fronts) {
            checks().forEach((name, check) -> add(name, ordinary(front, name, check)));
            smuggle(front);
        }
        System.out.printf("%-62s", "");
        fronts.forEach(front -> System.out.printf("%-14s", front.name()));
        System.out.println();
        table.forEach((name, cells) -> {
            System.out.printf("%-62s", name);
            cells.forEach(cell -> System.out.printf("%-14s", cell));
            System.out.println();
        });
        wrong.forEach(line -> System.out.println("WRONG " + line));
        System.out.println(wrong.isEmpty() ? "PASSED: " + table.size() + " cases, no request smuggled" : "FAILED");
        return wrong.isEmpty();
    }

    private void add(String name, String cell) {
        table.computeIfAbsent(name, _ -> new ArrayList<>()).add(cell);
    }

    // ------------------------------------------------------------------------------------------ ordinary requests

    private String ordinary(Front front, String name, Check check) {
        try {
            return check.run(front.port());
        } catch (Exception | AssertionError e) {
            wrong.add(front.name() + ", " + name + ": " + e);
            return "WRONG";
        }
    }

    private Map<String, Check> checks() {
        var checks = new LinkedHashMap<String, Check>();
        checks.put("GET, 100 on one connection", port -> {
            ask(own, "DELETE", "/seen");
            try (var wire = new Wire(port)) {
                for (int i = 0; i < 100; i++) {
                    expect(wire.get("/marker?" + i).text().equals("marker?" + i + "\n"), "another answer");
                }
            }
            var connections = ask(own, "GET", "/peers").text().strip();
            expect(connections.equals("1"), "the application saw " + connections + " connections");
            return "ok";
        });
        checks.put("GET, 20 pipelined", port -> {
            try (var wire = new Wire(port)) {
                for (int i = 0; i < 20; i++) {
                    wire.send("GET /marker?" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
                }
                for (int i = 0; i < 20; i++) {
                    expect(wire.answer("GET").text().equals("marker?" + i + "\n"), "another answer");
                }
            }
            return "ok";
        });
        checks.put("HEAD", port -> {
            try (var wire = new Wire(port)) {
                wire.send("HEAD /bytes?n=1234 HTTP/1.1\r\nHost: a\r\n\r\n");
                expect("1234".equals(wire.answer("HEAD").fields().get("content-length")), "no length");
                expect(wire.get("/marker?1").status() == 200, "nothing behind it");
            }
            return "ok";
        });
        checks.put("bytes, 10 MB", port -> download(port, "/bytes?n=10000000", 10_000_000));
        checks.put("file, 10 MB", port -> download(port, "/file?n=10000000", 10_000_000));
        checks.put("stream, 3 MB, chunked", port -> download(port, "/stream?n=3000000", 3_000_000));
        checks.put("range of a file", port -> {
            try (var wire = new Wire(port)) {
                var part = wire.get("/file?n=100000", "Range: bytes=5000-5999\r\n");
                expect(part.status() == 206, "status " + part.status());
                expect(Arrays.equals(part.body(), Arrays.copyOfRange(Pattern.of(100_000), 5000, 6000)), "another part");
            }
            return "ok";
        });
        checks.put("condition of a file", port -> {
            try (var wire = new Wire(port)) {
                var tag = wire.get("/file?n=1000").fields().get("etag");
                expect(wire.get("/file?n=1000", "If-None-Match: " + tag + "\r\n").status() == 304, "not the same");
            }
            return "ok";
        });
        checks.put("upload, 5 MB with a length", port -> upload(port, "", false));
        checks.put("upload, 5 MB chunked", port -> upload(port, "", true));
        checks.put("upload with Expect: 100-continue", port -> upload(port, "Expect: 100-continue\r\n", false));
        checks.put("HTTP/1.0", port -> {
            try (var wire = new Wire(port)) {
                wire.send("GET /marker?1 HTTP/1.0\r\n\r\n");
                expect(wire.answer("GET").text().equals("marker?1\n"), "another answer");
                expect(wire.isAtEnd(), "it goes on");
            }
            return "ok";
        });
        checks.put("error, and a response that is cut", port -> {
            try (var wire = new Wire(port)) {
                expect(wire.get("/throws").status() == 500, "no 500");
            }
            try (var wire = new Wire(port)) {
                wire.get("/cut");
            } catch (IOException _) {
                return "ok";
            }
            throw new AssertionError("a cut answer looks whole");
        });
        checks.put("upgrade", port -> {
            try (var wire = new Wire(port)) {
                var answer = wire.get("/upgrade", "Connection: Upgrade\r\n", "Upgrade: echo\r\n");
                expect(answer.status() == 101, "status " + answer.status());
                wire.send("hello");
                expect(new String(wire.input().readNBytes(5), ISO_8859_1).equals("hello"), "another echo");
            }
            return "ok";
        });
        return checks;
    }

    private static String download(int port, String target, int n) throws IOException {
        try (var wire = new Wire(port)) {
            expect(Arrays.equals(wire.get(target).body(), Pattern.of(n)), "another body");
        }
        return "ok";
    }

    private static String upload(int port, String field, boolean chunked) throws IOException {
        var body = Pattern.of(5_000_000);
        var crc = new CRC32();
        crc.update(body);
        try (var wire = new Wire(port)) {
            wire.send("POST /digest HTTP/1.1\r\nHost: a\r\n" + field
                    + (chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length) + "\r\n\r\n");
            if (chunked) {
                for (int i = 0; i < body.length; i += 50_000) {
                    wire.send("c350\r\n").send(Arrays.copyOfRange(body, i, i + 50_000)).send("\r\n");
                }
                wire.send("0\r\n\r\n");
            } else {
                wire.send(body);
            }
            expect(wire.answer("POST").text().equals(body.length + " " + crc.getValue() + "\n"), "another digest");
            expect(wire.get("/marker?1").status() == 200, "nothing behind it");
        }
        return "ok";
    }

    private static void expect(boolean right, String otherwise) {
        if (!right) {
            throw new AssertionError(otherwise);
        }
    }

    // ------------------------------------------------------------------------------------------ smuggling

    /// What hides a request, by name; made of the hidden request.
    private static Map<String, java.util.function.UnaryOperator<String>> hidings() {
        var all = new LinkedHashMap<String, java.util.function.UnaryOperator<String>>();
        all.put("body of a GET", hidden -> "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: " + hidden.length() + "\r\n\r\n"
                + hidden);
        all.put("body that the application does not read", hidden -> post("/marker?u", hidden, ""));
        all.put("the same, chunked", hidden -> "POST /marker?u HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(hidden.length()) + "\r\n" + hidden + "\r\n0\r\n\r\n");
        all.put("the same, Expect: 100-continue", hidden -> post("/marker?u", hidden, "Expect: 100-continue\r\n"));
        all.put("the same, upgrade to nothing", hidden ->
                post("/marker?u", hidden, "Connection: Upgrade\r\nUpgrade: nothing\r\n"));
        all.put("body behind an upgrade", hidden ->
                post("/upgrade", hidden, "Connection: Upgrade\r\nUpgrade: echo\r\n"));
        for (var hop : List.of("Content-Length", "close, Content-Length", "Host", "keep-alive, Content-Length")) {
            all.put("Connection: " + hop, hidden -> post("/digest", hidden, "Connection: " + hop + "\r\n"));
        }
        all.put("Connection: Transfer-Encoding", hidden -> "POST /digest HTTP/1.1\r\nHost: a\r\n"
                + "Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(hidden.length()) + "\r\n" + hidden + "\r\n0\r\n\r\n");
        for (var field : List.of(
                "Transfer-Encoding: chunked",
                "Transfer-Encoding : chunked",
                "Transfer-Encoding:\tchunked",
                "Transfer-Encoding: \u000bchunked",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: identity, chunked",
                "Transfer-Encoding: \"chunked\"",
                "Transfer-Encoding: chunked;q=1",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
                "Transfer-Encoding: CHUNKED",
                "Transfer-Encoding:\r\n chunked",
                "X: y\r\n Transfer-Encoding: chunked",
                "X: y\nTransfer-Encoding: chunked",
                "X: y\rTransfer-Encoding: chunked",
                "X: y\0\r\nTransfer-Encoding: chunked",
                "Transfer_Encoding: chunked",
                "Transfer-Encoding\0: chunked",
                " Transfer-Encoding: chunked")) {
            all.put("length and " + shown(field), hidden -> post("/digest", "0\r\n\r\n" + hidden, field + "\r\n"));
        }
        all.put("chunked and a short length", hidden -> "POST /digest HTTP/1.1\r\nHost: a\r\n"
                + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n"
                + Integer.toHexString(hidden.length()) + "\r\n" + hidden + "\r\n0\r\n\r\n");
        all.put("chunked in HTTP/1.0", hidden -> "POST /digest HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n"
                + "Transfer-Encoding: chunked\r\nContent-Length: " + (hidden.length() + 5) + "\r\n\r\n0\r\n\r\n" + hidden);
        for (var lengths : List.of("0|N", "N|0", "N|N", "0, N", "N, N", "+N", "-N", "0xN", "N ;", "N 1", "", "00000000000N",
                "18446744073709551617", "N.0", "\u000bN")) {
            all.put("Content-Length: " + shown(lengths).replace("|", " and "), hidden -> lengths(lengths, hidden));
        }
        for (var chunk : List.of("0xN", "+N", "-1", "N ", " N", "N\t", "10000000000000000N", "N;\n", "N;x=\"\n\"", "N\r", "N\n",
                "0\r\n\r", ";", "", "0;\n\r\n")) {
            all.put("chunk size " + shown(chunk), hidden -> "POST /digest HTTP/1.1\r\nHost: a\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n" + chunk.replace("N", Integer.toHexString(hidden.length()))
                    + "\r\n" + hidden + "\r\n0\r\n\r\n");
        }
        all.put("chunk with more data than its size", hidden -> "POST /digest HTTP/1.1\r\nHost: a\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n1\r\nab" + "\r\n0\r\n\r\n" + hidden.replace("\r\n", "\r\n "));
        all.put("trailer section", hidden -> "POST /digest HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "0\r\nX: " + hidden);
        all.put("CRLF in the path, encoded", hidden -> "GET /%20HTTP/1.1%0d%0aHost:%20a%0d%0a%0d%0a"
                + hidden.replace("\r\n", "%0d%0a").replace(" ", "%20") + " HTTP/1.1\r\nHost: a\r\n\r\n");
        all.put("field value with a bare LF twice", hidden -> "GET / HTTP/1.1\r\nHost: a\r\nX: y\n\n" + hidden);
        all.put("header ended by CR", hidden -> "GET / HTTP/1.1\r\nHost: a\r\n\r" + hidden);
        return all;
    }

    private static String post(String target, String body, String fields) {
        return "POST " + target + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n" + fields + "\r\n" + body;
    }

    private static String lengths(String lengths, String hidden) {
        var fields = new StringBuilder();
        for (var length : lengths.split("\\|", -1)) {
            fields.append("Content-Length: ").append(length.replace("N", "" + hidden.length())).append("\r\n");
        }
        return "POST /digest HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + hidden;
    }

    private static String shown(String text) {
        return text.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t").replace("\u000b", "\\v").replace("\0", "\\0");
    }

    private void smuggle(Front front) throws Exception {
        int number = 0;
        for (var entry : hidings().entrySet()) {
            var target = "/smuggled-" + front.name() + "-" + number++;
            var bytes = entry.getValue().apply("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
            var cell = attack(front, bytes);
            cell += " " + desync(front, entry.getKey());
            long seen = seen(target);
            long logged = logged(front, target, seen);
            if (seen > logged) {
                cell = "SMUGGLED";
                wrong.add(front.name() + ", " + entry.getKey() + ": the application saw " + seen + " " + target
                        + ", its front " + logged);
            }
            add(entry.getKey(), cell);
        }
    }

    /// Sends it, and answers the status of the first response.
    private static String attack(Front front, String bytes) throws IOException {
        try (var wire = new Wire(front.port()).patience(PATIENCE_MILLIS)) {
            wire.send(bytes);
            return Integer.toString(wire.answer("POST").status());
        } catch (SocketTimeoutException _) {
            return "waits";
        } catch (IOException | RuntimeException _) {
            return "closed";
        }
    }

    /// Honest requests behind it get their own answers.
    private String desync(Front front, String name) throws IOException {
        for (int i = 0; i < 3; i++) {
            int marker = markers++;
            try (var wire = new Wire(front.port())) {
                var answer = wire.get("/marker?" + marker);
                if (!answer.text().equals("marker?" + marker + "\n")) {
                    wrong.add(front.name() + ", behind " + name + ": status " + answer.status() + ", " + answer.text());
                    return "DESYNC";
                }
            }
        }
        return "ok";
    }

    private long seen(String target) throws IOException {
        return ask(own, "DELETE", "/seen").text().lines().filter(line -> line.equals("GET " + target)).count();
    }

    private static Wire.Answer ask(int port, String method, String target) throws IOException {
        try (var wire = new Wire(port)) {
            wire.send(method + " " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            return wire.answer(method);
        }
    }

    /// A front may write its log a little later.
    private static long logged(Front front, String target, long expected) throws Exception {
        long found = 0;
        for (int i = 0; i < 20; i++) {
            try (var lines = Files.lines(front.log(), ISO_8859_1)) {
                found = lines.filter(line -> line.contains("GET " + target + " ")).count();
            }
            if (found >= expected) {
                return found;
            }
            Thread.sleep(100);
        }
        return found;
    }
}
