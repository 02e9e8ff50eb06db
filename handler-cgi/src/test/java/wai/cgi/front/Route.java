package wai.cgi.front;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/// Where a web server passes the requests of its whole site, and how.
public sealed interface Route {
    /// To an SCGI server.
    ///
    /// @param server where it listens, TCP or Unix
    record Scgi(SocketAddress server) implements Route {}

    /// To a FastCGI server.
    ///
    /// @param server where it listens, TCP or Unix
    record FastCgi(SocketAddress server) implements Route {}

    /// To a program that is started for each request.
    ///
    /// @param program an executable file
    record Program(Path program) implements Route {}

    /// To a FastCGI server that the web server starts, with a listening socket as its standard input.
    ///
    /// @param program an executable file
    record Spawned(Path program) implements Route {}

    /// The host and port of a TCP address, as configurations write it.
    static String hostAndPort(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /// The path of a Unix socket.
    static String file(UnixDomainSocketAddress address) {
        return address.getPath().toString();
    }
}
