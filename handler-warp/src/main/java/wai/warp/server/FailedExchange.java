package wai.warp.server;

import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;
import wai.Status;
import wai.spi.Exchange.Progress;
import wai.transport.DeadlineException;
import wai.warp.http1.Http1Fault;
import wai.warp.settings.Failure.Phase;

/// An exchange whose application threw: who is told, and what the client gets in its place.
final class FailedExchange {
    private final Http1Connection connection;
    private final Http1Exchange exchange;
    private final Throwable thrown;
    private final @Nullable Exception unreadable;
    private final Phase phase;

    /// @param thrown by the application
    /// @param unreadable what made the body unreadable, if anything did
    FailedExchange(
            Http1Connection connection, Http1Exchange exchange, Throwable thrown, @Nullable Exception unreadable) {
        this.connection = connection;
        this.exchange = exchange;
        this.thrown = thrown;
        this.unreadable = unreadable;
        this.phase = FailurePhases.of(thrown, unreadable);
    }

    /// Tells the hook, and answers for the application if that is still possible.
    ///
    /// @return whether the client has a whole response, and the connection may live
    boolean answer() {
        if (phase != Phase.CONTRACT) { // those were reported when they were detected
            connection.report(phase, thrown, exchange);
        }
        if (exchange.progress() == Progress.SENT) {
            return true;
        }
        var responses = connection.responses();
        if (responses.isBegun()) {
            responses.cut();
            return false;
        }
        switch (unreadable) {
            case Http1Fault fault -> refuse(fault.status(), fault.getMessage());
            case DeadlineException _ -> refuse(Status.REQUEST_TIMEOUT, "the request body took too long");
            case null -> {
                return answerError();
            }
            default -> {} // the client is gone and needs no answer
        }
        return false;
    }

    private boolean answerError() {
        if (exchange.progress() == Progress.SENDING) { // it failed before its first byte: a file that vanished
            refuse(Status.INTERNAL_SERVER_ERROR, "");
            return false;
        }
        try {
            var failure = connection.failure(phase, thrown, exchange);
            exchange.answer(connection.hooks().errorResponse().apply(failure));
            return true;
        } catch (Throwable e) { // of a hook, which is as foreign as an application
            connection.report(e instanceof ClientDisconnectedException ? Phase.RESPONSE : Phase.SERVER, e, exchange);
            refuse(Status.INTERNAL_SERVER_ERROR, "");
            return false;
        }
    }

    private void refuse(Status status, @Nullable String why) {
        connection.responses().refuse(exchange.request().method(), status, why);
    }
}
