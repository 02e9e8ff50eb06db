package wai.cgi.gateway;

import static java.util.Objects.requireNonNull;

import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import wai.Application;
import wai.Capability;
import wai.Key;
import wai.cgi.settings.CgiSettings;
import wai.cgi.settings.Failure;
import wai.spi.Exchange.Progress;
import wai.spi.Signal;

/// An application with its settings, ready to be called by a web server.
///
/// A protocol reads the variables of a request and makes a [GatewayCall] of them, whose [GatewayCall#run] does
/// everything between the first byte of the request's body and the last byte of the response.
public final class Gateway {
    /// The variables of a request, in its vault.
    public static final Key<Map<String, String>> VARIABLES = Key.named("meta-variables");

    private final Application application;
    private final CgiSettings settings;
    private final boolean isProgram;
    private final LongSupplier clock;
    private final CallTally tally = new CallTally();
    private final FieldNames fieldNames = new FieldNames();
    private final VariableNames.Memo names = new VariableNames.Memo();
    private final Signal shutdown = new Signal(this::reportFarewell);

    private Gateway(Application application, CgiSettings settings, boolean isProgram, LongSupplier clock) {
        this.application = requireNonNull(application, "application");
        this.settings = requireNonNull(settings, "settings");
        this.isProgram = isProgram;
        this.clock = clock;
    }

    /// For a program that a web server starts, and to which it tells the name of the script reliably.
    ///
    /// @param application what to run
    /// @param settings what is set
    /// @return the gateway
    public static Gateway ofProgram(Application application, CgiSettings settings) {
        return new Gateway(application, settings, true, System::nanoTime);
    }

    /// For a server to which web servers pass requests on, some of them with the whole path as `SCRIPT_NAME`.
    ///
    /// @param application what to run
    /// @param settings what is set
    /// @return the gateway
    public static Gateway ofServer(Application application, CgiSettings settings) {
        return ofServer(application, settings, System::nanoTime);
    }

    /// For a server, with another clock.
    ///
    /// @param application what to run
    /// @param settings what is set
    /// @param clock nanoseconds, from anywhere; looked at by many threads
    /// @return the gateway
    public static Gateway ofServer(Application application, CgiSettings settings, LongSupplier clock) {
        return new Gateway(application, settings, false, clock);
    }

    /// The variables of a request.
    ///
    /// @param names in the order in which they came, none of them empty
    /// @param values of these names; no copy is made
    /// @return the variables
    /// @throws GatewayFault as [Variables.Builder#add] does
    public Variables variables(String[] names, String[] values) throws GatewayFault {
        var known = this.names.of(names);
        return known == null ? Variables.of(names, values) : known.with(values);
    }

    /// A request that has come; nothing happens before it is run.
    ///
    /// @param variables its variables
    /// @param body where its body is read; may be longer than the body, is never closed. Its end before the declared
    ///     length means that the client left; it throws [wai.ClientDisconnectedException] where the protocol knows
    ///     better
    /// @param out where the response goes
    /// @param capabilities what the protocol can do
    /// @return the call
    public GatewayCall call(Variables variables, InputStream body, Output out, Set<Capability> capabilities) {
        return new GatewayCall(this, variables, body, out, capabilities);
    }

    /// What is set.
    ///
    /// @return the settings
    public CgiSettings settings() {
        return settings;
    }

    /// What its calls have done.
    ///
    /// @return the counts
    public CallTally tally() {
        return tally;
    }

    /// Tells whoever asked that the server begins to stop. By any thread, any number of times.
    public void announceStop() {
        shutdown.fire();
    }

    /// Counts a failure and tells the hook of it; a hook that throws is logged and does no further harm.
    ///
    /// @param failure what went wrong
    public void report(Failure failure) {
        tally.failed(failure.phase());
        try {
            settings.hooks().onFailure().accept(failure);
        } catch (Throwable e) { // also what the compiler does not let a hook throw
            Log.LOGGER.log(Level.ERROR, "the onFailure hook threw", e);
        }
    }

    /// The names of header fields that came before.
    FieldNames fieldNames() {
        return fieldNames;
    }

    /// Fires when the server begins to stop.
    Signal shutdown() {
        return shutdown;
    }

    private void reportFarewell(Throwable cause) {
        report(new Failure(Failure.Phase.APPLICATION, cause, Optional.empty(), Progress.NONE));
    }

    Application application() {
        return application;
    }

    LongSupplier clock() {
        return clock;
    }

    /// Whether a web server starts this process: then the name of the script is reliable, and the body is what stands
    /// on standard input.
    boolean isProgram() {
        return isProgram;
    }

    /// Looked for when the first line is written, because that initialises the logging of the JVM.
    private static final class Log {
        private static final Logger LOGGER = System.getLogger("wai.cgi");
    }
}
