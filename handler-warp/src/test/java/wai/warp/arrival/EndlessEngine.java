package wai.warp.arrival;

import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// An engine whose handshake takes all that comes and never ends: what those of others may do, which bound less than
/// the JDK's.
final class EndlessEngine extends SSLEngine {
    private final SSLSession session;
    private boolean closed;

    EndlessEngine() throws NoSuchAlgorithmException {
        session = SSLContext.getDefault().createSSLEngine().getSession();
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length) {
        int count = source.remaining();
        source.position(source.limit());
        return new SSLEngineResult(
                count == 0 ? Status.BUFFER_UNDERFLOW : Status.OK, HandshakeStatus.NEED_UNWRAP, count, 0);
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer target) {
        return new SSLEngineResult(Status.CLOSED, HandshakeStatus.NOT_HANDSHAKING, 0, 0);
    }

    @Override
    public HandshakeStatus getHandshakeStatus() {
        return HandshakeStatus.NEED_UNWRAP;
    }

    @Override
    public SSLSession getSession() {
        return session;
    }

    @Override
    public void closeOutbound() {
        closed = true;
    }

    @Override
    public boolean isOutboundDone() {
        return closed;
    }

    // ------------------------------------------------------------------------------------------ nobody asks

    @Override
    public @Nullable Runnable getDelegatedTask() {
        return null;
    }

    @Override
    public void closeInbound() {}

    @Override
    public boolean isInboundDone() {
        return false;
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return new String[0];
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return new String[0];
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {}

    @Override
    public String[] getSupportedProtocols() {
        return new String[0];
    }

    @Override
    public String[] getEnabledProtocols() {
        return new String[0];
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {}

    @Override
    public void beginHandshake() {}

    @Override
    public void setUseClientMode(boolean mode) {}

    @Override
    public boolean getUseClientMode() {
        return false;
    }

    @Override
    public void setNeedClientAuth(boolean need) {}

    @Override
    public boolean getNeedClientAuth() {
        return false;
    }

    @Override
    public void setWantClientAuth(boolean want) {}

    @Override
    public boolean getWantClientAuth() {
        return false;
    }

    @Override
    public void setEnableSessionCreation(boolean flag) {}

    @Override
    public boolean getEnableSessionCreation() {
        return false;
    }
}
