package wai.test;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/// A connection to a server: a socket, through TLS where there is some. One thread reads, another writes.
///
/// An end of TLS without `close_notify` is an exception, where the JDK takes it for an end: whoever reads up to the end
/// of a connection could not tell a whole body from one that was cut (RFC 8446 §6.1).
final class Wire implements AutoCloseable {
    private static final String PROTOCOL = "http/1.1";

    private final Plain plain;
    /// The same as `plain` in the clear.
    private Socket socket;

    /// Held while something is written: closing TLS in good order writes, too, and would wait for whoever does.
    private final ReentrantLock writing = new ReentrantLock();

    private Wire(Plain plain) {
        this.plain = plain;
        this.socket = plain;
    }

    /// Connects, in the clear.
    static Wire connect(String host, int port) throws IOException {
        return new Wire(new Plain(host, port));
    }

    /// Makes the handshake of TLS; before anything else is read or written.
    ///
    /// @param name of the server that is asked for (SNI), and that its certificate must have if that is checked; a name
    ///     or an address
    /// @param checksName whether it is
    void secure(SSLContext context, String name, boolean checksName) throws IOException {
        var secured = (SSLSocket) context.getSocketFactory().createSocket(plain, name, plain.getPort(), true);
        var parameters = secured.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {PROTOCOL});
        serverName(name).ifPresent(server -> parameters.setServerNames(List.of(server)));
        if (checksName) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS"); // RFC 9110 §4.3.4
        }
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        socket = secured;
    }

    /// Names can be asked for, addresses cannot (RFC 6066 §3).
    private static Optional<SNIHostName> serverName(String name) {
        try {
            InetAddress.ofLiteral(name);
            return Optional.empty();
        } catch (IllegalArgumentException _) { // no address
            try {
                return Optional.of(new SNIHostName(name));
            } catch (IllegalArgumentException _) { // nor a name that could be asked for
                return Optional.empty();
            }
        }
    }

    /// What was agreed on; empty in the clear.
    Optional<SSLSession> session() {
        return socket instanceof SSLSocket secured ? Optional.of(secured.getSession()) : Optional.empty();
    }

    InputStream input() throws IOException {
        var in = socket.getInputStream();
        return session().isPresent() ? new Untruncated(in) : in;
    }

    OutputStream output() throws IOException {
        return new Guarded(socket.getOutputStream());
    }

    /// Ends our direction and leaves the other open.
    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /// Ends the connection at once; from any thread.
    void cut() {
        try {
            plain.close();
        } catch (IOException _) {
            // it is as closed as it can be
        }
    }

    /// Ends the connection, with the goodbye of TLS unless somebody writes just now.
    @Override
    public void close() {
        if (writing.tryLock()) {
            try {
                socket.close();
            } catch (IOException _) {
                // nobody is left to be told
            } finally {
                writing.unlock();
            }
        }
        cut();
    }

    /// A socket that knows whether its end was read.
    private static final class Plain extends Socket {
        private volatile boolean ended;

        Plain(String host, int port) throws IOException {
            super(host, port);
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read() throws IOException {
                    return noted(super.read());
                }

                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    return noted(super.read(target, offset, length));
                }

                private int noted(int result) {
                    ended |= result < 0;
                    return result;
                }
            };
        }
    }

    /// The JDK reads no further than to the goodbye; so an end of the socket came in its place.
    private final class Untruncated extends FilterInputStream {
        Untruncated(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            return checked(super.read());
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return checked(super.read(target, offset, length));
        }

        private int checked(int result) throws EOFException {
            if (result < 0 && plain.ended) {
                throw new EOFException("the TLS connection ended without close_notify (RFC 8446 §6.1)");
            }
            return result;
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
        public void write(byte[] array, int offset, int length) throws IOException {
            writing.lock();
            try {
                out.write(array, offset, length);
            } finally {
                writing.unlock();
            }
        }
    }
}
