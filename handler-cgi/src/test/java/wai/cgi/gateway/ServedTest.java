package wai.cgi.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wai.Application;
import wai.Capability;
import wai.ClientDisconnectedException;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.cgi.settings.CgiSettings;
import wai.cgi.settings.Failure;
import wai.cgi.settings.Failure.Phase;
import wai.cgi.settings.Hooks;
import wai.cgi.settings.SendFile;
import wai.cgi.settings.Served;
import wai.cgi.settings.Served.Ending;

/// What the hook for served requests is told, and what is counted.
class ServedTest {
    private final LinkedBlockingQueue<Served> served = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Failure> failures = new LinkedBlockingQueue<>();
    private final AtomicLong time = new AtomicLong(1_000_000_000);
    private CgiSettings settings = CgiSettings.defaults()
            .withHooks(Hooks.defaults().withOnFailure(failures::add).withOnServed(served::add));

    @Test
    void aWholeResponseHasItsStatusItsSizeAndItsTimes() throws Exception {
        var tally = call((request, respond) -> {
            time.addAndGet(30);
            return respond.with(Response.stream(Status.CREATED, Headers.EMPTY, out -> {
                out.writeUtf8("hello");
                out.flush();
                time.addAndGet(5);
            }));
        });

        assertThat(served.remove()).satisfies(each -> {
            assertThat(each.request().rawPath()).isEqualTo("/x");
            assertThat(each.status()).contains(Status.CREATED);
            assertThat(each.bodyBytes()).isEqualTo(5);
            assertThat(each.times()).isEqualTo(new Served.Times(Duration.ofNanos(30), Duration.ofNanos(35)));
            assertThat(each.ending()).isEqualTo(Ending.COMPLETE);
        });
        assertThat(tally.requests()).isEqualTo(1);
        assertThat(tally.ended()).isEqualTo(1);
        assertThat(tally.responses(2)).isEqualTo(1);
    }

    @Test
    void anAnswerInPlaceOfAFailureIsWhatCounts() throws Exception {
        var tally = call((_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            out.writeUtf8("never sent");
            throw new IllegalStateException("on purpose");
        })));

        assertThat(served.remove()).satisfies(each -> {
            assertThat(each.status()).contains(Status.INTERNAL_SERVER_ERROR);
            assertThat(each.bodyBytes()).isEqualTo("500 Internal Server Error\n".length());
            assertThat(each.ending()).isEqualTo(Ending.COMPLETE);
        });
        assertThat(tally.responses(2)).isZero();
        assertThat(tally.responses(5)).isEqualTo(1);
        assertThat(tally.failures(Phase.APPLICATION)).isEqualTo(1);
        assertThat(tally.disconnects()).isZero();
    }

    @Test
    void aResponseThatIsCutSaysHowFarItCame() throws Exception {
        var tally = call((_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            out.writeUtf8("half");
            out.flush();
            throw new ClientDisconnectedException("on purpose");
        })));

        assertThat(served.remove()).satisfies(each -> {
            assertThat(each.status()).contains(Status.OK);
            assertThat(each.bodyBytes()).isEqualTo(4);
            assertThat(each.ending()).isEqualTo(Ending.CUT);
        });
        assertThat(tally.responses(2)).isEqualTo(1);
        assertThat(tally.disconnects()).isEqualTo(1);
    }

    @Test
    void aClientThatLeftBeforeTheResponseHasNoStatus() throws Exception {
        call((_, _) -> {
            time.addAndGet(7);
            throw new ClientDisconnectedException("on purpose");
        });

        assertThat(served.remove()).satisfies(each -> {
            assertThat(each.status()).isEmpty();
            assertThat(each.times()).isEqualTo(new Served.Times(Duration.ofNanos(7), Duration.ofNanos(7)));
            assertThat(each.ending()).isEqualTo(Ending.CUT);
        });
    }

    @Test
    void aFileThatTheWebServerSendsHasNoBytesOfOurs(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("file"), "content");
        settings = settings.withSendFile(SendFile.xSendfile(folder));

        call((_, respond) -> respond.with(Response.file(Status.OK, Headers.EMPTY, file)));

        assertThat(served.remove().bodyBytes()).isZero();
    }

    @Test
    void aHookThatThrowsIsReported() throws Exception {
        settings = settings.withHooks(settings.hooks().withOnServed(_ -> {
            throw new IllegalStateException("of the hook");
        }));

        call((_, respond) -> respond.with(Response.text(Status.OK, "hello")));

        assertThat(failures.remove()).satisfies(failure -> {
            assertThat(failure.phase()).isEqualTo(Phase.SERVER);
            assertThat(failure.cause()).hasMessage("of the hook");
        });
    }

    private CallTally call(Application application) throws GatewayFault {
        var gateway = Gateway.ofServer(application, settings, time::get);
        var variables = Variables.builder();
        for (var each : Called.get("/x").entrySet()) {
            variables.add(each.getKey(), each.getValue());
        }
        var _ = gateway.call(
                        variables.build(),
                        new ByteArrayInputStream(new byte[0]),
                        new Nowhere(),
                        EnumSet.noneOf(Capability.class))
                .run();
        return gateway.tally();
    }

    private static final class Nowhere implements Output {
        @Override
        public void write(byte[] array, int offset, int count) throws IOException {}

        @Override
        public void flush() {}
    }
}
