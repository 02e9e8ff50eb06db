package wai.tck;

import java.util.Set;
import wai.Application;
import wai.Capability;

/// What the kit must know of a handler: how it is started and what it can do.
public interface HandlerUnderTest {
    /// Starts the handler with that application. Called once per run.
    ///
    /// @param application what to run
    /// @return the running application
    /// @throws Exception when it cannot be started; the run then fails
    Backend start(Application application) throws Exception;

    /// What the handler declares to be able to do: [wai.Request#supports] must answer the same.
    ///
    /// @return the capabilities
    Set<Capability> capabilities();
}
