package wai.servlet;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import wai.servlet.exchange.RawTunnel;

/// How the thread of an application tells that of the container what to do for an exchange that may become raw.
final class Handover {
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    /// What came of the exchange.
    sealed interface Outcome {
        /// The client has a whole response.
        record Whole() implements Outcome {}

        /// The response was cut.
        record Cut() implements Outcome {}

        /// The connection is to be given away; the application goes on there.
        ///
        /// @param tunnel where to
        record Upgrade(RawTunnel tunnel) implements Outcome {}
    }

    /// Tells the container; later calls do nothing.
    void tell(Outcome told) {
        outcome.complete(told);
    }

    /// Waits for the application; an interrupt is meant for it and passed on.
    Outcome await(Thread application) {
        while (true) {
            try {
                return outcome.get();
            } catch (InterruptedException _) {
                application.interrupt();
            } catch (ExecutionException e) {
                throw new AssertionError("nobody completes it with an exception", e);
            }
        }
    }
}
