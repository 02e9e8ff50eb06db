package wai.test;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.HeaderName;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.spi.ContractViolation;
import wai.spi.Rule;

/// What a started server runs: finds the application of each request by a header field and connects it with its test.
///
/// So one server is enough for many clients with different middleware, exceptions find the test that caused them, and
/// the application sees the address, scheme and vault that the test has set.
final class Switchboard implements Application {
    /// Names the call that a request belongs to; taken out before the application sees the request.
    static final HeaderName CALL = HeaderName.of("Wai-Test-Call");

    private final AtomicLong ids = new AtomicLong();
    private final Map<String, Call> calls = new ConcurrentHashMap<>();

    private record Call(Outgoing outgoing, Conversation conversation) {}

    /// Expects a request.
    ///
    /// @return the value of [#CALL]
    String expect(Outgoing outgoing, Conversation conversation) {
        var id = Long.toString(ids.incrementAndGet());
        calls.put(id, new Call(outgoing, conversation));
        return id;
    }

    /// The request will not come any more.
    void forget(String id) {
        calls.remove(id);
    }

    @Override
    public ResponseReceived handle(Request request, Respond respond) throws Exception {
        var call = calls.remove(request.headers().first(CALL, ""));
        if (call == null) {
            return respond.with(Response.text(Status.MISDIRECTED_REQUEST, "no test waits for this request\n"));
        }
        var conversation = call.conversation();
        var application = requireNonNull(call.outgoing().settings().application, "application");
        var responded = new AtomicBoolean();
        var token = new AtomicReference<@Nullable ResponseReceived>();
        conversation.begun();
        try {
            var received = application.handle(
                    asSent(request, call.outgoing().request()), watched(respond, responded, token, conversation));
            check(received, token.get(), conversation);
            return received;
        } catch (Throwable failure) {
            if (responded.get()) {
                conversation.fail(failure);
            } else {
                conversation.failBeforeResponse(failure);
            }
            throw failure;
        } finally {
            conversation.over();
        }
    }

    /// The server refuses a wrong token after the test has lost sight of the application.
    @SuppressWarnings("ReferenceEquality") // identity is the point
    private static void check(
            @Nullable ResponseReceived received, @Nullable ResponseReceived token, Conversation conversation) {
        if (received == null) {
            conversation.violate(new ContractViolation(Rule.APP_RETURNS_TOKEN, "the application returned null"));
        } else if (received != token) {
            conversation.violate(new ContractViolation(
                    Rule.APP_FOREIGN_TOKEN, "the application returned the token of another exchange"));
        }
    }

    private static Request asSent(Request received, Request sent) {
        return received.toBuilder()
                .headers(received.headers().without(CALL))
                .remoteAddress(sent.remoteAddress())
                .scheme(sent.isSecure() ? "https" : "http")
                .vault(sent.vault())
                .build();
    }

    private static Respond watched(
            Respond respond,
            AtomicBoolean responded,
            AtomicReference<@Nullable ResponseReceived> token,
            Conversation conversation) {
        return response -> {
            responded.set(true);
            try {
                var received = respond.with(response);
                token.set(received);
                return received;
            } catch (ContractViolation violation) {
                conversation.violate(violation);
                throw violation;
            }
        };
    }
}
