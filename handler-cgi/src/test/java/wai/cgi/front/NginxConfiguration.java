package wai.cgi.front;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// nginx, told to pass bytes on as they come, both ways.
final class NginxConfiguration implements WebServer.Configuration {
    @Override
    public String text(Path folder, int port, Route route, String extra) {
        var pass =
                switch (route) {
                    case Route.Scgi(var server) -> """
                        %s
                        scgi_pass %s;
                        scgi_buffering off;
                        scgi_buffer_size 64k;
                        scgi_buffers 8 64k;
                        """.formatted(parameters("scgi_param"), address(server));
                    case Route.FastCgi _ -> """
                        %s
                        fastcgi_pass application;
                        fastcgi_keep_conn on;
                        fastcgi_buffer_size 64k;
                        fastcgi_buffers 8 64k;
                        fastcgi_buffering off;
                        fastcgi_request_buffering off;
                        """.formatted(parameters("fastcgi_param"));
                    case Route.Program _, Route.Spawned _ ->
                        throw new IllegalArgumentException("nginx starts no programs");
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

    /// What `/etc/nginx/scgi_params` and `fastcgi_params` have, but for `HTTP_HOST`, which Debian sets without the
    /// port.
    private static String parameters(String directive) {
        return """
                REQUEST_METHOD $request_method
                REQUEST_URI $request_uri
                QUERY_STRING $query_string
                CONTENT_TYPE $content_type
                DOCUMENT_URI $document_uri
                SCRIPT_NAME $document_uri
                SERVER_PROTOCOL $server_protocol
                REQUEST_SCHEME $scheme
                HTTPS $https
                REMOTE_ADDR $remote_addr
                REMOTE_PORT $remote_port
                SERVER_ADDR $server_addr
                SERVER_PORT $server_port
                SERVER_NAME $server_name
                SERVER_SOFTWARE nginx
                """.lines().map(line -> directive + " " + line + ";").collect(Collectors.joining("\n"))
                + (directive.equals("fastcgi_param")
                        ? "\nfastcgi_param CONTENT_LENGTH $content_length;"
                        : "\nscgi_param SCGI 1;");
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
