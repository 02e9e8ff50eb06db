package wai;

/// A web application: a function from a request to exactly one response.
///
/// The response is not returned but handed to `respond`, whose call returns once the whole response, a streamed body
/// included, has been handed over. So a resource opened around that call stays open exactly as long as the body needs
/// it:
///
/// ```java
/// Application report = (request, respond) -> {
///     try (var rows = database.query()) {
///         return respond.with(Response.stream(Status.OK, csv, out -> rows.writeTo(out)));
///     }
/// };
/// ```
///
/// The [ResponseReceived] that `handle` must return can only be had from `respond`. A branch that forgets to answer
/// therefore does not compile.
@FunctionalInterface
public interface Application {
    /// Answers one request by calling `respond` exactly once.
    ///
    /// Runs on a thread of its own (a virtual thread where the handler has them) and may block as it pleases. Several
    /// calls may run at the same time.
    ///
    /// @param request the request; its body and its live parts may be used until this call returns
    /// @param respond takes the one response; may be called only during this call, from any thread
    /// @return what `respond` returned for this exchange, never null
    /// @throws Exception anything; before a response was begun the handler answers 500, afterwards it cuts the
    ///     connection (or resets the stream) so that no client takes a partial body for a whole one
    ResponseReceived handle(Request request, Respond respond) throws Exception;
}
