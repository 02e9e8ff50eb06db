package wai.warp.server;

/// What drives a connection in one version of HTTP, as far as the server looks at it.
///
/// Everything here may be called by any thread.
interface Driver extends Visit.Host {
    /// The server stops: ends the connection where that harms nobody, else has it come to its end.
    void stop();

    /// Ends the connection: the grace period is over.
    void kill();

    /// How many requests are in hand, without raw ones.
    int requestsInHand();

    /// What the connection is doing, for people.
    String describe();
}
