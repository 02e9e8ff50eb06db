package wai.benchmarks;

import java.io.IOException;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.cgi.FastCgi;

/// The program that `benchmarks/fastcgi` measures: a greeting by FastCGI, with the default settings.
public final class FastCgiApp {
    private static final Headers TEXT = Headers.of(HeaderName.CONTENT_TYPE, "text/plain");
    private static final Bytes HELLO = Bytes.utf8("Hello, World!");

    private FastCgiApp() {}

    /// Serves until the program is told to end.
    ///
    /// @param args the port
    /// @throws IOException when the port cannot be bound
    /// @throws InterruptedException when interrupted
    public static void main(String[] args) throws IOException, InterruptedException {
        FastCgi.run(Integer.parseInt(args[0]), (_, respond) -> respond.with(Response.of(Status.OK, TEXT, HELLO)));
    }
}
