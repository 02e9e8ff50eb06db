package wai.warp.arrival;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.GeneralSecurityException;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;
import wai.warp.transport.Transport;

/// TLS over another transport, by an engine: records in, records out. Where the peer speaks no TLS, the bytes as they
/// are.
///
/// ```text
///   handshake() ──▶ SECURED: read = lower.read, unwrap       write = wrap, lower.write
///              └──▶ PLAIN: everything goes through
/// ```
///
/// `reading` and `writing` order the threads on the two sides, and are held while bytes move, as the turns of the
/// server package are; nobody else could read or write meanwhile anyhow. They are there so that a buffer never goes
/// back while a thread which an application left behind still uses it. What the engine itself has to say because of
/// what was read (the answer to an update of keys) goes out by whoever has, or next gets, `writing`.
///
/// A direction of the peer that ends without its `close_notify` is reported by [#isTruncated].
final class TlsTransport implements Transport {
    /// What came of the handshake.
    enum Outcome {
        /// The connection is encrypted.
        SECURED,
        /// The peer speaks plain HTTP.
        PLAIN,
        /// The peer left before it said anything.
        NOTHING
    }

    private enum Phase {
        SHAKING_HANDS,
        SECURED,
        PLAIN,
        FAILED
    }

    /// What a client may send before its handshake is over: its hello and its certificates are some 20 KiB at most.
    private static final int MOST_HANDSHAKE_BYTES = 128 * 1024;
    /// Records without a byte for the application, as updates of keys, that a client may send for nothing …
    private static final int FREE_EMPTY_RECORDS = 64;
    /// … and for how many bytes of payload it may send one more.
    private static final int BYTES_PER_EMPTY_RECORD = 1024 * 1024;

    private static final int HANDSHAKE_RECORD = 0x16;

    private final Transport lower;
    private final TlsContext context;
    private final RecordBuffers buffers;
    private final ReentrantLock reading = new ReentrantLock();
    private final ReentrantLock writing = new ReentrantLock();
    private final RecordSizes sizes = new RecordSizes();
    private volatile Phase phase = Phase.SHAKING_HANDS;
    private volatile @Nullable SSLEngine engine;
    /// The engine has something to say on its own account.
    private volatile boolean owing;

    private volatile boolean truncated;
    private volatile boolean closed;

    // Of the reading side.
    private @Nullable ByteBuffer encrypted;
    private @Nullable ByteBuffer decrypted;
    private boolean starved;
    private boolean ended;
    private boolean readingOver;
    private int emptyRecords;
    private long payload;

    // Of the writing side.
    private @Nullable ByteBuffer outgoing;
    private boolean writingOver;

    /// @param lower moves the records
    /// @param context makes the engine
    TlsTransport(Transport lower, TlsContext context, RecordBuffers buffers) {
        this.lower = lower;
        this.context = context;
        this.buffers = buffers;
    }

    // ------------------------------------------------------------------------------------------ the handshake

    /// Agrees on everything with the client, on its first bytes. Before anything else is read or written.
    ///
    /// @return whether it speaks TLS
    /// @throws SSLException when they cannot agree; the client has been told why
    /// @throws IOException when the client is gone, or a deadline ran out
    Outcome handshake() throws IOException {
        reading.lock();
        try {
            var input = input();
            if (fill(input) < 0) {
                return Outcome.NOTHING;
            }
            if (isPlain(input.get(input.position()))) {
                phase = Phase.PLAIN;
                return Outcome.PLAIN;
            }
            var shaking = context.newEngine();
            engine = shaking;
            try {
                shakeHands(shaking, input);
                if (!context.admits(TlsFacts.certificates(shaking.getSession()))) {
                    shaking.closeOutbound();
                    throw new SSLException("the certificate of the client was refused by the decision that was set");
                }
                phase = Phase.SECURED;
            } catch (SSLException e) {
                phase = Phase.FAILED;
                tellWhy(shaking);
                throw e;
            } finally {
                context.forgetHandshake();
            }
            return Outcome.SECURED;
        } catch (GeneralSecurityException e) {
            throw new SSLException("no engine for TLS: " + e.getMessage(), e);
        } finally {
            giveBackRead();
            reading.unlock();
        }
    }

    /// The engine, once the connection is secured.
    @Nullable
    SSLEngine engine() {
        return phase == Phase.SECURED ? engine : null;
    }

    /// Whether a byte begins a request rather than a record: those begin with a control character, or, in a hello of
    /// SSL 2, with the highest bit.
    private static boolean isPlain(byte first) {
        return first != HANDSHAKE_RECORD && (first >= ' ' || first == '\r' || first == '\n');
    }

    private void shakeHands(SSLEngine shaking, ByteBuffer input) throws IOException {
        shaking.beginHandshake();
        int left = MOST_HANDSHAKE_BYTES - input.remaining();
        while (true) {
            switch (shaking.getHandshakeStatus()) {
                case NEED_TASK -> runTasks(shaking);
                case NEED_WRAP -> sayWhatIsOwed(shaking);
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (!hear(shaking, input)) {
                        int count = fill(input);
                        if (count < 0) {
                            throw new ClientDisconnectedException("the client left in the TLS handshake");
                        }
                        left -= count;
                        if (left < 0) {
                            throw new SSLException(
                                    "a TLS handshake of more than " + MOST_HANDSHAKE_BYTES + " bytes: expected less");
                        }
                    }
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    if (shaking.isInboundDone() || shaking.isOutboundDone()) {
                        throw new ClientDisconnectedException("the client ended the TLS handshake");
                    }
                    return;
                }
            }
        }
    }

    /// @return false when more bytes are needed
    private static boolean hear(SSLEngine shaking, ByteBuffer input) throws IOException {
        var result = shaking.unwrap(input, ByteBuffer.allocate(0));
        return switch (result.getStatus()) {
            case OK -> true;
            case BUFFER_UNDERFLOW -> false;
            case BUFFER_OVERFLOW -> throw new SSLException("data of the application inside the TLS handshake");
            case CLOSED -> throw new ClientDisconnectedException("the client ended the TLS handshake");
        };
    }

    /// Sends the alert that the engine made of a failure; the peer may be gone.
    private void tellWhy(SSLEngine broken) {
        try {
            sayWhatIsOwed(broken);
        } catch (IOException _) {
            // nobody is left to be told
        }
        lower.closeOutput();
    }

    private static void runTasks(SSLEngine shaking) {
        Runnable task;
        while ((task = shaking.getDelegatedTask()) != null) {
            task.run();
        }
    }

    // ------------------------------------------------------------------------------------------ reading

    @Override
    public int read(ByteBuffer target) throws IOException {
        reading.lock();
        try {
            checkReading();
            while (true) {
                int count = take(target);
                if (count != 0) {
                    return count;
                }
                if (phase == Phase.PLAIN || phase == Phase.FAILED) {
                    return lower.read(target); // after a failure only to be thrown away
                }
                if (fill(input()) < 0) {
                    endsTruncated();
                }
            }
        } catch (SSLException e) {
            throw broken(e);
        } finally {
            giveBackRead();
            reading.unlock();
        }
    }

    @Override
    public int readNow(ByteBuffer target) throws IOException {
        reading.lock();
        try {
            checkReading();
            while (true) {
                int count = take(target);
                if (count != 0) {
                    return count;
                }
                if (phase == Phase.PLAIN) {
                    return lower.readNow(target);
                }
                var input = roomy(input());
                int start = input.position();
                int more = lower.readNow(input.position(input.limit()).limit(input.capacity()));
                input.limit(input.position()).position(start);
                if (more == 0) {
                    return 0;
                }
                if (more < 0) {
                    endsTruncated();
                }
            }
        } catch (SSLException e) {
            throw broken(e);
        } finally {
            giveBackRead();
            reading.unlock();
        }
    }

    @Override
    public boolean isDrained() {
        return starved && lower.isDrained();
    }

    @Override
    public void awaitInput() throws IOException {
        if (isDrained()) {
            lower.awaitInput();
        }
    }

    @Override
    public boolean isTruncated() {
        return truncated;
    }

    /// Hands out what needs no waiting.
    ///
    /// @return how many bytes; -1 at the end of the peer's direction; 0 when records must come first
    private int take(ByteBuffer target) throws IOException {
        int before = target.position();
        takeDecrypted(target);
        var input = encrypted;
        if (phase == Phase.SECURED) {
            starved = false;
            while (!ended && target.hasRemaining() && !starved) {
                starved = input == null || !input.hasRemaining() || !unwrap(input, target);
            }
        } else if (input != null) { // of a plain connection: what was looked at first
            int count = Math.min(input.remaining(), target.remaining());
            target.put(input.slice().limit(count));
            input.position(input.position() + count);
        } else {
            starved = true;
        }
        int count = target.position() - before;
        if (count > 0) {
            sizes.peerSpoke();
        }
        return count == 0 && ended ? -1 : count;
    }

    private void takeDecrypted(ByteBuffer target) {
        var ready = decrypted;
        if (ready != null) {
            int count = Math.min(ready.remaining(), target.remaining());
            target.put(ready.slice().limit(count));
            ready.position(ready.position() + count);
        }
    }

    /// Decrypts a record.
    ///
    /// @return false when it has not come as a whole
    private boolean unwrap(ByteBuffer input, ByteBuffer target) throws IOException {
        var working = working();
        var result = working.unwrap(input, target);
        if (result.getStatus() == Status.BUFFER_OVERFLOW) { // also when the record has not come as a whole
            result = unwrapAside(working, input);
            takeDecrypted(target);
        }
        switch (result.getStatus()) {
            case BUFFER_UNDERFLOW -> {
                return false;
            }
            case BUFFER_OVERFLOW -> throw new SSLException("a record larger than the engine said");
            case CLOSED -> ended = true;
            case OK -> {}
        }
        count(result);
        goOn(working, result.getHandshakeStatus());
        return true;
    }

    /// Decrypts a record that is larger than what the caller has room for.
    private SSLEngineResult unwrapAside(SSLEngine working, ByteBuffer input) throws SSLException {
        var ready = decrypted;
        if (ready == null) {
            decrypted = ready = take(working.getSession().getApplicationBufferSize());
        }
        var result = working.unwrap(input, ready.clear());
        ready.flip();
        return result;
    }

    /// A client that makes us work for nothing is stopped.
    private void count(SSLEngineResult result) throws SSLException {
        if (result.bytesProduced() > 0) {
            payload += result.bytesProduced();
        } else if (++emptyRecords - payload / BYTES_PER_EMPTY_RECORD > FREE_EMPTY_RECORDS) {
            throw new SSLException(
                    emptyRecords + " TLS records without data: expected fewer, as updates of keys are" + " rare");
        }
    }

    /// Does what a record behind the handshake asks for.
    private void goOn(SSLEngine working, HandshakeStatus status) throws IOException {
        switch (status) {
            case NEED_TASK, NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                if (!ended && !working.getSession().getProtocol().equals("TLSv1.3")) {
                    throw new SSLException("the client renegotiates: expected no second handshake (RFC 9325 §3.5)");
                }
                runTasks(working);
            }
            case NEED_WRAP -> {
                if (!working.getSession().getProtocol().equals("TLSv1.3") && !ended) {
                    throw new SSLException("the client renegotiates: expected no second handshake (RFC 9325 §3.5)");
                }
                settle();
            }
            case FINISHED, NOT_HANDSHAKING -> {}
        }
    }

    /// The peer broke TLS, or told us that we did. It is told why, unless somebody writes just now.
    private ClientDisconnectedException broken(SSLException failure) {
        var working = engine();
        if (working != null && writing.tryLock()) {
            try {
                working.closeOutbound();
                sayWhatIsOwed(working);
            } catch (IOException _) {
                // nobody is left to be told
            } finally {
                writing.unlock();
            }
        }
        return new ClientDisconnectedException("TLS with the client failed: " + failure.getMessage(), failure);
    }

    private void endsTruncated() {
        ended = true;
        truncated = true;
    }

    /// Reads more records, or the begin of some, behind what is there.
    ///
    /// @return how many bytes; -1 at the end
    private int fill(ByteBuffer into) throws IOException {
        var input = roomy(into);
        int start = input.position();
        input.position(input.limit()).limit(input.capacity());
        try {
            return lower.read(input);
        } finally {
            input.limit(input.position()).position(start);
        }
    }

    private static ByteBuffer roomy(ByteBuffer input) {
        if (!input.hasRemaining()) {
            return input.clear().limit(0);
        }
        return input.position() > 0 ? input.compact().flip() : input;
    }

    /// What was read and not decrypted, from position to limit.
    private ByteBuffer input() {
        var input = encrypted;
        if (input == null) {
            var working = engine;
            encrypted = input = take(working == null ? 0 : working.getSession().getPacketBufferSize());
            input.limit(0);
        }
        return input;
    }

    private void giveBackRead() {
        var input = encrypted;
        if (input != null && !input.hasRemaining()) {
            encrypted = null;
            giveBack(input);
        }
        var ready = decrypted;
        if (ready != null && !ready.hasRemaining()) {
            decrypted = null;
            giveBack(ready);
        }
    }

    private void checkReading() throws ClientDisconnectedException {
        if (readingOver) { // by a thread that the application left behind
            throw new ClientDisconnectedException("the connection was closed by this server");
        }
    }

    // ------------------------------------------------------------------------------------------ writing

    @Override
    public int write(ByteBuffer source) throws IOException {
        if (phase == Phase.PLAIN) {
            return lower.write(source);
        }
        int before = source.remaining();
        writing.lock();
        try {
            var working = working();
            sendRest();
            do {
                wrap(working, source);
            } while (source.hasRemaining() && hasRoom(output(working), working));
            sayWhatIsOwed(working); // mostly nothing; behind the first answer, the tickets
        } catch (SSLException e) { // the reading side has failed, and with it the engine
            throw new ClientDisconnectedException("TLS with the client failed: " + e.getMessage(), e);
        } finally {
            writing.unlock();
        }
        settleWhatCameMeanwhile();
        return before - source.remaining();
    }

    @Override
    public long sendFile(FileChannel file, long position, long count) throws IOException {
        if (phase == Phase.PLAIN) {
            return lower.sendFile(file, position, count);
        }
        var content = buffers.take().clear();
        try {
            content.limit((int) Math.min(content.capacity(), count));
            int read;
            boolean interrupted = Thread.interrupted(); // with its flag set a thread cannot use a file
            try {
                read = file.read(content, position);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            if (read < 0) {
                throw new EOFException("the file ends at " + file.size() + " bytes, before byte " + position);
            }
            content.flip();
            while (content.hasRemaining()) {
                write(content);
            }
            return read;
        } finally {
            buffers.give(content);
        }
    }

    /// Encrypts a record.
    private void wrap(SSLEngine working, ByteBuffer source) throws IOException {
        int end = source.limit();
        source.limit(source.position() + sizes.next(source.remaining()));
        try {
            var result = wrapRecord(working, source);
            switch (result.getStatus()) {
                case OK -> sizes.sent(result.bytesConsumed());
                case CLOSED -> throw new ClientDisconnectedException("the TLS connection is closed for writing");
                case BUFFER_OVERFLOW, BUFFER_UNDERFLOW ->
                    throw new SSLException("the engine wants other buffers than it said: " + result);
            }
            if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                runTasks(working);
            }
        } finally {
            source.limit(end);
        }
    }

    /// Sends what the engine has to say on its own account, once whoever writes just now is done.
    private void settle() throws IOException {
        owing = true;
        while (owing && writing.tryLock()) {
            try {
                owing = false;
                sayWhatIsOwed(working());
            } finally {
                writing.unlock();
            }
        }
    }

    private void settleWhatCameMeanwhile() throws IOException {
        if (owing) { // looked at behind the unlock, while a reader sets it before it tries the lock
            settle();
        }
    }

    /// Sends what the engine has to say on its own account, in one write as far as it fits, behind what is ready.
    private void sayWhatIsOwed(SSLEngine speaking) throws IOException {
        writing.lock();
        try {
            sendRest();
            while (speaking.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                if (!hasRoom(output(speaking), speaking)) {
                    send();
                }
                if (wrapRecord(speaking, ByteBuffer.allocate(0)).getStatus() == Status.CLOSED) {
                    break;
                }
            }
            send();
        } finally {
            writing.unlock();
        }
    }

    private SSLEngineResult wrapRecord(SSLEngine speaking, ByteBuffer source) throws IOException {
        var output = output(speaking);
        try {
            return speaking.wrap(source, output.position(output.limit()).limit(output.capacity()));
        } finally {
            output.limit(output.position()).position(0);
        }
    }

    /// Whether the engine would write another record into a buffer.
    private static boolean hasRoom(ByteBuffer output, SSLEngine speaking) {
        return output.capacity() - output.limit() >= speaking.getSession().getPacketBufferSize();
    }

    /// Sends the rest of what could not be sent as a whole.
    private void sendRest() throws IOException {
        var output = outgoing;
        if (output != null && output.position() > 0) {
            send();
        }
    }

    /// Sends the records that are ready; when that fails, the rest stays and goes out first next time.
    private void send() throws IOException {
        var output = outgoing;
        if (output == null) {
            return;
        }
        while (output.hasRemaining()) {
            lower.write(output);
        }
        outgoing = null;
        giveBack(output);
    }

    /// Records that are ready, from 0 to limit, with room behind.
    private ByteBuffer output(SSLEngine speaking) throws IOException {
        if (writingOver) {
            throw new ClientDisconnectedException("the connection was closed by this server");
        }
        var output = outgoing;
        if (output == null) {
            outgoing = output = take(speaking.getSession().getPacketBufferSize());
            output.limit(0);
        }
        return output;
    }

    // ------------------------------------------------------------------------------------------ the end

    @Override
    public void start(Runnable driver) {
        lower.start(driver);
    }

    @Override
    public void expire() {
        lower.expire();
    }

    @Override
    public void revive() {
        lower.revive();
    }

    /// Says `close_notify`, and ends our direction.
    @Override
    public void closeOutput() {
        var working = engine();
        if (working != null) {
            writing.lock();
            try {
                working.closeOutbound();
                sayWhatIsOwed(working);
            } catch (IOException _) {
                // the peer is gone, and with it whoever would see the end
            } finally {
                writing.unlock();
            }
        }
        lower.closeOutput();
    }

    /// Says `close_notify` if that needs no waiting, and closes.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        var working = engine();
        if (working != null && writing.tryLock()) { // else somebody is in the middle of a record
            try {
                lower.expire(); // whatever would wait from now on, fails
                working.closeOutbound();
                sayWhatIsOwed(working);
            } catch (IOException _) {
                // the peer is gone, or takes nothing
            } finally {
                writing.unlock();
            }
        }
        lower.close();
    }

    /// Closes without `close_notify`, so that the peer takes nothing for whole.
    @Override
    public void abort() {
        closed = true;
        lower.abort();
    }

    /// Gives the buffers back; the connection has ended, and whoever comes to read or write is told so.
    @Override
    public void release() {
        reading.lock();
        try {
            readingOver = true;
            if (encrypted != null) {
                encrypted.limit(encrypted.position());
            }
            if (decrypted != null) {
                decrypted.limit(decrypted.position());
            }
            giveBackRead();
        } finally {
            reading.unlock();
        }
        writing.lock();
        try {
            writingOver = true;
            var output = outgoing;
            if (output != null) {
                outgoing = null;
                giveBack(output);
            }
        } finally {
            writing.unlock();
        }
    }

    @Override
    public SocketAddress localAddress() {
        return lower.localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return lower.remoteAddress();
    }

    @Override
    public String toString() {
        return "TLS of " + lower;
    }

    private SSLEngine working() throws IOException {
        var working = engine();
        if (working == null) {
            throw new ClientDisconnectedException("the TLS handshake is not over, or failed");
        }
        return working;
    }

    /// A buffer of at least a size, cleared.
    private ByteBuffer take(int size) {
        return size <= RecordBuffers.SIZE ? buffers.take().clear() : ByteBuffer.allocate(size);
    }

    private void giveBack(ByteBuffer buffer) {
        if (buffer.capacity() == RecordBuffers.SIZE) {
            buffers.give(buffer);
        }
    }
}
