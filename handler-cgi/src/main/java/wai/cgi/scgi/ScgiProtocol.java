package wai.cgi.scgi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wai.ClientTimeoutException;
import wai.Status;
import wai.cgi.gateway.Ending;
import wai.cgi.gateway.Gateway;
import wai.cgi.gateway.GatewayCall;
import wai.cgi.gateway.GatewayFault;
import wai.cgi.gateway.Output;
import wai.cgi.gateway.Variables;
import wai.cgi.server.Link;
import wai.cgi.server.Protocol;
import wai.cgi.server.Wait;
import wai.cgi.settings.Failure;
import wai.cgi.settings.Failure.Phase;
import wai.cgi.settings.ServerSettings;
import wai.spi.Exchange.Progress;

/// Serves SCGI: one request for each connection, whose end is the end of the response.
public final class ScgiProtocol implements Protocol {
    static final int BUFFER_SIZE = 16 * 1024;

    private final Gateway gateway;
    private final ServerSettings settings;

    /// SCGI for an application.
    ///
    /// @param gateway what to call
    /// @param settings the limits
    public ScgiProtocol(Gateway gateway, ServerSettings settings) {
        this.gateway = gateway;
        this.settings = settings;
    }

    @Override
    public void announceStop() {
        gateway.announceStop();
    }

    @Override
    public void serve(Link link) throws IOException {
        var buffer = ByteBuffer.allocate(BUFFER_SIZE);
        try {
            var variables = readHead(link, buffer);
            if (variables != null) {
                var exchange = new ScgiExchange(gateway, link, buffer, variables);
                if (exchange.run() == Ending.CUT) {
                    link.abort();
                } else {
                    link.finish();
                }
            }
        } catch (GatewayFault fault) {
            report(fault);
            refuse(link, fault.status(), fault.getMessage());
        }
    }

    /// The variables of the request; null when the web server closed the connection instead, or the server stops.
    private @Nullable Variables readHead(Link link, ByteBuffer buffer) throws IOException, GatewayFault {
        var head = new ScgiHead(settings.headBytes(), settings.variables());
        try {
            if (link.read(buffer, Wait.IDLE) < 0 || !link.becomesBusy()) {
                return null;
            }
        } catch (ClientTimeoutException _) {
            return null; // it was idle for too long: nobody waits for an answer
        }
        long since = link.now();
        while (!head.take(buffer.flip())) {
            buffer.clear();
            if (link.read(buffer, Wait.HEAD, since) < 0) {
                throw new GatewayFault(Status.BAD_REQUEST, "the connection ended inside the variables");
            }
        }
        return head.variables();
    }

    /// Answers what is no request; the web server shows its client the answer or one of its own.
    private void refuse(Link link, Status status, @Nullable String why) {
        gateway.tally().responded(status);
        var text = status + ": " + why + "\n";
        var head = "Status: " + status + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                + text.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n";
        try {
            link.write(ByteBuffer.wrap((head + text).getBytes(StandardCharsets.UTF_8)));
            link.finish();
        } catch (IOException _) {
            // the web server is gone and needs no answer
        }
    }

    private void report(Throwable cause) {
        gateway.report(new Failure(Phase.REQUEST, cause, Optional.empty(), Progress.NONE));
    }

    /// The one request of a connection: what its application reads, and where the response goes. Nothing is kept, so
    /// there is nothing to flush.
    private static final class ScgiExchange implements Output {
        private final Link link;
        private final ScgiBody body;
        private final GatewayCall call;

        ScgiExchange(Gateway gateway, Link link, ByteBuffer rest, Variables variables) {
            this.link = link;
            this.body = new ScgiBody(link, rest, this::clientIsGone);
            this.call = gateway.call(variables, body, this, CAPABILITIES);
        }

        Ending run() {
            try {
                return call.run();
            } finally {
                body.end();
            }
        }

        private void clientIsGone() {
            call.clientIsGone();
        }

        @Override
        public void write(byte[] array, int offset, int count) throws IOException {
            link.write(ByteBuffer.wrap(array, offset, count));
        }

        @Override
        public void flush() {}

        @Override
        public void watch() {
            body.watch();
        }

        @Override
        public void end(byte[] array, int offset, int count) throws IOException {
            body.end(); // who has the whole response may close before the application returns
            Output.super.end(array, offset, count);
        }
    }
}
