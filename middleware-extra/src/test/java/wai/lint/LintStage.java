package wai.lint;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import wai.Application;
import wai.ClientDisconnectedException;
import wai.ClientTimeoutException;
import wai.Response;
import wai.shelf.RecordingExchange;

/// Where a case of the lint is played: runs exchanges and keeps what was thrown.
final class LintStage {
    private final Lint lint;
    private final List<Throwable> thrown = new ArrayList<>();

    LintStage(Lint lint) {
        this.lint = lint;
    }

    Lint lint() {
        return lint;
    }

    /// Everything that came out of an application or out of a late attempt.
    List<Throwable> thrown() {
        return thrown;
    }

    void respond(Response response) throws Exception {
        respond("GET", response);
    }

    void respond(String method, Response response) throws Exception {
        run(method, (_, respond) -> respond.with(response));
    }

    /// Runs an application under the name `shop`.
    void run(Application application) throws Exception {
        run("GET", application);
    }

    void run(String method, Application application) throws Exception {
        serve(new RecordingExchange(), method, lint.named("shop", application));
    }

    void serve(RecordingExchange exchange, String method, Application linted) throws Exception {
        keep(exchange.serve(linted, exchange.request(method, "/", "body")));
    }

    void serveWithLostBody(Application application) throws Exception {
        serve(application, () -> new ClientDisconnectedException("the client left"));
    }

    /// Lets the client be too slow for the first read of its body.
    void serveWithSlowBody(Application application) throws Exception {
        serve(application, () -> new ClientTimeoutException("the client is too slow"));
    }

    private void serve(Application application, Supplier<ClientDisconnectedException> loss) throws Exception {
        var exchange = new RecordingExchange();
        keep(exchange.serve(lint.named("shop", application), exchange.requestWithLostBody(loss)));
    }

    /// Tries something that is refused.
    void attempt(Attempt attempt) {
        try {
            attempt.run();
        } catch (Exception refused) {
            thrown.add(refused);
        }
    }

    private void keep(RecordingExchange exchange) {
        var failure = exchange.thrown();
        if (failure != null) {
            thrown.add(failure);
        }
    }

    interface Attempt {
        void run() throws Exception;
    }
}
