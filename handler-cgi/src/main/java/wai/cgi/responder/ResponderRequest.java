package wai.cgi.responder;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import wai.Capability;
import wai.cgi.gateway.Ending;
import wai.cgi.gateway.Gateway;
import wai.cgi.gateway.GatewayCall;
import wai.cgi.gateway.Output;
import wai.cgi.gateway.Variables;

/// One request on a connection: the thread that runs the application, what it reads and where it writes.
///
/// What changes is guarded by the lock `state` of the connection.
final class ResponderRequest implements Output {
    private static final Set<Capability> CAPABILITIES =
            Set.copyOf(EnumSet.of(Capability.DISCONNECT_SIGNAL, Capability.INCREMENTAL_FLUSH, Capability.RAW_TARGET));
    private static final long BEFORE_CUT_NANOS = 200_000_000;
    private static final Set<Capability> WITHOUT_SIGNAL =
            Set.copyOf(EnumSet.of(Capability.INCREMENTAL_FLUSH, Capability.RAW_TARGET));

    private final ResponderConnection connection;
    private final int id;
    private final RequestInput input;
    private final GatewayCall call;
    private final String webServer;
    private @Nullable Thread thread;
    /// The response is whole.
    private boolean answered;
    /// The web server was told of the end.
    private boolean ended;

    ResponderRequest(ResponderConnection connection, int id, Variables variables, RequestInput input, Gateway gateway) {
        this.connection = connection;
        this.id = id;
        this.input = input;
        this.webServer = variables.get("SERVER_SOFTWARE");
        this.call = gateway.call(variables, input, this, capabilities());
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

    /// Runs the application on a thread of its own.
    void start() {
        var own = Thread.ofVirtual().name("wai-cgi-request").unstarted(this::run);
        connection.runsOn(this, own);
        own.start();
    }

    /// Runs the application on this thread.
    void runHere() {
        connection.runsOn(this, Thread.currentThread());
        run();
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

    /// Before the connection is cut, lets lighttpd send what it has: until it has begun, it makes a whole response of
    /// that.
    void awaitBegin() {
        if (webServer.startsWith("lighttpd")) {
            LockSupport.parkNanos(BEFORE_CUT_NANOS);
        }
    }

    private void run() {
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
        connection.write(this, array, offset, count);
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
    public void end(byte[] array, int offset, int count) throws IOException {
        connection.end(this, array, offset, count);
    }

    /// Apache httpd sees that a client has left when it has something for it, and lighttpd only sometimes before.
    private Set<Capability> capabilities() {
        return webServer.startsWith("Apache") || webServer.startsWith("lighttpd") ? WITHOUT_SIGNAL : CAPABILITIES;
    }
}
