package wai.cgi.front;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Apache httpd, told to pass encoded slashes and flushed bytes on.
final class ApacheConfiguration implements WebServer.Configuration {
    @Override
    public String text(Path folder, int port, Route route, String extra) {
        var pass =
                switch (route) {
                    case Route.Scgi(var server) ->
                        "ProxyPass / " + address("scgi", server) + " flushpackets=on nocanon\n";
                    case Route.FastCgi(var server) -> // with nocanon, httpd refuses a ? that FastCGI makes a path of
                        "ProxyPass / " + address("fcgi", server) + " flushpackets=on enablereuse=on\n";
                    case Route.Spawned _ -> throw new IllegalArgumentException("mod_proxy_fcgi starts no programs");
                    case Route.Program(var program) -> """
                        ScriptAlias / %1$s/
                        <Directory %2$s>
                          Require all granted
                          Options +ExecCGI
                        </Directory>
                        """.formatted(program, program.getParent());
                };
        return """
                ServerRoot %1$s
                ServerName localhost
                PidFile %1$s/pid
                ErrorLog %1$s/error.log
                LogLevel warn
                Listen 127.0.0.1:%2$d
                Mutex file:%1$s default
                %3$s
                ScriptSock %1$s/cgid
                AllowEncodedSlashes NoDecode
                MergeSlashes Off
                LimitRequestFieldSize 32768
                LimitRequestLine 32768
                SetEnv ap_trust_cgilike_cl 1
                HttpProtocolOptions Strict Require1.0
                KeepAlive On
                MaxKeepAliveRequests 0
                # with the kernel's filter a client that has sent nothing is not told that httpd ends
                AcceptFilter http none
                Timeout 60
                <Location />
                  CGIPassAuth On
                </Location>
                <Directory />
                  Require all denied
                </Directory>
                %4$s
                %5$s
                """.formatted(folder, port, modules(), extra, pass);
    }

    @Override
    public List<String> command(Path program, Path folder, Path configuration) {
        return List.of(program.toString(), "-d", folder.toString(), "-f", configuration.toString(), "-DFOREGROUND");
    }

    private static String modules() {
        var modules = new StringBuilder();
        var names = "mpm_event authz_core alias cgid env proxy proxy_scgi proxy_fcgi";
        for (var name : names.split(" ", -1)) {
            modules.append("LoadModule %1$s_module %2$s/mod_%1$s.so%n".formatted(name, folderOfModules()));
        }
        if (NginxConfiguration.isRoot()) {
            modules.append("User www-data\nGroup www-data\n");
        }
        return modules.toString();
    }

    private static Path folderOfModules() {
        return Stream.of("/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/libexec/apache2")
                .map(Path::of)
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no folder with modules of Apache httpd was found"));
    }

    private static String address(String scheme, SocketAddress server) {
        return switch (server) {
            case InetSocketAddress tcp -> scheme + "://" + Route.hostAndPort(tcp) + "/";
            case UnixDomainSocketAddress unix -> "unix:" + Route.file(unix) + "|" + scheme + "://localhost/";
            default -> throw new IllegalArgumentException(server + ": expected TCP or Unix");
        };
    }
}
