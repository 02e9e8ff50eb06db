package wai.warp.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import wai.Body;
import wai.Bytes;
import wai.ClientDisconnectedException;
import wai.ClientTimeoutException;
import wai.FilePart;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.spi.FramedResponse;
import wai.transport.DeadlineException;
import wai.warp.http2.Http2Engine;
import wai.warp.http2.Http2Stream;
import wai.warp.http2.PromisedRequest;
import wai.warp.http2.frame.ErrorCode;
import wai.warp.observe.Count;
import wai.warp.observe.Observation;
import wai.warp.settings.Timeouts.Kind;

/// How one stream answers: with each kind of body, or with a refusal in place of a response.
///
/// Bytes are offered to the engine from where they are, and a call returns when the engine has taken them: when both
/// windows were open and the writer had room. Small ones are taken at once, behind their head.
final class Http2Responses implements ResponseSink.Target {
    /// Bytes of a rope up to this size are put together, to be sent in one frame.
    private static final int PUT_TOGETHER = 16 * 1024;

    private final Http2Connection connection;
    private final Http2Exchange exchange;
    private final Http2Stream stream;
    private final ServerState server;
    private final Http2Engine engine;
    private final ReentrantLock lock;
    private final Http2Wait wait;
    private final Pace pace;
    private final @Nullable Observation observation;
    private boolean timed = true;
    /// The head of a stream that has sent nothing yet: its body may read the request first, and ask for it with 100
    /// Continue. Guarded by the lock.
    private @Nullable FramedResponse held;

    /// @param observation null when nobody wants to know
    Http2Responses(
            Http2Connection connection, Http2Exchange exchange, Http2Stream stream, @Nullable Observation observation) {
        this.connection = connection;
        this.exchange = exchange;
        this.stream = stream;
        this.observation = observation;
        this.server = connection.server();
        this.engine = connection.engine();
        this.lock = connection.lock();
        this.wait = new Http2Wait(connection.visit());
        this.pace = new Pace(server.writePace());
    }

    /// Where the response waits for the client; for the sweeper.
    Http2Wait waiting() {
        return wait;
    }

    /// Sends a response.
    ///
    /// @param file what was negotiated about a file; null when nothing was
    void send(FramedResponse response, @Nullable FileLease file) throws Exception {
        switch (response.body()) {
            case Bytes bytes -> sendBytes(response, bytes);
            case Body.File(Path path, FilePart part) when part != null -> sendFile(response, path, part, file);
            case Body.Stream body -> sendStream(response, body);
            case Body.Raw raw -> sendRaw(response, raw);
            case Body.File unnegotiated -> throw new IllegalStateException(unnegotiated + " was not negotiated");
        }
        var watching = observation;
        if (watching != null) {
            watching.responseEnds();
        }
    }

    void sendInformational(Status status, Headers fields) throws IOException {
        lock.lock();
        try {
            awaitRoom();
            exchange.checkInformationalInTime(status); // again: the thread may have come here late
            engine.sendInformational(stream, status, fields);
            connection.kick();
        } finally {
            lock.unlock();
        }
    }

    /// Promises a response that the client did not ask for, and has it made.
    ///
    /// @return false when the client, or a limit, allows none
    boolean promise(PromisedRequest request) throws IOException {
        lock.lock();
        try {
            exchange.checkPromiseInTime(request.target());
            awaitRoom();
            exchange.checkPromiseInTime(request.target()); // again: the thread may have come here late
            var promised = engine.promise(stream, request);
            if (promised == null) {
                return false;
            }
            connection.requests().push(promised, request, exchange);
            connection.kick();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Answers a request that is not served.
    ///
    /// @param method of the request
    /// @param why what to say besides the status; empty for nothing
    void refuse(String method, Status status, String why) throws IOException {
        var text = status + (why.isEmpty() ? "" : ": " + why) + "\n";
        var response = FramedResponse.of(method, Response.text(status, text));
        sendBytes(response, (Bytes) response.body());
    }

    // ------------------------------------------------------------------------------------------ bodies

    private void sendBytes(FramedResponse response, Bytes bytes) throws IOException {
        if (bytes.length() == 0) {
            head(response, true);
            return;
        }
        if (bytes.length() <= PUT_TOGETHER) {
            var array = bytes.toByteArray();
            headAndBody(response, array, array.length);
            return;
        }
        var rest = new Rest(bytes.length());
        lock.lock();
        try {
            putHead(response, false);
            bytes.forEachSlice(rest::send);
        } finally {
            lock.unlock();
        }
    }

    private void sendFile(FramedResponse response, Path path, FilePart part, @Nullable FileLease negotiated)
            throws IOException {
        if (negotiated != null && negotiated.isOf(path)) {
            sendFile(response, negotiated, part);
        } else {
            try (var own = server.files().leaseAfterLook(path)) { // the application has looked as well
                sendFile(response, own, part);
            }
        }
    }

    private void sendFile(FramedResponse response, FileLease file, FilePart part) throws IOException {
        file.check(part);
        if (part.length() == 0) {
            head(response, true);
            return;
        }
        var bytes = file.bytes();
        if (bytes != null) {
            head(response, false);
            offer(bytes, (int) part.offset(), (int) part.length(), Headers.EMPTY);
        } else {
            sendFromDisk(response, file, part);
        }
    }

    /// Reads and offers in turn; while the one before is being written, the next one is read.
    private void sendFromDisk(FramedResponse response, FileLease file, FilePart part) throws IOException {
        var gathering = server.gatherings().take();
        try {
            boolean begun = false;
            for (long sent = 0; sent < part.length(); ) {
                gathering.clear().limit((int) Math.min(ResponseSink.GATHERED, part.length() - sent));
                while (gathering.hasRemaining()) {
                    var _ = file.read(gathering, part.offset() + sent + gathering.position());
                }
                if (!begun) {
                    head(response, false);
                    begun = true;
                }
                int count = gathering.position();
                sent += count;
                offer(gathering.array(), gathering.arrayOffset(), count, sent == part.length() ? Headers.EMPTY : null);
            }
        } finally {
            giveBack(gathering);
        }
    }

    private void sendStream(FramedResponse response, Body.Stream body) throws Exception {
        hold(response);
        var gathering = server.gatherings().take();
        var sink = new ResponseSink(this, response.length(), gathering);
        try {
            exchange.stream(body, sink);
            int offset = gathering.arrayOffset() + ResponseSink.FRONT;
            offer(gathering.array(), offset, sink.takeGathered(), sink.trailers());
        } finally {
            giveBack(gathering);
        }
    }

    /// Gives a buffer back that the engine does not look at any more.
    private void giveBack(ByteBuffer gathering) {
        lock.lock();
        try {
            if (!stream.isTaken()) {
                engine.withdraw(stream);
            }
        } finally {
            lock.unlock();
        }
        server.gatherings().give(gathering);
    }

    private void sendRaw(FramedResponse response, Body.Raw raw) throws Exception {
        head(response, false);
        flush();
        timed = false;
        var session = exchange.becomesRaw();
        try {
            raw.application().run(session);
        } finally {
            session.end();
        }
        session.closeOutput();
    }

    // ------------------------------------------------------------------------------------------ steps

    @Override
    public void sendData(byte[] array, int offset, int count) throws IOException {
        offer(array, offset, count, null);
    }

    /// What was offered is written as soon as the client takes it; a head without a body yet goes out now.
    @Override
    public void flush() throws IOException {
        lock.lock();
        try {
            checkSendable();
            putHeld();
            connection.kick();
        } finally {
            lock.unlock();
        }
    }

    /// Whether the head was sent, or is held for its body: nothing else can be answered any more.
    boolean isBegun() {
        lock.lock();
        try {
            return held != null || stream.isResponseBegun();
        } finally {
            lock.unlock();
        }
    }

    private void hold(FramedResponse response) throws IOException {
        lock.lock();
        try {
            checkSendable();
            held = response;
        } finally {
            lock.unlock();
        }
    }

    private void putHeld() throws IOException {
        var response = held;
        if (response != null) {
            held = null;
            putHead(response, false);
        }
    }

    /// Ends the direction of a raw application.
    void sendEnd() throws IOException {
        offer(new byte[0], 0, 0, Headers.EMPTY);
    }

    private void head(FramedResponse response, boolean ends) throws IOException {
        lock.lock();
        try {
            putHead(response, ends);
            if (ends) {
                connection.kick();
            }
        } finally {
            lock.unlock();
        }
    }

    private void headAndBody(FramedResponse response, byte[] array, int count) throws IOException {
        lock.lock();
        try {
            putHead(response, false);
            offerLocked(array, 0, count, Headers.EMPTY);
        } finally {
            lock.unlock();
        }
    }

    private void putHead(FramedResponse response, boolean ends) throws IOException {
        awaitRoom();
        connection.tally().add(Count.of(response.status()));
        var watching = observation;
        if (watching != null) {
            watching.responseBegins(response.status());
            watching.bytesLeave();
        }
        engine.sendHead(stream, response, server.ticker().commonFields(), ends);
    }

    /// Waits until the output is small, so that no client has us keep heads that it does not read.
    private void awaitRoom() throws IOException {
        while (!engine.hasRoom() && isSendable()) {
            connection.writer().awaitRoom(wait, exchange);
        }
        checkSendable();
    }

    private void offer(byte[] array, int offset, int count, @Nullable Headers endsWith) throws IOException {
        lock.lock();
        try {
            offerLocked(array, offset, count, endsWith);
        } finally {
            lock.unlock();
        }
    }

    private void offerLocked(byte[] array, int offset, int count, @Nullable Headers endsWith) throws IOException {
        checkSendable();
        putHeld();
        engine.offer(stream, array, offset, count, endsWith);
        connection.kick();
        while (!stream.isTaken()) {
            awaitTaken(count);
        }
        if (stream.isReset()) {
            throw gone();
        }
        var watching = observation;
        if (watching != null) {
            watching.bodyBytes(count);
        }
    }

    private void awaitTaken(int count) throws IOException {
        long before = server.ticker().nanos();
        try {
            wait.await(lock, before, timed ? pace.allowance() : Deadline.LONGEST, Kind.WRITE);
        } catch (DeadlineException late) {
            engine.reset(stream, ErrorCode.CANCEL);
            connection.kick();
            throw new ClientTimeoutException("the client took too few bytes of the response", late);
        }
        pace.count(server.ticker().nanos() - before, stream.isTaken() ? count : 0);
    }

    private boolean isSendable() {
        return stream.isSendable() && connection.isUsable();
    }

    private void checkSendable() throws IOException {
        if (!isSendable()) {
            throw gone();
        }
    }

    private ClientDisconnectedException gone() {
        return new ClientDisconnectedException(
                connection.isUsable() ? "the stream was reset" : "the client closed the connection");
    }

    /// Slices of a body, of which the last one ends it.
    private final class Rest {
        private long left;

        Rest(long left) {
            this.left = left;
        }

        void send(byte[] array, int offset, int count) throws IOException {
            left -= count;
            offerLocked(array, offset, count, left == 0 ? Headers.EMPTY : null);
        }
    }
}
