package wai.tck;

import java.util.Map;
import java.util.Set;
import wai.Application;
import wai.Capability;

/// What the kit must know of a handler: how it is started and what it can do.
public interface HandlerUnderTest {
    /// Starts the handler with that application. Called for the run, and again by the cases about starting and
    /// stopping, also while another start is running: every start is a server of its own.
    ///
    /// @param application what to run
    /// @return the running application
    /// @throws Exception when it cannot be started; the run then fails
    Backend start(Application application) throws Exception;

    /// What the handler declares to be able to do: [wai.Request#supports] must answer the same.
    ///
    /// @return the capabilities
    Set<Capability> capabilities();

    /// What somebody in front of the handler does otherwise, each with the reason why it stays so; by default nothing.
    ///
    /// @return the departures and their reasons, which reports show
    default Map<Departure, String> departures() {
        return Map.of();
    }

    /// Those of the departures that are not always to be seen, because they are the outcome of a race inside of who is
    /// in front; by default none. The kit does not ask whether they are needed.
    ///
    /// @return some of [#departures()]
    default Set<Departure> occasional() {
        return Set.of();
    }

    /// How many cases may run at the same time; by default one. More of them help where each request takes long for
    /// reasons of its own: where it starts a process.
    ///
    /// @return from 1 on
    default int parallelism() {
        return 1;
    }

    /// What reports call the handler.
    ///
    /// @return the name of the class, without what says that it is a test
    default String name() {
        return TckReport.nameOf(getClass());
    }
}
