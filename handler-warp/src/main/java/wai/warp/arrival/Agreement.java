package wai.warp.arrival;

import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;

/// What a connection and its client have agreed on: how far the handshake came, and the engine that speaks for us.
///
/// Written by the thread that makes the handshake; read by any.
final class Agreement {
    /// How far the handshake came.
    enum Phase {
        SHAKING_HANDS,
        SECURED,
        PLAIN,
        FAILED
    }

    private volatile Phase phase = Phase.SHAKING_HANDS;
    private volatile @Nullable SSLEngine engine;

    Phase phase() {
        return phase;
    }

    /// The client speaks TLS, and an engine begins to answer it.
    void isShapedBy(SSLEngine shaking) {
        engine = shaking;
    }

    /// The handshake is over.
    void endsAs(Phase outcome) {
        phase = outcome;
    }

    /// The engine, once the connection is secured.
    @Nullable
    SSLEngine engine() {
        return phase == Phase.SECURED ? engine : null;
    }

    /// The engine, once the connection is secured.
    ///
    /// @throws ClientDisconnectedException before, or when that failed
    SSLEngine working() throws ClientDisconnectedException {
        var working = engine();
        if (working == null) {
            throw new ClientDisconnectedException("the TLS handshake is not over, or failed");
        }
        return working;
    }

    /// How many bytes a record may have that is read.
    int packetSize() {
        var working = engine;
        return working == null ? 0 : working.getSession().getPacketBufferSize();
    }
}
