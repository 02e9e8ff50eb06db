package wai.shelf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;

/// Responses of every kind of body, for tests that go over all of them.
public enum Bodies {
    /// Bytes in memory.
    BYTES,
    /// A file.
    FILE,
    /// A stream, flushed in its middle.
    STREAM,
    /// A raw connection that echoes what comes, with a fallback.
    RAW;

    /// What is in each body but the raw one.
    public static final String TEXT =
            "a text that is long enough to be compressed, compressed, compressed, compressed\n".repeat(40);

    /// The type of each body.
    public static final Headers TYPE = Headers.of(HeaderName.CONTENT_TYPE, "text/plain; charset=utf-8");

    private static final Path PATH = file();

    /// The response.
    ///
    /// @param status its status; not for raw
    /// @return the response
    public Response response(Status status) {
        return switch (this) {
            case BYTES -> Response.of(status, TYPE, Bytes.utf8(TEXT));
            case FILE -> Response.file(status, TYPE, PATH);
            case STREAM ->
                Response.stream(status, TYPE, out -> {
                    out.writeUtf8(TEXT.substring(0, 100));
                    out.flush();
                    out.writeUtf8(TEXT.substring(100));
                });
            case RAW ->
                Response.raw(
                        Status.SWITCHING_PROTOCOLS,
                        Headers.of(HeaderName.UPGRADE, "echo", HeaderName.CONNECTION, "Upgrade"),
                        BYTES.response(status),
                        connection -> {
                            connection.input().transferTo(connection.output());
                            connection.output().flush();
                        });
        };
    }

    /// An application that answers 200.
    ///
    /// @return the application
    public Application application() {
        return answering(response(Status.OK));
    }

    /// An application that always answers the same.
    ///
    /// @param response the answer
    /// @return the application
    public static Application answering(Response response) {
        return (_, respond) -> respond.with(response);
    }

    /// An application that tells what it sees of a request: method, path, query, fields, body.
    ///
    /// @return the application
    public static Application telling() {
        return (request, respond) -> respond.with(Response.text(Status.OK, told(request)));
    }

    private static String told(Request request) throws IOException {
        var text = new StringBuilder(request.method());
        text.append(' ')
                .append(request.path())
                .append(' ')
                .append(request.query().encode());
        request.headers()
                .forEach((name, value) ->
                        text.append('\n').append(name.lowerCase()).append(": ").append(value));
        return text.append("\n\n").append(request.readBody(1 << 20).utf8()).toString();
    }

    private static Path file() {
        try {
            var path = Files.createTempFile("wai-shelf", ".txt");
            path.toFile().deleteOnExit();
            return Files.writeString(path, TEXT, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
