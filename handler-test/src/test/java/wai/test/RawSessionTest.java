package wai.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.RawApplication;
import wai.Response;
import wai.Status;

class RawSessionTest extends BothPlacesTest {
    private static final Headers SWITCH = Headers.of(HeaderName.CONNECTION, "Upgrade", HeaderName.UPGRADE, "echo");

    private static Application raw(RawApplication application) {
        var fallback = Response.text(Status.UPGRADE_REQUIRED, "come back with an upgrade");
        return (request, respond) -> respond.with(
                request.upgrades().contains("echo")
                        ? Response.raw(Status.SWITCHING_PROTOCOLS, SWITCH, fallback, application)
                        : fallback);
    }

    private LiveResponse open(RawApplication application) {
        return client(raw(application)).request("GET", "/").upgrade("echo").open();
    }

    @Test
    void talksInBothDirections() {
        try (var live = open(connection -> {
            connection.output().write('>');
            connection.output().flush();
            connection.input().transferTo(new Flushing(connection.output()));
        })) {
            var session = live.raw();

            assertThat(live.status().code()).isEqualTo(101);
            assertThat(live.headers().first(HeaderName.UPGRADE)).contains("echo");
            assertThat(session.read(1).utf8()).isEqualTo(">");
            assertThat(session.write("hello\n").readUntil("\n")).isEqualTo("hello\n");
            assertThat(session.write("again\n").readUntil("\n")).isEqualTo("again\n");
            session.closeOutput();
            assertThat(session.readToEnd().utf8()).isEmpty();
        }
    }

    @Test
    void sendsTheFirstBytesWithTheHead() {
        var request = client(raw(connection -> {
                    connection.input().transferTo(new Flushing(connection.output()));
                }))
                .request("GET", "/")
                .upgrade("echo")
                .earlyBytes(Bytes.utf8("early "));

        try (var live = request.open()) {
            var session = live.raw();

            assertThat(session.read(6).utf8()).isEqualTo("early ");
            assertThat(session.write("late").read(4).utf8()).isEqualTo("late");
            session.closeOutput();
            assertThat(session.readToEnd().utf8()).isEmpty();
        }
    }

    @Test
    void keepsTheFirstBytesFromAnApplicationThatDoesNotSwitch() {
        var client = client((request, respond) -> {
            var body = request.body().readAllBytes();
            return respond.with(Response.text(Status.OK, "read " + body.length));
        });

        var response = client.request("GET", "/")
                .upgrade("echo")
                .earlyBytes(Bytes.utf8("early"))
                .send();

        assertThat(response).hasStatus(200).hasBody("read 0");
    }

    @Test
    void refusesFirstBytesBehindABody() {
        var request = client(raw(connection -> {}))
                .request("POST", "/")
                .upgrade("echo")
                .body("text")
                .earlyBytes(Bytes.utf8("early"));

        assertThatThrownBy(request::send)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a body and early bytes");
    }

    @Test
    void letsTheApplicationSpeakAfterTheClientHasClosedItsDirection() {
        try (var live = open(connection -> {
            long count = connection.input().readAllBytes().length;
            connection.output().write(Long.toString(count).getBytes(StandardCharsets.US_ASCII));
        })) {
            var session = live.raw().write("12345");
            session.closeOutput();

            assertThat(session.readToEnd().utf8()).isEqualTo("5");
        }
    }

    @Test
    void letsTheClientSpeakAfterTheApplicationHasClosedItsDirection() throws Exception {
        var heard = new CountDownLatch(3);
        try (var live = open(connection -> {
            connection.closeOutput();
            connection.closeOutput();
            while (connection.input().read() >= 0) {
                heard.countDown();
            }
        })) {
            var session = live.raw();
            assertThat(session.readToEnd().utf8()).isEmpty();
            session.write("abc");
            LiveResponseTest.await(heard);
        }
    }

    @Test
    void closesWhenTheApplicationReturns() {
        try (var live = open(connection -> connection.output().write("bye".getBytes(StandardCharsets.US_ASCII)))) {
            var session = live.raw();

            assertThat(session.readToEnd().utf8()).isEqualTo("bye");
            live.awaitFailure();
            assertThatThrownBy(() -> session.read(1))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("closed its direction after 0 of 1 bytes");
        }
    }

    @Test
    void throwsWhatTheApplicationThrew() {
        try (var live = open(connection -> {
            connection.input().read();
            throw new IOException("protocol error");
        })) {
            var session = live.raw();
            assertThat(live.status().code()).isEqualTo(101);
            session.write("x");
            live.awaitFailure();

            assertThatThrownBy(live::close).isInstanceOf(IOException.class).hasMessage("protocol error");
        }
    }

    @Test
    void endsTheInputOfTheApplicationOnClose() throws Exception {
        var ended = new CountDownLatch(1);
        try (var live = open(connection -> {
                    while (connection.input().read() >= 0) {
                        // until the client has closed
                    }
                    ended.countDown();
                });
                var session = live.raw()) {
            session.write("abc");
        }

        LiveResponseTest.await(ended);
    }

    @Test
    void showsTheResponseThatIsNotRaw() {
        var client = client(raw(connection -> {}));

        try (var live = client.open("/")) {
            assertThatThrownBy(live::raw)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("expected a raw response, but GET / was answered with")
                    .hasMessageContaining("come back with an upgrade");
        }
    }

    @Test
    void collectsWhatARawApplicationSaysToSilence() {
        var client = client(raw(connection -> {
            connection.input().readAllBytes();
            connection.output().write('!');
        }));

        var response = client.request("GET", "/").upgrade("echo").send();

        assertThat(response).hasStatus(101).hasBody("!");
    }

    /// As an application that answers at once.
    private static final class Flushing extends FilterOutputStream {
        Flushing(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] array, int offset, int length) throws IOException {
            out.write(array, offset, length);
            out.flush();
        }
    }
}
