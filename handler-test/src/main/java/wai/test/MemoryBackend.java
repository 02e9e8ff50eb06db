package wai.test;

import static java.util.Objects.requireNonNull;

import wai.Application;
import wai.Capability;
import wai.ClientDisconnectedException;
import wai.ClientTimeoutException;
import wai.PathSegments;
import wai.Query;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.spi.Exchange;

/// Runs the application in this process, each exchange on a virtual thread of its own.
final class MemoryBackend implements Backend {
    @Override
    public void start(Outgoing outgoing, Conversation conversation) {
        var application = requireNonNull(outgoing.settings().application, "application");
        Thread.ofVirtual()
                .name("wai.test " + conversation)
                .start(() -> run(application, new MemoryExchange(outgoing, conversation), outgoing, conversation));
    }

    @Override
    public boolean isInMemory() {
        return true;
    }

    @Override
    public boolean isSecure() {
        return false; // requests are as secure as they say
    }

    @Override
    public boolean servesEveryHost() {
        return true;
    }

    private static void run(
            Application application, MemoryExchange exchange, Outgoing outgoing, Conversation conversation) {
        conversation.begun();
        try {
            exchange.run(application, request(exchange, outgoing, conversation));
        } catch (Throwable failure) { // whatever it is, the test must hear of it
            recover(exchange, failure, conversation);
        } finally {
            conversation.cut("the response was never ended");
            conversation.upload().abandon("the exchange is over");
            conversation.over();
        }
    }

    /// What a server does after its application has failed.
    private static void recover(MemoryExchange exchange, Throwable failure, Conversation conversation) {
        switch (exchange.progress()) {
            case NONE -> {
                conversation.failBeforeResponse(failure);
                var status =
                        switch (failure) {
                            case ClientTimeoutException slow -> Exchange.statusFor(slow);
                            case ClientDisconnectedException _ -> Status.BAD_REQUEST;
                            default -> Exchange.statusFor(failure);
                        };
                try {
                    exchange.answer(Response.text(status, status.reason()));
                } catch (Exception gone) {
                    conversation.cut("the error could not be answered: " + gone);
                }
            }
            case SENDING -> {
                conversation.fail(failure);
                exchange.deliverHead();
                conversation.cut("the response failed after it was begun: " + failure);
            }
            case SENT -> conversation.fail(failure); // the response stands
        }
    }

    private static Request request(MemoryExchange exchange, Outgoing outgoing, Conversation conversation) {
        var sent = outgoing.request();
        var body = new MemoryBody(outgoing, conversation);
        var peer = new MemoryPeer(outgoing, exchange, body, conversation);
        var builder =
                sent.toBuilder().body(exchange.scoped(body), sent.bodyLength()).peer(peer);
        if (!peer.capabilities().contains(Capability.RAW_TARGET)) {
            builder.target(PathSegments.encode(sent.path())
                    + Query.parse(sent.rawQuery()).encode());
        }
        return builder.build();
    }
}
