package wai.cgi.front;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import wai.Application;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.cgi.Scgi;
import wai.cgi.settings.CgiSettings;
import wai.cgi.settings.Listener;
import wai.cgi.settings.SendFile;
import wai.cgi.settings.ServerSettings;

/// What the kit does not ask of SCGI behind real web servers: Unix sockets, the mount, files that they send themselves.
class ScgiBehindServersTest {
    private static final Application PATH =
            (request, respond) -> respond.with(Response.text(Status.OK, request.rawPath() + " " + request.path()));

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(WebServer.class)
    void answersOverAUnixSocket(WebServer kind) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        var socket = folder.resolve("socket");
        var settings = ServerSettings.defaults()
                .withListeners(
                        List.of(Listener.unix(socket).withPermissions(PosixFilePermissions.fromString("rw-rw-rw-"))));

        try (var server = Scgi.start(settings, PATH);
                var front = FrontServer.start(kind, new Route.Scgi(server.address()))) {
            assertThat(get(front, "/a%2Fb/c")).endsWith("\r\n\r\n/a%2Fb/c [a/b, c]");
        }
    }

    @ParameterizedTest
    @EnumSource(WebServer.class)
    void servesBelowItsMountAndNothingElse(WebServer kind) throws IOException {
        var settings =
                ServerSettings.defaults().withRequests(CgiSettings.defaults().withMount("/shop"));

        try (var server = Scgi.start(settings, PATH);
                var front = FrontServer.start(kind, new Route.Scgi(server.address()))) {
            assertThat(get(front, "/shop/a%20b")).endsWith("\r\n\r\n/shop/a%20b [a b]");
            assertThat(get(front, "/shop")).endsWith("\r\n\r\n/shop []");
            assertThat(get(front, "/shopping")).contains(" 404 Not Found\r\n");
        }
    }

    @Test
    void hasNginxSendFilesFromAnInternalLocation() throws IOException {
        var settings = sending(SendFile.xAccelRedirect(folder, "/internal/"));

        try (var server = Scgi.start(settings, file());
                var front = FrontServer.start(
                        WebServer.NGINX,
                        new Route.Scgi(server.address()),
                        "location /internal/ { internal; alias " + folder + "/; }")) {
            assertThat(get(front, "/file"))
                    .contains("\r\nContent-Length: 7\r\n")
                    .doesNotContain("X-Accel-Redirect")
                    .endsWith("\r\n\r\ncontent");
            assertThat(get(front, "/internal/a%20file.txt")).contains(" 404 Not Found\r\n");
        }
    }

    @Test
    void hasLighttpdSendFiles() throws IOException {
        var settings = sending(SendFile.xSendfile(folder));

        try (var server = Scgi.start(settings, file());
                var front = FrontServer.start(WebServer.LIGHTTPD, new Route.Scgi(server.address()))) {
            assertThat(get(front, "/file"))
                    .contains("\r\nContent-Length: 7\r\n")
                    .doesNotContain("X-Sendfile")
                    .endsWith("\r\n\r\ncontent");
        }
    }

    private static ServerSettings sending(SendFile sendFile) {
        return ServerSettings.defaults()
                .withRequests(CgiSettings.defaults().withMount("/").withSendFile(sendFile));
    }

    private Application file() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        var file = Files.writeString(folder.resolve("a file.txt"), "content");
        return (_, respond) -> respond.with(Response.file(Status.OK, Headers.EMPTY, file));
    }

    private static String get(FrontServer front, String target) throws IOException {
        try (var socket =
                new Socket(front.address().getAddress(), front.address().getPort())) {
            socket.setSoTimeout(60_000);
            var request = "GET " + target + " HTTP/1.0\r\nHost: localhost\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }
}
