package wai.tck;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import wai.HttpVersion;

/// A backend at an endpoint, reached by the kit's own clients.
final class WireBackend implements Backend {
    private final Endpoint endpoint;
    private final AutoCloseable server;
    private final Client client;
    /// What is left of the client when the server has ended.
    private final Runnable clientEnd;

    /// @param endpoint where the server listens
    /// @param server what ends it
    /// @param patience how long a read may take
    WireBackend(Endpoint endpoint, AutoCloseable server, Duration patience) {
        this.endpoint = requireNonNull(endpoint, "endpoint");
        this.server = requireNonNull(server, "server");
        if (endpoint.version() == HttpVersion.HTTP_2) {
            var http2 = new Http2Client(endpoint, patience);
            client = http2;
            clientEnd = http2::close;
        } else {
            client = request -> WireCall.begin(Wire.connect(endpoint, patience), request);
            clientEnd = () -> {};
        }
    }

    @Override
    public Client client() {
        return client;
    }

    @Override
    public Optional<Endpoint> endpoint() {
        return Optional.of(endpoint);
    }

    @Override
    public void close() throws IOException {
        try {
            server.close();
        } catch (IOException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the server was stopping", e);
        } catch (Exception e) {
            throw new IOException("the server could not be stopped", e);
        } finally {
            clientEnd.run();
        }
    }
}
