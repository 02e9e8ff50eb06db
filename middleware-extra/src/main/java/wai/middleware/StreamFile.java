package wai.middleware;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import wai.Body;
import wai.BodySink;
import wai.FilePart;
import wai.HeaderName;
import wai.Middleware;
import wai.Request;
import wai.Response;
import wai.spi.FileFacts;
import wai.spi.FileNegotiation;
import wai.spi.FramedResponse;

/// Turns files into streams, for middleware outside that must see the bytes.
///
/// {@snippet file="wai/middleware/Samples.java" region="stream-file"}
///
/// The client sees no difference: conditions and ranges are answered here as a handler would (RFC 9110 §13, §14), with
/// the same fields and lengths, and a file that is not there is answered with 404. It costs what handlers do to send
/// files fast.
public final class StreamFile {
    private static final int BUFFER = 64 * 1024;

    private StreamFile() {}

    /// The middleware.
    ///
    /// @return the middleware
    public static Middleware always() {
        return at(InstantSource.system());
    }

    static Middleware at(InstantSource clock) {
        return inner -> (request, respond) ->
                inner.handle(request, response -> respond.with(streamed(request, response, clock)));
    }

    private static Response streamed(Request request, Response response, InstantSource clock) throws IOException {
        if (!(response.body() instanceof Body.File(Path path, var part))) {
            return response;
        }
        if (part != null) {
            return Files.isReadable(path) ? ofPart(response, path, part) : FileNegotiation.missing(response);
        }
        var facts = FileFacts.of(path);
        if (facts.isEmpty()) {
            return FileNegotiation.missing(response);
        }
        var answer = FileNegotiation.answer(request, response, facts.get(), clock.instant());
        return answer.body() instanceof Body.File(Path whole, FilePart negotiated) && negotiated != null
                ? ofPart(answer, whole, negotiated)
                : answer;
    }

    /// The fields are those that a handler would send with this part.
    private static Response ofPart(Response response, Path path, FilePart part) {
        var framed = FramedResponse.of("GET", response);
        if (!response.status().allowsContent() || framed.length() < 0) {
            return response;
        }
        return Response.stream(
                response.status(),
                framed.headers().with(HeaderName.CONTENT_LENGTH, Long.toString(part.length())),
                out -> write(path, part, out));
    }

    /// A file that became shorter since ends early, which cuts the response.
    private static void write(Path path, FilePart part, BodySink out) throws IOException {
        try (var channel = Files.newByteChannel(path)) {
            var bytes = Channels.newInputStream(channel.position(part.offset()));
            var buffer = new byte[(int) Math.min(part.length(), BUFFER)];
            long left = part.length();
            while (left > 0) {
                int count = bytes.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (count < 0) {
                    return;
                }
                out.write(buffer, 0, count);
                left -= count;
            }
        }
    }
}
