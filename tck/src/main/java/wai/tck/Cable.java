package wai.tck;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import wai.HttpVersion;

/// A connection to an [Endpoint]: bytes both ways, through TLS where there is some.
final class Cable implements AutoCloseable {
    private final Socket plain;
    /// The same as `plain` in the clear.
    private final Socket socket;

    private final OutputStream output;
    /// Held while something is written: TLS cannot be closed in good order meanwhile, as closing writes, too.
    private final ReentrantLock writing = new ReentrantLock();

    private Cable(Socket plain, Socket socket) throws IOException {
        this.plain = plain;
        this.socket = socket;
        this.output = new Guarded(socket.getOutputStream());
    }

    /// Connects, and makes the handshake of TLS.
    ///
    /// @param patience how long connecting and each read may take
    @SuppressWarnings("AddressSelection") // the backend tells the address, there is nothing to select
    static Cable connect(Endpoint endpoint, Duration patience) throws IOException {
        int millis = Math.toIntExact(patience.toMillis());
        var plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(millis);
            plain.connect(endpoint.address(), millis);
            var tls = endpoint.tls();
            return new Cable(plain, tls.isPresent() ? secured(plain, tls.get(), endpoint) : plain);
        } catch (IOException | CaseFailure e) {
            plain.close();
            throw e;
        }
    }

    private static Socket secured(Socket plain, SSLContext context, Endpoint endpoint) throws IOException {
        var protocol = endpoint.version() == HttpVersion.HTTP_2 ? "h2" : "http/1.1";
        // the address in place of a name: no server is asked for a name that it may not have
        var host = Optional.ofNullable(endpoint.address().getAddress())
                .map(InetAddress::getHostAddress)
                .orElse(endpoint.address().getHostString());
        var socket = (SSLSocket) context.getSocketFactory()
                .createSocket(plain, host, endpoint.address().getPort(), true);
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        var chosen = socket.getApplicationProtocol();
        boolean mustChoose = endpoint.version() == HttpVersion.HTTP_2;
        if (!chosen.equals(protocol) && (mustChoose || !chosen.isEmpty())) {
            throw new CaseFailure("ALPN chose \"" + chosen + "\" of \"" + protocol + "\" (RFC 7301 §3.2)");
        }
        return socket;
    }

    InetSocketAddress localAddress() {
        return (InetSocketAddress) plain.getLocalSocketAddress();
    }

    /// Whether there is TLS.
    boolean isSecure() {
        return socket instanceof SSLSocket;
    }

    InputStream input() throws IOException {
        return socket.getInputStream();
    }

    OutputStream output() {
        return output;
    }

    /// Lets reads wait as long as it takes; for a reader that others do not wait for without a limit.
    void readWithoutLimit() throws SocketException {
        plain.setSoTimeout(0);
    }

    /// Ends our direction and leaves the other open.
    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /// Breaks the connection, in the middle of TLS too: the server gets a reset.
    void reset() {
        try {
            plain.setSoLinger(true, 0);
            plain.close();
        } catch (IOException _) {
            // closed already
        }
    }

    @Override
    public void close() {
        try {
            if (writing.tryLock()) {
                try {
                    socket.close();
                } finally {
                    writing.unlock();
                }
            }
        } catch (IOException _) {
            // there is nothing left to lose
        }
        try {
            plain.close();
        } catch (IOException _) {
            // nor here
        }
    }

    private final class Guarded extends FilterOutputStream {
        Guarded(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] array, int offset, int count) throws IOException {
            writing.lock();
            try {
                out.write(array, offset, count);
            } finally {
                writing.unlock();
            }
        }
    }
}
