package wai.test;

import wai.Application;

/// Starts a real server for an application, so that a [TestClient] can run the same tests over a port.
///
/// Found by `java.util.ServiceLoader` when the system property `wai.test` is `port`, or given by hand.
@FunctionalInterface
public interface ServerStarter {
    /// Starts a server on a free port of the loopback interface.
    ///
    /// @param application what it serves
    /// @return the server, listening
    /// @throws Exception when it cannot start
    RunningServer start(Application application) throws Exception;
}
