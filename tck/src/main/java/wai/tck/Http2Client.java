package wai.tck;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Sends requests by HTTP/2: as streams of one connection, for as long as the server keeps it and has room on it.
final class Http2Client implements Client, AutoCloseable {
    private final Endpoint endpoint;
    private final Duration patience;
    private final ReentrantLock connecting = new ReentrantLock();
    /// The open connections, the newest last; guarded by `connecting`.
    private final List<Http2Link> links = new ArrayList<>();

    Http2Client(Endpoint endpoint, Duration patience) {
        this.endpoint = endpoint;
        this.patience = patience;
    }

    @Override
    public ClientCall send(ClientRequest request) throws IOException {
        connecting.lock();
        try {
            links.removeIf(Http2Link::isOver);
            for (var link : links) {
                var call = link.begin(request);
                if (call.isPresent()) {
                    return call.get();
                }
            }
            var link = Http2Link.connect(endpoint, patience);
            links.add(link);
            return link.begin(request).orElseThrow(() -> new IOException("a new connection takes no request"));
        } finally {
            connecting.unlock();
        }
    }

    @Override
    public void close() {
        connecting.lock();
        try {
            links.forEach(Http2Link::close);
            links.clear();
        } finally {
            connecting.unlock();
        }
    }
}
