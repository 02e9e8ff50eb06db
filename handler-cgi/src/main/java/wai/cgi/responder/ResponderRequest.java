package wai.cgi.responder;

import java.io.IOException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import wai.Capability;
import wai.cgi.fastcgi.FastCgiEvent.Parameter;
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

    private final ResponderConnection connection;
    private final int id;
    private final RequestInput input;
    private final GatewayCall call;
    private @Nullable Thread thread;
    /// The response is whole.
    private boolean answered;
    /// The web server was told of the end.
    private boolean ended;

    ResponderRequest(
            ResponderConnection connection, int id, List<Parameter> parameters, RequestInput input, Gateway gateway) {
        this.connection = connection;
        this.id = id;
        this.input = input;
        this.call = gateway.call(variables(parameters), input, this, CAPABILITIES);
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
        thread = Thread.ofVirtual().name("wai-cgi-request").unstarted(this::run);
        thread.start();
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
    public void end(byte[] array, int offset, int count) throws IOException {
        connection.end(this, array, offset, count);
    }

    /// What came twice is a field that the client sent twice, when the web server has not joined it (RFC 9110 §5.3,
    /// RFC 6265 §5.4); of other variables the last one counts, as configurations of web servers expect.
    private static Variables variables(List<Parameter> parameters) {
        var values = LinkedHashMap.<String, String>newLinkedHashMap(parameters.size());
        for (var parameter : parameters) {
            var name = parameter.name();
            var joint = !name.startsWith("HTTP_") ? null : name.equals("HTTP_COOKIE") ? "; " : ", ";
            if (joint == null) {
                values.put(name, parameter.value());
            } else {
                values.merge(name, parameter.value(), (all, next) -> all + joint + next);
            }
        }
        return new Variables(values);
    }
}
