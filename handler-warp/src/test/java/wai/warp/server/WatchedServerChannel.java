package wai.warp.server;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// A listening socket that counts how often it is asked for a connection, whatever comes of it.
public class WatchedServerChannel extends ServerSocketChannel {
    private final ServerSocketChannel real;
    private final AtomicLong accepts = new AtomicLong();

    /// @param real a bound socket; belongs to this one
    public WatchedServerChannel(ServerSocketChannel real) {
        super(SelectorProvider.provider());
        this.real = real;
    }

    /// How often `accept` was called.
    public final long accepts() {
        return accepts.get();
    }

    @Override
    public SocketChannel accept() throws IOException {
        accepts.incrementAndGet();
        return real.accept();
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        real.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        real.configureBlocking(block);
    }

    @Override
    public final SocketAddress getLocalAddress() throws IOException {
        return real.getLocalAddress();
    }

    @Override
    public final ServerSocketChannel bind(SocketAddress local, int backlog) throws IOException {
        return real.bind(local, backlog);
    }

    @Override
    public final <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        return real.setOption(name, value);
    }

    @Override
    public final <T> T getOption(SocketOption<T> name) throws IOException {
        return real.getOption(name);
    }

    @Override
    public final Set<SocketOption<?>> supportedOptions() {
        return real.supportedOptions();
    }

    @Override
    public final ServerSocket socket() {
        return real.socket();
    }
}
