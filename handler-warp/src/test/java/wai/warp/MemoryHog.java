package wai.warp;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import wai.Application;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.warp.settings.Failure;
import wai.warp.settings.Hooks;
import wai.warp.settings.Timeouts;
import wai.warp.settings.WarpSettings;

/// A server in a process with a small heap, whose application takes all of it, or all of its stack, when it is asked
/// to.
final class MemoryHog implements Application {
    private static final int PIECE = 100_000;

    private MemoryHog() {}

    static void main() throws Exception {
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        var in = new BufferedReader(
                new InputStreamReader(new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8));
        var told = new AtomicInteger();
        var settings = WarpSettings.defaults()
                .withHost("127.0.0.1")
                .withPort(0)
                .withTimeouts(Timeouts.defaults().withHeader(Duration.ofSeconds(2)))
                .withHooks(Hooks.defaults().withOnFailure(failure -> {
                    if (failure.phase() == Failure.Phase.APPLICATION
                            && failure.cause() instanceof VirtualMachineError) {
                        told.incrementAndGet();
                    }
                }));
        try (var server = Warp.start(settings, new MemoryHog())) {
            out.println(server.port() + " " + server.mode());
            while (in.readLine() != null) {
                out.println(told.get());
            }
        }
    }

    @Override
    public ResponseReceived handle(Request request, Respond respond) throws Exception {
        return switch (request.rawPath()) {
            case "/heap" -> respond.with(Response.text(Status.OK, "" + takeHeap()));
            case "/stack" -> respond.with(Response.text(Status.OK, "" + takeStack(1)));
            default -> respond.with(Response.text(Status.OK, "hi"));
        };
    }

    private static int takeHeap() {
        Object[] taken = {};
        while (true) {
            taken = new Object[] {taken, new byte[PIECE]}; // each holds the one before
        }
    }

    @SuppressWarnings("InfiniteRecursion") // the stack has an end
    private static int takeStack(int depth) {
        return takeStack(depth + 1) + depth;
    }
}
