package wai.tck;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/// A backend at a TCP address, reached by the kit's own client.
///
/// @param at where the server listens
/// @param server what ends it
/// @param patience how long a read may take
record WireBackend(InetSocketAddress at, AutoCloseable server, Duration patience) implements Backend {
    WireBackend {
        requireNonNull(at, "at");
        requireNonNull(server, "server");
    }

    @Override
    public Client client() {
        return request -> WireCall.begin(Wire.connect(at, patience), request);
    }

    @Override
    public Optional<InetSocketAddress> address() {
        return Optional.of(at);
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
        }
    }
}
