package wai.warp.settings;

import static java.util.Objects.requireNonNull;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import wai.Response;
import wai.spi.Exchange;

/// What Warp calls when something happens. Those about a connection run on its own virtual thread and may block it; a
/// failure of the server itself is told by the thread that saw it, and `onStop` runs on the one that stops: these
/// should not block. What hooks throw is reported or logged and changes nothing else.
public final class Hooks {
    private static final Hooks DEFAULTS = new Hooks(null, null, null, null, null, null);

    // Null unless set, and no lambdas where every start comes to: the JVM takes 0.6 ms to make one.
    private final @Nullable Predicate<SocketAddress> onOpen;
    private final @Nullable Consumer<SocketAddress> onClose;
    private final @Nullable Consumer<Failure> onFailure;
    private final @Nullable Function<Failure, Response> errorResponse;
    private final @Nullable Runnable onStop;
    private final @Nullable Consumer<Served> onServed;

    private Hooks(
            @Nullable Predicate<SocketAddress> onOpen,
            @Nullable Consumer<SocketAddress> onClose,
            @Nullable Consumer<Failure> onFailure,
            @Nullable Function<Failure, Response> errorResponse,
            @Nullable Runnable onStop,
            @Nullable Consumer<Served> onServed) {
        this.onOpen = onOpen;
        this.onClose = onClose;
        this.onFailure = onFailure;
        this.errorResponse = errorResponse;
        this.onStop = onStop;
        this.onServed = onServed;
    }

    /// The defaults, named at each setting.
    ///
    /// @return the defaults
    public static Hooks defaults() {
        return DEFAULTS;
    }

    /// Asked with the peer's address before anything but a PROXY header is read; false closes the connection without a
    /// byte.
    ///
    /// @return the hook; always true unless set
    public Predicate<SocketAddress> onOpen() {
        return onOpen != null ? onOpen : NoHook.NONE;
    }

    /// Told the peer's address when a connection that was let in is closed.
    ///
    /// @return the hook; does nothing unless set
    public Consumer<SocketAddress> onClose() {
        return onClose != null ? onClose : NoHook.NONE;
    }

    /// Told of every failure.
    ///
    /// @return the hook; unless set it logs to the `System.Logger` named `wai.warp`: failures of the application, the
    ///     contract and the server as errors, with method and target and a stack trace; overload as warnings and what
    ///     clients do as debug, in one line
    public Consumer<Failure> onFailure() {
        return onFailure != null ? onFailure : Hooks::log;
    }

    /// Makes the response to an application that failed before it answered.
    ///
    /// @return the hook; unless set, plain text of [Exchange#statusFor] that tells nothing else
    public Function<Failure, Response> errorResponse() {
        return errorResponse != null ? errorResponse : Hooks::errorText;
    }

    /// Told of every request when its exchange is over: for an access log. Before the next request is read, so it must
    /// not block for long.
    ///
    /// Not called for what was no request: bytes that break the protocol are told to [#onFailure()].
    ///
    /// @return the hook; empty unless set, and then nothing is measured
    public Optional<Consumer<Served>> onServed() {
        return Optional.ofNullable(onServed);
    }

    /// Told once when the server is about to stop, before it does anything else: the time to let health checks answer
    /// 503 and endless streams end. Accepting goes on for the `notice` of [Timeouts], when the server is closed.
    ///
    /// @return the hook; does nothing unless set
    public Runnable onStop() {
        return onStop != null ? onStop : () -> {};
    }

    /// Sets [#onOpen()].
    ///
    /// @param hook the hook
    /// @return the changed copy
    public Hooks withOnOpen(Predicate<SocketAddress> hook) {
        return new Hooks(requireNonNull(hook, "hook"), onClose, onFailure, errorResponse, onStop, onServed);
    }

    /// Sets [#onClose()].
    ///
    /// @param hook the hook
    /// @return the changed copy
    public Hooks withOnClose(Consumer<SocketAddress> hook) {
        return new Hooks(onOpen, requireNonNull(hook, "hook"), onFailure, errorResponse, onStop, onServed);
    }

    /// Sets [#onFailure()].
    ///
    /// @param hook the hook
    /// @return the changed copy
    public Hooks withOnFailure(Consumer<Failure> hook) {
        return new Hooks(onOpen, onClose, requireNonNull(hook, "hook"), errorResponse, onStop, onServed);
    }

    /// Sets [#errorResponse()].
    ///
    /// @param hook the hook
    /// @return the changed copy
    public Hooks withErrorResponse(Function<Failure, Response> hook) {
        return new Hooks(onOpen, onClose, onFailure, requireNonNull(hook, "hook"), onStop, onServed);
    }

    /// Sets [#onStop()].
    ///
    /// @param hook the hook
    /// @return the changed copy
    public Hooks withOnStop(Runnable hook) {
        return new Hooks(onOpen, onClose, onFailure, errorResponse, requireNonNull(hook, "hook"), onServed);
    }

    /// Sets [#onServed()].
    ///
    /// @param hook the hook
    /// @return the changed copy
    public Hooks withOnServed(Consumer<Served> hook) {
        return new Hooks(onOpen, onClose, onFailure, errorResponse, onStop, requireNonNull(hook, "hook"));
    }

    private static Response errorText(Failure failure) {
        var status = Exchange.statusFor(failure.cause());
        return Response.text(status, status + "\n");
    }

    private static void log(Failure failure) {
        var level =
                switch (failure.phase()) {
                    case APPLICATION, CONTRACT, SERVER -> Level.ERROR;
                    case OVERLOAD -> Level.WARNING;
                    case HANDSHAKE, REQUEST, RESPONSE -> Level.DEBUG;
                };
        if (Log.LOGGER.isLoggable(level)) {
            var what = failure.request().map(Object::toString).orElse("no request");
            var line = failure.phase() + " failed (" + what + " from " + failure.peer() + ", response "
                    + failure.progress() + ")";
            if (level == Level.ERROR) {
                Log.LOGGER.log(level, line, failure.cause());
            } else {
                Log.LOGGER.log(level, line + ": " + failure.cause().getMessage());
            }
        }
    }

    /// Looked for when the first line is written, because that initialises the logging of the JVM.
    private static final class Log {
        private static final Logger LOGGER = System.getLogger("wai.warp");
    }

    /// Lets everybody in, and does nothing.
    private static final class NoHook implements Predicate<SocketAddress>, Consumer<SocketAddress> {
        static final NoHook NONE = new NoHook();

        @Override
        public boolean test(SocketAddress peer) {
            return true;
        }

        @Override
        public void accept(SocketAddress peer) {}
    }
}
