package wai.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.warp.Warp;
import wai.warp.settings.Listener;
import wai.warp.settings.WarpSettings;
import wai.warp.tls.Identity;
import wai.warp.tls.Tls;

/// The program that `benchmarks/compare` measures: the routes that every server beside it answers too.
///
/// Written as any application would be, and run with the server's default settings. HTTP/2 is on in them: by prior
/// knowledge, and with `--tls` where the client chooses it.
///
/// | request | answer |
/// |---|---|
/// | GET / | `Hello, World!` |
/// | GET /index.html, /1m.bin, /100m.bin | the file of that name |
/// | GET /stream | 1 MiB in writes of 4 KiB, which the server may gather |
/// | GET /flush | the same with a flush after each write |
/// | POST /echo | the body of the request |
public final class BenchApp {
    private static final String USAGE = "usage: BenchApp --port PORT --files FOLDER [--tls CERTIFICATES KEY]";

    private static final Headers TEXT = Headers.of(HeaderName.CONTENT_TYPE, "text/plain");
    private static final Headers HTML = Headers.of(HeaderName.CONTENT_TYPE, "text/html");
    private static final Headers OCTETS = Headers.of(HeaderName.CONTENT_TYPE, "application/octet-stream");

    private static final Bytes HELLO = Bytes.utf8("Hello, World!");
    private static final Bytes BLOCK = Bytes.of("x".repeat(4096).getBytes(StandardCharsets.US_ASCII));
    private static final int BLOCKS = 256;
    /// In bytes.
    private static final long LARGEST_ECHO = 16 * 1024 * 1024;

    private final Path files;

    private BenchApp(Path files) {
        this.files = files;
    }

    /// The application.
    ///
    /// @param files the folder with `index.html`, `1m.bin` and `100m.bin`
    /// @return all routes
    public static Application in(Path files) {
        var app = new BenchApp(files);
        return (request, respond) -> respond.with(app.answer(request));
    }

    /// Serves until the program is told to end.
    ///
    /// @param args `--port PORT --files FOLDER`, and for HTTPS `--tls CERTIFICATES KEY`, which are PEM files
    /// @throws IOException when the port cannot be bound
    /// @throws InterruptedException when interrupted
    /// @throws IllegalArgumentException when the arguments are not understood
    public static void main(String[] args) throws IOException, InterruptedException {
        boolean secure = args.length == 7 && args[4].equals("--tls");
        if ((args.length != 4 && !secure) || !args[0].equals("--port") || !args[2].equals("--files")) {
            throw new IllegalArgumentException(USAGE + ", but got " + String.join(" ", args));
        }
        var files = Path.of(args[3]);
        if (!Files.isDirectory(files)) {
            throw new IllegalArgumentException(USAGE + "; no such folder: " + files);
        }
        int port = Integer.parseInt(args[1]);
        var settings = WarpSettings.defaults().withPort(port);
        if (secure) {
            var tls = Tls.of(Identity.pemFiles(Path.of(args[5]), Path.of(args[6])));
            settings = settings.withListeners(List.of(Listener.tcp(port).withTls(tls)));
        }
        Warp.run(settings, in(files));
    }

    private Response answer(Request request) throws IOException {
        return switch (request.rawPath()) {
            case "/" -> Response.of(Status.OK, TEXT, HELLO);
            case "/index.html" -> Response.file(Status.OK, HTML, files.resolve("index.html"));
            case "/1m.bin" -> Response.file(Status.OK, OCTETS, files.resolve("1m.bin"));
            case "/100m.bin" -> Response.file(Status.OK, OCTETS, files.resolve("100m.bin"));
            case "/stream" -> blocks(false);
            case "/flush" -> blocks(true);
            case "/echo" -> Response.of(Status.OK, OCTETS, request.readBody(LARGEST_ECHO));
            default -> Response.text(Status.NOT_FOUND, "no such route: " + request.rawPath() + "\n");
        };
    }

    private static Response blocks(boolean flushed) {
        return Response.stream(Status.OK, TEXT, out -> {
            for (int i = 0; i < BLOCKS; i++) {
                out.write(BLOCK);
                if (flushed) {
                    out.flush();
                }
            }
        });
    }
}
