package wai.test;

import java.util.ServiceLoader;

/// Chooses between memory and a port by the system property `wai.test`.
final class Switch {
    private static final String PROPERTY = "wai.test";

    private Switch() {}

    static Backend backend() {
        var value = System.getProperty(PROPERTY, "memory");
        return switch (value) {
            case "memory" -> new MemoryBackend();
            case "port" -> Shared.BACKEND;
            default ->
                throw new IllegalStateException(
                        "system property " + PROPERTY + "=" + value + ": expected memory or port");
        };
    }

    /// One server for all clients of this process; it ends with the process.
    private static final class Shared {
        static final Backend BACKEND = new KeptOpen(WireBackend.started(ServiceLoader.load(ServerStarter.class)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("system property " + PROPERTY
                        + "=port, but there is no ServerStarter: provide one to java.util.ServiceLoader"))));
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
        public boolean servesEveryHost() {
            return backend.servesEveryHost();
        }
    }
}
