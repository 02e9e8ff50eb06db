package wai.cgi;

import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import wai.Application;
import wai.Key;
import wai.cgi.gateway.Gateway;
import wai.cgi.settings.CgiSettings;

/// Runs an application as a CGI program (RFC 3875): one request, from the environment and the standard streams.
///
/// ```java
/// void main() {
///     Cgi.run((request, respond) -> respond.with(Response.text(Status.OK, "Hello, world!")));
/// }
/// ```
public final class Cgi {
    /// The meta-variables of a request as the web server set them, in the vault of every request that came by CGI,
    /// FastCGI or SCGI: `REMOTE_USER`, `SSL_CIPHER`, what the configuration adds. One character per byte. What clients
    /// sent begins with `HTTP_`, and `HTTP_PROXY` must not be taken for a proxy.
    public static final Key<Map<String, String>> VARIABLES = Gateway.VARIABLES;

    private Cgi() {}

    /// Answers the one request of this process, with the default settings.
    ///
    /// @param application what to run
    public static void run(Application application) {
        run(CgiSettings.defaults(), application);
    }

    /// Answers the one request of this process; returns when the response was handed to the web server and standard
    /// output is closed. The program then should end.
    ///
    /// A process that is told to end (SIGTERM) ends when the application has, and after ten seconds at the latest; so
    /// an application must not call `System.exit`.
    ///
    /// What the application prints to `System.out` meanwhile goes to standard error, as the response is standard
    /// output. No failure of the application is thrown: it is answered and reported, by default to the log on standard
    /// error.
    ///
    /// @param settings what is set
    /// @param application what to run; called on this thread
    public static void run(CgiSettings settings, Application application) {
        // Behind them are no buffers, and closing them ends the pipes to the web server.
        var in = new FileInputStream(FileDescriptor.in);
        var out = new FileOutputStream(FileDescriptor.out);
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
        var program = new CgiProgram(Gateway.ofProgram(application, settings), new BufferedInputStream(in), out);
        var end = new End();
        Runtime.getRuntime().addShutdownHook(end);
        try {
            program.run(EnvironmentVariables.ofThisProcess());
        } finally {
            end.applicationHasEnded.countDown();
        }
    }

    /// Lets the application end when the process is told to: lighttpd ends it as soon as it has the whole response, and
    /// what stands behind `respond.with` is still to be done.
    private static final class End extends Thread {
        private static final long PATIENCE_SECONDS = 10;

        private final CountDownLatch applicationHasEnded = new CountDownLatch(1);

        @Override
        public void run() {
            try {
                applicationHasEnded.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt(); // the process ends all the same
            }
        }
    }
}
