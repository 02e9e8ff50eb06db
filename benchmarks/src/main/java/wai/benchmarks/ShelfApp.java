package wai.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.compression.Compression;
import wai.compression.ContentCoding;
import wai.logging.LogFile;
import wai.staticfiles.StaticFiles;
import wai.warp.Warp;
import wai.warp.settings.WarpSettings;

/// Parts of the shelf on Warp, for `benchmarks/compare`: what they cost beside [BenchApp], which has none of them, and
/// beside what other servers have in their place.
///
/// | name | answers |
/// |---|---|
/// | stack | `BenchApp`'s routes inside of the recommended stack, with an access log in a file |
/// | site | the files of the folder, by `StaticFiles` |
/// | gzip | `page.html` from memory, compressed for each request anew at level 6 |
public final class ShelfApp {
    private static final String USAGE = "usage: ShelfApp stack|site|gzip --port PORT --files FOLDER";

    private ShelfApp() {}

    /// The application.
    ///
    /// @param name `stack`, `site` or `gzip`
    /// @param files the folder with the files of `benchmarks/compare`
    /// @return the application
    /// @throws IOException when a file cannot be read, or the log not be written
    /// @throws IllegalArgumentException when there is no such application
    public static Application named(String name, Path files) throws IOException {
        return switch (name) {
            case "stack" -> {
                var path = Files.createTempFile("access", ".log");
                path.toFile().deleteOnExit();
                yield RecommendedStack.loggingTo(LogFile.appendingTo(path)).wrap(BenchApp.in(files));
            }
            case "site" -> StaticFiles.of(files);
            case "gzip" -> {
                var html = Headers.of(HeaderName.CONTENT_TYPE, "text/html; charset=utf-8");
                var page = Response.of(Status.OK, html, Bytes.of(Files.readAllBytes(files.resolve("page.html"))));
                yield Compression.by(ContentCoding.gzip(6)).wrap((_, respond) -> respond.with(page));
            }
            default -> throw new IllegalArgumentException(USAGE + ", but got " + name);
        };
    }

    /// Serves until the program is told to end.
    ///
    /// @param args `NAME --port PORT --files FOLDER`
    /// @throws IOException when the port cannot be bound
    /// @throws InterruptedException when interrupted
    /// @throws IllegalArgumentException when the arguments are not understood
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 5 || !args[1].equals("--port") || !args[3].equals("--files")) {
            throw new IllegalArgumentException(USAGE + ", but got " + String.join(" ", args));
        }
        Warp.run(WarpSettings.defaults().withPort(Integer.parseInt(args[2])), named(args[0], Path.of(args[4])));
    }
}
