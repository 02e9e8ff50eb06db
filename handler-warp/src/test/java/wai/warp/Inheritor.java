package wai.warp;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import wai.Response;
import wai.Status;
import wai.warp.settings.Listener;
import wai.warp.settings.WarpSettings;

/// A program that serves the socket that is its standard input, twice, until it is asked to stop.
final class Inheritor {
    private Inheritor() {}

    static void main() throws Exception {
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        var settings = WarpSettings.defaults().withListeners(List.of(Listener.inherited()));
        for (int i = 1; i <= 2; i++) {
            var stop = new CountDownLatch(1);
            try (var server = Warp.start(settings, (request, respond) -> {
                if (request.rawPath().equals("/stop")) {
                    stop.countDown();
                }
                return respond.with(Response.text(Status.OK, "hi"));
            })) {
                out.println("server " + i + " at " + server.address());
                stop.await();
            }
            out.println("server " + i + " stopped");
        }
    }
}
