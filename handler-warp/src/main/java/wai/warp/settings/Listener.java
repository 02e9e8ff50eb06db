package wai.warp.settings;

import static java.util.Objects.requireNonNull;

import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import wai.warp.tls.Tls;

/// One place where a server takes connections; a server may have several ([WarpSettings#withListeners]), which share
/// its limits and its stop.
///
/// ```java
/// var settings = WarpSettings.defaults()
///         .withListeners(List.of(Listener.tcp("127.0.0.1", 8080), Listener.unix(Path.of("/run/app/http"))));
/// ```
///
/// No write waits for the acknowledgement of an earlier one (`TCP_NODELAY`): Warp gathers what belongs together itself.
public final class Listener {
    /// What a listener is bound to.
    public sealed interface Place permits Tcp, Unix, Given, Inherited {}

    /// A TCP address.
    ///
    /// @param host a name, an address, or a form of `*`, as [#tcp(String, int)] explains
    /// @param port 0 to 65535; 0 for any free one
    public record Tcp(String host, int port) implements Place {
        /// Checks both.
        ///
        /// @throws IllegalArgumentException when the host is blank or `!6`, or the port out of range
        public Tcp {
            if (host.isBlank()) {
                throw new IllegalArgumentException("host is blank: expected a name, an address, or *");
            }
            if (host.equals("!6")) {
                throw new IllegalArgumentException("host !6: the JDK opens no socket for IPv6 alone on all addresses;"
                        + " give an IPv6 address, or a socket made elsewhere (Listener.inherited)");
            }
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("port " + port + ": expected 0 to 65535");
            }
        }
    }

    /// A Unix socket.
    ///
    /// @param path where its file is
    public record Unix(Path path) implements Place {}

    /// A socket that the program opened.
    ///
    /// @param channel the socket, bound
    public record Given(ServerSocketChannel channel) implements Place {}

    /// The socket that is the standard input of the process.
    public record Inherited() implements Place {}

    private final Place place;
    private final int backlog;
    private final Optional<Set<PosixFilePermission>> permissions;
    private final boolean portShared;
    private final boolean keepAlive;
    private final int receiveBuffer;
    private final int sendBuffer;
    private final Optional<ProxyProtocol> proxyProtocol;
    private final Optional<Tls> tls;
    private final Optional<HttpsRedirect> redirect;

    private Listener(Builder builder) {
        place = builder.place;
        backlog = builder.backlog;
        permissions = builder.permissions;
        portShared = builder.portShared;
        keepAlive = builder.keepAlive;
        receiveBuffer = builder.receiveBuffer;
        sendBuffer = builder.sendBuffer;
        proxyProtocol = builder.proxyProtocol;
        tls = builder.tls;
        redirect = builder.redirect;
        if (tls.isPresent() && redirect.isPresent()) {
            throw new IllegalArgumentException("TLS and a redirect to it on " + this
                    + ": expected a listener for each; Tls.withPlain is for plain HTTP on a port of TLS");
        }
    }

    /// A TCP port of one address, or of all.
    ///
    /// A name stands for the first address that it resolves to when the server starts. `*` means all addresses of the
    /// machine, IPv6 and IPv4 in one socket; Warp's `*4` and `*6` are taken to mean the same, since no protocol need be
    /// preferred where both are served. `!4` means all IPv4 addresses and no IPv6. `!6` is refused, because the JDK
    /// cannot open such a socket.
    ///
    /// @param host a name, an address (IPv6 with or without brackets), `*`, `*4`, `*6`, or `!4`
    /// @param port 0 to 65535; 0 for any free one
    /// @return the listener
    /// @throws IllegalArgumentException when the host is blank or `!6`, or the port out of range
    public static Listener tcp(String host, int port) {
        return new Listener(new Builder(new Tcp(host, port)));
    }

    /// A TCP port of all addresses of the machine, IPv6 and IPv4.
    ///
    /// @param port 0 to 65535; 0 for any free one
    /// @return the listener
    /// @throws IllegalArgumentException when the port is out of range
    public static Listener tcp(int port) {
        return tcp("*", port);
    }

    /// A Unix socket. Its file is made when the server starts and deleted when it stops; a file that an ended server
    /// left behind is replaced, any other is not.
    ///
    /// @param path where its file will be; the system allows some 100 bytes
    /// @return the listener
    public static Listener unix(Path path) {
        return new Listener(new Builder(new Unix(requireNonNull(path, "path"))));
    }

    /// A socket that the program has opened and bound, blocking or not, TCP or Unix. It belongs to the server from the
    /// start on, also when starting fails, and is closed when the server stops. The file of a Unix socket is left to
    /// the program.
    ///
    /// @param channel the socket
    /// @return the listener
    public static Listener of(ServerSocketChannel channel) {
        return new Listener(new Builder(new Given(requireNonNull(channel, "channel"))));
    }

    /// The socket that the process got as its standard input ([System#inheritedChannel]): from inetd in `wait` mode,
    /// from systemd by
    ///
    /// ```text
    /// # app.socket            # app.service
    /// [Socket]                [Service]
    /// ListenStream=80         StandardInput=socket
    ///                         StandardOutput=journal
    ///                         StandardError=journal
    ///                         ExecStart=/usr/bin/java -jar /opt/app.jar
    /// ```
    ///
    /// or, where it is another descriptor (systemd's first is 3), by a shell: `exec java -jar app.jar <&3`.
    ///
    /// Port 80 needs no rights then, and connections that come while the program restarts wait in the socket instead of
    /// being refused. So it is not closed when the server stops: whoever made it keeps it, and a later server of this
    /// process may use it again. (The JDK would also send standard output and error to nowhere when it is closed.)
    ///
    /// @return the listener
    public static Listener inherited() {
        return new Listener(new Builder(new Inherited()));
    }

    /// What it is bound to.
    ///
    /// @return the place
    public Place place() {
        return place;
    }

    /// How many connections the kernel keeps until they are accepted. A few are lost to clients' retries in a burst
    /// when it is small; nothing is gained beyond the kernel's own limit (Linux: `net.core.somaxconn`, mostly 4096).
    /// Sockets that are given or inherited have one already.
    ///
    /// @return a number; 1024 unless set
    public int backlog() {
        return backlog;
    }

    /// The permissions of a Unix socket's file; who may write to it may connect. They are set right after the file is
    /// made, with those of the process's mask until then: where that moment matters, put it into a private directory.
    ///
    /// @return the permissions; empty, for what the process's mask leaves, unless set
    public Optional<Set<PosixFilePermission>> permissions() {
        return permissions;
    }

    /// Whether other processes may listen on the same TCP port (`SO_REUSEPORT`); the kernel then spreads the
    /// connections over them. They all need it, and the same user. For restarts without a gap, or several processes
    /// on one machine.
    ///
    /// @return false unless set
    public boolean isPortShared() {
        return portShared;
    }

    /// Whether the kernel asks silent TCP peers whether they are still there (`SO_KEEPALIVE`; Linux begins after two
    /// hours of silence). Warp's time-outs find dead peers sooner; this is for raw connections and for applications
    /// that work for hours, where none runs.
    ///
    /// @return false unless set
    public boolean keepAlive() {
        return keepAlive;
    }

    /// How much the kernel receives ahead for each TCP connection (`SO_RCVBUF`). A small one slows uploads over long
    /// lines and saves kernel memory under a flood; a large one takes that memory from everybody else.
    ///
    /// @return bytes; 0, for the kernel's own choice, which grows with need, unless set
    public int receiveBuffer() {
        return receiveBuffer;
    }

    /// How much the kernel takes to be sent for each connection (`SO_SNDBUF`). With a small one a slow client holds
    /// less kernel memory, and its time-out is noticed sooner; a fast one far away is served slower.
    ///
    /// @return bytes; 0, for the kernel's own choice, which grows with need, unless set
    public int sendBuffer() {
        return sendBuffer;
    }

    /// Whether connections begin with a PROXY header, by which a balancer tells who the client is.
    ///
    /// @return the setting; empty, for connections of clients themselves, unless set
    public Optional<ProxyProtocol> proxyProtocol() {
        return proxyProtocol;
    }

    /// Whether, and how, TLS is spoken; behind a PROXY header, if there is to be one as well.
    ///
    /// @return the settings; empty, for plain HTTP, unless set
    public Optional<Tls> tls() {
        return tls;
    }

    /// Whether all that comes by plain HTTP is sent to `https`, and none of it to the application.
    ///
    /// @return the setting; empty, so that the application serves it, unless set
    public Optional<HttpsRedirect> redirect() {
        return redirect;
    }

    /// Sets [#backlog()].
    ///
    /// @param connections 1 or more; the kernel may have a lower limit
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is less than 1
    public Listener withBacklog(int connections) {
        if (connections < 1) {
            throw new IllegalArgumentException("backlog " + connections + ": expected 1 or more");
        }
        var builder = new Builder(this);
        builder.backlog = connections;
        return new Listener(builder);
    }

    /// Sets [#permissions()].
    ///
    /// @param set who may do what; [java.nio.file.attribute.PosixFilePermissions#fromString] reads `rw-rw----`
    /// @return the changed copy
    /// @throws IllegalArgumentException when this is no Unix socket
    public Listener withPermissions(Set<PosixFilePermission> set) {
        if (!(place instanceof Unix)) {
            throw new IllegalArgumentException("permissions of " + place + ": expected a Unix socket");
        }
        var builder = new Builder(this);
        builder.permissions = Optional.of(Set.copyOf(set));
        return new Listener(builder);
    }

    /// Shares the port with other processes ([#isPortShared()]).
    ///
    /// @return the changed copy
    /// @throws IllegalArgumentException when this is no TCP address
    public Listener withSharedPort() {
        if (!(place instanceof Tcp)) {
            throw new IllegalArgumentException("a shared port of " + place + ": expected a TCP address");
        }
        var builder = new Builder(this);
        builder.portShared = true;
        return new Listener(builder);
    }

    /// Has the kernel look for dead peers ([#keepAlive()]); without effect on Unix sockets.
    ///
    /// @return the changed copy
    public Listener withKeepAlive() {
        var builder = new Builder(this);
        builder.keepAlive = true;
        return new Listener(builder);
    }

    /// Sets [#receiveBuffer()]; without effect on Unix sockets.
    ///
    /// @param bytes 0 or more, of which the kernel has its own least and most; 0 for its own choice
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is negative
    public Listener withReceiveBuffer(int bytes) {
        var builder = new Builder(this);
        builder.receiveBuffer = bufferSize("receive", bytes);
        return new Listener(builder);
    }

    /// Sets [#sendBuffer()].
    ///
    /// @param bytes 0 or more, of which the kernel has its own least and most; 0 for its own choice
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is negative
    public Listener withSendBuffer(int bytes) {
        var builder = new Builder(this);
        builder.sendBuffer = bufferSize("send", bytes);
        return new Listener(builder);
    }

    /// Sets [#proxyProtocol()].
    ///
    /// @param protocol whether there must be a header, and whose are believed
    /// @return the changed copy
    public Listener withProxyProtocol(ProxyProtocol protocol) {
        var builder = new Builder(this);
        builder.proxyProtocol = Optional.of(protocol);
        return new Listener(builder);
    }

    /// Sets [#tls()].
    ///
    /// @param settings certificates, and what else there is to say
    /// @return the changed copy
    /// @throws IllegalArgumentException when this one redirects to `https`
    public Listener withTls(Tls settings) {
        var builder = new Builder(this);
        builder.tls = Optional.of(settings);
        return new Listener(builder);
    }

    /// Sets [#redirect()].
    ///
    /// @param setting where to, and how
    /// @return the changed copy
    /// @throws IllegalArgumentException when this one speaks TLS
    public Listener withRedirect(HttpsRedirect setting) {
        var builder = new Builder(this);
        builder.redirect = Optional.of(setting);
        return new Listener(builder);
    }

    /// What it is bound to, for logs.
    @Override
    public String toString() {
        return switch (place) {
            case Tcp(var host, var port) -> host + " port " + port;
            case Unix(var path) -> "the Unix socket " + path;
            case Given(var channel) -> "the given socket " + channel;
            case Inherited() -> "the inherited socket";
        };
    }

    private static int bufferSize(String name, int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException(name + " buffer " + bytes + ": expected 0 or more bytes");
        }
        return bytes;
    }

    private static final class Builder {
        private final Place place;
        private int backlog = 1024;
        private Optional<Set<PosixFilePermission>> permissions = Optional.empty();
        private boolean portShared;
        private boolean keepAlive;
        private int receiveBuffer;
        private int sendBuffer;
        private Optional<ProxyProtocol> proxyProtocol = Optional.empty();
        private Optional<Tls> tls = Optional.empty();
        private Optional<HttpsRedirect> redirect = Optional.empty();

        private Builder(Place place) {
            this.place = place;
        }

        private Builder(Listener listener) {
            place = listener.place;
            backlog = listener.backlog;
            permissions = listener.permissions;
            portShared = listener.portShared;
            keepAlive = listener.keepAlive;
            receiveBuffer = listener.receiveBuffer;
            sendBuffer = listener.sendBuffer;
            proxyProtocol = listener.proxyProtocol;
            tls = listener.tls;
            redirect = listener.redirect;
        }
    }
}
