package wai.test;

import wai.Application;

/// Where the same test runs: in memory, and over a port.
enum Place {
    MEMORY {
        @Override
        TestClient client(Application application) {
            return TestClient.of(application);
        }
    },
    PORT {
        @Override
        TestClient client(Application application) {
            return TestClient.of(application, TinyServer::start);
        }
    };

    abstract TestClient client(Application application);
}
