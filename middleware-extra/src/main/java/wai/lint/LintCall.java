package wai.lint;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import wai.Body;
import wai.ClientDisconnectedException;
import wai.ClientTimeoutException;
import wai.RawApplication;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.StreamingBody;
import wai.spi.ContractViolation;
import wai.spi.Rule;

/// One call of a watched application: the `respond` it is given, and what is known of its answer.
///
/// ```text
///            with()            respond returned
///   FRESH ───────────▶ SENDING ────────────────▶ ANSWERED
///                       ▲   │ respond threw
///                with() │   ▼
///                      FAILED
/// ```
///
/// A second `with` is wrong in `SENDING` and in `ANSWERED`. After a failure it may be right: perhaps a middleware
/// outside threw and nothing was sent. Then the handler decides.
final class LintCall implements Respond {
    static final LintProblem SECOND_RESPONSE = LintProblem.of(
            Rule.APP_ONE_RESPONSE,
            "respond was called again",
            "call respond once on every way through the code, and return what it returned");

    private final LintTrail trail;
    private final String layer;
    private final @Nullable LintCall around;
    private final Request request;
    private final Respond outside;

    private final AtomicReference<State> state = new AtomicReference<>(State.FRESH);
    private volatile boolean over;
    private volatile @Nullable ResponseReceived token;
    private volatile @Nullable Throwable firstResponse;
    private volatile @Nullable Thread sender;
    private volatile @Nullable Response inside;
    private volatile @Nullable ClientDisconnectedException lostWhileSending;
    private volatile boolean lostWhileReading;

    /// @param around the call of the layer around this one; null for the outermost layer
    /// @param request as it came from outside
    /// @param outside the `respond` that came from outside
    LintCall(LintTrail trail, String layer, @Nullable LintCall around, Request request, Respond outside) {
        this.trail = trail;
        this.layer = layer;
        this.around = around;
        this.request = request;
        this.outside = outside;
    }

    @Override
    public ResponseReceived with(Response response) throws Exception {
        requireNonNull(response, "response");
        checkTurn();
        boolean counts =
                state.compareAndSet(State.FRESH, State.SENDING) || state.compareAndSet(State.FAILED, State.SENDING);
        if (!counts) {
            trail.report(layer, SECOND_RESPONSE, firstResponse);
            return outside.with(response); // the handler refuses it too
        }
        firstResponse = new Throwable("the first response was given here");
        try {
            var received = handOver(response);
            token = received;
            state.set(State.ANSWERED);
            return received;
        } catch (Exception failure) {
            failed(failure);
            throw failure;
        } finally {
            sender = null;
            state.compareAndSet(State.SENDING, State.FAILED);
        }
    }

    private void checkTurn() {
        if (over) {
            trail.report(
                    layer,
                    LintProblem.of(
                            Rule.APP_LATE_RESPONSE,
                            "respond was called after the application had returned",
                            "wait for the thread that responds before returning"),
                    firstResponse);
        }
        if (lostWhileReading) {
            reportSwallowedDisconnect();
        }
    }

    private ResponseReceived handOver(Response response) throws Exception {
        var given = inside;
        LintResponse.problems(request.method(), given, response).forEach(this::report);
        var watched = watched(response, given);
        if (around == null) {
            trail.begin();
        } else {
            around.inside = watched;
        }
        sender = Thread.currentThread();
        return outside.with(watched);
    }

    private void failed(Exception failure) {
        trail.failed();
        if (failure instanceof ClientDisconnectedException gone) {
            lostWhileSending = gone;
        }
        if (failure instanceof ContractViolation violation && violation.rule() == Rule.APP_ONE_RESPONSE) {
            trail.refusedSecondResponse(layer);
        }
    }

    private Response watched(Response response, @Nullable Response given) {
        return switch (response.body()) {
            case Body.Stream(StreamingBody writer) ->
                response.withBody(new Body.Stream(new LintStream(this, writer, response, given)));
            case Body.Raw(Response fallback, RawApplication application) ->
                response.withBody(new Body.Raw(watched(fallback, null), application));
            default -> response;
        };
    }

    /// Before a stream of this layer runs: whoever runs it is outside.
    void checkRun(boolean again) {
        boolean inTime = Thread.currentThread().equals(sender);
        if (again || !inTime) {
            trail.report(
                    around == null ? "the handler" : around.layer,
                    LintProblem.of(
                            Rule.STR_THREAD,
                            again
                                    ? "the streaming body of " + layer + " was run again"
                                    : "the streaming body of " + layer + " was run outside of respond",
                            "run a streaming body once, inside respond, on the thread that called it"),
                    null);
        }
    }

    /// The application has returned.
    void returned(@Nullable ResponseReceived received) {
        if (received == null) {
            report(LintProblem.of(Rule.APP_RETURNS_TOKEN, "null was returned", "return what respond.with(…) returned"));
        } else if (!isToken(received)) {
            report(LintProblem.of(
                    Rule.APP_FOREIGN_TOKEN,
                    "a ResponseReceived was returned that is not the one of this exchange",
                    "return what respond.with(…) returned, and keep it nowhere"));
        }
        if (lostWhileSending != null) {
            reportSwallowedDisconnect();
        }
    }

    @SuppressWarnings("ReferenceEquality") // identity is the point
    private boolean isToken(ResponseReceived received) {
        return received == token;
    }

    /// The application has thrown.
    void threw(Throwable thrown) {
        var gone = lostWhileSending;
        if (gone != null && !(thrown instanceof ContractViolation) && !tellsOf(gone, thrown, 0)) {
            reportSwallowedDisconnect();
        }
    }

    /// The application can no longer respond.
    void end() {
        over = true;
    }

    ClientDisconnectedException lostWhileReading(ClientDisconnectedException gone) {
        if (!(gone instanceof ClientTimeoutException)) { // that client is still there and can be answered
            lostWhileReading = true;
        }
        return gone;
    }

    void reportSwallowedDisconnect() {
        report(LintProblem.of(
                Rule.APP_DISCONNECT_PASSES,
                "a ClientDisconnectedException was caught and did not come out",
                "let it pass, or wrap it as the cause of another exception"));
    }

    /// Blames this layer.
    void report(LintProblem problem) {
        trail.report(layer, problem, null);
    }

    LintTrail trail() {
        return trail;
    }

    String method() {
        return request.method();
    }

    /// Whether one exception is another, or is told by it as cause or beside it.
    private static boolean tellsOf(Throwable sought, @Nullable Throwable thrown, int depth) {
        if (thrown == null || depth > 20) {
            return false;
        }
        if (thrown.equals(sought) || tellsOf(sought, thrown.getCause(), depth + 1)) {
            return true;
        }
        for (var beside : thrown.getSuppressed()) {
            if (tellsOf(sought, beside, depth + 1)) {
                return true;
            }
        }
        return false;
    }

    private enum State {
        FRESH,
        SENDING,
        ANSWERED,
        FAILED
    }
}
