package wai.test;

import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Supplier;

/// Chooses between memory and a port by the system property `wai.test`.
final class Switch {
    private static final String PROPERTY = "wai.test";

    private Switch() {}

    static Backend backend() {
        return backend(System.getProperty(PROPERTY, "memory"), () -> Shared.BACKEND);
    }

    /// @param value that of the property
    /// @param port makes the backend of a port; empty when nobody provides a server
    static Backend backend(String value, Supplier<Optional<Backend>> port) {
        return switch (value) {
            case "memory" -> new MemoryBackend();
            case "port" ->
                new KeptOpen(port.get()
                        .orElseThrow(() -> new IllegalStateException("system property " + PROPERTY
                                + "=port, but there is no ServerStarter: provide one to java.util.ServiceLoader")));
            default ->
                throw new IllegalStateException(
                        "system property " + PROPERTY + "=" + value + ": expected memory or port");
        };
    }

    /// One server for all clients of this process; it ends with the process.
    private static final class Shared {
        static final Optional<Backend> BACKEND =
                ServiceLoader.load(ServerStarter.class).findFirst().map(WireBackend::started);
    }

    /// A backend that one of its clients must not close.
    private record KeptOpen(Backend backend) implements Backend {
        @Override
        public void start(Outgoing outgoing, Conversation conversation) {
            backend.start(outgoing, conversation);
        }

        @Override
        public boolean isInMemory() {
            return backend.isInMemory();
        }

        @Override
        public boolean isSecure() {
            return backend.isSecure();
        }

        @Override
        public boolean servesEveryHost() {
            return backend.servesEveryHost();
        }
    }
}
