package wai.cgi.settings;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/// One place where a server takes connections of web servers.
///
/// Nobody but the web server should reach it: what comes here says of itself who the client is.
public final class Listener {
    /// What a listener is bound to.
    public sealed interface Place permits Tcp, Unix, Inherited {}

    /// A TCP address.
    ///
    /// @param host a name or an address
    /// @param port 0 to 65535; 0 for any free one
    public record Tcp(String host, int port) implements Place {
        /// Checks both.
        ///
        /// @throws IllegalArgumentException when the host is blank, or the port out of range
        public Tcp {
            if (host.isBlank()) {
                throw new IllegalArgumentException("host is blank: expected a name or an address");
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

    /// The listening socket that the process has as its standard input.
    public record Inherited() implements Place {}

    private final Place place;
    private final int backlog;
    private final Optional<Set<PosixFilePermission>> permissions;

    private Listener(Place place, int backlog, Optional<Set<PosixFilePermission>> permissions) {
        this.place = place;
        this.backlog = backlog;
        this.permissions = permissions;
    }

    /// A TCP port of one address.
    ///
    /// @param host a name, which stands for the first address that it resolves to, or an address
    /// @param port 0 to 65535; 0 for any free one
    /// @return the listener
    /// @throws IllegalArgumentException when the host is blank, or the port out of range
    public static Listener tcp(String host, int port) {
        return new Listener(new Tcp(host, port), 1024, Optional.empty());
    }

    /// A TCP port of the loopback interface, 127.0.0.1.
    ///
    /// @param port 0 to 65535; 0 for any free one
    /// @return the listener
    /// @throws IllegalArgumentException when the port is out of range
    public static Listener tcp(int port) {
        return tcp("127.0.0.1", port);
    }

    /// A Unix socket. Its file is made when the server starts and deleted when it stops; a file that an ended server
    /// left behind is replaced, any other is not.
    ///
    /// @param path where its file will be; the system allows some 100 bytes
    /// @return the listener
    public static Listener unix(Path path) {
        return new Listener(new Unix(requireNonNull(path, "path")), 1024, Optional.empty());
    }

    /// The listening socket that whoever starts the process hands over as its descriptor 0: `spawn-fcgi`, mod_fcgid,
    /// lighttpd with `bin-path`, inetd with `wait`. Its [#backlog()] is theirs, and so is the file of a Unix socket.
    ///
    /// @return the listener; only one server of a process can have it
    public static Listener inherited() {
        return new Listener(new Inherited(), 1024, Optional.empty());
    }

    /// What it is bound to.
    ///
    /// @return the place
    public Place place() {
        return place;
    }

    /// How many connections the kernel keeps until they are accepted.
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

    /// Sets [#backlog()].
    ///
    /// @param connections 1 or more; the kernel may have a lower limit
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is less than 1
    public Listener withBacklog(int connections) {
        if (connections < 1) {
            throw new IllegalArgumentException("backlog " + connections + ": expected 1 or more");
        }
        return new Listener(place, connections, permissions);
    }

    /// Sets [#permissions()]: web servers mostly run as another user, who must be able to write to the file.
    ///
    /// @param set who may do what; [java.nio.file.attribute.PosixFilePermissions#fromString] reads `rw-rw----`
    /// @return the changed copy
    /// @throws IllegalArgumentException when this is no Unix socket
    public Listener withPermissions(Set<PosixFilePermission> set) {
        if (!(place instanceof Unix)) {
            throw new IllegalArgumentException("permissions of " + place + ": expected a Unix socket");
        }
        return new Listener(place, backlog, Optional.of(Set.copyOf(set)));
    }

    /// What it is bound to, for logs.
    @Override
    public String toString() {
        return switch (place) {
            case Tcp(var host, var port) -> host + " port " + port;
            case Unix(var path) -> "the Unix socket " + path;
            case Inherited() -> "the socket inherited as descriptor 0";
        };
    }
}
