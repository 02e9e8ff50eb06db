package wai;

/// Takes the one response of an exchange and sends it.
///
/// A middleware that changes the response wraps it in another: `response -> respond.with(change(response))`.
@FunctionalInterface
public interface Respond {
    /// Sends the response and returns when all of it has been handed over, a streamed body included.
    ///
    /// Blocks while the client is slow to read. A streamed body runs inside this call, on the calling thread.
    ///
    /// @param response the response, never null
    /// @return the proof that [Application#handle] must return
    /// @throws IllegalStateException when this exchange has a response already, or is over; the exception is a
    ///     `ContractViolation` that names the broken rule
    /// @throws ClientDisconnectedException when the client went away before it had the whole response
    /// @throws Exception whatever the body itself threw
    ResponseReceived with(Response response) throws Exception;
}
