package wai.runner;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `waiup --on fastcgi`, `--on scgi` and `--on cgi`.
@Timeout(120)
class WaiupGatewayTest {
    private static final String HELLO = """
        import wai.*;

        Application app() {
            return (request, respond) -> {
                System.out.println("printed");
                return respond.with(Response.text(Status.OK, "hello " + request.path()));
            };
        }

        void main() {}
        """;

    @Test
    void servesScgiForAWebServer() throws Exception {
        var content = "CONTENT_LENGTH\0000\000SCGI\0001\000REQUEST_METHOD\000GET\000REQUEST_URI\000/a/b\000";

        var answer = answerOver("scgi", content.length() + ":" + content + ",");

        assertThat(answer).startsWith("Status: 200 OK\r\n").endsWith("\r\n\r\nhello [a, b]");
    }

    @Test
    void servesFastCgiForAWebServer() throws Exception {
        var begin = "\1\1\0\1\0\10\0\0" + "\0\1\0\0\0\0\0\0"; // a responder, whose connection is not kept
        var pairs = "\16\3REQUEST_METHODGET" + "\13\4REQUEST_URI/a/b";
        var params = "\1\4\0\1\0" + (char) pairs.length() + "\0\0" + pairs;
        var ends = "\1\4\0\1\0\0\0\0" + "\1\5\0\1\0\0\0\0";

        var answer = answerOver("fastcgi", begin + params + ends);

        assertThat(answer).contains("Status: 200 OK\r\n", "\r\n\r\nhello [a, b]\1\6\0\1\0\0\0\0\1\3\0\1\0\10\0\0");
    }

    /// What a connection gets that sends so much to a server of this protocol.
    private static String answerOver(String protocol, String sent) throws Exception {
        var folder = Files.createTempDirectory("waiup");
        var hello = Files.writeString(folder.resolve("Hello.java"), HELLO);
        var socket = folder.resolve("s");
        var stop = new CountDownLatch(1);
        var output = new Told();
        var running = Thread.ofPlatform()
                .start(() -> Waiup.run(
                        stop,
                        new PrintStream(output, true, UTF_8),
                        System.err,
                        "--on",
                        protocol,
                        "--unix",
                        socket.toString(),
                        hello.toString()));
        assertThat(output.told.await(100, TimeUnit.SECONDS)).isTrue();
        assertThat(output.toString(UTF_8))
                .isEqualTo("serving " + hello + " on " + protocol + "+unix:" + socket
                        + ", for a web server to connect to\n");
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap(sent.getBytes(ISO_8859_1)));
            return new String(Channels.newInputStream(channel).readAllBytes(), ISO_8859_1);
        } finally {
            stop.countDown();
            running.join();
            Files.delete(hello);
            Files.delete(folder);
        }
    }

    @Test
    void answersOneRequestAsACgiProgram(@TempDir Path folder) throws Exception {
        var hello = Files.writeString(folder.resolve("Hello.java"), HELLO);
        var builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(),
                        "wai.runner.Waiup",
                        "--on",
                        "cgi",
                        hello.toString()))
                .redirectError(folder.resolve("errors").toFile());
        builder.environment()
                .putAll(Map.of(
                        "REQUEST_METHOD",
                        "GET",
                        "REQUEST_URI",
                        "/app/a%20b",
                        "SCRIPT_NAME",
                        "/app",
                        "PATH_INFO",
                        "/a b"));
        var process = builder.start();
        process.getOutputStream().close();

        var response = new String(process.getInputStream().readAllBytes(), ISO_8859_1);

        assertThat(response).startsWith("Status: 200 OK\r\n").endsWith("\r\n\r\nhello [a b]");
        assertThat(process.waitFor()).isZero();
        assertThat(Files.readString(folder.resolve("errors"))).contains("printed");
    }

    private static String classPath() {
        return Stream.of("java.class.path", "jdk.module.path")
                .map(name -> System.getProperty(name, ""))
                .filter(path -> !path.isEmpty())
                .reduce((first, next) -> first + File.pathSeparator + next)
                .orElseThrow();
    }

    /// Says when a line was written.
    private static final class Told extends ByteArrayOutputStream {
        private final CountDownLatch told = new CountDownLatch(1);

        @Override
        public void flush() throws IOException {
            super.flush();
            if (size() > 0) {
                told.countDown();
            }
        }
    }
}
