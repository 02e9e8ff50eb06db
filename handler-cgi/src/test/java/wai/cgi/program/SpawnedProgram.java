package wai.cgi.program;

import java.io.IOException;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.cgi.Cgi;
import wai.cgi.FastCgi;

/// The FastCGI program of the tests, which a web server starts: tells the path and its process.
public final class SpawnedProgram {
    /// The argument that has it answer one request by CGI, for the cache.
    static final String ONCE = "once";

    private static final Application PATH = (request, respond) -> respond.with(Response.text(
            Status.OK, request.rawPath() + " by " + ProcessHandle.current().pid()));

    private SpawnedProgram() {}

    /// Serves until the web server ends it.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length > 0 && arguments[0].equals(ONCE)) {
            Cgi.run(PATH);
        } else {
            FastCgi.run(PATH);
        }
    }
}
