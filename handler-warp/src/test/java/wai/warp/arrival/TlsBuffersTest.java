package wai.warp.arrival;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import wai.transport.Transport;
import wai.warp.memory.MemoryTransport;
import wai.warp.memory.TlsPeer;
import wai.warp.tls.TestAuthority;
import wai.warp.tls.Tls;

/// That TLS makes no buffers where it can borrow them.
@Timeout(60) // a safety net, nothing depends on it
class TlsBuffersTest {
    private static final int MEBIBYTE = 1 << 20;
    private static final int SENT = 8;
    private static final TestAuthority AUTHORITY = TestAuthority.create("root");

    @TempDir
    private Path folder;

    /// What garbage is left is what the JDK's engine makes for each record.
    @Test
    void aFileIsReadAndEncryptedInTheSameTwoBuffers() throws Exception {
        var wire = new Discarding();
        var context = new TlsContext(Tls.of(AUTHORITY.issue("a", "a.test")), List.of("http/1.1"));
        var buffers = new TwoBuffers();
        var server = new TlsTransport(wire, context, buffers);
        var serving = new FutureTask<>(server::handshake);
        Thread.startVirtualThread(serving);
        new TlsPeer(wire.memory, AUTHORITY.root(), "TLSv1.3").shakeHands(false);
        serving.get();
        wire.discards = true;
        var path = Files.write(folder.resolve("file"), new byte[MEBIBYTE]);
        try (var file = FileChannel.open(path)) {
            for (int i = 0; i < SENT; i++) {
                send(server, file);
            }
        }
        assertThat(wire.discarded).isGreaterThan((long) SENT * MEBIBYTE);
        server.close();
        server.release();
        assertThat(buffers.made).isEqualTo(2);
    }

    private static void send(TlsTransport server, FileChannel file) throws IOException {
        for (long at = 0; at < MEBIBYTE; ) {
            at += server.sendFile(file, at, MEBIBYTE - at);
        }
    }

    /// Hands the same two buffers out again and again.
    private static final class TwoBuffers implements RecordBuffers {
        private final ByteBuffer[] free = new ByteBuffer[2];
        private int count;
        private int made;

        @Override
        public synchronized ByteBuffer take() {
            if (count == 0) {
                made++;
                return ByteBuffer.allocate(SIZE);
            }
            return free[--count];
        }

        @Override
        public synchronized void give(ByteBuffer buffer) {
            free[count++] = buffer;
        }
    }

    /// A wire that, in the end, forgets what is written.
    private static final class Discarding implements Transport {
        private final MemoryTransport memory = new MemoryTransport();
        private volatile boolean discards;
        private long discarded;

        @Override
        public int read(ByteBuffer target) throws IOException {
            return memory.read(target);
        }

        @Override
        public int readNow(ByteBuffer target) throws IOException {
            return memory.readNow(target);
        }

        @Override
        public boolean isDrained() {
            return memory.isDrained();
        }

        @Override
        public void awaitInput() throws IOException {
            memory.awaitInput();
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            if (!discards) {
                return memory.write(source);
            }
            int count = source.remaining();
            source.position(source.limit());
            discarded += count;
            return count;
        }

        @Override
        public long sendFile(FileChannel file, long position, long count) throws IOException {
            return memory.sendFile(file, position, count);
        }

        @Override
        public void start(Runnable driver) {
            memory.start(driver);
        }

        @Override
        public void expire() {
            memory.expire();
        }

        @Override
        public void revive() {
            memory.revive();
        }

        @Override
        public void closeOutput() {
            memory.closeOutput();
        }

        @Override
        public void close() {
            memory.close();
        }

        @Override
        public void abort() {
            memory.abort();
        }

        @Override
        public SocketAddress localAddress() {
            return memory.localAddress();
        }

        @Override
        public SocketAddress remoteAddress() {
            return memory.remoteAddress();
        }
    }
}
