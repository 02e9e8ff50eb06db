package wai.benchmarks;

import java.io.IOException;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.cgi.FastCgi;
import wai.cgi.settings.FastCgiSettings;
import wai.cgi.settings.ServerSettings;

/// The program that `benchmarks/fastcgi` measures: a greeting by FastCGI, with the default settings or on event loops.
public final class FastCgiApp {
    private static final Headers TEXT = Headers.of(HeaderName.CONTENT_TYPE, "text/plain");
    private static final Bytes HELLO = Bytes.utf8("Hello, World!");

    private FastCgiApp() {}

    /// Serves until the program is told to end.
    ///
    /// @param args the port, and how many loops; 0 for none
    /// @throws IOException when the port cannot be bound
    /// @throws InterruptedException when interrupted
    public static void main(String[] args) throws IOException, InterruptedException {
        var server =
                ServerSettings.defaults().withPort(Integer.parseInt(args[0])).withLoops(Integer.parseInt(args[1]));
        FastCgi.run(
                FastCgiSettings.defaults().withServer(server),
                (_, respond) -> respond.with(Response.of(Status.OK, TEXT, HELLO)));
    }
}
