package wai.tck;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import wai.Application;
import wai.Body;
import wai.BodySink;
import wai.Bytes;
import wai.Capability;
import wai.Headers;
import wai.Middleware;
import wai.Request;
import wai.spi.FramedResponse;
import wai.spi.Rule;

/// The good handler with one fault: must turn red on the rule it breaks, and on no others than those listed.
final class BrokenHandler extends GoodHandler {
    /// How long the kit waits for a handler that hangs on purpose.
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /// Makes what serves a connection.
    @FunctionalInterface
    interface Connections {
        GoodConnection open(Socket socket, Application application, Set<Capability> capabilities) throws IOException;
    }

    private final String fault;
    private final Set<Rule> broken;
    private final Middleware around;
    private final Connections connections;
    private final Set<Capability> declared;
    private final Map<Departure, String> departures;
    private final Set<Rule> judgedBy;
    private final Starter starter;
    private final Stopper stopper;

    private BrokenHandler(
            String fault,
            Set<Rule> broken,
            Middleware around,
            Connections connections,
            Set<Capability> declared,
            Map<Departure, String> departures,
            Set<Rule> judgedBy,
            Starter starter,
            Stopper stopper) {
        super(PATIENCE);
        this.fault = fault;
        this.broken = broken;
        this.around = around;
        this.connections = connections;
        this.declared = declared;
        this.departures = departures;
        this.judgedBy = judgedBy;
        this.starter = starter;
        this.stopper = stopper;
    }

    /// A handler that does something around the application that it should not.
    static BrokenHandler around(String fault, Middleware around, Rule... broken) {
        return new BrokenHandler(
                fault,
                of(broken),
                around,
                GoodConnection::new,
                new GoodHandler(PATIENCE).capabilities(),
                Map.of(),
                EnumSet.allOf(Rule.class),
                Starter.GOOD,
                Stopper.GOOD);
    }

    /// A handler that spoils requests.
    static BrokenHandler receiving(String fault, UnaryOperator<Request> spoil, Rule... broken) {
        return around(fault, Middleware.onRequest(spoil), broken);
    }

    /// A handler that spoils the sink of streams.
    static BrokenHandler sinking(String fault, UnaryOperator<BodySink> spoil, Rule... broken) {
        return streaming(fault, (headers, body) -> out -> body.writer().writeTo(spoil.apply(out)), broken);
    }

    /// A handler that spoils the bodies of streams.
    static BrokenHandler streaming(String fault, StreamSpoiler spoil, Rule... broken) {
        return around(
                fault,
                Middleware.onResponse(response -> response.body() instanceof Body.Stream body
                        ? response.withBody(new Body.Stream(spoil.spoil(response.headers(), body)))
                        : response),
                broken);
    }

    /// A handler that treats its connections in a wrong way.
    static BrokenHandler serving(String fault, Connections connections, Rule... broken) {
        return new BrokenHandler(
                fault,
                of(broken),
                inner -> inner,
                connections,
                new GoodHandler(PATIENCE).capabilities(),
                Map.of(),
                EnumSet.allOf(Rule.class),
                Starter.GOOD,
                Stopper.GOOD);
    }

    /// A handler that starts in a wrong way.
    static BrokenHandler starting(String fault, Starter starter, Rule... broken) {
        return living(fault, starter, Stopper.GOOD, broken);
    }

    /// A handler that stops in a wrong way.
    static BrokenHandler stopping(String fault, Stopper stopper, Rule... broken) {
        return living(fault, Starter.GOOD, stopper, broken);
    }

    private static BrokenHandler living(String fault, Starter starter, Stopper stopper, Rule... broken) {
        return new BrokenHandler(
                fault,
                of(broken),
                inner -> inner,
                GoodConnection::new,
                new GoodHandler(PATIENCE).capabilities(),
                Map.of(),
                EnumSet.allOf(Rule.class),
                starter,
                stopper);
    }

    /// A handler that spoils framed responses.
    static BrokenHandler sending(String fault, UnaryOperator<FramedResponse> spoil, Rule... broken) {
        return serving(
                fault,
                exchanges((connection, body, keepAlive) -> new GoodExchange(connection, body, keepAlive) {
                    @Override
                    protected void send(FramedResponse response) throws Exception {
                        super.send(spoil.apply(response));
                    }
                }),
                broken);
    }

    /// A handler with exchanges of another kind.
    static Connections exchanges(Exchanges exchanges) {
        return (socket, application, capabilities) -> new GoodConnection(socket, application, capabilities) {
            @Override
            GoodExchange exchange(GoodBody body, boolean keepAlive) {
                return exchanges.begin(this, body, keepAlive);
            }
        };
    }

    /// The same handler with something around the application as well.
    BrokenHandler and(Middleware more) {
        return new BrokenHandler(
                fault, broken, around.then(more), connections, declared, departures, judgedBy, starter, stopper);
    }

    /// The same handler that declares less, and tells applications the same.
    BrokenHandler without(Capability... capabilities) {
        var fewer = EnumSet.copyOf(declared);
        fewer.removeAll(Arrays.asList(capabilities));
        return new BrokenHandler(
                fault, broken, around, connections, Set.copyOf(fewer), departures, judgedBy, starter, stopper);
    }

    /// The same handler that declares departures.
    BrokenHandler declaring(Map<Departure, String> more) {
        return new BrokenHandler(fault, broken, around, connections, declared, more, judgedBy, starter, stopper);
    }

    /// The same handler, which does not live long enough for the cases of other rules than these.
    BrokenHandler judgedBy(Rule first, Rule... more) {
        return new BrokenHandler(
                fault, broken, around, connections, declared, departures, EnumSet.of(first, more), starter, stopper);
    }

    boolean isJudgedBy(Rule rule) {
        return judgedBy.contains(rule);
    }

    /// The rules that the fault breaks.
    Set<Rule> broken() {
        return broken;
    }

    @Override
    public Set<Capability> capabilities() {
        return declared;
    }

    @Override
    public Map<Departure, String> departures() {
        return departures;
    }

    @Override
    public Backend start(Application application) throws IOException {
        return starter.start(super::start, around.wrap(application));
    }

    @Override
    void stop(ServerSocket server, Thread acceptor, Map<Socket, Thread> open) throws IOException, InterruptedException {
        if (stopper.equals(Stopper.GOOD)) {
            super.stop(server, acceptor, open);
        } else {
            stopper.stop(server, acceptor, open);
        }
    }

    @Override
    GoodConnection connection(Socket socket, Application application) throws IOException {
        return connections.open(socket, application, declared);
    }

    @Override
    public String toString() {
        return fault;
    }

    private static Set<Rule> of(Rule... rules) {
        return Set.of(rules);
    }

    /// The way in which the good handler starts.
    @FunctionalInterface
    interface Start {
        Backend start(Application application) throws IOException;
    }

    /// Starts a server.
    @FunctionalInterface
    interface Starter {
        Starter GOOD = Start::start;

        Backend start(Start good, Application application) throws IOException;
    }

    /// Stops a server.
    @FunctionalInterface
    interface Stopper {
        /// Stands for what the good handler does.
        Stopper GOOD = (_, _, _) -> {};

        void stop(ServerSocket server, Thread acceptor, Map<Socket, Thread> open)
                throws IOException, InterruptedException;
    }

    /// Changes a streaming body.
    @FunctionalInterface
    interface StreamSpoiler {
        wai.StreamingBody spoil(Headers headers, Body.Stream body);
    }

    /// Makes an exchange.
    @FunctionalInterface
    interface Exchanges {
        GoodExchange begin(GoodConnection connection, GoodBody body, boolean keepAlive);
    }

    /// A sink that passes on what a fault does not spoil.
    static class ForwardingSink extends BodySink {
        final BodySink to;

        ForwardingSink(BodySink to) {
            this.to = to;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] array, int offset, int count) throws IOException {
            to.write(array, offset, count);
        }

        @Override
        public void write(Bytes bytes) throws IOException {
            write(bytes.toByteArray(), 0, Math.toIntExact(bytes.length()));
        }

        @Override
        public void flush() throws IOException {
            to.flush();
        }

        @Override
        public void trailers(Headers trailers) {
            to.trailers(trailers);
        }
    }
}
