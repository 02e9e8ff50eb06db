package wai.cgi.program;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import wai.cgi.front.CgiPrograms;
import wai.cgi.front.FrontServer;
import wai.cgi.front.Route;
import wai.cgi.front.WebServer;

/// A Java program as CGI, started by a real web server: a process for each request.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CgiBehind {
    private final WebServer kind;
    private @Nullable FrontServer running;

    CgiBehind(WebServer kind) {
        this.kind = kind;
    }

    @BeforeAll
    void start(@TempDir Path folder) throws IOException, InterruptedException {
        running = FrontServer.start(
                kind,
                new Route.Program(
                        CgiPrograms.of(folder, TestProgram.class, List.of()).script(scriptName())));
    }

    @AfterAll
    void stop() throws IOException {
        if (running != null) {
            running.close();
        }
    }

    String scriptName() {
        return "program";
    }

    FrontServer front() {
        return requireNonNull(running, "the server was not started");
    }

    @Test
    void tellsTheRequestAsTheClientSentIt() throws IOException {
        var answer = Http.ask(
                front().address(),
                "GET /facts/a%20b/c%2Fd/%C3%A4?x=1&y HTTP/1.0\r\nHost: localhost\r\nX-Multi: one\r\n\r\n");

        assertThat(Http.body(answer)).isEqualTo("""
            GET /facts/a%20b/c%2Fd/%C3%A4?x=1&y
            facts|aU+0020b|c/d|U+00E4
            HTTP/1.0 secure false
            multi [one]
            proxy []
            from /127.0.0.1:port
            interface CGI/1.1\
            """);
    }

    @Test
    void givesNoRequestAFieldThatNamesAProxy() throws IOException {
        var answer = Http.ask(
                front().address(), "GET /facts HTTP/1.0\r\nHost: localhost\r\nProxy: http://evil.test\r\n\r\n");

        assertThat(Http.body(answer)).contains("proxy []");
    }

    @Test
    void givesTheBodyAndSendsItBack() throws IOException {
        var body = "\u0000\r\n\u00ff".repeat(50_000);

        var answer = Http.ask(
                front().address(),
                "POST /echo HTTP/1.0\r\nHost: localhost\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);

        assertThat(Http.status(answer)).contains("201 Created");
        assertThat(Http.body(answer)).isEqualTo(body);
    }

    @Test
    void sendsAStream() throws IOException {
        assertThat(Http.body(Http.get(front().address(), "/stream"))).isEqualTo("one two");
    }

    @Test
    void answersHeadWithoutABody() throws IOException {
        var answer = Http.ask(front().address(), "HEAD /stream HTTP/1.0\r\nHost: localhost\r\n\r\n");

        assertThat(Http.status(answer)).contains("200 OK");
        assertThat(Http.body(answer)).isEmpty();
    }

    @Test
    void sendsARedirectToTheClient() throws IOException {
        var answer = Http.get(front().address(), "/moved");

        assertThat(Http.status(answer)).contains("303 See Other");
        assertThat(answer).contains("\r\nLocation: /facts\r\n");
    }

    @Test
    void keepsWhatTheApplicationPrintsOutOfTheResponse() throws IOException {
        var answer = Http.get(front().address(), "/print");

        assertThat(Http.status(answer)).contains("200 OK");
        assertThat(Http.body(answer)).isEqualTo("printed");
    }

    @Test
    void answers500ToAnApplicationThatThrows() throws IOException {
        var answer = Http.get(front().address(), "/throw");

        assertThat(Http.status(answer)).contains("500 Internal Server Error");
        assertThat(Http.body(answer)).isEqualTo("500 Internal Server Error\n");
    }

    /// lighttpd ends a program as soon as it has its response.
    @Test
    void letsAnApplicationEndThatHasSomethingToDoBehindItsResponse() throws IOException {
        try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listening.setSoTimeout(60_000);

            assertThat(firstOf("/behind/" + listening.getLocalPort(), "sent")).contains(" 200 OK\r\n");

            try (var application = listening.accept()) {
                application.setSoTimeout(60_000);
                application.getOutputStream().write('!');
                assertThat(application.getInputStream().read()).isEqualTo('!');
            }
        }
    }

    /// A response up to a text, behind which the client leaves.
    private String firstOf(String target, String last) throws IOException {
        var address = front().address();
        try (var socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(("GET " + target + " HTTP/1.0\r\nHost: localhost\r\n\r\n").getBytes(US_ASCII));
            var seen = new StringBuilder();
            while (!seen.toString().endsWith(last)) {
                int next = socket.getInputStream().read();
                assertThat(next).as("the response ended behind: %s", seen).isNotNegative();
                seen.append((char) next);
            }
            return seen.toString();
        }
    }

    @Test
    void sendsNoMoreOfABodyThatFailsThanThereWas() throws IOException {
        var answer = Http.get(front().address(), "/tear");

        assertThat(answer).contains("\r\nContent-Length: 100\r\n");
        assertThat(Http.body(answer)).isEqualTo("half");
    }
}
