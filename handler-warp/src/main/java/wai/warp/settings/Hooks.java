package wai.warp.settings;

import static java.util.Objects.requireNonNull;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import wai.Response;
import wai.spi.Exchange;

/// What Warp calls when something happens. All run on the connection's own thread; what they throw is logged and
/// changes nothing else.
public final class Hooks {
    private static final Logger LOGGER = System.getLogger("wai.warp");
    private static final Hooks DEFAULTS = new Hooks(_ -> true, _ -> {}, Hooks::log, Hooks::errorText);

    private final Predicate<SocketAddress> onOpen;
    private final Consumer<SocketAddress> onClose;
    private final Consumer<Failure> onFailure;
    private final Function<Failure, Response> errorResponse;

    private Hooks(
            Predicate<SocketAddress> onOpen,
            Consumer<SocketAddress> onClose,
            Consumer<Failure> onFailure,
            Function<Failure, Response> errorResponse) {
        this.onOpen = requireNonNull(onOpen, "onOpen");
        this.onClose = requireNonNull(onClose, "onClose");
        this.onFailure = requireNonNull(onFailure, "onFailure");
        this.errorResponse = requireNonNull(errorResponse, "errorResponse");
    }

    /// The defaults, named at each setting.
    ///
    /// @return the defaults
    public static Hooks defaults() {
        return DEFAULTS;
    }

    /// Asked with the peer's address before anything is read; false closes the connection without a byte.
    ///
    /// @return the hook; always true unless set
    public Predicate<SocketAddress> onOpen() {
        return onOpen;
    }

    /// Told the peer's address when a connection that was let in is closed.
    ///
    /// @return the hook; does nothing unless set
    public Consumer<SocketAddress> onClose() {
        return onClose;
    }

    /// Told of every failure.
    ///
    /// @return the hook; unless set it logs to the `System.Logger` named `wai.warp`: failures of the application, the
    ///     contract and the server as errors, with method and target; what clients do as debug
    public Consumer<Failure> onFailure() {
        return onFailure;
    }

    /// Makes the response to an application that failed before it answered.
    ///
    /// @return the hook; unless set, plain text of [Exchange#statusFor] that tells nothing else
    public Function<Failure, Response> errorResponse() {
        return errorResponse;
    }

    /// Sets [#onOpen()].
    ///
    /// @param hook the hook
    /// @return the changed copy
    public Hooks withOnOpen(Predicate<SocketAddress> hook) {
        return new Hooks(hook, onClose, onFailure, errorResponse);
    }

    /// Sets [#onClose()].
    ///
    /// @param hook the hook
    /// @return the changed copy
    public Hooks withOnClose(Consumer<SocketAddress> hook) {
        return new Hooks(onOpen, hook, onFailure, errorResponse);
    }

    /// Sets [#onFailure()].
    ///
    /// @param hook the hook
    /// @return the changed copy
    public Hooks withOnFailure(Consumer<Failure> hook) {
        return new Hooks(onOpen, onClose, hook, errorResponse);
    }

    /// Sets [#errorResponse()].
    ///
    /// @param hook the hook
    /// @return the changed copy
    public Hooks withErrorResponse(Function<Failure, Response> hook) {
        return new Hooks(onOpen, onClose, onFailure, hook);
    }

    private static Response errorText(Failure failure) {
        var status = Exchange.statusFor(failure.cause());
        return Response.text(status, status + "\n");
    }

    private static void log(Failure failure) {
        var level =
                switch (failure.phase()) {
                    case APPLICATION, CONTRACT, SERVER -> Level.ERROR;
                    case REQUEST, RESPONSE -> Level.DEBUG;
                };
        if (LOGGER.isLoggable(level)) {
            var what = failure.request().map(Object::toString).orElse("no request");
            LOGGER.log(
                    level,
                    failure.phase() + " failed (" + what + ", response " + failure.progress() + ")",
                    failure.cause());
        }
    }
}
