package wai.cgi.settings;

import static java.util.Objects.requireNonNull;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import wai.Response;
import wai.spi.Exchange;

/// What is called when something happens. What hooks throw is logged and changes nothing else.
public final class Hooks {
    private static final Hooks DEFAULTS = new Hooks(Hooks::log, Hooks::errorText, () -> {}, null);

    private final Consumer<Failure> onFailure;
    private final Function<Failure, Response> errorResponse;
    private final Runnable onStop;
    private final @Nullable Consumer<Served> onServed;

    private Hooks(
            Consumer<Failure> onFailure,
            Function<Failure, Response> errorResponse,
            Runnable onStop,
            @Nullable Consumer<Served> onServed) {
        this.onFailure = requireNonNull(onFailure, "onFailure");
        this.errorResponse = requireNonNull(errorResponse, "errorResponse");
        this.onStop = requireNonNull(onStop, "onStop");
        this.onServed = onServed;
    }

    /// The defaults, named at each setting.
    ///
    /// @return the defaults
    public static Hooks defaults() {
        return DEFAULTS;
    }

    /// Told of every failure.
    ///
    /// @return the hook; unless set it logs to the `System.Logger` named `wai.cgi`: failures of the application, the
    ///     contract and the handler as errors, with method and target and a stack trace; overload and requests that
    ///     could not be read as warnings, and what clients do as debug, in one line. A CGI program's log goes to
    ///     standard error, which web servers write into their own error log
    public Consumer<Failure> onFailure() {
        return onFailure;
    }

    /// Makes the response to an application that failed before it answered.
    ///
    /// @return the hook; unless set, plain text of [Exchange#statusFor] that tells nothing else
    public Function<Failure, Response> errorResponse() {
        return errorResponse;
    }

    /// Told once when a server begins to stop; never for CGI.
    ///
    /// @return the hook; does nothing unless set
    public Runnable onStop() {
        return onStop;
    }

    /// Told of every request when its exchange is over: for an access log. On the thread of the request, so that of CGI
    /// and SCGI ends later when it blocks.
    ///
    /// Not called for what was no request: variables that are none are told to [#onFailure()].
    ///
    /// @return the hook; empty unless set, and then nothing is measured
    public Optional<Consumer<Served>> onServed() {
        return Optional.ofNullable(onServed);
    }

    /// Sets [#onFailure()].
    ///
    /// @param hook the hook
    /// @return the changed copy
    public Hooks withOnFailure(Consumer<Failure> hook) {
        return new Hooks(hook, errorResponse, onStop, onServed);
    }

    /// Sets [#errorResponse()].
    ///
    /// @param hook the hook
    /// @return the changed copy
    public Hooks withErrorResponse(Function<Failure, Response> hook) {
        return new Hooks(onFailure, hook, onStop, onServed);
    }

    /// Sets [#onStop()].
    ///
    /// @param hook the hook
    /// @return the changed copy
    public Hooks withOnStop(Runnable hook) {
        return new Hooks(onFailure, errorResponse, hook, onServed);
    }

    /// Sets [#onServed()].
    ///
    /// @param hook the hook
    /// @return the changed copy
    public Hooks withOnServed(Consumer<Served> hook) {
        return new Hooks(onFailure, errorResponse, onStop, requireNonNull(hook, "hook"));
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
                    case REQUEST -> failure.request().isEmpty() ? Level.WARNING : Level.DEBUG;
                    case RESPONSE -> Level.DEBUG;
                };
        if (Log.LOGGER.isLoggable(level)) {
            var line = failure.summary();
            if (level == Level.ERROR) {
                Log.LOGGER.log(level, line, failure.cause());
            } else {
                Log.LOGGER.log(level, line + ": " + failure.cause().getMessage());
            }
        }
    }

    /// Looked for when the first line is written, because that initialises the logging of the JVM.
    private static final class Log {
        private static final Logger LOGGER = System.getLogger("wai.cgi");
    }
}
