package wai.tck.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static wai.Status.OK;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;

/// The routes of the differential run, by the first segment of the path.
public final class ProbeApplication implements Application {
    /// The longest body that is read into memory.
    private static final long LIMIT = 300_000;

    private static final Instant MODIFIED = Instant.parse("2025-01-02T03:04:05Z");

    private final Map<String, Application> routes = Map.ofEntries(
            Map.entry("echo", (request, respond) -> respond.with(Response.text(OK, Echo.of(request)))),
            Map.entry("mirror", ProbeApplication::mirror),
            Map.entry("read", ProbeApplication::read),
            Map.entry("ignore", (_, respond) -> respond.with(Response.text(OK, "the body was not read\n"))),
            Map.entry("status", ProbeApplication::status),
            Map.entry("fields", (request, respond) -> respond.with(ResponseFields.of(argument(request, 1)))),
            Map.entry("bytes", ProbeApplication::bytes),
            Map.entry("stream", Streams::answer),
            Map.entry("file", this::file),
            Map.entry("informational", ProbeApplication::informational),
            Map.entry("raw", RawEcho::answer),
            Map.entry("fail", Failures::answer));

    private final Path folder;

    /// @param folder a folder that was [furnished][#furnish]
    public ProbeApplication(Path folder) {
        this.folder = folder;
    }

    /// Writes the files that are served into an empty folder.
    public static void furnish(Path folder) throws IOException {
        put(folder.resolve("text.txt"), "0123456789abcdefghijklmnopqrstuvwxyz\n".getBytes(ISO_8859_1));
        put(folder.resolve("empty.bin"), new byte[0]);
        put(folder.resolve("large.bin"), noise(200_000));
    }

    /// The routes behind the whole stack of middleware.
    public Application stacked() {
        return Stack.all().wrap(this);
    }

    @Override
    public ResponseReceived handle(Request request, Respond respond) throws Exception {
        var route = routes.get(argument(request, 0));
        return route == null
                ? respond.with(Response.text(Status.NOT_FOUND, "no such route: " + request.path() + "\n"))
                : route.handle(request, respond);
    }

    /// A segment of the path, or "" where there is none.
    static String argument(Request request, int index) {
        var path = request.path();
        return index < path.size() ? path.get(index) : "";
    }

    static int number(Request request, int index) {
        return Integer.parseInt(argument(request, index));
    }

    /// Bytes without a pattern that a lost or doubled buffer could hide in.
    static byte[] noise(int length) {
        var bytes = new byte[length];
        int state = 0x2545f491 ^ length;
        for (int i = 0; i < length; i++) {
            state ^= state << 13;
            state ^= state >>> 17;
            state ^= state << 5;
            bytes[i] = (byte) state;
        }
        return bytes;
    }

    /// Sends the body of the request back while it comes: responds before it has read.
    private static ResponseReceived mirror(Request request, Respond respond) throws Exception {
        return respond.with(
                Response.stream(OK, Headers.EMPTY, out -> request.body().transferTo(out)));
    }

    /// Reads the body first and tells what came.
    private static ResponseReceived read(Request request, Respond respond) throws Exception {
        var body = request.readBody(LIMIT);
        var text = new StringBuilder("declared " + request.bodyLength() + "\n")
                .append("read " + body.length() + " bytes of sum " + sum(body) + "\n");
        request.trailers().forEach((name, value) -> text.append("trailer: " + name.lowerCase() + ": " + value + "\n"));
        return respond.with(Response.text(OK, text.toString()));
    }

    private static long sum(Bytes bytes) {
        long sum = 0;
        for (byte each : bytes.toByteArray()) {
            sum = sum * 31 + each;
        }
        return sum;
    }

    private static ResponseReceived status(Request request, Respond respond) throws Exception {
        var status = Status.of(number(request, 1));
        return respond.with(
                status.allowsContent()
                        ? Response.text(status, "status " + status.code() + "\n")
                        : Response.of(status, Headers.EMPTY, Bytes.EMPTY));
    }

    private static ResponseReceived bytes(Request request, Respond respond) throws Exception {
        return respond.with(Response.of(
                OK,
                Headers.of(HeaderName.CONTENT_TYPE, "application/octet-stream"),
                Bytes.of(noise(number(request, 1)))));
    }

    private ResponseReceived file(Request request, Respond respond) throws Exception {
        var name = argument(request, 1);
        var status = argument(request, 2).isEmpty() ? OK : Status.of(number(request, 2));
        return respond.with(Response.file(
                status,
                Headers.of(HeaderName.CONTENT_TYPE, "text/plain"),
                name.matches("[a-z.]+") ? folder.resolve(name) : folder));
    }

    private static ResponseReceived informational(Request request, Respond respond) throws Exception {
        var status = Status.of(number(request, 1));
        request.sendInformational(status, Headers.of(HeaderName.LINK, "</a.css>; rel=preload"));
        request.sendInformational(status, Headers.of(HeaderName.LINK, "</b.css>; rel=preload"));
        return respond.with(Response.text(OK, "after informational responses\n"));
    }

    private static void put(Path file, byte[] content) throws IOException {
        Files.write(file, content);
        Files.setLastModifiedTime(file, FileTime.from(MODIFIED)); // validators are the same in every run
    }
}
