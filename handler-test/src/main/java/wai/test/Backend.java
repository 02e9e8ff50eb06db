package wai.test;

/// Where requests go: to an application in memory, or to a server behind a socket.
interface Backend extends AutoCloseable {
    /// Sends a request and returns at once; the rest happens on threads of the backend.
    ///
    /// @param outgoing the request
    /// @param conversation where the backend puts what happens
    void start(Outgoing outgoing, Conversation conversation);

    /// Whether capabilities, HTTP versions and shutdown signals are ours to choose: not where a server has them.
    boolean isInMemory();

    /// Whether TLS is spoken.
    boolean isSecure();

    /// Whether a request for another host arrives here too.
    boolean servesEveryHost();

    /// Stops a server that was started for this client.
    @Override
    default void close() {}
}
