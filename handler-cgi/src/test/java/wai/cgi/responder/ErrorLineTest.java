package wai.cgi.responder;

import static org.assertj.core.api.Assertions.assertThat;
import static wai.cgi.responder.FastCgiClient.get;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import wai.Application;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.cgi.FastCgi;
import wai.cgi.settings.Failure;
import wai.cgi.settings.Failure.Phase;
import wai.cgi.settings.FastCgiSettings;
import wai.cgi.settings.Hooks;
import wai.spi.ContractViolation;

/// What a failed request says to the log of the web server, on the stream `FCGI_STDERR`.
@Timeout(60)
class ErrorLineTest {
    private static final Application FAILS = (_, _) -> {
        throw new IllegalArgumentException("on\r\npurpose\u2028\u007f");
    };

    private final LinkedBlockingQueue<Failure> failures = new LinkedBlockingQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (var each : open.reversed()) {
            each.close();
        }
    }

    @Test
    void aFailureIsOneLineBeforeTheAnswer() throws IOException {
        var lines = answer(FastCgiSettings.defaults(), FAILS);

        assertThat(lines.getFirst())
                .isEqualTo("STDERR 1 \"APPLICATION failed (GET /x HTTP/1.1, response NONE): "
                        + "java.lang.IllegalArgumentException: on  purpose  \\n\"");
        assertThat(lines.get(1)).startsWith("STDOUT 1 \"Status: 500 ");
        assertThat(lines.subList(2, lines.size()))
                .containsExactly("STDERR 1 \"\"", "STDOUT 1 \"\"", "END_REQUEST 1 status 0 REQUEST_COMPLETE");
    }

    @Test
    void aLineHasAThousandCharacters() throws IOException {
        var longest = answer(saying(_ -> "x".repeat(1000)), FAILS);
        var longer = answer(saying(_ -> "x".repeat(1001)), FAILS);

        assertThat(longest.getFirst()).isEqualTo("STDERR 1 \"" + "x".repeat(1000) + "\\n\"");
        assertThat(longer.getFirst())
                .startsWith("STDERR 1 \"" + "x".repeat(1000) + "\\x")
                .endsWith("\\n\"");
    }

    @Test
    void linesWaitForTheNextRecordUntilTheyHaveSixteenKibibytes() throws IOException {
        var lines = answer(saying(_ -> "x".repeat(999)), respondsAgain(17));

        assertThat(lines)
                .filteredOn(line -> line.startsWith("STDERR 1 \"x"))
                .singleElement()
                .satisfies(line -> assertThat(line.split("\\\\n", -1))
                        .as("16 lines, and what is behind them")
                        .hasSize(17));
        assertThat(failures).hasSize(17);
    }

    @Test
    void anEmptyLineSendsNothing() throws IOException {
        var lines = answer(saying(_ -> ""), FAILS);

        assertThat(lines).hasSize(3).noneMatch(line -> line.startsWith("STDERR"));
    }

    @Test
    void whatClientsDoIsNotForTheLog() throws IOException {
        var lines = answer(FastCgiSettings.defaults(), (_, _) -> {
            throw new wai.ContentTooLargeException(5);
        });

        assertThat(lines.getFirst()).startsWith("STDOUT 1 \"Status: 413 ");
    }

    @Test
    void aHookThatThrowsIsReported() throws Exception {
        var lines = answer(
                saying(_ -> {
                    throw new IllegalStateException("of the hook");
                }),
                FAILS);

        assertThat(lines.getFirst()).startsWith("STDOUT 1 \"Status: 500 ");
        assertThat(failures.take().phase()).isEqualTo(Phase.APPLICATION);
        assertThat(failures.take()).satisfies(failure -> {
            assertThat(failure.phase()).isEqualTo(Phase.SERVER);
            assertThat(failure.cause()).hasMessage("of the hook");
        });
    }

    /// Breaks the contract so many times inside of a stream, before anything has gone out.
    private static Application respondsAgain(int times) {
        return (_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            for (int i = 0; i < times; i++) {
                try {
                    var _ = respond.with(Response.text(Status.OK, "again"));
                } catch (ContractViolation _) {
                    // that is what it is for
                }
            }
            out.writeUtf8("once");
        }));
    }

    private static FastCgiSettings saying(Function<Failure, String> line) {
        return FastCgiSettings.defaults().withErrorLine(line);
    }

    private List<String> answer(FastCgiSettings settings, Application application) throws IOException {
        var requests = settings.server().requests().withHooks(Hooks.defaults().withOnFailure(failures::add));
        var server = FastCgi.start(settings.withServer(settings.server().withRequests(requests)), application);
        open.add(server);
        var client = FastCgiClient.to(server.address());
        open.add(client);
        client.send(get(1, "/x"));
        return client.untilEnd(1);
    }
}
