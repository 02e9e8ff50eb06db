package wai.cgi.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import wai.Bytes;
import wai.Capability;
import wai.ClientDisconnectedException;
import wai.ClientTimeoutException;
import wai.ContentTooLargeException;
import wai.HttpVersion;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.StatusException;
import wai.cgi.settings.Failure;
import wai.cgi.settings.Failure.Phase;
import wai.cgi.settings.Served;
import wai.spi.BodyStreams;
import wai.spi.ContractViolation;
import wai.spi.Exchange.Progress;
import wai.spi.FramedResponse;
import wai.spi.Signal;

/// One request of a web server, from its variables to the last byte of its response.
///
/// ```text
///   read the request ──fault──▶ refuse: 400, 404, 413, 505
///        │
///   run the application ──throws──▶ no response begun ──▶ 500, 413, 408
///        │                          begun, nothing out ─▶ 500
///        │                          bytes are out ──────▶ CUT
///        ▼
///      WHOLE
/// ```
public final class GatewayCall {
    /// Causes can be many, or go round in a circle.
    private static final int DEEPEST_CAUSE = 16;

    private final Gateway gateway;
    private final Variables variables;
    private final InputStream input;
    private final Output out;
    private final Set<Capability> capabilities;
    private final Signal disconnect = new Signal(cause -> report(Phase.APPLICATION, cause));
    private volatile @Nullable GatewayExchange exchange;
    private volatile boolean clientIsGone;
    /// When the head had come, and when the first bytes of the response went out; only looked at for the hook.
    private final long begunAt;

    private long firstByteAt;
    /// The body, from which the application reads too.
    private @Nullable InputStream unread;

    GatewayCall(Gateway gateway, Variables variables, InputStream input, Output out, Set<Capability> capabilities) {
        this.gateway = gateway;
        this.variables = variables;
        this.input = input;
        this.out = out;
        this.capabilities = Set.copyOf(capabilities);
        this.begunAt = gateway.settings().hooks().onServed().isPresent()
                ? gateway.clock().getAsLong()
                : 0;
    }

    /// Runs the application and sends its response, or the one that says why there is none. Called once; throws
    /// nothing, whatever the application does.
    ///
    /// @return how it ended
    public Ending run() {
        var reader = new RequestReader(variables, gateway.fieldNames());
        var isParsed = !isNonParsedHeader();
        try {
            var facts = ConnectionFacts.of(variables);
            var builder = reader.read(facts, gateway.settings(), gateway.isProgram());
            var length = bodyLength(reader);
            var writer = new ResponseWriter(out, isParsed, reader.version(), this::begins);
            var current = new GatewayExchange(this, gateway, writer, supported(), facts);
            exchange = current;
            builder.vault(wai.Vault.EMPTY.with(Gateway.VARIABLES, variables.asMap()))
                    .peer(current);
            if (length.isEmpty() || length.getAsLong() > 0) {
                builder.body(current.scoped(open(length)), length);
            }
            return observed(current, writer, builder.build(), length);
        } catch (GatewayFault fault) {
            report(Phase.REQUEST, fault);
            return refuse(isParsed, fault);
        }
    }

    /// Reads what the application has left of the body of its request, behind the response. A program that ends in
    /// front of unread bytes breaks the pipe to its web server, which then may lose the response.
    public void dropRestOfBody() {
        var rest = unread;
        try {
            if (rest != null) {
                rest.transferTo(OutputStream.nullOutputStream());
            }
        } catch (IOException _) {
            // it was cut: there is no more of it
        }
    }

    /// The client, or the web server for it, has gone: tells whoever asked. By any thread, any number of times.
    public void clientIsGone() {
        clientIsGone = true;
        disconnect.fire();
    }

    void onDisconnect(Runnable action) {
        disconnect.add(action);
        out.watch();
    }

    /// Tells the hook and the web server what went wrong.
    void report(Phase phase, Throwable cause) {
        var current = exchange;
        var failure = new Failure(
                phase,
                cause,
                Optional.ofNullable(current).flatMap(GatewayExchange::request),
                current == null ? Progress.NONE : current.progress());
        gateway.report(failure);
        out.failed(failure);
    }

    private void begins(Status status) {
        gateway.tally().responded(status);
        if (gateway.settings().hooks().onServed().isPresent()) {
            firstByteAt = gateway.clock().getAsLong();
        }
    }

    private Ending observed(GatewayExchange current, ResponseWriter writer, Request request, OptionalLong length) {
        gateway.tally().begun();
        var ending = Ending.CUT;
        try {
            ending = serve(current, writer, request, length);
            return ending;
        } finally {
            gateway.tally().over();
            tellServed(writer, request, ending);
        }
    }

    private void tellServed(ResponseWriter writer, Request request, Ending ending) {
        var hook = gateway.settings().hooks().onServed();
        if (hook.isEmpty()) {
            return;
        }
        long end = gateway.clock().getAsLong();
        long firstByte = writer.isBegun() ? firstByteAt : end;
        var times = new Served.Times(Duration.ofNanos(firstByte - begunAt), Duration.ofNanos(end - begunAt));
        var how = ending == Ending.WHOLE ? Served.Ending.COMPLETE : Served.Ending.CUT;
        try {
            hook.get()
                    .accept(new Served(request, Optional.ofNullable(writer.status()), writer.bodyBytes(), times, how));
        } catch (Throwable e) { // of a hook, which is as foreign as an application
            report(Phase.SERVER, e);
        }
    }

    private Ending serve(GatewayExchange current, ResponseWriter writer, Request request, OptionalLong length) {
        if (length.orElse(0) > gateway.settings().bodyBytes()) {
            var tooLarge = new ContentTooLargeException(gateway.settings().bodyBytes());
            report(Phase.REQUEST, tooLarge);
            return answer(current, writer, Phase.REQUEST, tooLarge);
        }
        try {
            current.runOn(gateway.application(), request);
            return Ending.WHOLE;
        } catch (Throwable thrown) { // an application may throw anything, and must not take the server with it
            var wasInterrupted = Thread.interrupted(); // meant for the application, not for what is sent in its place
            var ending = failed(current, writer, thrown);
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
            return ending;
        }
    }

    private Ending failed(GatewayExchange current, ResponseWriter writer, Throwable thrown) {
        var phase = phase(thrown);
        if (phase != Phase.CONTRACT) { // those were reported when they were detected
            report(phase, thrown);
        }
        if (current.progress() == Progress.SENT) {
            return Ending.WHOLE;
        }
        if (clientIsGone || isOfTheClient(thrown)) {
            gateway.tally().lostItsClient();
        }
        return answer(current, writer, phase, thrown);
    }

    /// Answers for an application that failed, if nothing of its response has gone out.
    private Ending answer(GatewayExchange current, ResponseWriter writer, Phase phase, Throwable thrown) {
        if (writer.isBegun() || isGone(thrown)) {
            return Ending.CUT;
        }
        writer.restart();
        try {
            if (current.progress() == Progress.NONE) {
                var failure = new Failure(phase, thrown, current.request(), Progress.NONE);
                current.answer(gateway.settings().hooks().errorResponse().apply(failure));
                return Ending.WHOLE;
            }
        } catch (Throwable e) { // of a hook, which is as foreign as an application
            report(e instanceof ClientDisconnectedException ? Phase.RESPONSE : Phase.SERVER, e);
            if (writer.isBegun()) {
                return Ending.CUT;
            }
            writer.restart();
        }
        return send(writer, Status.INTERNAL_SERVER_ERROR, "");
    }

    /// Nobody would read an answer; a client that was too slow with its body still would.
    private boolean isGone(Throwable thrown) {
        return clientIsGone || (isOfTheClient(thrown) && !(thrown instanceof ClientTimeoutException));
    }

    private Ending refuse(boolean isParsed, GatewayFault fault) {
        return send(
                new ResponseWriter(out, isParsed, HttpVersion.HTTP_1_0, this::begins),
                fault.status(),
                ": " + fault.getMessage());
    }

    private Ending send(ResponseWriter writer, Status status, String why) {
        var response = FramedResponse.of(variables.get("REQUEST_METHOD"), Response.text(status, status + why + "\n"));
        try {
            writer.head(response, "");
            if (response.body() instanceof Bytes bytes) {
                bytes.forEachSlice(writer::data);
            }
            writer.end();
            return Ending.WHOLE;
        } catch (IOException _) {
            return Ending.CUT; // the web server is gone and needs no answer
        }
    }

    /// On standard input nobody can tell the end of a body from that of one that was cut, unless its length is known.
    private OptionalLong bodyLength(RequestReader reader) throws GatewayFault {
        var length = reader.bodyLength();
        if (length.isPresent() || !gateway.isProgram()) {
            return length;
        }
        unread = input;
        if (isAtEnd()) {
            return OptionalLong.of(0);
        }
        throw new GatewayFault(
                Status.LENGTH_REQUIRED, "a body without CONTENT_LENGTH: expected its length (RFC 3875 §4.2)");
    }

    private boolean isAtEnd() throws GatewayFault {
        try {
            return input.read() < 0;
        } catch (IOException e) {
            throw new GatewayFault(Status.BAD_REQUEST, "the body cannot be read: " + e.getMessage());
        }
    }

    private InputStream open(OptionalLong length) {
        var body = length.isPresent()
                ? BodyStreams.limited(input, length.getAsLong())
                : new BoundedBody(input, gateway.settings().bodyBytes());
        unread = body;
        return body;
    }

    /// What the protocol can do, without what this web server or this request spoils.
    private Set<Capability> supported() {
        boolean hasTarget = variables.has("REQUEST_URI"); // else it was encoded anew, perhaps not as the client did
        boolean tellsOfLeaving = !hidesThatClientsLeave(variables.get("SERVER_SOFTWARE"));
        if (hasTarget && tellsOfLeaving) {
            return capabilities;
        }
        var some = EnumSet.noneOf(Capability.class);
        some.addAll(capabilities);
        if (!hasTarget) {
            some.remove(Capability.RAW_TARGET);
        }
        if (!tellsOfLeaving) {
            some.remove(Capability.DISCONNECT_SIGNAL);
        }
        return Set.copyOf(some);
    }

    /// Apache httpd sees that a client has left when it has something for it, and lighttpd only sometimes before.
    private static boolean hidesThatClientsLeave(String webServer) {
        return webServer.startsWith("Apache") || webServer.startsWith("lighttpd");
    }

    /// A script of this name speaks to the client itself (RFC 3875 §5).
    private boolean isNonParsedHeader() {
        if (!gateway.isProgram()) {
            return false;
        }
        var script = variables.has("SCRIPT_FILENAME") ? variables.get("SCRIPT_FILENAME") : variables.get("SCRIPT_NAME");
        return script.substring(script.lastIndexOf('/') + 1)
                .toLowerCase(Locale.ROOT)
                .startsWith("nph-");
    }

    private static Phase phase(Throwable thrown) {
        if (thrown instanceof ContractViolation) {
            return Phase.CONTRACT;
        }
        if (thrown instanceof ClientTimeoutException
                || (thrown instanceof StatusException failure && failure.isOfTheClient())) {
            return Phase.REQUEST;
        }
        return isOfTheClient(thrown) ? Phase.RESPONSE : Phase.APPLICATION;
    }

    /// Whether the client's leaving is behind it, however the application wrapped that.
    private static boolean isOfTheClient(Throwable thrown) {
        int depth = 0;
        for (var cause = thrown; cause != null && depth < DEEPEST_CAUSE; cause = cause.getCause()) {
            if (cause instanceof ClientDisconnectedException) {
                return true;
            }
            depth++;
        }
        return false;
    }
}
