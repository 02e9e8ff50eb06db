package wai.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.warp.Warp;
import wai.warp.WarpServer;
import wai.warp.settings.Limits;
import wai.warp.settings.WarpSettings;

/// What Warp logs where no hook is set: who failed on which request, and a stack only where it helps.
class WarpLogTest {
    private static final WarpSettings SETTINGS =
            WarpSettings.defaults().withHost("127.0.0.1").withPort(0);
    private static final Application FAILS = (request, respond) -> {
        if (request.rawPath().equals("/fails")) {
            throw new IllegalStateException("failed on purpose");
        }
        return respond.with(Response.text(Status.OK, "hi"));
    };

    private final Logger logger = Logger.getLogger("wai.warp");
    private final LinkedBlockingQueue<LogRecord> records = new LinkedBlockingQueue<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord logged) {
            records.add(logged);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        logger.setLevel(Level.ALL);
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    @AfterEach
    void listenNoMore() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
        logger.setLevel(null);
    }

    private LogRecord logged() throws InterruptedException {
        var logged = records.poll(60, TimeUnit.SECONDS); // a safety net
        assertThat(logged).isNotNull();
        return logged;
    }

    private static String send(WarpServer server, String bytes) throws IOException {
        try (var client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            client.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void aFailureOfTheApplicationIsAnErrorWithMethodPathAndStack() throws Exception {
        try (var server = Warp.start(SETTINGS, FAILS)) {
            assertThat(send(server, "GET /fails?a HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 500 ");

            var error = logged();
            assertThat(error.getLevel()).isEqualTo(Level.SEVERE);
            assertThat(error.getMessage())
                    .startsWith("APPLICATION failed (GET /fails?a HTTP/1.1 from /127.0.0.1:")
                    .endsWith(", response NONE)");
            assertThat(error.getThrown()).hasMessage("failed on purpose");
        }
        assertThat(records).isEmpty();
    }

    @Test
    void aBrokenContractIsAnErrorThatNamesItsRule() throws Exception {
        Application answersTwice = (_, respond) -> {
            respond.with(Response.text(Status.OK, "one"));
            return respond.with(Response.text(Status.OK, "two"));
        };
        try (var server = Warp.start(SETTINGS, answersTwice)) {
            assertThat(send(server, "GET /twice HTTP/1.1\r\nHost: a\r\n\r\n")).endsWith("one");

            var error = logged();
            assertThat(error.getLevel()).isEqualTo(Level.SEVERE);
            assertThat(error.getMessage()).startsWith("CONTRACT failed (GET /twice HTTP/1.1 from ");
            assertThat(error.getThrown()).hasMessageContaining("WAI-APP-");
        }
        assertThat(records).isEmpty();
    }

    @Test
    void whatClientsDoIsOneLineForDebugging() throws Exception {
        try (var server = Warp.start(SETTINGS, FAILS)) {
            for (var bytes : List.of("GET  / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHo")) {
                assertThat(send(server, bytes)).startsWith("HTTP/1.1 400 ");

                var line = logged();
                assertThat(line.getLevel()).isEqualTo(Level.FINE);
                assertThat(line.getMessage())
                        .matches("REQUEST failed \\(no request from .*, response NONE\\): .*RFC 9112.*");
                assertThat(line.getThrown()).isNull();
            }
        }
        assertThat(records).isEmpty();
    }

    @Test
    void oneConnectionTooManyIsAWarning() throws Exception {
        var settings = SETTINGS.withLimits(Limits.defaults().withConnections(1));
        try (var server = Warp.start(settings, FAILS);
                var first = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            first.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(first.getInputStream().read()).isEqualTo('H');
            assertThat(send(server, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 503 ");

            var warning = logged();
            assertThat(warning.getLevel()).isEqualTo(Level.WARNING);
            assertThat(warning.getMessage())
                    .startsWith("OVERLOAD failed (no request from ")
                    .contains("connections");
            assertThat(warning.getThrown()).isNull();
        }
    }
}
