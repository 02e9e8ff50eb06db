package wai.spi;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.Body;
import wai.Bytes;
import wai.Capability;
import wai.ClientTimeoutException;
import wai.FilePart;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.StatusException;

/// One request's right to exactly one response: the kernel that every handler extends.
///
/// A handler makes one exchange per request, calls [#run], and implements [#send]. The kernel detects whatever breaks
/// the contract (two responses, none, a foreign token, late use of sink or body, a wrong byte count), resolves what
/// must be the same everywhere (raw fallback, file negotiation, framing), and knows how far the response came:
///
/// ```text
///            with()                send() returned
///   NONE ────────────▶ SENDING ───────────────────▶ SENT
///     │                   ▲
///     │ run() ended       │ answer()
///     └──▶ NONE, over ────┘
/// ```
///
/// Each arrow is one compare-and-set. So a response that races with the end of the application is either begun before
/// it or refused, and never meets the handler's [#answer].
///
/// When `run` throws, the handler switches on [#progress()]: `NONE` — [#answer] with an error response; `SENDING` —
/// cut the connection or reset the stream, never end the body as if it were whole; `SENT` — report only.
public abstract class Exchange extends ResponseReceived.Source implements Respond {
    /// How far the response came.
    public enum Progress {
        /// No response was begun.
        NONE,
        /// A response was begun and is not complete.
        SENDING,
        /// The whole response was handed over.
        SENT
    }

    /// [Progress], with `NONE` told apart by who may begin a response.
    private enum Stage {
        /// The application has not ended and may respond.
        OPEN(Progress.NONE),
        /// The application ended without a response; only the handler may [#answer].
        OVER(Progress.NONE),
        SENDING(Progress.SENDING),
        SENT(Progress.SENT);

        final Progress progress;

        Stage(Progress progress) {
            this.progress = progress;
        }
    }

    /// Stands for a request that could not be read and is answered all the same.
    private static final Request UNREADABLE = Request.builder("GET", "/").build();

    private static final VarHandle STAGE;

    static {
        try {
            STAGE = MethodHandles.lookup().findVarHandle(Exchange.class, "stage", Stage.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile Stage stage = Stage.OPEN;
    private volatile boolean over;
    private Request request = UNREADABLE;
    private volatile @Nullable Throwable firstResponse;

    /// An exchange that has not begun.
    protected Exchange() {}

    /// Sends the response: head, body, end of body. Called at most once.
    ///
    /// Runs a stream by [#stream]. Whatever it throws leaves the exchange in `SENDING`.
    ///
    /// @param response what to send; a file in it has a part; raw only with [Capability#RAW]
    /// @throws Exception when the body throws or the client is gone
    protected abstract void send(FramedResponse response) throws Exception;

    /// Size and validators of a file that is to be sent; handlers with a cache override this.
    ///
    /// @param path the file
    /// @return the facts; empty when there is no such readable regular file
    /// @throws IOException when the file system fails
    protected Optional<FileFacts> facts(Path path) throws IOException {
        return FileFacts.of(path);
    }

    /// Opens a file of which several slices are sent; handlers that override [#facts] override this too, so that the
    /// slices come from the very file whose facts they told. On the thread that asked for the facts.
    ///
    /// @param path the file
    /// @return a channel for reading, which is closed behind the last slice
    /// @throws IOException when the file cannot be opened any more
    protected SeekableByteChannel open(Path path) throws IOException {
        return Files.newByteChannel(path);
    }

    /// The time of the response; handlers with a clock of their own override this with what they write into `Date`, so
    /// that no `Last-Modified` is later (RFC 9110 §8.8.2.1).
    ///
    /// @return the present
    protected Instant now() {
        return Instant.now();
    }

    /// Told of every violation when it is detected, also of those that the application catches.
    ///
    /// @param violation what was broken
    protected void onViolation(ContractViolation violation) {}

    /// Told by [#serve] of what the application threw; violations of the contract were told before. Does nothing unless
    /// overridden.
    ///
    /// @param thrown what it threw
    protected void onFailure(Throwable thrown) {}

    /// Whether to remember the stack of the first response, so that a second one can show both; costs a stack trace
    /// per request, meant for tests and lint.
    ///
    /// @return false, unless overridden
    protected boolean tracesResponses() {
        return false;
    }

    /// Runs the application and checks what it returns. Called once.
    ///
    /// @param application the application
    /// @param newRequest the request
    /// @throws ContractViolation when the application returned null or a foreign token
    /// @throws Exception what the application threw
    public final void run(Application application, Request newRequest) throws Exception {
        request = newRequest;
        try {
            check(application.handle(newRequest, this));
        } finally {
            over = true;
            if (stage == Stage.OPEN) {
                STAGE.compareAndSet(this, Stage.OPEN, Stage.OVER);
            }
        }
    }

    /// Reads a request, runs the application with it and answers for both where they fail: all that a handler does
    /// which has no log and no error pages of its own.
    ///
    /// A request that cannot be read gets 400, one of which [RequestFraming#refusal] says so is refused, and what the
    /// application throws before its response is answered with [#statusFor]. [#onFailure] is told of all that it
    /// throws.
    ///
    /// @param application the application
    /// @param source reads the request; throws an `IllegalArgumentException` when it is none
    /// @throws Exception when a response was begun and is not whole: the client must see that its rest is missing
    public final void serve(Application application, RequestSource source) throws Exception {
        Request read;
        try {
            read = source.read();
        } catch (IllegalArgumentException malformed) {
            answer(Response.text(Status.BAD_REQUEST, malformed.getMessage() + "\n"));
            return;
        }
        var refusal = RequestFraming.refusal(read.version(), read.headers());
        if (refusal.isPresent()) {
            request = read;
            answer(Response.text(refusal.get(), refusal.get() + "\n"));
            return;
        }
        try {
            run(application, read);
        } catch (Throwable thrown) { // an application may throw anything
            onFailure(thrown);
            switch (progress()) {
                case NONE -> answer(Response.text(statusFor(thrown), statusFor(thrown) + "\n"));
                case SENDING -> throw thrown;
                case SENT -> {} // the client has its response
            }
        }
    }

    /// Makes the request of an exchange from what a server has.
    @FunctionalInterface
    public interface RequestSource {
        /// Makes it.
        ///
        /// @return the request
        /// @throws IOException when the client is gone
        Request read() throws IOException;
    }

    /// {@inheritDoc}
    @Override
    public final ResponseReceived with(Response response) throws Exception {
        requireNonNull(response, "response");
        if (over || stage != Stage.OPEN) {
            throw refused();
        }
        var framed = framed(response);
        if (!STAGE.compareAndSet(this, Stage.OPEN, Stage.SENDING)) {
            throw refused();
        }
        deliver(framed);
        return token();
    }

    /// The status of the handler's own response to what [#run] threw before a response was begun.
    ///
    /// @param thrown what was thrown
    /// @return that of a [StatusException], which a [wai.ContentTooLargeException] is too; 408 for
    ///     a [ClientTimeoutException]; else 500
    public static Status statusFor(Throwable thrown) {
        return switch (thrown) {
            case StatusException failure -> failure.status();
            case ClientTimeoutException _ -> Status.REQUEST_TIMEOUT;
            default -> Status.INTERNAL_SERVER_ERROR;
        };
    }

    /// Sends the handler's own response: that of [#statusFor] in most cases, after `run` threw and [#progress()] is
    /// `NONE`; or a refusal when no application was run.
    ///
    /// @param response the response
    /// @throws IllegalStateException when a response was begun already
    /// @throws Exception when it cannot be sent
    public final void answer(Response response) throws Exception {
        var framed = framed(response);
        if (!STAGE.compareAndSet(this, Stage.OVER, Stage.SENDING)
                && !STAGE.compareAndSet(this, Stage.OPEN, Stage.SENDING)) {
            throw new IllegalStateException("the exchange has a response already: progress is " + progress());
        }
        deliver(framed);
    }

    /// How far the response came.
    ///
    /// @return the progress
    public final Progress progress() {
        return stage.progress;
    }

    /// Whether the application has returned or thrown.
    ///
    /// @return true afterwards
    public final boolean isOver() {
        return over;
    }

    /// Runs a streaming body in a sink and checks the number of bytes; the sink is closed for good afterwards.
    ///
    /// @param body the body
    /// @param sink the handler's sink
    /// @throws ContractViolation when fewer or more bytes than declared were written
    /// @throws Exception what the body threw
    protected final void stream(Body.Stream body, ScopedSink sink) throws Exception {
        sink.begin(this);
        try {
            body.writer().writeTo(sink);
        } finally {
            sink.end();
        }
        sink.checkCount();
    }

    /// Writes the body of a response; for handlers whose server frames what is written. A flush of a streaming body
    /// flushes the stream, and its trailers are dropped.
    ///
    /// @param response what [#send] was given, not raw
    /// @param out takes the bytes; is not closed
    /// @throws ContractViolation as [#stream] does
    /// @throws Exception what a streaming body threw
    protected final void write(FramedResponse response, OutputStream out) throws Exception {
        switch (response.body()) {
            case Bytes bytes -> bytes.writeTo(out);
            case Body.File(Path path, FilePart part)
            when part != null -> {
                try (var file = Channels.newInputStream(open(path).position(part.offset()))) {
                    BodyStreams.limited(file, part.length()).transferTo(out);
                }
            }
            case Body.Stream body -> stream(body, new OutputStreamSink(out, response.length()));
            case Body.File _, Body.Raw _ -> throw new IllegalStateException("a body of no bytes: " + response.body());
        }
    }

    /// Guards a request body, so that it cannot be read after the exchange (it would be the next request's bytes).
    ///
    /// @param body the handler's stream
    /// @return the stream to put into the request; its `close()` does nothing
    public final InputStream scoped(InputStream body) {
        return new ScopedBody(this, body);
    }

    /// Throws the violation of a late read when the exchange is over; for handlers with a body stream of their own.
    ///
    /// @throws ContractViolation of [Rule#REQ_LATE_READ] when the application has returned or thrown
    public final void checkBodyInScope() {
        if (over) {
            throw violated(new ContractViolation(
                    Rule.REQ_LATE_READ, "the request body was read after the exchange had ended"));
        }
    }

    /// Throws the violation of a late informational response; for handlers that send them.
    ///
    /// @param status what was to be sent
    /// @throws ContractViolation of [Rule#REQ_LATE_INFORMATIONAL] when the final response was begun, or the application
    ///     has returned or thrown
    public final void checkInformationalInTime(Status status) {
        if (over || stage != Stage.OPEN) {
            throw violated(new ContractViolation(
                    Rule.REQ_LATE_INFORMATIONAL, "status " + status + " was sent with a response " + progress()));
        }
    }

    private void check(@Nullable ResponseReceived received) {
        if (received == null) {
            throw violated(new ContractViolation(
                    Rule.APP_RETURNS_TOKEN,
                    "the application returned null, with a response " + progress(),
                    firstResponse));
        }
        if (!isToken(received)) {
            throw violated(new ContractViolation(
                    Rule.APP_FOREIGN_TOKEN,
                    "the application returned the token of another exchange, with a response " + progress(),
                    firstResponse));
        }
    }

    @SuppressWarnings("ReferenceEquality") // identity is the point
    private boolean isToken(ResponseReceived received) {
        return received == token();
    }

    private FramedResponse framed(Response response) throws IOException {
        try {
            return FramedResponse.of(request.method(), negotiated(response));
        } catch (ContractViolation violation) {
            throw violated(violation);
        }
    }

    /// Sends what has won the right to be sent.
    private void deliver(FramedResponse framed) throws Exception {
        if (tracesResponses()) {
            firstResponse = new Throwable("the first response was sent here");
        }
        send(framed);
        stage = Stage.SENT;
    }

    /// Takes the fallback where raw is not possible, and answers conditions and ranges of a whole file.
    private Response negotiated(Response response) throws IOException {
        var possible = response;
        if (response.body() instanceof Body.Raw raw && !request.supports(Capability.RAW)) {
            possible = raw.fallback();
        }
        if (possible.body() instanceof Body.File(Path path, FilePart part) && part == null) {
            var facts = facts(path);
            return facts.isPresent()
                    ? FileNegotiation.answer(request, possible, facts.get(), this::open, now())
                    : FileNegotiation.missing(possible);
        }
        return possible;
    }

    private ContractViolation refused() {
        return violated(
                over || stage == Stage.OVER
                        ? new ContractViolation(
                                Rule.APP_LATE_RESPONSE,
                                "respond was called after the application had returned or thrown, with a response "
                                        + progress(),
                                firstResponse)
                        : new ContractViolation(
                                Rule.APP_ONE_RESPONSE,
                                "respond was called again, with a response " + progress(),
                                firstResponse));
    }

    /// Tells the handler of a violation, and answers it so that it can be thrown.
    final ContractViolation violated(ContractViolation violation) {
        onViolation(violation);
        return violation;
    }
}
