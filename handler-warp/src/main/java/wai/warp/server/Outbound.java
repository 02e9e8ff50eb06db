package wai.warp.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import wai.Bytes;
import wai.ClientDisconnectedException;
import wai.FilePart;
import wai.Headers;
import wai.Status;
import wai.spi.FramedResponse;
import wai.transport.Transport;
import wai.warp.http1.Http1Engine;
import wai.warp.http1.OutputBuffer;
import wai.warp.observe.Count;
import wai.warp.observe.Observation;
import wai.warp.observe.Tally;

/// The writing half of a connection: responses through the engine into the output buffer, and that to the client.
///
/// Head and small body leave in one write. What waits is sent by [#flush], or by the sweeper when nobody does for a
/// while.
///
/// `turn` orders the threads that may write: the connection's own, the application's (which may read the body, and so
/// cause 100 Continue, on one thread and respond on another), and the late flush. It is held while bytes go out,
/// against the general rule: nobody else could write meanwhile anyhow.
final class Outbound implements ResponseSink.Target {
    /// Output that waits for more is sent at the latest when there is this much.
    private static final int SHARED_WRITE = 12 * 1024;
    /// Bytes up to this count are copied behind their head; more are written from where they are.
    private static final int COPIED = 32 * 1024;
    /// A larger buffer is not kept for others.
    private static final int KEPT_CAPACITY = 64 * 1024;

    private final Transport transport;
    private final ServerState server;
    private final Http1Engine engine;
    private final Tally tally;
    private final Visit visit;
    private final Delivery delivery;
    private final ReentrantLock turn = new ReentrantLock();

    private @Nullable OutputBuffer output;
    /// What watches the present response; null when nobody wants to know.
    private @Nullable Observation observation;
    private boolean released;
    /// The head of a stream whose client waits for 100 Continue, until somebody reads the body or has something to
    /// send: no 100 can follow it. Null most of the time.
    private @Nullable FramedResponse held;
    /// Whether the connection closes behind the response that is held.
    private boolean heldCloses;
    /// When output was left to wait for company; 0 when none is.
    private volatile long waitingSince;

    /// @param visit in which is looked at the deadline of a wait, and whether output waits
    Outbound(Transport transport, ServerState server, Http1Engine engine, Tally tally, Visit visit) {
        this.transport = transport;
        this.server = server;
        this.engine = engine;
        this.tally = tally;
        this.visit = visit;
        this.delivery = new Delivery(transport, server, tally, visit);
    }

    /// When the present wait must be over; for the sweeper.
    Deadline deadline() {
        return delivery.deadline();
    }

    /// Since when output has waited for company; for the sweeper.
    ///
    /// @return 0 when none does
    long waitingSince() {
        return waitingSince;
    }

    // ------------------------------------------------------------------------------------------ responses

    /// Sends the head of a response whose body follows.
    void sendHead(FramedResponse response, boolean close) throws IOException {
        turn.lock();
        try {
            head(response, close);
        } finally {
            turn.unlock();
        }
    }

    /// Sends the head of a stream; holds it while the client waits for 100 Continue, which the application may yet ask
    /// for.
    void sendStreamHead(FramedResponse response, boolean close) throws IOException {
        turn.lock();
        try {
            if (engine.isExpectingContinue()) {
                held = response;
                heldCloses = close;
            } else {
                head(response, close);
            }
        } finally {
            turn.unlock();
        }
    }

    /// Whether a response was begun, although the engine does not know of it yet.
    boolean holdsHead() {
        turn.lock();
        try {
            return held != null;
        } finally {
            turn.unlock();
        }
    }

    /// Sends a whole response from memory.
    ///
    /// @param wait whether it may wait in the buffer for the next response
    void sendBytes(FramedResponse response, Bytes body, boolean close, boolean wait) throws IOException {
        turn.lock();
        try {
            head(response, close);
            if (body.length() > COPIED) {
                body.forEachSlice(this::data);
            } else if (body.length() > 0) {
                body.forEachSlice(new Gathering());
            }
            end(Headers.EMPTY, wait);
        } finally {
            turn.unlock();
        }
    }

    /// Sends a whole response from a file. Nothing of it is begun when the file is not there or too short.
    ///
    /// @param wait whether it may wait in the buffer for the next response
    void sendFile(FramedResponse response, FileLease file, FilePart part, boolean close, boolean wait)
            throws IOException {
        file.check(part);
        var bytes = file.bytes();
        int offset = bytes == null ? 0 : (int) part.offset();
        if (bytes == null && part.length() <= COPIED) {
            bytes = file.read(part);
        }
        turn.lock();
        try {
            head(response, close);
            if (bytes == null) {
                transfer(file, part);
            } else if (part.length() > COPIED) {
                writeByReference(bytes, offset, (int) part.length());
            } else if (part.length() > 0) {
                gather(bytes, offset, (int) part.length());
            }
            end(Headers.EMPTY, wait);
        } finally {
            turn.unlock();
        }
    }

    /// Sends bytes of a streaming body; they may stay in the buffer until [#flush].
    @Override
    public void sendData(byte[] array, int offset, int count) throws IOException {
        turn.lock();
        try {
            data(array, offset, count);
        } finally {
            turn.unlock();
        }
    }

    /// Sends bytes of a streaming body that are many from where they are, and what waits in front of them, in one
    /// write.
    @Override
    public void sendGathered(byte[] array, int offset, int count) throws IOException {
        turn.lock();
        try {
            if (count < SHARED_WRITE) {
                data(array, offset, count);
            } else {
                begin();
                writeInPlace(array, offset, count);
            }
        } finally {
            turn.unlock();
        }
    }

    /// Ends a streaming body.
    ///
    /// @param wait whether it may wait in the buffer for the next response
    void sendEnd(Headers trailers, boolean wait) throws IOException {
        turn.lock();
        try {
            end(trailers, wait);
        } finally {
            turn.unlock();
        }
    }

    /// Sends an informational response at once.
    void sendInformational(Http1Exchange current, Status status, Headers fields) throws IOException {
        turn.lock();
        try {
            current.checkInformationalInTime(status); // again: the thread may have come here late
            engine.sendInformational(status, fields, out());
            write();
        } finally {
            turn.unlock();
        }
    }

    /// Sends 100 Continue at once, if the client still waits for it, and the head behind it that was held for its sake.
    void sendContinue() throws IOException {
        turn.lock();
        try {
            if (engine.isExpectingContinue()) {
                engine.sendContinue(out());
                begin();
                write();
            }
        } finally {
            turn.unlock();
        }
    }

    /// Counts what a raw application wrote past us.
    ///
    /// @param whole whether it came to its end
    void rawEnds(long bytes, boolean whole) {
        turn.lock();
        try {
            handedOver(bytes);
            if (whole) {
                complete();
            }
        } finally {
            turn.unlock();
        }
    }

    // ------------------------------------------------------------------------------------------ flushing

    /// Sends what waits.
    @Override
    public void flush() throws IOException {
        turn.lock();
        try {
            begin();
            write();
        } finally {
            turn.unlock();
        }
    }

    /// Sends what waits for company too long, unless somebody writes just now.
    void flushLate() {
        if (!turn.tryLock()) {
            return;
        }
        try {
            write();
        } catch (IOException _) {
            transport.abort(); // the connection's own thread finds out at its next step
        } finally {
            turn.unlock();
        }
    }

    /// Another response begins: its pace is its own.
    void restartPace() {
        delivery.restartPace();
    }

    /// Has responses watched from now on; null for by nobody.
    void watchedBy(@Nullable Observation newObservation) {
        turn.lock(); // against a late flush, which looks at it
        try {
            observation = newObservation;
        } finally {
            turn.unlock();
        }
    }

    /// Sends what waits, and gives the buffer back.
    void flushAndRelease() throws IOException {
        turn.lock(); // also against a late flush, which must not see the buffer in other hands
        try {
            write();
            giveBack();
        } finally {
            turn.unlock();
        }
    }

    /// Gives the buffer back; the connection has ended, and whoever comes to write is told so.
    void release() {
        turn.lock();
        try {
            released = true;
            held = null;
            waitingSince = 0;
            giveBack();
            var torn = output;
            if (torn != null) {
                output = null;
                server.outputs().discard(torn);
            }
        } finally {
            turn.unlock();
        }
    }

    // ------------------------------------------------------------------------------------------ under the turn

    private void giveBack() {
        var buffer = output;
        if (buffer != null && buffer.isEmpty()) {
            output = null;
            if (buffer.array().length <= KEPT_CAPACITY) {
                server.outputs().give(buffer);
            } else {
                server.outputs().discard(buffer);
            }
        }
    }

    private OutputBuffer out() throws IOException {
        var buffer = output;
        if (buffer == null) {
            if (released) { // by a thread that the application left behind
                throw new ClientDisconnectedException("the connection was closed by this server");
            }
            output = buffer = server.outputs().take();
        }
        return buffer;
    }

    /// Puts the whole head or, when that fails (a stack or a heap may end anywhere), nothing of it.
    private void head(FramedResponse response, boolean close) throws IOException {
        var buffer = out();
        int before = buffer.size();
        tally.add(Count.of(response.status()));
        var watching = observation;
        if (watching != null) {
            watching.responseBegins(response.status());
        }
        try {
            engine.sendHead(response, server.ticker().commonFields(), close, buffer);
        } finally {
            if (!engine.isResponseBegun()) {
                buffer.truncate(before);
            }
        }
    }

    /// Puts the head that was held, if any.
    private void begin() throws IOException {
        var response = held;
        if (response != null) {
            held = null;
            head(response, heldCloses);
        }
    }

    private void data(byte[] array, int offset, int count) throws IOException {
        begin();
        if (count > COPIED) {
            writeByReference(array, offset, count);
        } else {
            gather(array, offset, count);
            if (out().size() >= SHARED_WRITE) {
                write();
            }
        }
    }

    private void gather(byte[] array, int offset, int count) throws IOException {
        engine.sendData(array, offset, count, out());
        handedOver(count);
    }

    private void handedOver(long count) {
        var watching = observation;
        if (watching != null) {
            watching.bodyBytes(count);
        }
    }

    private void end(Headers trailers, boolean wait) throws IOException {
        begin();
        engine.sendEnd(trailers, out());
        if (wait && engine.persists() && out().size() < SHARED_WRITE) {
            waits();
        } else {
            write();
        }
        complete();
    }

    private void waits() {
        if (waitingSince == 0) {
            long now = server.ticker().nanos();
            waitingSince = now;
            visit.by(now + 1); // in the next tick
        }
    }

    private void complete() {
        var watching = observation;
        if (watching != null) {
            watching.responseEnds();
        }
    }

    private void transfer(FileLease file, FilePart part) throws IOException {
        engine.sendChunkPrefix(part.length(), out());
        write();
        for (long sent = 0; sent < part.length(); ) {
            leaves();
            long count = delivery.send(file, part.offset() + sent, part.length() - sent);
            handedOver(count);
            sent += count;
        }
        engine.sendChunkSuffix(out());
    }

    private void writeByReference(byte[] array, int offset, int count) throws IOException {
        engine.sendChunkPrefix(count, out());
        write();
        for (var source = ByteBuffer.wrap(array, offset, count); source.hasRemaining(); ) {
            leaves();
            handedOver(delivery.write(source));
        }
        engine.sendChunkSuffix(out());
    }

    private void writeInPlace(byte[] array, int offset, int count) throws IOException {
        var buffer = out();
        engine.sendChunkPrefix(count, buffer);
        if (buffer.size() > ResponseSink.FRONT) {
            write();
        }
        waitsNoLonger();
        int begin = offset - buffer.size();
        buffer.drainTo(array, begin);
        engine.sendChunkSuffix(buffer);
        int end = offset + count + buffer.size();
        buffer.drainTo(array, offset + count);
        for (var source = ByteBuffer.wrap(array, begin, end - begin); source.hasRemaining(); ) {
            leaves();
            delivery.write(source);
        }
        handedOver(count);
    }

    private void waitsNoLonger() {
        if (waitingSince != 0) {
            waitingSince = 0;
        }
    }

    /// Writes everything that waits.
    private void write() throws IOException {
        waitsNoLonger();
        var buffer = output;
        if (buffer == null) {
            return;
        }
        while (!buffer.isEmpty()) {
            var source = ByteBuffer.wrap(buffer.array(), buffer.offset(), buffer.size());
            leaves();
            buffer.drained(delivery.write(source));
        }
    }

    private void leaves() {
        var watching = observation;
        if (watching != null) {
            watching.bytesLeave();
        }
    }

    /// A class and no lambda, as every start comes here: the JVM makes a lambda in 0.6 ms.
    private final class Gathering implements Bytes.SliceConsumer {
        @Override
        public void accept(byte[] array, int offset, int count) throws IOException {
            gather(array, offset, count);
        }
    }
}
