package wai.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/// A socket by its number, for direct calls. The number of a closed socket is soon another connection's: so none is
/// closed while a call is under way, and no call begins when it is closed.
///
/// Its value is how many calls are under way; the sign says that the socket is to be closed, by whoever ends the last.
final class DirectSocket extends AtomicInteger {
    private static final long serialVersionUID = 1;
    private static final int CLOSING = Integer.MIN_VALUE;

    private final transient SystemCalls calls;
    private final int descriptor;

    DirectSocket(SystemCalls calls, int descriptor) {
        this.calls = calls;
        this.descriptor = descriptor;
    }

    /// Begins a call; [#end()] must follow in any case.
    ///
    /// @return false when the socket is closed or to be closed, and there must be no call
    boolean begin() {
        return getAndIncrement() >= 0;
    }

    /// Ends a call.
    ///
    /// @return whether the socket is to be closed, by the caller; it may have been by now
    boolean end() {
        return decrementAndGet() == CLOSING;
    }

    /// Lets no call begin any more.
    ///
    /// @return whether the socket is to be closed by the caller; else whoever ends the last call is told to
    boolean close() {
        return getAndAccumulate(CLOSING, (value, closing) -> value | closing) == 0;
    }

    /// See [SystemCalls#receive]; within a call that began.
    int receive(ByteBuffer target) throws IOException {
        return calls.receive(descriptor, target);
    }

    /// See [SystemCalls#send]; within a call that began.
    int send(ByteBuffer source) throws IOException {
        return calls.send(descriptor, source);
    }

    /// See [SystemCalls#incomingProcessor]; within a call that began.
    int incomingProcessor() {
        return calls.incomingProcessor(descriptor);
    }
}
