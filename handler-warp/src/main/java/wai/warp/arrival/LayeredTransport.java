package wai.warp.arrival;

import java.net.SocketAddress;
import wai.transport.Transport;

/// A transport over another one: it changes what is read and written, and leaves threads, deadlines and addresses to
/// the one below.
abstract class LayeredTransport implements Transport {
    /// The one below.
    final Transport lower;

    LayeredTransport(Transport lower) {
        this.lower = lower;
    }

    @Override
    public final void start(Runnable driver) {
        lower.start(driver);
    }

    @Override
    public final void stay() {
        lower.stay();
    }

    @Override
    public final boolean settle() {
        return lower.settle();
    }

    @Override
    public final boolean restsFreely() {
        return lower.restsFreely();
    }

    @Override
    public final void nudge() {
        lower.nudge();
    }

    @Override
    public final void expire() {
        lower.expire();
    }

    @Override
    public final void revive() {
        lower.revive();
    }

    @Override
    public void closeOutput() {
        lower.closeOutput();
    }

    @Override
    public void close() {
        lower.close();
    }

    @Override
    public void abort() {
        lower.abort();
    }

    @Override
    public SocketAddress localAddress() {
        return lower.localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return lower.remoteAddress();
    }
}
