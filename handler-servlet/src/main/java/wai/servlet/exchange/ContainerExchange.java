package wai.servlet.exchange;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.Body;
import wai.Bytes;
import wai.Capability;
import wai.ClientTimeoutException;
import wai.Connection;
import wai.ContentTooLargeException;
import wai.FilePart;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.spi.ContractViolation;
import wai.spi.Exchange;
import wai.spi.FramedResponse;
import wai.spi.RequestFraming;
import wai.spi.Signal;
import wai.spi.SignalScope;

/// One exchange in a container: runs the application, sends its response through what the container offers, and sees to
/// it that a response which fails is either replaced by 500 or seen to be cut.
///
/// ```text
///   serve ──▶ application ──▶ send: begin (head) ──▶ output … ──▶ finish
///                 │ throws           │ throws
///                 ▼                  ▼
///   nothing begun: reset, answer 500;   begun: abort, and the caller must fail too
/// ```
///
/// Those that extend it say how a container is told each of these.
public abstract class ContainerExchange extends Exchange implements Request.Peer {
    private static final int COPY_BUFFER = 64 * 1024;

    private final RequestHead head;
    private final Signal shutdown;
    private final @Nullable Signal disconnect;
    /// What runs when the server stops before this is over.
    private final SignalScope farewells;

    private @Nullable Request request;
    private volatile boolean begun;
    private volatile boolean handedOver;
    private volatile @Nullable Throwable failure;

    /// An exchange that has not begun.
    ///
    /// @param head what the container told of the request
    /// @param shutdown fires when the server begins to stop
    protected ContainerExchange(RequestHead head, Signal shutdown) {
        this.head = head;
        this.shutdown = shutdown;
        this.farewells = new SignalScope(shutdown, this::isOver);
        this.disconnect =
                head.capabilities().contains(Capability.DISCONNECT_SIGNAL) ? new Signal(Failures::report) : null;
    }

    // ------------------------------------------------------------------------------------------ for the container

    /// Tells the container the head of the response, without sending it.
    ///
    /// @param head status, fields and length
    /// @throws IOException when the client is gone
    protected abstract void begin(FramedResponse head) throws IOException;

    /// Where the body goes, after [#begin].
    ///
    /// @return the container's stream, which may gather what is written until it is flushed
    /// @throws IOException when the client is gone
    protected abstract OutputStream output() throws IOException;

    /// Sends the head that [#begin] told; for responses without a body.
    ///
    /// @throws IOException when the client is gone
    protected abstract void commit() throws IOException;

    /// Ends the response and sends what the container still holds of it, as far as it can do that now.
    ///
    /// @throws IOException when the client is gone
    protected abstract void finish() throws IOException;

    /// Whether the head was sent, by whomever.
    ///
    /// @return true afterwards
    protected abstract boolean isCommitted();

    /// Whether the container has answered the request itself, because it could not read the body; what others answer
    /// or throw must not come in the way of that.
    ///
    /// @return false, unless the container does such things
    protected boolean hasContainerAnswered() {
        return false;
    }

    /// Takes back the head that [#begin] told.
    protected abstract void reset();

    /// Asks the container to send trailer fields behind the body, which has no length. Before the first byte.
    ///
    /// @param trailers answers the fields; throws when the body must not look whole
    protected abstract void sendTrailers(Supplier<Headers> trailers);

    /// Ends a response that was begun, so that the client sees that it is not whole.
    ///
    /// @param cause what went wrong
    protected abstract void abort(Throwable cause);

    /// Has the container send the head of a raw response and give its connection away.
    ///
    /// @param response the head
    /// @return where the connection comes; nothing of the container's response is touched from now on
    /// @throws IOException when the container cannot do it
    protected abstract RawTunnel upgrade(FramedResponse response) throws IOException;

    /// The trailer fields of the request, whose body was read to its end.
    ///
    /// @return the fields; none when none came
    protected abstract Headers receivedTrailers();

    /// Has a signal fired when the client goes; only with [Capability#DISCONNECT_SIGNAL].
    ///
    /// @param signal what to fire
    protected abstract void watch(Signal signal);

    /// What fires when the server begins to stop.
    ///
    /// @return the signal of the server
    protected final Signal shutdown() {
        return shutdown;
    }

    /// What the container told of the request.
    ///
    /// @return the head
    protected final RequestHead head() {
        return head;
    }

    // ------------------------------------------------------------------------------------------ for the handler

    /// Runs the application and answers or cuts where it fails; refuses what no application is to see.
    ///
    /// @param application the application
    /// @return whether the client has a whole response; else the container must see a failure too
    protected final boolean serve(Application application) {
        var refusal = RequestFraming.refusal(head.version(), head.headers());
        if (refusal.isPresent()) {
            return refuse(refusal.get(), "");
        }
        Request seen;
        try {
            seen = head.seenBy(this);
        } catch (IllegalArgumentException e) {
            return refuse(Status.BAD_REQUEST, ": " + e.getMessage());
        }
        request = seen;
        try {
            run(application, seen);
            return true;
        } catch (Throwable thrown) { // an application may throw anything
            if (!(thrown instanceof ContractViolation)) { // those were reported when they were detected
                Failures.report(thrown, seen, progress(), head.body().failure());
            }
            Thread.interrupted(); // an interrupt was meant for the application, not for what is sent in its place
            return progress() == Progress.SENT || replace(thrown);
        } finally {
            farewells.end();
            Thread.interrupted(); // nor for the next request on this thread
        }
    }

    @Override
    public final Connection connection() {
        return head.facts();
    }

    @Override
    public final Set<Capability> capabilities() {
        return head.capabilities();
    }

    @Override
    public final Optional<String> extendedConnectProtocol() {
        return head.extendedConnectProtocol();
    }

    @Override
    public final Headers trailers() {
        if (!head.body().isEnded()) {
            throw new IllegalStateException("the trailers were asked for before the body was read to its end");
        }
        return head.capabilities().contains(Capability.REQUEST_TRAILERS) ? receivedTrailers() : Headers.EMPTY;
    }

    @Override
    public final void onDisconnect(Runnable action) {
        var signal = disconnect;
        if (signal != null && !isOver()) {
            signal.add(action);
            watch(signal);
        }
    }

    @Override
    public final void onShutdown(Runnable action) {
        if (head.capabilities().contains(Capability.SHUTDOWN_SIGNAL)) {
            farewells.add(action);
        }
    }

    @Override
    protected final void onViolation(ContractViolation violation) {
        Failures.report(violation, request, progress(), null);
    }

    @Override
    protected final void send(FramedResponse response) throws Exception {
        switch (response.body()) {
            case Bytes bytes -> sendBytes(response, bytes);
            case Body.File(Path path, FilePart part) -> sendFile(response, path, part);
            case Body.Stream stream -> sendStream(response, stream);
            case Body.Raw raw -> {
                var tunnel = upgrade(response);
                handedOver = true;
                tunnel.run(raw.application());
            }
        }
    }

    // ------------------------------------------------------------------------------------------ failures

    /// Behind what is refused nobody knows where the next request begins, so the connection ends.
    private boolean refuse(Status status, String why) {
        try {
            answer(Response.text(status, status + why + "\n").withHeader(HeaderName.CONNECTION, "close"));
            return true;
        } catch (Exception e) {
            return cut(e);
        }
    }

    /// Puts an answer of our own in the place of a response that was not begun, or cuts.
    private boolean replace(Throwable thrown) {
        if (!handedOver && hasContainerAnswered()) {
            return true;
        }
        if (begun || handedOver || isCommitted()) {
            return cut(thrown);
        }
        var status = status(thrown);
        var text = Response.text(status, status + "\n");
        try {
            reset(); // what a filter has set, or a head that could not be told
            if (progress() == Progress.NONE) {
                answer(text);
            } else { // it won the right to respond, and failed before it began: a file that vanished
                send(FramedResponse.of(head.method(), text));
            }
            return true;
        } catch (Exception e) {
            return cut(e);
        }
    }

    /// Broken framing of the body is the client's fault.
    private Status status(Throwable thrown) {
        return switch (head.body().failure()) {
            case null -> statusFor(thrown);
            case ClientTimeoutException late -> statusFor(late);
            case ContentTooLargeException large -> statusFor(large);
            default -> Status.BAD_REQUEST;
        };
    }

    private boolean cut(Throwable thrown) {
        failure = thrown;
        if (handedOver) {
            return false; // the tunnel has closed the connection
        }
        try {
            if (begun && !isCommitted()) {
                commit(); // what has no head is not seen to be cut
            }
        } catch (IOException _) {
            // the client is gone, and sees nothing more of us
        }
        abort(thrown);
        return false;
    }

    // ------------------------------------------------------------------------------------------ responses

    private void tell(FramedResponse response) throws IOException {
        begin(response);
        output(); // may fail, as when a filter has taken the writer: nothing is begun then
        begun = true;
    }

    private void sendBytes(FramedResponse response, Bytes bytes) throws IOException {
        tell(response);
        if (bytes.length() == 0) {
            commit();
        } else {
            bytes.writeTo(output());
        }
        finish();
    }

    private void sendFile(FramedResponse response, Path path, @Nullable FilePart part) throws IOException {
        if (part == null) {
            throw new IllegalArgumentException("file " + path + " has no part: the kernel negotiates it first");
        }
        try (var file = FileChannel.open(path)) {
            tell(response);
            copy(file, path, part);
            finish();
        }
    }

    private void copy(FileChannel file, Path path, FilePart part) throws IOException {
        var buffer = ByteBuffer.allocate((int) Math.min(COPY_BUFFER, part.length()));
        for (long left = part.length(); left > 0; ) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), left));
            if (file.read(buffer, part.offset() + part.length() - left) < 0) {
                throw new EOFException(path + " became shorter while it was sent: " + left + " bytes are missing");
            }
            output().write(buffer.array(), 0, buffer.position());
            left -= buffer.position();
        }
    }

    private void sendStream(FramedResponse response, Body.Stream stream) throws Exception {
        tell(response);
        boolean trailing = response.isDelimitedByHandler() && head.version() != HttpVersion.HTTP_1_0;
        var sink = new ContainerSink(response.length(), output());
        if (trailing) {
            sendTrailers(() -> trailersOf(sink));
        }
        try {
            stream(stream, sink);
        } catch (Throwable thrown) {
            failure = thrown; // before the container can think of ending the body
            throw thrown;
        }
        if (sink.written() == 0) {
            commit();
        }
        finish();
    }

    private Headers trailersOf(ContainerSink sink) {
        var why = failure;
        if (why != null) {
            throw new IllegalStateException("the body has failed and must not end as if it were whole", why);
        }
        return sink.trailers();
    }

    /// The fields that are told to a container: not those that it manages itself.
    ///
    /// @param headers of the response
    /// @return without `Connection`, unless it says `close` on HTTP/1, and without `Upgrade` on HTTP/2
    protected final Headers forContainer(Headers headers) {
        boolean http1 = head.version() == HttpVersion.HTTP_1_1 || head.version() == HttpVersion.HTTP_1_0;
        boolean closes =
                http1 && headers.elements(HeaderName.CONNECTION).stream().anyMatch("close"::equalsIgnoreCase);
        var without = headers.without(HeaderName.CONNECTION);
        without = http1 ? without : without.without(HeaderName.UPGRADE);
        return closes ? without.adding(HeaderName.CONNECTION, "close") : without;
    }
}
