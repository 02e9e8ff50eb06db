package wai.test;

import wai.Application;

/// Where the same test runs: in memory, over a port, and over one that speaks TLS.
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
    },
    PORT_WITH_TLS {
        @Override
        TestClient client(Application application) {
            return TestClient.of(application, TinyServer::startSecure);
        }
    };

    abstract TestClient client(Application application);
}
