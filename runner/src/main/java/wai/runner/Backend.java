package wai.runner;

import java.io.IOException;
import wai.Application;

/// What can run an application: one per name of `--on`.
@FunctionalInterface
interface Backend {
    /// Starts to serve and returns when connections are accepted.
    ///
    /// @param where the address
    /// @param application what answers
    /// @return the running server
    /// @throws IOException when the address cannot be listened on
    Running start(Listen where, Application application) throws IOException;
}
