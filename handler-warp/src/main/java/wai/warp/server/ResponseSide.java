package wai.warp.server;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import wai.Body;
import wai.Bytes;
import wai.ClientDisconnectedException;
import wai.FilePart;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.spi.FramedResponse;
import wai.transport.Transport;
import wai.warp.http1.Http1Engine;
import wai.warp.observe.Count;
import wai.warp.observe.Tally;

/// How a connection answers: with each kind of body, with a refusal in place of a response, or by breaking off.
final class ResponseSide {
    private final Http1Connection connection;
    private final Transport transport;
    private final ServerState server;
    private final Http1Engine engine;
    private final Tally tally;
    private final Inbound inbound;
    private final Outbound outbound;
    private final ReadingSide reading;

    /// @param connection whose responses these are
    ResponseSide(
            Http1Connection connection,
            Transport transport,
            ServerState server,
            Http1Engine engine,
            Tally tally,
            Inbound inbound,
            Outbound outbound,
            ReadingSide reading) {
        this.connection = connection;
        this.transport = transport;
        this.server = server;
        this.engine = engine;
        this.tally = tally;
        this.inbound = inbound;
        this.outbound = outbound;
        this.reading = reading;
    }

    /// Sends a response.
    ///
    /// @param file what was negotiated about a file; null when nothing was
    void send(Http1Exchange current, FramedResponse response, @Nullable FileLease file) throws Exception {
        boolean wait = reading.isPipelined();
        try {
            var body = response.body(); // no switch: the first one over patterns costs a start 15 ms
            if (body instanceof Bytes bytes) {
                outbound.sendBytes(response, bytes, closes(response), wait);
            } else if (body instanceof Body.File(Path path, FilePart part) && part != null) {
                sendFile(response, path, part, file, wait);
            } else if (body instanceof Body.Stream stream) {
                sendStream(current, response, stream);
            } else if (body instanceof Body.Raw raw) {
                sendRaw(current, response, raw);
            } else {
                throw new IllegalStateException(body + " was not negotiated");
            }
        } catch (ClientDisconnectedException e) {
            current.disconnected();
            throw e;
        }
    }

    void sendInformational(Http1Exchange current, Status status, Headers fields) throws IOException {
        outbound.sendInformational(current, status, fields);
    }

    /// Answers a client that broke the protocol or was too slow, and closes.
    ///
    /// @param method of the request, if there is one
    /// @param why what to say besides the status; empty or null for nothing
    void refuse(String method, Status status, @Nullable String why) {
        if (isBegun()) {
            cut();
            return;
        }
        try {
            var text = status + (why == null || why.isEmpty() ? "" : ": " + why) + "\n";
            var response = FramedResponse.of(method, Response.text(status, text));
            outbound.restartPace();
            outbound.sendBytes(response, (Bytes) response.body(), true, false);
            transport.closeOutput();
            inbound.linger();
        } catch (IOException _) {
            // the client is gone and needs no answer
        }
    }

    /// Whether a response was begun, so that no other can take its place.
    boolean isBegun() {
        return engine.isResponseBegun() || outbound.holdsHead();
    }

    /// Ends a response that cannot be completed, so that nobody takes it for a whole one. Earlier responses that share
    /// its write are whole and go out.
    void cut() {
        try {
            outbound.flush();
        } catch (IOException _) {
            // the client is gone or too slow: nothing reaches it any more
        }
        transport.abort();
    }

    /// Whether the connection cannot be used after this response, as far as is known when its head is sent, and beside
    /// what the engine knows.
    private boolean closes(FramedResponse response) {
        return server.isStopping()
                || connection.isWornOut()
                || inbound.failure() != null
                || (inbound.hasEnded() && !inbound.hasInput())
                || (!(response.body() instanceof Body.Stream)
                        && engine.unreadBody() > server.settings().limits().drainBytes());
    }

    private void sendFile(
            FramedResponse response, Path path, FilePart part, @Nullable FileLease negotiated, boolean wait)
            throws IOException {
        if (negotiated != null && negotiated.isOf(path)) {
            outbound.sendFile(response, negotiated, part, closes(response), wait);
        } else {
            try (var own = server.files().leaseAfterLook(path)) { // the application has looked as well
                outbound.sendFile(response, own, part, closes(response), wait);
            }
        }
    }

    private void sendStream(Http1Exchange current, FramedResponse response, Body.Stream stream) throws Exception {
        outbound.sendStreamHead(response, closes(response));
        var gathering = server.gatherings().take();
        var sink = new ResponseSink(outbound, response.length(), gathering);
        try {
            current.stream(stream, sink);
            sink.drain();
            outbound.sendEnd(sink.trailers(), reading.isPipelined());
        } finally {
            server.gatherings().give(gathering);
        }
    }

    private void sendRaw(Http1Exchange current, FramedResponse response, Body.Raw raw) throws Exception {
        outbound.flush(); // first, as taking the reading side ends every wait, that of a late flush too
        reading.takeBack();
        outbound.sendHead(response, false);
        outbound.flush();
        connection.becomesRaw();
        long before = tally.get(Count.BYTES_WRITTEN);
        boolean whole = false;
        try {
            raw.application().run(new RawSession(transport, tally, inbound.takeLeftover(), current));
            whole = true;
        } finally {
            outbound.rawEnds(tally.get(Count.BYTES_WRITTEN) - before, whole);
        }
        transport.closeOutput();
    }
}
