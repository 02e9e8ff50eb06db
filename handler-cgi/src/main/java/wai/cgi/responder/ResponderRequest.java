package wai.cgi.responder;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import wai.cgi.gateway.Ending;
import wai.cgi.gateway.Gateway;
import wai.cgi.gateway.GatewayCall;
import wai.cgi.gateway.Output;
import wai.cgi.gateway.Variables;
import wai.cgi.server.Protocol;
import wai.cgi.settings.Failure;

/// One request on a connection: the thread that runs the application, what it reads and where it writes.
///
/// What changes is guarded by the lock of [ResponderRequests].
final class ResponderRequest implements Output {
    /// An application that fails again and again while the web server takes nothing must not fill the memory.
    private static final int MOST_ERROR_BYTES = 16 * 1024;
    private static final byte[] NONE = {};

    private final ResponderConnection connection;
    private final int id;
    private final RequestInput input;
    private final GatewayCall call;
    private final boolean needsTimeForACut;
    private @Nullable Thread thread;
    /// The response is whole.
    private boolean answered;
    /// The web server was told of the end.
    private boolean ended;
    /// Lines for its log that wait for the next record; null in nearly every request.
    private @Nullable ByteArrayOutputStream errors;

    ResponderRequest(ResponderConnection connection, int id, Variables variables, RequestInput input, Gateway gateway) {
        this.connection = connection;
        this.id = id;
        this.input = input;
        var software = variables.get("SERVER_SOFTWARE");
        this.needsTimeForACut = software.startsWith("lighttpd") || software.startsWith("Apache");
        this.call = gateway.call(variables, input, this, Protocol.CAPABILITIES);
    }

    int id() {
        return id;
    }

    RequestInput input() {
        return input;
    }

    boolean isAnswered() {
        return answered;
    }

    void answered() {
        answered = true;
    }

    boolean hasEnded() {
        return ended;
    }

    void end() {
        ended = true;
    }

    /// Keeps a line for the log of the web server.
    void addError(byte[] line) {
        if (errors == null) {
            errors = new ByteArrayOutputStream();
        }
        if (errors.size() + line.length <= MOST_ERROR_BYTES) { // the hook was told of the others
            errors.writeBytes(line);
        }
    }

    /// The lines that wait; they are no longer kept.
    byte[] takeErrors() {
        if (errors == null) {
            return NONE;
        }
        var taken = errors.toByteArray();
        errors = null;
        return taken;
    }

    /// Runs the application on a thread of its own.
    void start() {
        var own = Thread.ofVirtual().name("wai-cgi-request").unstarted(this::run);
        connection.runsOn(this, own);
        own.start();
    }

    void runsOn(Thread newThread) {
        thread = newThread;
    }

    void interrupt() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    /// Tells the application that nobody waits for its response.
    ///
    /// @param why for the exception that reading throws
    void clientIsGone(String why) {
        input.lose(why);
        call.clientIsGone();
    }

    /// Whether its web server must have had time to pass a response on before it can see that the response is cut:
    /// lighttpd makes a whole response of what it has not begun to send, httpd an error.
    boolean needsTimeForACut() {
        return needsTimeForACut;
    }

    /// Runs the application on this thread, which is the one that [#runsOn] was told.
    void run() {
        var ending = Ending.CUT;
        try {
            ending = call.run();
        } finally {
            input.abandon();
            connection.finished(this, ending);
        }
    }

    @Override
    public void write(byte[] array, int offset, int count) throws IOException {
        connection.output().write(this, array, offset, count);
    }

    @Override
    public void flush() {
        // nothing is kept
    }

    @Override
    public void watch() {
        connection.watch();
    }

    @Override
    public void failed(Failure failure) {
        connection.failed(this, failure);
    }

    @Override
    public void end(byte[] array, int offset, int count) throws IOException {
        connection.output().end(this, array, offset, count);
    }
}
