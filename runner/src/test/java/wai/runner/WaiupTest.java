package wai.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import wai.Status;
import wai.lint.Lint;
import wai.test.TestClient;

class WaiupTest {
    private static final String HELLO = """
        import wai.*;

        Application app() {
            return (request, respond) -> respond.with(Response.text(Status.OK, "hello"));
        }

        void main() {}
        """;

    @TempDir
    private Path folder;

    private String hello = "";

    @BeforeEach
    void writeHello() throws IOException {
        hello = Files.writeString(folder.resolve("Hello.java"), HELLO).toString();
    }

    @Test
    void saysTheRealPort() throws Exception {
        var run = CommandLineRun.of("--port", "0", hello);

        assertThat(run.errors()).isEmpty();
        assertThat(run.output()).matches("serving \\Q" + hello + "\\E on http://127\\.0\\.0\\.1:[1-9][0-9]*\n");
        assertThat(run.exit()).isEqualTo(Exit.STOPPED);
        assertThat(run.backend().started).isDone();
    }

    @Test
    void saysThePrefix() {
        var run = CommandLineRun.of("--port=0", "--path=/shop/", hello);

        assertThat(run.output()).matches("serving .* on http://127\\.0\\.0\\.1:[0-9]+/shop\n");
    }

    @Test
    void saysWhenItListensOnAllAddresses() {
        var run = CommandLineRun.of("--port", "0", "--host", "0.0.0.0", hello);

        assertThat(run.output()).matches("serving .* on http://localhost:[0-9]+, on all addresses\n");
    }

    @Test
    void saysHowToReachAUnixDomainSocket() throws Exception {
        var socket = Files.createTempDirectory("waiup").resolve("s");

        var run = CommandLineRun.of("--unix", socket.toString(), hello);

        assertThat(run.output())
                .isEqualTo("serving " + hello + " on unix:" + socket + ", curl --unix-socket " + socket
                        + " http://localhost/\n");
        Files.delete(socket);
        Files.delete(socket.getParent());
    }

    @Test
    void explainsATakenPort() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = taken.getLocalPort();

            var run = CommandLineRun.of("--port", Integer.toString(port), hello);

            assertThat(run.errors())
                    .isEqualTo("waiup: cannot listen on 127.0.0.1:" + port
                            + ": Address already in use; choose another --port (0: any free one) or --host\n");
            assertThat(run.output()).isEmpty();
            assertThat(run.exit()).isEqualTo(Exit.LISTEN);
        }
    }

    @Test
    void explainsATakenUnixDomainSocket() throws Exception {
        var file = Files.createTempFile("waiup", "");

        var run = CommandLineRun.of("--unix", file.toString(), hello);

        assertThat(run.errors())
                .isEqualTo("waiup: cannot listen on unix:" + file
                        + ": Address already in use; choose another file, or delete the one that is left over\n");
        assertThat(run.exit()).isEqualTo(Exit.LISTEN);
        Files.delete(file);
    }

    @Test
    void explainsAnUnknownHost() {
        var run = CommandLineRun.of("--host", "no.such.host.invalid", hello);

        assertThat(run.errors())
                .isEqualTo("waiup: cannot listen on no.such.host.invalid:8080: this host is not known\n");
        assertThat(run.exit()).isEqualTo(Exit.LISTEN);
    }

    static Stream<Arguments> wrongCommandLines() {
        return Stream.of(
                Arguments.of(List.of(), "expected a program, or --static with a folder"),
                Arguments.of(
                        List.of("--static", "a", "B.java"), "--static goes without a program, but there is B.java"),
                Arguments.of(List.of("--static", "/no/such/folder"), "--static /no/such/folder: expected a folder"),
                Arguments.of(List.of("--prot", "1", "X"), "there is no option --prot"),
                Arguments.of(List.of("A.java", "B.java"), "expected one program, but there is also B.java"),
                Arguments.of(List.of("--port", "http", "X"), "Invalid value for option '--port': 'http' is not an int"),
                Arguments.of(List.of("--port", "-1", "X"), "--port -1: expected 0 to 65535"),
                Arguments.of(List.of("--port", "65536", "X"), "--port 65536: expected 0 to 65535"),
                Arguments.of(List.of("--on", "netty", "X"), "--on netty: expected one of cgi, warp"),
                Arguments.of(List.of("--unix", "s", "--port", "1", "X"), "--unix goes without --host and --port"),
                Arguments.of(List.of("--unix", "s", "--host", "h", "X"), "--unix goes without --host and --port"),
                Arguments.of(List.of("--tls", "--unix", "s", "X"), "--unix goes without TLS"),
                Arguments.of(List.of("--tls-cert", "c", "X"), "--tls-cert and --tls-key go together only"),
                Arguments.of(List.of("--tls-key", "k", "X"), "--tls-cert and --tls-key go together only"),
                Arguments.of(List.of("--tls", "--on", "cgi", "X"), "--on cgi goes without TLS, which is for --on warp"),
                Arguments.of(List.of("--path", "a", "X"), "--path a: expected a path that begins with /, like /shop"),
                Arguments.of(
                        List.of("--path", "/a?b", "X"), "--path /a?b: expected a path without ? and #, like /shop"),
                Arguments.of(List.of("--path", "/a//b", "X"), "--path /a//b: expected no empty segment, like /shop"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongCommandLines")
    void explainsAWrongCommandLine(List<String> arguments, String sentence) {
        var run = CommandLineRun.of(arguments.toArray(String[]::new));

        assertThat(run.errors()).isEqualTo("waiup: " + sentence + "\nTry: waiup --help\n");
        assertThat(run.output()).isEmpty();
        assertThat(run.exit()).isEqualTo(Exit.USAGE);
        assertThat(run.backend().started).isNotDone();
    }

    @Test
    void showsCompileErrorsAndNoStackTrace() throws Exception {
        var file = Files.writeString(folder.resolve("Broken.java"), HELLO.replace("respond.with", "respnd.with"));

        var run = CommandLineRun.of(file.toString());

        assertThat(run.errors()).isEqualTo("""
            FILE:4:34: error: cannot find symbol
                return (request, respond) -> respnd.with(Response.text(Status.OK, "hello"));
                                             ^
              symbol:   variable respnd
              location: class Broken
            waiup: FILE does not compile: 1 error
            """.replace("FILE", file.toString()));
        assertThat(run.exit()).isEqualTo(Exit.PROGRAM);
    }

    @Test
    void helpNamesEveryOptionAndExitCode() {
        var run = CommandLineRun.of("--help");

        assertThat(run.output()).isEqualTo("""
            Usage: waiup [OPTIONS] PROGRAM
                   waiup [OPTIONS] --static DIR
            Runs a web application.

                  [PROGRAM]        A Java file, a jar, or the name of a class.

                  --static=DIR     Serve the files of a folder instead of a program;
                                     folders without index.html are listed.
                  --host=HOST      Name or address to listen on. Default: 127.0.0.1
                  --port=PORT      Port to listen on, 0 for any free one. Default: 8080
                  --unix=FILE      Listen on a Unix domain socket instead of a port.
                  --tls            Speak HTTPS, with a self-signed certificate for
                                     development that is kept for the next run.
                  --tls-cert=PEM   Speak HTTPS with the certificates in a file.
                  --tls-key=PEM    The file with the key of --tls-cert.
                  --on=BACKEND     What runs the application: warp, jetty, jetty-servlet,
                                     tomcat, undertow, cgi, fastcgi or scgi. Default: warp
                  --path=/PREFIX   Mount the application below a path; other paths are
                                     answered with 404.
                  -cp, --class-path=PATH
                                   Folders and jars the program needs, separated as in a
                                     Java class path.
                  --[no-]lint      Check the rules of the contract and report what breaks
                                     them. Default: on
                  --access-log     Print a line for each request.
                  --open           Open the application in a browser.
                  --help           Show this help.
                  --version        Show the versions of waiup and of Java.

            Exit codes:
              0     stopped by ^C or SIGTERM, everything was answered
              1     the program does not compile, has no application, or fails before it
                      serves
              2     the command line is wrong
              3     the address cannot be listened on
              4     stopped, but connections had to be cut after 10 seconds
              130   stopped at once by a second ^C

            A program has a method "Application app()", or is a class that implements
            Application. The manifest of a jar names its class by Wai-Application, or else
            by Main-Class. JDK_JAVA_OPTIONS holds options for the Java VM.
            """);
        assertThat(run.exit()).isEqualTo(Exit.STOPPED);
    }

    @Test
    void helpNamesTheExitCodesThatThereAre() {
        var help = CommandLineRun.of("--help").output();

        for (var exit : Exit.values()) {
            assertThat(help).containsPattern("(?m)^  " + exit.code() + " +stopped|^  " + exit.code() + " +the ");
        }
        assertThat(help).contains("cut after " + Drain.GRACE.toSeconds() + " seconds");
    }

    @Test
    void tellsItsVersionAndThatOfJava() {
        var run = CommandLineRun.of("--version");

        assertThat(run.output()).matches("waiup \\d+\\.\\d+\\.\\d+(-SNAPSHOT)? \\(Java 2[5-9].*\\)\n");
        assertThat(run.exit()).isEqualTo(Exit.STOPPED);
    }

    @Test
    void servesAFolder() throws Exception {
        Files.writeString(folder.resolve("a.txt"), "a file");

        var run = CommandLineRun.of("--port", "0", "--static", folder.toString());

        assertThat(run.errors()).isEmpty();
        assertThat(run.output()).startsWith("serving " + folder + " on http://127.0.0.1:");
        var client = TestClient.of(run.application());
        assertThat(client.get("/a.txt").text()).isEqualTo("a file");
        assertThat(client.get("/").text()).contains("./a.txt", "./Hello.java");
        assertThat(client.get("/nothing").status()).isEqualTo(Status.NOT_FOUND);
    }

    @Test
    void mountsTheApplicationBelowThePrefix() {
        var run = CommandLineRun.of("--port", "0", "--path", "/shop/", hello);

        var client = TestClient.of(run.application());

        assertThat(client.get("/shop").text()).isEqualTo("hello");
        assertThat(client.get("/").status()).isEqualTo(Status.NOT_FOUND);
    }

    @Test
    void printsAnAccessLogWhenAskedTo() {
        var run = CommandLineRun.of("--port", "0", "--path", "/shop", "--access-log", hello);

        var client = TestClient.of(run.application());
        client.get("/shop");
        client.get("/");

        assertThat(run.output().lines().skip(1).toList())
                .satisfiesExactly(
                        line -> assertThat(line).contains(" \"GET /shop HTTP/1.1\" 200 5 "),
                        line -> assertThat(line).contains(" \"GET / HTTP/1.1\" 404 "));
    }

    @Test
    void printsNoAccessLogUnlessAskedTo() {
        var run = CommandLineRun.of("--port", "0", hello);

        TestClient.of(run.application()).get("/");

        assertThat(run.output()).hasLineCount(1);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"'', true", "--lint, true", "--no-lint, false"})
    void checksTheApplicationUnlessToldNotTo(String option, boolean checked) {
        var run = option.isEmpty()
                ? CommandLineRun.of("--port", "0", hello)
                : CommandLineRun.of(option, "--port", "0", hello);

        var isLint = run.application().getClass().getPackage().equals(Lint.class.getPackage());

        assertThat(isLint).isEqualTo(checked);
    }

    @Test
    void opensTheApplicationInABrowser() throws Exception {
        var opened = folder.resolve("opened");
        var browser = new Browser(List.of(
                "sh",
                "-c",
                "printf %s \"$1\" > '" + opened + ".part' && mv '" + opened + ".part' '" + opened + "'",
                "sh"));

        var run = CommandLineRun.of(browser, "--port", "0", "--path", "/shop", "--open", hello);

        assertThat(run.errors()).isEmpty();
        var url = run.output().substring(run.output().indexOf("http")).strip();
        assertThat(await(opened)).isEqualTo(url + "/");
    }

    @Test
    void saysWhenThereIsNoBrowser() {
        var run = CommandLineRun.of("--port", "0", "--open", hello);

        assertThat(run.errors())
                .matches("waiup: no browser could be started; open http://127\\.0\\.0\\.1:[0-9]+ yourself\n");
        assertThat(run.exit()).isEqualTo(Exit.STOPPED);
    }

    /// What another process writes, when it is there.
    private static String await(Path file) throws IOException {
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (!Files.exists(file)) {
            assertThat(System.nanoTime()).as("time waiting for " + file).isLessThan(deadline);
            Thread.onSpinWait();
        }
        return Files.readString(file, UTF_8);
    }
}
