package wai.servlet.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wai.Application;
import wai.Connection;
import wai.FilePart;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.Response;
import wai.Status;
import wai.spi.FramedResponse;
import wai.spi.Signal;

/// When a container is told to begin, finish, take back or cut a response.
class ContainerExchangeTest {
    private static final Application HELLO = (_, respond) -> respond.with(Response.text(Status.OK, "hello"));

    @Test
    void beginsWritesAndFinishes() {
        var container = new FakeContainer(HttpVersion.HTTP_1_1, Headers.EMPTY);

        assertThat(container.serve(HELLO)).isTrue();

        assertThat(container.calls).containsExactly("begin 200 OK, 5", "finish");
        assertThat(container.written()).isEqualTo("hello");
    }

    @Test
    void sendsAHeadWithoutABodyAtOnce() {
        var container = new FakeContainer(HttpVersion.HTTP_1_1, Headers.EMPTY);

        container.serve((_, respond) -> respond.with(Response.text(Status.NO_CONTENT, "not sent")));

        assertThat(container.calls).containsExactly("begin 204 No Content, -1", "commit", "finish");
    }

    @Test
    void answersInThePlaceOfAnApplicationThatFailedBeforeItResponded() {
        var container = new FakeContainer(HttpVersion.HTTP_1_1, Headers.EMPTY);

        boolean whole = container.serve((_, _) -> {
            throw new IllegalStateException("thrown by a test, on purpose");
        });

        assertThat(whole).isTrue();
        assertThat(container.calls).containsExactly("reset", "begin 500 Internal Server Error, 26", "finish");
    }

    @Test
    void cutsAStreamThatFailsAndSendsItsHeadBefore() {
        var container = new FakeContainer(HttpVersion.HTTP_1_1, Headers.EMPTY);

        boolean whole = container.serve(failingStream());

        assertThat(whole).isFalse();
        assertThat(container.calls).containsExactly("begin 200 OK, -1", "trailers", "commit", "abort");
    }

    @Test
    void keepsTrailersFromEndingABodyThatHasFailed() {
        var container = new FakeContainer(HttpVersion.HTTP_1_1, Headers.EMPTY);

        container.serve(failingStream());

        assertThatThrownBy(() -> container.trailers.get())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("must not end as if it were whole");
    }

    @Test
    void sendsTheTrailersOfAWholeBody() {
        var container = new FakeContainer(HttpVersion.HTTP_1_1, Headers.EMPTY);
        var fields = Headers.of(HeaderName.of("X-Checksum"), "1");

        container.serve((_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            out.writeUtf8("body");
            out.trailers(fields);
        })));

        assertThat(container.trailers.get()).isEqualTo(fields);
    }

    @Test
    void asksForNoTrailersWhereNoneCanBe() {
        var old = new FakeContainer(HttpVersion.HTTP_1_0, Headers.EMPTY);
        var sized = new FakeContainer(HttpVersion.HTTP_1_1, Headers.EMPTY);

        old.serve(
                (_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> out.writeUtf8("body"))));
        sized.serve((_, respond) -> respond.with(
                Response.stream(Status.OK, Headers.of(HeaderName.CONTENT_LENGTH, "4"), out -> out.writeUtf8("body"))));

        assertThat(old.calls).containsExactly("begin 200 OK, -1", "finish");
        assertThat(sized.calls).containsExactly("begin 200 OK, 4", "finish");
    }

    @Test
    void answersForAFileThatVanishedBeforeItWasBegun(@TempDir Path folder) {
        var container = new FakeContainer(HttpVersion.HTTP_1_1, Headers.EMPTY);
        var part = new FilePart(0, 5, 5);

        boolean whole = container.serve((_, respond) ->
                respond.with(Response.file(Status.OK, Headers.EMPTY, folder.resolve("vanished"), part)));

        assertThat(whole).isTrue();
        assertThat(container.calls).containsExactly("reset", "begin 500 Internal Server Error, 26", "finish");
    }

    @Test
    void cutsAFileThatBecomesShorter(@TempDir Path folder) throws Exception {
        var container = new FakeContainer(HttpVersion.HTTP_1_1, Headers.EMPTY);
        var file = Files.writeString(folder.resolve("file"), "four");

        boolean whole = container.serve(
                (_, respond) -> respond.with(Response.file(Status.OK, Headers.EMPTY, file, new FilePart(0, 5, 5))));

        assertThat(whole).isFalse();
        assertThat(container.calls).containsExactly("begin 200 OK, 5", "commit", "abort");
    }

    @Test
    void cutsWhatAFilterHasBegun() {
        var container = new FakeContainer(HttpVersion.HTTP_1_1, Headers.EMPTY);
        container.committed = true;

        boolean whole = container.serve((_, _) -> {
            throw new IllegalStateException("thrown by a test, on purpose");
        });

        assertThat(whole).isFalse();
        assertThat(container.calls).containsExactly("abort");
    }

    @Test
    void letsAWholeResponseStandWhenTheApplicationFailsAfterwards() {
        var container = new FakeContainer(HttpVersion.HTTP_1_1, Headers.EMPTY);

        boolean whole = container.serve((_, respond) -> {
            respond.with(Response.text(Status.OK, "hello"));
            throw new IllegalStateException("thrown by a test, on purpose");
        });

        assertThat(whole).isTrue();
        assertThat(container.calls).containsExactly("begin 200 OK, 5", "finish");
    }

    @Test
    void refusesWhatTheClientMustNotExpect() {
        var container = new FakeContainer(HttpVersion.HTTP_1_1, Headers.of(HeaderName.EXPECT, "the-unexpected"));

        assertThat(container.serve(HELLO)).isTrue();

        assertThat(container.calls).containsExactly("begin 417 Expectation Failed, 23", "finish");
    }

    @Test
    void refusesWhatTheContainerShouldNotHaveLetPass() {
        var flawed = new FakeContainer("/", "the path does not lead to this servlet");
        var odd = new FakeContainer("/\u00fc", null);

        assertThat(flawed.serve(HELLO)).isTrue();
        assertThat(odd.serve(HELLO)).isTrue();

        assertThat(flawed.calls.getFirst()).startsWith("begin 400 Bad Request");
        assertThat(flawed.written()).isEqualTo("400 Bad Request: the path does not lead to this servlet\n");
        assertThat(odd.written()).startsWith("400 Bad Request: target has U+00FC");
    }

    @Test
    void blamesTheClientForABodyThatCannotBeRead() {
        var container = new FakeContainer(HttpVersion.HTTP_1_1, Headers.EMPTY);

        container.serve((request, respond) ->
                respond.with(Response.text(Status.OK, request.readBody(100).utf8())));

        assertThat(container.calls).containsExactly("reset", "begin 400 Bad Request, 16", "finish");
    }

    @Test
    void managesTheConnectionInThePlaceOfTheApplication() {
        var headers =
                Headers.of(HeaderName.CONNECTION, "keep-alive, X", HeaderName.UPGRADE, "h3", HeaderName.VARY, "Accept");

        assertThat(new FakeContainer(HttpVersion.HTTP_1_1, Headers.EMPTY).forContainer(headers))
                .isEqualTo(Headers.of(HeaderName.UPGRADE, "h3", HeaderName.VARY, "Accept"));
        assertThat(new FakeContainer(HttpVersion.HTTP_2, Headers.EMPTY).forContainer(headers))
                .isEqualTo(Headers.of(HeaderName.VARY, "Accept"));
        assertThat(new FakeContainer(HttpVersion.HTTP_1_0, Headers.EMPTY)
                        .forContainer(Headers.of(HeaderName.CONNECTION, "X, Close")))
                .isEqualTo(Headers.of(HeaderName.CONNECTION, "close"));
    }

    private static Application failingStream() {
        return (_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, _ -> {
            throw new IllegalStateException("thrown by a test, on purpose");
        }));
    }

    /// Writes down what it is told. Its requests have a body of 10 bytes of which only 4 come.
    private static final class FakeContainer extends ContainerExchange {
        final List<String> calls = new ArrayList<>();
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean committed;
        Supplier<Headers> trailers = () -> {
            throw new AssertionError("no trailers were asked for");
        };

        FakeContainer(HttpVersion version, Headers headers) {
            super(head("/", version, headers, null), new Signal(_ -> {}));
        }

        FakeContainer(String target, @Nullable String flaw) {
            super(head(target, HttpVersion.HTTP_1_1, Headers.EMPTY, flaw), new Signal(_ -> {}));
        }

        private static RequestHead head(String target, HttpVersion version, Headers headers, @Nullable String flaw) {
            return new RequestHead(
                    "POST",
                    target,
                    List.of(),
                    false,
                    Connection.UNKNOWN.remoteAddress(),
                    version,
                    headers,
                    new ContainerBody(() -> InputStream.nullInputStream(), 10),
                    10,
                    Connection.UNKNOWN,
                    Optional.empty(),
                    Set.of(),
                    flaw);
        }

        String written() {
            return body.toString(UTF_8);
        }

        @Override
        protected void begin(FramedResponse head) {
            calls.add("begin " + head.status() + ", " + head.length());
        }

        @Override
        protected OutputStream output() {
            return body;
        }

        @Override
        protected void commit() {
            calls.add("commit");
            committed = true;
        }

        @Override
        protected void finish() {
            calls.add("finish");
        }

        @Override
        protected boolean isCommitted() {
            return committed;
        }

        @Override
        protected void reset() {
            calls.add("reset");
        }

        @Override
        protected void sendTrailers(Supplier<Headers> supplier) {
            calls.add("trailers");
            trailers = supplier;
        }

        @Override
        protected void abort(Throwable cause) {
            calls.add("abort");
        }

        @Override
        protected RawTunnel upgrade(FramedResponse response) {
            throw new AssertionError("RAW is not among the capabilities");
        }

        @Override
        protected Headers receivedTrailers() {
            return Headers.EMPTY;
        }

        @Override
        protected void watch(Signal signal) {
            throw new AssertionError("DISCONNECT_SIGNAL is not among the capabilities");
        }
    }
}
