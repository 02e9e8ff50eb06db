package wai.logging;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import wai.Body;
import wai.Bytes;
import wai.Capability;
import wai.ClientDisconnectedException;
import wai.FilePart;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.RawApplication;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.StreamingBody;
import wai.spi.Exchange;
import wai.spi.FileFacts;
import wai.spi.FileNegotiation;

/// Tells of every request when its response has ended: status, bytes, times, and how it ended.
///
/// {@snippet file="wai/logging/Samples.java" region="request-logger"}
///
/// One event per request, after the last byte, also of responses that fail in their middle and of clients that leave.
/// Nothing of the response changes: files stay files, whose ranges and conditions are looked up as the handler will
/// answer them (a 304 is logged as 304). Outermost but for what believes proxies, so that it sees the client's address
/// and everything else's answers. Whoever takes the events is called on the request's thread and must not throw.
public final class RequestLogger {
    private RequestLogger() {}

    /// Hands events to a function.
    ///
    /// @param events takes each event; called by several threads at a time
    /// @return the middleware
    public static Middleware to(Consumer<AccessEvent> events) {
        return to(events, InstantSource.system(), System::nanoTime);
    }

    /// Hands lines to a function.
    ///
    /// @param format makes a line of an event
    /// @param lines takes each line, without its end; called by several threads at a time
    /// @return the middleware
    public static Middleware lines(LogFormat format, Consumer<String> lines) {
        requireNonNull(format, "format");
        requireNonNull(lines, "lines");
        return to(event -> lines.accept(format.line(event)));
    }

    /// Hands events to a function which have the parameters of the form that the application read
    /// ([AccessEvent#form]): the beginning of forms is remembered on its way in. Forms hold secrets; for development.
    ///
    /// @param events takes each event; called by several threads at a time
    /// @return the middleware
    public static Middleware withForms(Consumer<AccessEvent> events) {
        return to(events, InstantSource.system(), System::nanoTime, FormTap::on);
    }

    /// Hands lines for people at a terminal to a function, in colour and with the parameters of forms; the values of
    /// those whose names sound like secrets are hidden ([LogFormat#redactingSecrets]).
    ///
    /// {@snippet file="wai/logging/Samples.java" region="development"}
    ///
    /// @param lines takes each line, without its end; called by several threads at a time
    /// @return the middleware
    public static Middleware development(Consumer<String> lines) {
        requireNonNull(lines, "lines");
        var format = LogFormat.developmentInColour().redactingSecrets();
        return withForms(event -> lines.accept(format.line(event)));
    }

    /// With other clocks: one for moments, one for durations, which never goes back.
    static Middleware to(Consumer<AccessEvent> events, InstantSource clock, LongSupplier nanos) {
        return to(events, clock, nanos, UnaryOperator.identity());
    }

    private static Middleware to(
            Consumer<AccessEvent> events, InstantSource clock, LongSupplier nanos, UnaryOperator<Request> tap) {
        requireNonNull(events, "events");
        return inner -> (original, respond) -> {
            var request = RequestNotes.open(tap.apply(original));
            var call = new Call(request, respond, clock, nanos);
            ResponseReceived received;
            try {
                received = inner.handle(request, call);
            } catch (Throwable failure) {
                events.accept(call.event(failure));
                throw failure;
            }
            events.accept(call.event(null));
            return received;
        };
    }

    /// One request on its way through.
    private static final class Call implements Respond {
        private final Request request;
        private final Respond respond;
        private final InstantSource clock;
        private final LongSupplier nanos;
        private final Instant began;
        private final long beganAt;

        // written by the thread that responds, read by the one that called the application, after it returned
        private volatile @Nullable Sent sent;

        Call(Request request, Respond respond, InstantSource clock, LongSupplier nanos) {
            this.request = request;
            this.respond = respond;
            this.clock = clock;
            this.nanos = nanos;
            this.began = clock.instant();
            this.beganAt = nanos.getAsLong();
        }

        @Override
        public ResponseReceived with(Response response) throws Exception {
            if (sent != null) {
                return respond.with(response); // the handler refuses it; what is told is the first
            }
            long at = nanos.getAsLong();
            var told = Sent.of(request, response, clock, at);
            sent = told;
            return respond.with(told.counted(response));
        }

        AccessEvent event(@Nullable Throwable failure) {
            long end = nanos.getAsLong();
            var told = sent;
            return new AccessEvent(
                    AccessEvent.withForm(request, FormTap.parameters(request)),
                    told == null ? statusOf(failure) : told.status,
                    told == null ? Headers.EMPTY : told.headers,
                    told == null ? OptionalLong.of(0) : told.bytes(),
                    began,
                    Duration.ofNanos((told == null ? end : told.at) - beganAt),
                    Duration.ofNanos(end - beganAt),
                    outcome(failure),
                    failure);
        }

        private static Status statusOf(@Nullable Throwable failure) {
            return failure == null ? Status.INTERNAL_SERVER_ERROR : Exchange.statusFor(failure);
        }

        private static AccessEvent.Outcome outcome(@Nullable Throwable failure) {
            return switch (failure) {
                case null -> AccessEvent.Outcome.COMPLETE;
                case ClientDisconnectedException _ -> AccessEvent.Outcome.DISCONNECTED;
                default -> AccessEvent.Outcome.FAILED;
            };
        }
    }

    /// What goes out: known before, but for the bytes of a stream.
    private static final class Sent {
        private static final long COUNTED = -1;
        private static final long NOT_KNOWN = -2;

        private final Status status;
        private final Headers headers;
        private final long known;
        private final long at;
        private volatile @Nullable CountingSink sink;

        /// @param known the number of bytes, or one of the above
        /// @param at when the response was begun, in nanoseconds of the clock for durations
        private Sent(Status status, Headers headers, long known, long at) {
            this.status = status;
            this.headers = headers;
            this.known = known;
            this.at = at;
        }

        static Sent of(Request request, Response response, InstantSource clock, long at) throws IOException {
            if (response.body() instanceof Body.Raw(Response fallback, var _) && !request.supports(Capability.RAW)) {
                return of(request, fallback, clock, at);
            }
            var answer = response.body() instanceof Body.File(Path path, FilePart part) && part == null
                    ? FileFacts.of(path)
                            .map(facts -> FileNegotiation.answer(request, response, facts, clock.instant()))
                            .orElseGet(() -> FileNegotiation.missing(response))
                    : response;
            boolean bodiless =
                    request.method().equals("HEAD") || !answer.status().allowsContent();
            long length = bodiless && !(answer.body() instanceof Body.Raw) ? 0 : length(response, answer);
            return new Sent(answer.status(), response.headers(), length, at);
        }

        private static long length(Response response, Response answer) {
            return switch (answer.body()) {
                case Bytes bytes -> bytes.length();
                case Body.File(var _, FilePart part) -> part == null ? 0 : part.length();
                case Body.Stream _
                when response.body() instanceof Body.File -> // several ranges
                    Long.parseLong(answer.headers().first(HeaderName.CONTENT_LENGTH, "0"));
                case Body.Stream _ -> COUNTED;
                case Body.Raw _ -> NOT_KNOWN;
            };
        }

        /// The response with a sink that counts, where one is needed.
        Response counted(Response response) {
            return switch (response.body()) {
                case Body.Stream(StreamingBody writer)
                when known == COUNTED ->
                    response.withBody(new Body.Stream(out -> {
                        var counting = new CountingSink(out);
                        sink = counting;
                        writer.writeTo(counting);
                    }));
                case Body.Raw(Response fallback, RawApplication application)
                when known == COUNTED -> response.withBody(new Body.Raw(counted(fallback), application));
                default -> response;
            };
        }

        OptionalLong bytes() {
            if (known == NOT_KNOWN) {
                return OptionalLong.empty();
            }
            var counting = sink;
            return OptionalLong.of(counting != null ? counting.count() : Math.max(known, 0));
        }
    }
}
