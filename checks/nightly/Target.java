// The application under the nightly checks: every kind of body, and a list of the requests that it saw.
//
//   GET  /bytes?n=N        N bytes from memory             GET /file?n=N    the same from a file
//   GET  /large            a million bytes, made once
//   GET  /stream?n=N       the same, streamed              GET /slow?n=N    the same, a line of 100 bytes per millisecond
//   POST /echo             the body back                   POST /digest     its length and checksum
//   GET  /throws  /cut     fails before, in the middle of its response
//   GET  /upgrade          101 to the protocol echo, when asked for
//   GET  /seen             the requests so far, one per line; GET /peers: on how many connections they came;
//                          DELETE /seen forgets both
//
// What is at position i of N bytes: Pattern.at(N, i), so that clients can check them.

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.CRC32;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.warp.Warp;

static final Headers BINARY = Headers.of(HeaderName.CONTENT_TYPE, "application/octet-stream");
static final Bytes LARGE = Bytes.of(Pattern.of(1_000_000));
static final int MOST_SEEN = 2_000;

final Queue<String> seen = new ConcurrentLinkedQueue<>();
final Set<SocketAddress> peers = ConcurrentHashMap.newKeySet();
final AtomicInteger count = new AtomicInteger();
final Path folder = temporary();

static Path temporary() {
    try {
        var made = Files.createTempDirectory("wai-nightly");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(made)));
        return made;
    } catch (IOException e) {
        throw new UncheckedIOException(e);
    }
}

static void delete(Path folder) {
    try (var files = Files.list(folder)) {
        for (var file : files.toList()) {
            Files.delete(file);
        }
        Files.delete(folder);
    } catch (IOException e) {
        throw new UncheckedIOException(e);
    }
}

Middleware records() {
    return inner -> (request, respond) -> {
        var asksForThem = request.rawPath().equals("/seen") || request.rawPath().equals("/peers");
        if (!asksForThem && count.getAndIncrement() < MOST_SEEN) {
            seen.add(request.method() + " " + request.rawPath() + request.rawQuery());
            peers.add(request.remoteAddress());
        }
        return inner.handle(request, respond);
    };
}

static int n(Request request) {
    return request.query().first("n").map(Integer::parseInt).orElse(10);
}

synchronized Path file(int n) throws IOException {
    var path = folder.resolve(n + ".bin");
    if (!Files.exists(path)) {
        Files.write(path, Pattern.of(n));
    }
    return path;
}

void stream(int n, int step, long pause, OutputStream out) throws Exception {
    var bytes = Pattern.of(n);
    for (int i = 0; i < n; i += step) {
        out.write(bytes, i, Math.min(step, n - i));
        if (pause > 0) {
            out.flush();
            Thread.sleep(pause);
        }
    }
}

static String digest(InputStream body) throws IOException {
    var crc = new CRC32();
    long length = 0;
    var buffer = new byte[8192];
    for (int read; (read = body.read(buffer)) >= 0; length += read) {
        crc.update(buffer, 0, read);
    }
    return length + " " + crc.getValue() + "\n";
}

Response respond(Request request) throws IOException {
    return switch (request.rawPath()) {
        case "/" -> Response.text(Status.OK, "Hello, world!\n");
        case "/marker" -> Response.text(Status.OK, "marker" + request.rawQuery() + "\n");
        case "/bytes" -> Response.of(Status.OK, BINARY, Bytes.of(Pattern.of(n(request))));
        case "/large" -> Response.of(Status.OK, BINARY, LARGE);
        case "/file" -> Response.file(Status.OK, BINARY, file(n(request)));
        case "/stream" -> Response.stream(Status.OK, BINARY, out -> stream(n(request), 1500, 0, out));
        case "/slow" -> Response.stream(Status.OK, BINARY, out -> stream(n(request), 100, 1, out));
        case "/echo" -> Response.stream(Status.OK, BINARY, out -> request.body().transferTo(out));
        case "/digest" -> Response.text(Status.OK, digest(request.body()));
        case "/throws" -> throw new IllegalStateException("thrown on purpose");
        case "/cut" -> Response.stream(Status.OK, BINARY, out -> {
            out.write(Pattern.of(1000));
            out.flush();
            throw new IllegalStateException("cut on purpose");
        });
        case "/upgrade" -> request.upgrades().contains("echo")
                ? Response.raw(
                        Status.SWITCHING_PROTOCOLS,
                        Headers.of(HeaderName.CONNECTION, "Upgrade", HeaderName.UPGRADE, "echo"),
                        Response.text(Status.UPGRADE_REQUIRED, ""),
                        connection -> {
                            var buffer = new byte[4096];
                            for (int read; (read = connection.input().read(buffer)) >= 0; ) {
                                connection.output().write(buffer, 0, read);
                                connection.output().flush();
                            }
                        })
                : Response.text(Status.UPGRADE_REQUIRED, "").withHeader(HeaderName.UPGRADE, "echo");
        case "/peers" -> Response.text(Status.OK, peers.size() + "\n");
        case "/seen" -> {
            var lines = String.join("\n", seen) + "\n";
            if (request.method().equals("DELETE")) {
                seen.clear();
                peers.clear();
                count.set(0);
            }
            yield Response.text(Status.OK, lines);
        }
        default -> Response.text(Status.NOT_FOUND, "not found\n");
    };
}

Application app() {
    return records().wrap((request, respond) -> respond.with(respond(request)));
}

void main() throws Exception {
    Warp.run(Integer.getInteger("port", 8080), app());
}
