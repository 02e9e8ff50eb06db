package wai.warp;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import wai.Response;
import wai.Status;
import wai.warp.settings.WarpSettings;

/// A program that tells its port and answers: what a start takes, and nothing besides.
final class FirstAnswer {
    private FirstAnswer() {}

    static void main() throws Exception {
        var settings = WarpSettings.defaults().withHost("127.0.0.1").withPort(0);
        try (var server = Warp.start(settings, (_, respond) -> respond.with(Response.text(Status.OK, "hi")))) {
            var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
            out.println(server.port());
            server.awaitStop();
        }
    }
}
