package wai.warp.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import wai.transport.Transport;
import wai.warp.observe.Tally;

/// Turns connections away that the server has no room for: says 503, then lets the client read it.
///
/// Closing on bytes that arrived unread is a reset, which can overtake the answer (RFC 9112 §9.6). So a refused
/// connection lingers: what the client sends is read and thrown away until it closes, for the `linger` time-out at
/// most. Only so many may linger; any further one is closed at once, since refusing must stay cheaper than serving.
final class Refusals {
    /// How many may linger at a time. Each holds a descriptor and a buffer.
    static final int LINGERING = 64;

    private static final String TEXT = "503 Service Unavailable: too many connections\n";
    private static final byte[] ANSWER = ("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\n"
                    + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: " + TEXT.length() + "\r\n\r\n" + TEXT)
            .getBytes(StandardCharsets.US_ASCII);

    private final ServerState server;
    private final Overload overload;
    private final Semaphore places = new Semaphore(LINGERING);
    private final Set<Refused> lingering = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Refusals(ServerState server) {
        this.server = server;
        this.overload = new Overload(server);
    }

    /// Refuses a connection that nothing was read from or written to. Does not wait.
    ///
    /// @param transport belongs to this from now on
    /// @param why for the hook
    void refuse(Transport transport, String why) {
        boolean lingers = false;
        server.totals().refused();
        try {
            overload.tell("connections were refused: " + why, null, transport.remoteAddress());
            var answer = ByteBuffer.wrap(ANSWER);
            while (answer.hasRemaining()) { // once: a new connection has room for it
                transport.write(answer);
            }
            transport.closeOutput();
            lingers = places.tryAcquire();
            if (lingers) {
                linger(new Refused(transport, server.wheel()));
            }
        } catch (IOException _) {
            // the client is gone, and needs no answer
        } finally {
            if (!lingers) {
                transport.close();
            }
        }
    }

    /// Closes all, also those that an acceptor is about to refuse: by then nothing wakes them, neither a poller nor a
    /// deadline.
    void close() {
        closed = true;
        lingering.forEach(refused -> refused.transport.close());
    }

    int lingering() {
        return lingering.size();
    }

    private void linger(Refused refused) {
        lingering.add(refused);
        if (closed) { // looked at after it was added, so that close() closes it or we do
            end(refused);
            return;
        }
        boolean started = false;
        try {
            Thread.startVirtualThread(() -> {
                try {
                    Linger.run(refused.transport, server, refused.deadline, refused.tally);
                } finally {
                    end(refused);
                }
            });
            started = true;
        } finally {
            if (!started) {
                end(refused);
            }
        }
    }

    private void end(Refused refused) {
        refused.transport.close();
        refused.visit.end();
        lingering.remove(refused);
        places.release();
    }

    /// A connection that lingers; compared by identity.
    private static final class Refused implements Visit.Host {
        private final Transport transport;
        private final Visit visit;
        private final Deadline deadline;
        private final Tally tally = new Tally(); // what is thrown away is in no sum

        Refused(Transport transport, DeadlineWheel wheel) {
            this.transport = transport;
            this.visit = new Visit(wheel, this);
            this.deadline = new Deadline(visit);
        }

        @Override
        public long visited(long now) {
            if (deadline.takeIfPassed(now) != null) {
                transport.expire();
            }
            return deadline.time();
        }
    }
}
