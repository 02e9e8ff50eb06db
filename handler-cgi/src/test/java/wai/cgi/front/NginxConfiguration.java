package wai.cgi.front;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;

/// nginx, told to pass bytes on as they come, both ways.
final class NginxConfiguration implements WebServer.Configuration {
    @Override
    public String text(Path folder, int port, Route route, String extra) {
        var pass =
                switch (route) {
                    case Route.Scgi(var server) ->
                        """
                        include /etc/nginx/scgi_params;
                        scgi_pass %s;
                        scgi_buffering off;
                        scgi_read_timeout 60s;
                        """
                                .formatted(address(server));
                    case Route.FastCgi(var server) ->
                        """
                        include /etc/nginx/fastcgi_params;
                        fastcgi_pass application;
                        fastcgi_keep_conn on;
                        fastcgi_buffering off;
                        fastcgi_request_buffering off;
                        """;
                    case Route.Program _ -> throw new IllegalArgumentException("nginx starts no programs");
                };
        var upstream = route instanceof Route.FastCgi(var server)
                ? "upstream application { server " + address(server) + "; keepalive 8; }\n"
                : "";
        return """
                daemon off;
                pid %1$s/pid;
                error_log %1$s/error.log warn;
                worker_processes 1;
                %6$s
                events { worker_connections 1024; }
                http {
                    access_log off;
                    client_body_temp_path %1$s/body;
                    proxy_temp_path %1$s/proxy;
                    fastcgi_temp_path %1$s/fastcgi;
                    scgi_temp_path %1$s/scgi;
                    uwsgi_temp_path %1$s/uwsgi;
                    client_max_body_size 0;
                    large_client_header_buffers 8 32k;
                    merge_slashes off;
                    %5$s
                    server {
                        listen 127.0.0.1:%2$d;
                        lingering_close on;
                        %4$s
                        location / {
                            %3$s
                        }
                    }
                }
                """.formatted(folder, port, pass, extra, upstream, isRoot() ? "user root;" : "");
    }

    @Override
    public List<String> command(Path program, Path folder, Path configuration) {
        return List.of(program.toString(), "-e", folder + "/error.log", "-c", configuration.toString());
    }

    private static String address(SocketAddress server) {
        return switch (server) {
            case InetSocketAddress tcp -> Route.hostAndPort(tcp);
            case UnixDomainSocketAddress unix -> "unix:" + Route.file(unix);
            default -> throw new IllegalArgumentException(server + ": expected TCP or Unix");
        };
    }

    static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }
}
