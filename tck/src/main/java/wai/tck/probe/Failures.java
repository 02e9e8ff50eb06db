package wai.tck.probe;

import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.spi.ContractViolation;

/// `/fail/HOW`: everything that can go wrong in an application.
final class Failures {
    private Failures() {}

    static ResponseReceived answer(Request request, Respond respond) throws Exception {
        return switch (ProbeApplication.argument(request, 1)) {
            case "before" -> throw new IllegalStateException("thrown by a probe, on purpose");
            case "error" -> throw new AssertionError("thrown by a probe, on purpose");
            case "refused" -> throw new Refused("this request is refused");
            case "behind" -> {
                respond.with(Response.text(Status.OK, "sent before the failure\n"));
                throw new IllegalStateException("thrown by a probe behind its response, on purpose");
            }
            case "inside" ->
                respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                    out.writeUtf8("half");
                    out.flush();
                    throw new IllegalStateException("thrown by a probe inside its stream, on purpose");
                }));
            case "short" ->
                respond.with(Response.stream(
                        Status.OK, Headers.of(HeaderName.CONTENT_LENGTH, "100"), out -> out.writeUtf8("too short")));
            case "long" ->
                respond.with(Response.stream(
                        Status.OK, Headers.of(HeaderName.CONTENT_LENGTH, "4"), out -> out.writeUtf8("too long")));
            case "twice" -> {
                var first = respond.with(Response.text(Status.OK, "the first response\n"));
                try {
                    respond.with(Response.text(Status.OK, "the second response\n"));
                } catch (ContractViolation _) {
                    yield first; // as it must be
                }
                yield first;
            }
            case "informational" -> respond.with(Response.text(Status.of(103), "no final status"));
            case "large" ->
                respond.with(Response.text(Status.OK, request.readBody(10).utf8()));
            default -> respond.with(Response.text(Status.NOT_FOUND, "no such failure\n"));
        };
    }

    /// What a middleware of the stack answers.
    static final class Refused extends RuntimeException {
        @java.io.Serial
        private static final long serialVersionUID = 1;

        Refused(String why) {
            super(why);
        }
    }
}
