package wai.tck;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import wai.Application;
import wai.spi.Rule;

/// What a handler can do wrong when its servers start and stop.
final class LifecycleFaults {
    private LifecycleFaults() {}

    static List<BrokenHandler> all() {
        return List.of(
                runningTheLastApplication(),
                startingOnce(),
                BrokenHandler.stopping(
                        "stops accepting only",
                        (server, acceptor, open) -> {
                            server.close();
                            acceptor.join();
                        },
                        Rule.LIF_STOP),
                BrokenHandler.stopping(
                        "closes its connections only",
                        (server, acceptor, open) -> closeAll(open.keySet()),
                        Rule.LIF_STOP),
                saying("ends streams at its stop as if they were whole", "0\r\n\r\n"),
                saying("answers what runs at its stop with nothing", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    }

    private static BrokenHandler runningTheLastApplication() {
        var running = new ConcurrentLinkedDeque<Application>();
        return BrokenHandler.starting(
                "runs the application of the last start everywhere",
                (good, application) -> {
                    running.push(application);
                    var backend = good.start(
                            (request, respond) -> requireNonNull(running.peek()).handle(request, respond));
                    var server = (WireBackend) backend;
                    return Backend.at(server.endpoint().orElseThrow(), () -> {
                        running.remove(application);
                        backend.close();
                    });
                },
                Rule.LIF_START);
    }

    private static BrokenHandler startingOnce() {
        var starts = new AtomicInteger();
        return BrokenHandler.starting(
                "can be started once",
                (good, application) -> {
                    if (starts.getAndIncrement() > 0) {
                        throw new IOException("started before");
                    }
                    return good.start(application);
                },
                Rule.LIF_START,
                Rule.LIF_STOP,
                Rule.LIF_IN_FLIGHT,
                Rule.REQ_SHUTDOWN);
    }

    /// Says something on all connections before they are closed.
    private static BrokenHandler saying(String fault, String last) {
        return BrokenHandler.stopping(
                fault,
                (server, acceptor, open) -> {
                    server.close();
                    acceptor.join();
                    for (var socket : open.keySet()) {
                        if (!socket.isOutputShutdown()) {
                            socket.getOutputStream().write(last.getBytes(ISO_8859_1));
                            socket.shutdownOutput();
                        }
                    }
                    closeAll(open.keySet());
                },
                Rule.LIF_STOP,
                Rule.LIF_IN_FLIGHT);
    }

    private static void closeAll(Set<Socket> open) throws IOException {
        for (var socket : new ArrayDeque<>(open)) {
            socket.close();
        }
    }
}
