package wai.lint;

import static java.util.Objects.requireNonNull;

import wai.Application;
import wai.Request;
import wai.Respond;
import wai.ResponseReceived;

/// A border around an application: gives it a watched request and a watched `respond`, and looks at what it returns.
final class LintLayer implements Application {
    private final Lint lint;
    private final String name;
    private final Application application;

    LintLayer(Lint lint, String name, Application application) {
        this.lint = lint;
        this.name = requireNonNull(name, "name");
        this.application = requireNonNull(application, "application");
    }

    @Override
    public ResponseReceived handle(Request request, Respond respond) throws Exception {
        var around = request.get(lint.enclosing()).orElse(null);
        var trail = around == null ? new LintTrail(lint) : around.trail();
        var call = new LintCall(trail, name, around, request, respond);
        boolean outermost = around == null;
        try {
            var received = application.handle(watched(request, call), call);
            call.returned(received);
            if (outermost) {
                trail.throwAgain();
            }
            return received;
        } catch (Throwable thrown) {
            call.threw(thrown);
            throw thrown;
        } finally {
            call.end();
            if (outermost) {
                trail.end();
            }
        }
    }

    private Request watched(Request request, LintCall call) {
        return request.toBuilder()
                .vault(request.vault().with(lint.enclosing(), call))
                .peer(new LintPeer(request, call))
                .body(new LintBody(request.body(), call), request.bodyLength())
                .build();
    }
}
