package wai.test;

import java.util.EnumSet;
import java.util.Set;
import wai.Application;
import wai.Capability;
import wai.tck.Backend;
import wai.tck.Client;
import wai.tck.HandlerTck;

/// The handler in memory keeps the contract, as seen through the client that its users have.
final class MemoryTckTest extends HandlerTck {
    @Override
    protected Backend start(Application application) {
        var client = new MemoryTckClient(TestClient.of(application));
        return new Backend() {
            @Override
            public Client client() {
                return client;
            }

            @Override
            public void close() {
                // there is nothing to stop
            }
        };
    }

    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.of(
                Capability.RAW,
                Capability.EARLY_HINTS,
                Capability.INFORMATIONAL,
                Capability.REQUEST_TRAILERS,
                Capability.RESPONSE_TRAILERS,
                Capability.DISCONNECT_SIGNAL,
                Capability.SHUTDOWN_SIGNAL,
                Capability.INCREMENTAL_FLUSH,
                Capability.RAW_TARGET);
    }
}
