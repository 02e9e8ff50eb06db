package wai.warp.arrival;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wai.transport.Transport;
import wai.warp.settings.ProxyHeader;
import wai.warp.settings.ProxyProtocol;
import wai.warp.settings.ProxyProtocol.Mode;
import wai.warp.settings.ProxyTls;

/// A transport that begins with a PROXY header: behind it, the same bytes and the addresses that the header named.
///
/// Reading belongs to one thread at a time, as in every transport; what was read behind the header is handed out first.
final class ProxiedTransport extends LayeredTransport {
    private static final int FIRST_SIZE = 512;

    private final ProxyProtocol protocol;
    private @Nullable ByteBuffer leftover;
    private volatile @Nullable ProxyHeader header;

    /// @param lower the socket
    /// @param protocol what was set
    ProxiedTransport(Transport lower, ProxyProtocol protocol) {
        super(lower);
        this.protocol = protocol;
    }

    /// Reads the header, before anything else is read.
    ///
    /// @throws IOException when there is none where there must be one, or it is malformed; when the peer is gone, or a
    ///     deadline ran out
    void readHeader() throws IOException {
        var sender = lower.remoteAddress();
        if (!protocol.isTrusted(sender)) {
            if (protocol.mode() == Mode.REQUIRED) {
                throw new ProxyFault("a connection from " + sender + ": expected one from " + protocol.trusted());
            }
            return;
        }
        var engine = new ProxyEngine(protocol.mode(), sender);
        var input = ByteBuffer.allocate(FIRST_SIZE).limit(0);
        ProxyEvent event;
        while ((event = engine.nextEvent(input)) == ProxyEvent.Signal.NEED_INPUT) {
            if (input.limit() == input.capacity()) {
                input = ByteBuffer.allocate(ProxyEngine.LONGEST_2).put(input).flip();
            }
            int end = input.limit();
            int count = lower.read(input.limit(input.capacity()).position(end));
            input.limit(input.position()).position(0);
            if (count < 0) {
                event = engine.endOfInput(input);
                break;
            }
        }
        if (event instanceof ProxyEvent.Header(ProxyHeader found)) {
            header = found;
        }
        leftover = input.hasRemaining() ? input : null;
    }

    /// What the header said.
    Optional<ProxyHeader> header() {
        return Optional.ofNullable(header);
    }

    /// Whether the client spoke TLS with the balancer.
    boolean isSecure() {
        return header().flatMap(ProxyHeader::tls).filter(ProxyTls::isUsed).isPresent();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int count = takeLeftover(target);
        return count > 0 ? count : lower.read(target);
    }

    @Override
    public void awaitInput() throws IOException {
        if (leftover == null) {
            lower.awaitInput();
        }
    }

    @Override
    public boolean awaitInput(Runnable driver) {
        return leftover == null && lower.awaitInput(driver);
    }

    @Override
    public int readNow(ByteBuffer target) throws IOException {
        int count = takeLeftover(target);
        return count > 0 ? count : lower.readNow(target);
    }

    @Override
    public boolean isDrained() {
        return leftover == null && lower.isDrained();
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return lower.write(source);
    }

    @Override
    public long sendFile(FileChannel file, long position, long count) throws IOException {
        return lower.sendFile(file, position, count);
    }

    /// The address that the client reached.
    @Override
    public SocketAddress localAddress() {
        return header().flatMap(ProxyHeader::destination).orElseGet(lower::localAddress);
    }

    /// The client's address.
    @Override
    public SocketAddress remoteAddress() {
        return header().flatMap(ProxyHeader::source).orElseGet(lower::remoteAddress);
    }

    @Override
    public String toString() {
        return remoteAddress() + " through " + lower;
    }

    private int takeLeftover(ByteBuffer target) {
        var bytes = leftover;
        if (bytes == null) {
            return 0;
        }
        int count = Math.min(bytes.remaining(), target.remaining());
        target.put(bytes.slice().limit(count));
        bytes.position(bytes.position() + count);
        if (!bytes.hasRemaining()) {
            leftover = null;
        }
        return count;
    }
}
