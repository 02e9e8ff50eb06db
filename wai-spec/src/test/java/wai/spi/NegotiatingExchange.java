package wai.spi;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import wai.Body;
import wai.Bytes;
import wai.FilePart;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;

/// The smallest handler: keeps the head and collects the body, so that tests see what every handler would send.
final class NegotiatingExchange extends Exchange {
    private final Instant now;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private FramedResponse head = new FramedResponse(wai.Status.CONTINUE, Headers.EMPTY, Bytes.EMPTY, 0);

    private NegotiatingExchange(Instant now) {
        this.now = now;
    }

    /// What the client gets.
    ///
    /// @param head status, header fields and length
    /// @param body the bytes, one character per byte
    record Answer(FramedResponse head, String body) {
        /// The value of a header field, or `-`.
        String field(HeaderName name) {
            return head.headers().first(name, "-");
        }

        int status() {
            return head.status().code();
        }
    }

    /// Runs an application that answers with that response.
    static Answer answer(Request request, Response response, Instant now) throws Exception {
        var exchange = new NegotiatingExchange(now);
        exchange.run((_, respond) -> respond.with(response), request);
        return exchange.answer();
    }

    /// Answers a request that could not be read.
    static Answer answerUnreadable(Response response, Instant now) throws Exception {
        var exchange = new NegotiatingExchange(now);
        exchange.answer(response);
        return exchange.answer();
    }

    private Answer answer() {
        return new Answer(head, body.toString(StandardCharsets.ISO_8859_1));
    }

    @Override
    protected Instant now() {
        return now;
    }

    @Override
    protected void send(FramedResponse response) throws Exception {
        head = response;
        switch (response.body()) {
            case Bytes bytes -> bytes.writeTo(body);
            case Body.File(Path path, FilePart part) when part != null -> sendFile(path, part);
            case Body.Stream stream -> stream(stream, new Collector(response.length()));
            default -> throw new AssertionError("unexpected " + response.body());
        }
    }

    private void sendFile(Path path, FilePart part) throws IOException {
        try (var file = Files.newInputStream(path)) {
            file.skipNBytes(part.offset());
            body.write(file.readNBytes((int) part.length()));
        }
    }

    private final class Collector extends ScopedSink {
        Collector(long length) {
            super(length);
        }

        @Override
        protected void send(byte[] array, int offset, int count) {
            body.write(array, offset, count);
        }

        @Override
        protected void sendFlush() {}

        @Override
        protected void keepTrailers(Headers trailers) {}
    }
}
