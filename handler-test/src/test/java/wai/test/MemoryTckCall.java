package wai.test;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import wai.Bytes;
import wai.BytesBuilder;
import wai.Headers;
import wai.tck.ClientCall;
import wai.tck.ClientHead;
import wai.tck.ClientRequest;

/// An exchange of the kit over a [LiveResponse].
///
/// A request without a body is sent at the first flush, with what was written by then: the first bytes of an upgrade.
final class MemoryTckCall implements ClientCall {
    /// How many heads and pieces a failure shows, and how many bytes of each piece.
    private static final int SHOWN_PARTS = 20;

    private static final int SHOWN_BYTES = 200;

    private final Sending sending;
    private final Receiving receiving = new Receiving();
    private final Queue<String> transcript = new ConcurrentLinkedQueue<>();
    /// Written once, by whichever side of the exchange comes first.
    private volatile @Nullable LiveResponse live;

    private final @Nullable TestRequest unsent;

    MemoryTckCall(TestRequest unsent) {
        this.unsent = unsent;
        this.sending = new Sending();
    }

    MemoryTckCall(LiveResponse live) {
        this.unsent = null;
        this.live = live;
        this.sending = new Sending();
    }

    @Override
    public OutputStream body() {
        return sending;
    }

    @Override
    public void endBody(Headers trailers) throws IOException {
        if (unsent == null) {
            live().upload().end(trailers);
        } else {
            sending.flush();
            live().raw().closeOutput();
        }
    }

    @Override
    public ClientHead nextHead() throws IOException {
        return bounded(() -> {
            var live = live();
            var early = live.nextInformational();
            var head = early.isPresent()
                    ? new ClientHead(early.get().status().code(), early.get().headers())
                    : new ClientHead(live.status().code(), live.headers());
            show(head.toString());
            return head;
        });
    }

    @Override
    public InputStream content() {
        return receiving;
    }

    @Override
    public Headers trailers() {
        return live().rest().trailers();
    }

    @Override
    public Optional<ClientCall> next(ClientRequest request) {
        return Optional.empty(); // there are no connections
    }

    @Override
    public void disconnect() {
        live().disconnect();
    }

    @Override
    public String transcript() {
        return String.join("\n", transcript);
    }

    /// Does not wait for the application, which may wait for the kit.
    @Override
    public void close() {
        var sent = live;
        if (sent != null) {
            sent.disconnect();
        }
    }

    private void show(String part) {
        if (transcript.size() < SHOWN_PARTS) {
            transcript.add(part);
        }
    }

    private synchronized LiveResponse live() {
        var sent = live;
        if (sent == null) {
            sent = Objects.requireNonNull(unsent)
                    .earlyBytes(sending.early.toBytes())
                    .open();
            live = sent;
        }
        return sent;
    }

    /// In the words of the kit: exceptions of streams in place of those for tests.
    private static <T> T bounded(Attempt<T> attempt) throws IOException {
        try {
            return attempt.make();
        } catch (IncompleteResponseException cut) {
            throw new IOException(cut);
        } catch (AssertionError late) {
            var timeout = new SocketTimeoutException(late.getMessage());
            timeout.initCause(late);
            throw timeout;
        }
    }

    @FunctionalInterface
    private interface Attempt<T> {
        T make() throws IOException;
    }

    private final class Sending extends OutputStream {
        final BytesBuilder early = new BytesBuilder();

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] array, int offset, int length) throws IOException {
            var bytes = Bytes.of(array.clone(), offset, length);
            if (unsent == null) {
                bounded(() -> live().upload().write(bytes));
            } else if (live == null) {
                early.bytes(bytes);
            } else {
                bounded(() -> live().raw().write(bytes));
            }
        }

        @Override
        public void flush() {
            live();
        }

        @Override
        public void close() throws IOException {
            endBody(Headers.EMPTY);
        }
    }

    /// The body piece by piece; after an upgrade the bytes of the raw connection.
    private final class Receiving extends InputStream {
        private byte[] piece = {};
        private int taken;
        private boolean ended;

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, target.length);
            if (length == 0) {
                return 0;
            }
            return bounded(() -> {
                if (live().status().code() == 101) {
                    return live().raw().input().read(target, offset, length);
                }
                if (taken == piece.length && !ended) {
                    var next = live().nextChunk();
                    ended = next.isEmpty();
                    piece = next.orElse(Bytes.EMPTY).toByteArray();
                    taken = 0;
                    show(new String(piece, 0, Math.min(piece.length, SHOWN_BYTES), ISO_8859_1));
                }
                int count = Math.min(length, piece.length - taken);
                System.arraycopy(piece, taken, target, offset, count);
                taken += count;
                return ended ? -1 : count;
            });
        }
    }
}
