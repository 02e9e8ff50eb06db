package wai.warp.arrival;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import wai.ClientDisconnectedException;
import wai.transport.Transport;
import wai.warp.arrival.Agreement.Phase;

/// The handshake of a connection, on its own thread: bounded in bytes, as deadlines bound it in time.
final class TlsHandshake {
    /// What a client may send before its handshake is over: its hello and its certificates are some 20 KiB at most.
    private static final int MOST_HANDSHAKE_BYTES = 128 * 1024;

    private static final int HANDSHAKE_RECORD = 0x16;

    private final TlsContext context;
    private final Agreement agreement;
    private final Transport lower;
    private final RecordReader reader;
    private final RecordWriter writer;

    /// @param context makes the engine
    /// @param agreement is told what comes of it
    TlsHandshake(TlsContext context, Agreement agreement, Transport lower, RecordReader reader, RecordWriter writer) {
        this.context = context;
        this.agreement = agreement;
        this.lower = lower;
        this.reader = reader;
        this.writer = writer;
    }

    /// Agrees on everything with the client, on its first bytes.
    ///
    /// @return whether it speaks TLS
    /// @throws SSLException when they cannot agree; the client has been told why
    /// @throws IOException when the client is gone, or a deadline ran out
    TlsTransport.Outcome run() throws IOException {
        var input = reader.input();
        if (reader.fill(input) < 0) {
            return TlsTransport.Outcome.NOTHING;
        }
        if (isPlain(input.get(input.position()))) {
            agreement.endsAs(Phase.PLAIN);
            return TlsTransport.Outcome.PLAIN;
        }
        var shaking = newEngine();
        agreement.isShapedBy(shaking);
        try {
            shakeHands(shaking, input);
            if (!context.admits(TlsFacts.certificates(shaking.getSession()))) {
                shaking.closeOutbound();
                throw new SSLException("the certificate of the client was refused by the decision that was set");
            }
            context.endNegotiation(shaking);
            agreement.endsAs(Phase.SECURED);
        } catch (SSLException e) {
            agreement.endsAs(Phase.FAILED);
            tellWhy(shaking);
            throw e;
        } finally {
            context.forgetHandshake();
        }
        return TlsTransport.Outcome.SECURED;
    }

    private SSLEngine newEngine() throws SSLException {
        try {
            return context.newEngine();
        } catch (GeneralSecurityException e) {
            throw new SSLException("no engine for TLS: " + e.getMessage(), e);
        }
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
                case NEED_WRAP -> writer.sayWhatIsOwed(shaking);
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (!hear(shaking, input)) {
                        int count = reader.fill(input);
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
            writer.sayWhatIsOwed(broken);
        } catch (IOException _) {
            // nobody is left to be told
        }
        lower.closeOutput();
    }

    /// Does what the engine leaves to us because it takes long; on this thread, as there is nothing else to do.
    static void runTasks(SSLEngine shaking) {
        Runnable task;
        while ((task = shaking.getDelegatedTask()) != null) {
            task.run();
        }
    }
}
