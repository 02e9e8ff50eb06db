package wai.runner;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.Body;
import wai.BodySink;
import wai.Bytes;
import wai.FilePart;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.spi.FileFacts;
import wai.spi.FileNegotiation;

/// Middleware for `--access-log`: one line per request, after its last byte, in the Common Log Format plus the time it
/// took:
///
/// ```text
/// 127.0.0.1 - - [21/Nov/2026:20:31:00 +0000] "GET /a?b HTTP/1.1" 200 13 0.8ms
/// ```
///
/// The size is that of the body; `-` for a raw connection, whose size only the handler knows. Of a whole file the line
/// says what the handler makes of it: 206 and 304 where the client asked for a part or has the file already, 404.
/// `cut` at the end marks a response that failed after it had begun.
final class AccessLog {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH);

    private final PrintStream out;
    private final InstantSource clock;
    private final ZoneId zone;
    private final LongSupplier nanos;

    private AccessLog(PrintStream out, InstantSource clock, ZoneId zone, LongSupplier nanos) {
        this.out = out;
        this.clock = clock;
        this.zone = zone;
        this.nanos = nanos;
    }

    /// A log by the machine's clock and zone.
    static Middleware to(PrintStream out) {
        return to(out, InstantSource.system(), ZoneId.systemDefault(), System::nanoTime);
    }

    /// A log by other clocks.
    static Middleware to(PrintStream out, InstantSource clock, ZoneId zone, LongSupplier nanos) {
        var log = new AccessLog(out, clock, zone, nanos);
        return inner -> (request, respond) -> log.handle(inner, request, respond);
    }

    private ResponseReceived handle(Application inner, Request request, Respond respond) throws Exception {
        var entry = new Entry(request);
        try {
            return inner.handle(request, response -> {
                var received = respond.with(entry.watched(response));
                entry.complete = true;
                return received;
            });
        } finally {
            out.println(entry.line());
        }
    }

    /// What is known of one exchange; one thread at a time uses it.
    private final class Entry {
        private final Request request;
        private final String when = TIME.format(clock.instant().atZone(zone));
        private final long start = nanos.getAsLong();
        private @Nullable Response response;
        private long streamed;
        private boolean complete;

        Entry(Request request) {
            this.request = request;
        }

        Response watched(Response sent) throws IOException {
            response = negotiated(sent);
            return sent.body() instanceof Body.Stream(var writer)
                    ? sent.withBody(new Body.Stream(sink -> writer.writeTo(new Counting(sink, this))))
                    : sent;
        }

        /// What the handler will send, whom the whole file is given: it negotiates in the same way.
        private Response negotiated(Response sent) throws IOException {
            if (!(sent.body() instanceof Body.File(Path path, FilePart part)) || part != null) {
                return sent;
            }
            return FileFacts.of(path)
                    .map(facts -> FileNegotiation.answer(request, sent, facts, clock.instant()))
                    .orElseGet(() -> FileNegotiation.missing(sent));
        }

        String line() {
            double millis = (nanos.getAsLong() - start) / (double) TimeUnit.MILLISECONDS.toNanos(1);
            var sent = response;
            return client(request.remoteAddress()) + " - - [" + when + "] \"" + escaped(request.toString()) + "\" "
                    + (sent == null ? "500 -" : sent.status().code() + " " + size(sent))
                    + String.format(Locale.ROOT, " %.1fms", millis)
                    + (sent == null || complete ? "" : " cut");
        }

        private String size(Response sent) {
            if (request.method().equals("HEAD") || !sent.status().allowsContent()) {
                return sent.body() instanceof Body.Raw ? "-" : "0";
            }
            return switch (sent.body()) {
                case Bytes bytes -> Long.toString(bytes.length());
                case Body.File(var _, var part) -> part == null ? "-" : Long.toString(part.length());
                case Body.Stream _ -> // several ranges of a file have a length that was not counted here
                    streamed > 0 ? Long.toString(streamed) : sent.headers().first(HeaderName.CONTENT_LENGTH, "0");
                case Body.Raw _ -> "-";
            };
        }
    }

    private static String client(SocketAddress address) {
        if (address instanceof InetSocketAddress inet) {
            return inet.isUnresolved()
                    ? inet.getHostString()
                    : inet.getAddress().getHostAddress();
        }
        return "unix";
    }

    /// The target may hold a quote; what follows it must not look like the rest of the line.
    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    /// Counts what a streaming body writes.
    private static final class Counting extends BodySink {
        private final BodySink sink;
        private final Entry entry;

        Counting(BodySink sink, Entry entry) {
            this.sink = sink;
            this.entry = entry;
        }

        @Override
        public void write(int b) throws IOException {
            sink.write(b);
            entry.streamed++;
        }

        @Override
        public void write(byte[] array, int offset, int count) throws IOException {
            sink.write(array, offset, count);
            entry.streamed += count;
        }

        @Override
        public void write(Bytes bytes) throws IOException {
            sink.write(bytes);
            entry.streamed += bytes.length();
        }

        @Override
        public void flush() throws IOException {
            sink.flush();
        }

        @Override
        public void trailers(Headers trailers) {
            sink.trailers(trailers);
        }
    }
}
