package wai.cgi.front;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;

/// lighttpd, told to leave targets as they are and to pass bytes on as they come.
final class LighttpdConfiguration implements WebServer.Configuration {
    @Override
    public String text(Path folder, int port, Route route, String extra) {
        var pass =
                switch (route) {
                    case Route.Scgi(var server) -> gateway("scgi", server);
                    case Route.FastCgi(var server) -> gateway("fastcgi", server);
                    case Route.Spawned(var program) -> """
                        fastcgi.server = ( "/" => (( "socket" => "%s/spawned", "bin-path" => "%s", "max-procs" => 1,
                            "check-local" => "disable", "fix-root-scriptname" => "enable" )) )
                        """.formatted(folder, program);
                    case Route.Program(var program) -> """
                        alias.url = ( "" => "%s" )
                        cgi.assign = ( "" => "" )
                        cgi.execute-x-only = "enable"
                        cgi.upgrade = "enable"
                        """.formatted(program);
                };
        return """
                server.document-root = "%1$s"
                server.bind = "127.0.0.1"
                server.port = %2$d
                server.errorlog = "%1$s/error.log"
                server.upload-dirs = ( "%1$s" )
                server.modules = ( "mod_alias", "mod_cgi", "mod_scgi", "mod_fastcgi" )
                server.stream-request-body = 0
                server.range-requests = "disable"
                server.stream-response-body = 2
                server.max-request-size = 0
                server.max-request-field-size = 65535
                server.http-parseopts = ( "method-get-body" => "enable", "url-normalize" => "disable", "header-strict" => "enable" )
                %3$s
                %4$s
                """.formatted(folder, port, extra, pass);
    }

    @Override
    public List<String> command(Path program, Path folder, Path configuration) {
        return List.of(program.toString(), "-D", "-f", configuration.toString());
    }

    private static String gateway(String module, SocketAddress server) {
        var where =
                switch (server) {
                    case InetSocketAddress tcp ->
                        "\"host\" => \"%s\", \"port\" => %d"
                                .formatted(tcp.getAddress().getHostAddress(), tcp.getPort());
                    case UnixDomainSocketAddress unix -> "\"socket\" => \"" + Route.file(unix) + "\"";
                    default -> throw new IllegalArgumentException(server + ": expected TCP or Unix");
                };
        return module + ".server = ( \"/\" => (( " + where
                + ", \"check-local\" => \"disable\", \"fix-root-scriptname\" => \"enable\", \"x-sendfile\" => \"enable\" )) )\n";
    }
}
