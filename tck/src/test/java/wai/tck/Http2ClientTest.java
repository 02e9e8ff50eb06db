package wai.tck;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.tck.ScriptedServer.block;
import static wai.tck.ScriptedServer.data;
import static wai.tck.ScriptedServer.headers;
import static wai.tck.ScriptedServer.settings;
import static wai.tck.http2.Frame.CONTINUATION;
import static wai.tck.http2.Frame.DATA;
import static wai.tck.http2.Frame.END_HEADERS;
import static wai.tck.http2.Frame.END_STREAM;
import static wai.tck.http2.Frame.GOAWAY;
import static wai.tck.http2.Frame.HEADERS;
import static wai.tck.http2.Frame.PADDED;
import static wai.tck.http2.Frame.PING;
import static wai.tck.http2.Frame.PRIORITY;
import static wai.tck.http2.Frame.PUSH_PROMISE;
import static wai.tck.http2.Frame.RST_STREAM;
import static wai.tck.http2.Frame.SETTINGS;
import static wai.tck.http2.Frame.WINDOW_UPDATE;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import wai.HeaderName;
import wai.Headers;
import wai.tck.ClientRequest.Content;
import wai.tck.http2.FieldDecoder;
import wai.tck.http2.Frame;

/// The kit's client of HTTP/2 takes what a server may send, and nothing else.
class Http2ClientTest {
    private static final ClientRequest GET = ClientRequest.of("GET", "/");
    private static final Frame OK = headers(0, ":status: 200");

    private static Answer ask(ScriptedServer server) throws IOException {
        try (var client = server.client()) {
            return Answer.of(client.send(GET));
        }
    }

    @Test
    void readsEveryPartOfAResponse() throws Exception {
        try (var server = ScriptedServer.answering(
                headers(0, ":status: 103", "link: </a>"),
                new Frame(PRIORITY, 0, 1, new byte[5]),
                new Frame(HEADERS, 0, 1, block(":status: 200", "x-one: 1")),
                new Frame(CONTINUATION, END_HEADERS, 1, block("x-two: 2")),
                new Frame(0xbe, 0xff, 7, new byte[3]),
                data(0, "half "),
                new Frame(DATA, PADDED, 1, new byte[] {2, 'a', 'n', 'd', 0, 0}),
                data(0, " half"),
                headers(END_STREAM, "x-sum: 42"))) {
            var answer = ask(server);

            answer.hasStatus(200).hasField("x-one", "1").hasField("x-two", "2").hasBody("half and half");
            assertThat(answer.informational()).extracting(ClientHead::status).containsExactly(103);
            assertThat(answer.call().trailers().first(HeaderName.of("x-sum"))).contains("42");
        }
    }

    @Test
    void sendsTheHeadAsHttp2HasIt() throws Exception {
        try (var server = ScriptedServer.answering(headers(END_STREAM, ":status: 204"));
                var client = server.client()) {
            var request = ClientRequest.of("POST", "/a?b")
                    .with("Host", "there.test")
                    .with("X-Tck", "Value")
                    .with("Connection", "close")
                    .with(new Content.Declared(3));
            Answer.of(client.send(request)).hasStatus(204);

            var heard = server.heard(frame -> frame.type() == HEADERS);

            assertThat(heard.has(END_STREAM)).isFalse();
            assertThat(new FieldDecoder(0).decode(heard.payload()))
                    .extracting(field -> field.name() + ": " + field.value())
                    .containsExactly(
                            ":method: POST",
                            ":scheme: http",
                            ":authority: there.test",
                            ":path: /a?b",
                            "x-tck: Value",
                            "content-length: 3");
        }
    }

    @Test
    void sendsAHeadOfManyFrames() throws Exception {
        try (var server = ScriptedServer.answering(headers(END_STREAM, ":status: 204"));
                var client = server.client()) {
            Answer.of(client.send(GET.with("X-Tck", "v".repeat(40_000)))).hasStatus(204);

            assertThat(server.heard(frame -> frame.type() == HEADERS).has(END_HEADERS))
                    .isFalse();
            assertThat(server.heard(frame -> true).type()).isEqualTo(CONTINUATION);
            assertThat(server.heard(frame -> true).has(END_HEADERS)).isTrue();
        }
    }

    @Test
    void waitsForTheWindowOfTheServer() throws Exception {
        try (var server = ScriptedServer.beginning(settings(4, 5));
                var client = server.client()) {
            var call = client.send(ClientRequest.of("POST", "/").with(new Content.Chunked()));
            var sender = Thread.ofVirtual().start(() -> {
                try {
                    call.body().write("hello, world".getBytes(ISO_8859_1));
                    call.endBody(Headers.of(HeaderName.of("X-Sum"), "1"));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });

            assertThat(text(server.heard(frame -> frame.type() == DATA))).isEqualTo("hello");
            server.say(Frame.ofInts(WINDOW_UPDATE, 0, 1, 3));
            assertThat(text(server.heard(frame -> frame.type() == DATA))).isEqualTo(", w");
            server.say(settings(4, 100));
            assertThat(text(server.heard(frame -> frame.type() == DATA))).isEqualTo("orld");
            assertThat(server.heard(frame -> frame.type() == HEADERS).has(END_STREAM))
                    .isTrue();
            sender.join();
        }
    }

    private static String text(Frame frame) {
        return new String(frame.payload(), ISO_8859_1);
    }

    @Test
    void answersPingsAndSettings() throws Exception {
        try (var server = ScriptedServer.beginning(settings(), new Frame(PING, 0, 0, new byte[8]));
                var client = server.client()) {
            client.send(GET).close();

            server.heard(frame -> frame.type() == SETTINGS && frame.has(Frame.ACK));
            server.heard(frame -> frame.type() == PING && frame.has(Frame.ACK));
        }
    }

    @Test
    void letsTheServerSendMoreWhenTheBodyIsRead() throws Exception {
        var full = new Frame(DATA, 0, 1, new byte[16_384]);
        try (var server = ScriptedServer.answering(OK, full, full, full, full);
                var client = server.client()) {
            var call = client.send(GET);
            call.nextHead();
            call.content().readNBytes(4 * 16_384);

            assertThat(server.heard(frame -> frame.type() == WINDOW_UPDATE && frame.stream() == 1)
                            .number(0))
                    .isGreaterThanOrEqualTo(50_000);
        }
    }

    @Test
    void leavesByResettingItsStream() throws Exception {
        try (var server = ScriptedServer.beginning(settings());
                var client = server.client()) {
            client.send(GET).disconnect();

            assertThat(server.heard(frame -> frame.type() == RST_STREAM).number(0))
                    .isEqualTo(8);
        }
    }

    @Test
    void opensAnotherConnectionWhereTheServerTakesNoMoreStreams() throws Exception {
        try (var server = ScriptedServer.beginning(settings(3, 1));
                var client = server.client()) {
            client.send(GET);
            client.send(GET);

            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void showsAnExtendedConnectAsAnUpgrade() throws Exception {
        try (var server = ScriptedServer.beginning(settings(8, 1));
                var client = server.client()) {
            var call = client.send(GET.with("Connection", "Upgrade").with("Upgrade", "tck"));
            var heard = server.heard(frame -> frame.type() == HEADERS);
            server.say(OK, data(END_STREAM, "raw"));

            assertThat(new FieldDecoder(0).decode(heard.payload()))
                    .extracting(field -> field.name() + ": " + field.value())
                    .startsWith(":method: CONNECT", ":protocol: tck");
            assertThat(call.nextHead()).isEqualTo(new ClientHead(101, Headers.of(HeaderName.UPGRADE, "tck")));
            assertThat(call.content().readAllBytes()).asString(ISO_8859_1).isEqualTo("raw");
        }
    }

    static Stream<Arguments> ends() {
        return Stream.of(
                Arguments.of("a reset", List.of(OK, data(0, "half"), Frame.ofInts(RST_STREAM, 0, 1, 2))),
                Arguments.of("a reset without a head", List.of(Frame.ofInts(RST_STREAM, 0, 1, 7))),
                Arguments.of("a refusal", List.of(Frame.ofInts(GOAWAY, 0, 0, 0, 0))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ends")
    void seesThatAResponseIsCutBy(String name, List<Frame> frames) throws Exception {
        try (var server = ScriptedServer.answering(frames.toArray(Frame[]::new))) {
            assertThat(ask(server).isSeenToBeCut()).as(name).isTrue();
        }
    }

    @Test
    void seesThatTheConnectionEnds() throws Exception {
        try (var server = ScriptedServer.answering(OK);
                var client = server.client()) {
            var call = client.send(GET);
            call.nextHead();
            server.hangUp();

            assertThatThrownBy(() -> call.content().read()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void dropsTheRestOfABodyThatNobodyWants() throws Exception {
        try (var server = ScriptedServer.answering(
                        headers(END_STREAM, ":status: 413"), Frame.ofInts(RST_STREAM, 0, 1, 0));
                var client = server.client()) {
            var call = client.send(ClientRequest.of("POST", "/").with(new Content.Declared(1_000_000)));
            Answer.of(call).hasStatus(413).isWhole();

            call.body().write(new byte[1_000_000]);
            call.endBody(Headers.EMPTY);
        }
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                fault("DATA before the head", data(END_STREAM, "x")),
                fault("expected :status", headers(END_STREAM, "x-one: 1")),
                fault(":status \"20\"", headers(END_STREAM, ":status: 20")),
                fault(":status \"101\"", headers(0, ":status: 101")),
                fault("status 100 at the end", headers(END_STREAM, ":status: 100")),
                fault("expected a name in lower case", headers(END_STREAM, ":status: 200", "X-One: 1")),
                fault("no second pseudo-header field", headers(END_STREAM, ":status: 200", ":status: 200")),
                fault("field \"connection\"", headers(END_STREAM, ":status: 200", "connection: close")),
                fault("field \"x one\"", headers(END_STREAM, ":status: 200", "x one: 1")),
                fault("blanks around the value", headers(END_STREAM, ":status: 200", "x-one:  1")),
                fault("Content-Length [1, 1]", headers(0, ":status: 200", "content-length: 1", "content-length: 1")),
                fault(
                        "4 bytes under a Content-Length of 3",
                        headers(0, ":status: 200", "content-length: 3"),
                        data(END_STREAM, "four")),
                fault(
                        "2 bytes under a Content-Length of 3",
                        headers(0, ":status: 200", "content-length: 3"),
                        data(END_STREAM, "tw")),
                fault("status 204 with Content-Length", headers(END_STREAM, ":status: 204", "content-length: 0")),
                fault("a body where none may be", headers(0, ":status: 304"), data(END_STREAM, "x")),
                fault("trailers that do not end the stream", OK, headers(0, "x-sum: 1")),
                fault("expected a name in lower case", OK, headers(END_STREAM, ":status: 1")),
                fault("expected a stream with a request", new Frame(DATA, 0, 3)),
                fault("expected a stream with a request", new Frame(DATA, 0, 2)),
                fault("expected stream 0", new Frame(PING, 0, 1, new byte[8])),
                fault("expected a stream with a request", new Frame(DATA, 0, 0)),
                fault("which nobody asked for", new Frame(PUSH_PROMISE, END_HEADERS, 1, new byte[4])),
                fault("which nobody asked for", new Frame(CONTINUATION, END_HEADERS, 1)),
                fault("inside the fields of stream 1", new Frame(HEADERS, 0, 1, block(":status: 200")), data(0, "x")),
                fault("a frame of 16385 bytes", new Frame(DATA, 0, 1, new byte[16_385])),
                fault("with 9 bytes of padding", new Frame(DATA, PADDED, 1, new byte[] {9, 0})),
                fault("of no size that it can have", new Frame(SETTINGS, 0, 0, new byte[5])),
                fault("of no size that it can have", new Frame(RST_STREAM, 0, 1, new byte[3])),
                fault("by 0", Frame.ofInts(WINDOW_UPDATE, 0, 1, 0)),
                fault("a window of", Frame.ofInts(WINDOW_UPDATE, 0, 0, Integer.MAX_VALUE)),
                fault("setting 2 of 1", settings(2, 1)),
                fault("setting 4 of 4294967295", settings(4, -1)),
                fault("setting 5 of 16383", settings(5, 16_383)),
                fault("setting 8 of 2", settings(8, 2)),
                fault("index 62 of 61 fields", new Frame(HEADERS, END_HEADERS, 1, (byte) 0xbe)));
    }

    private static Arguments fault(String why, Frame... frames) {
        return Arguments.of(why, List.of(frames));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("faults")
    void failsTheCaseOverWhatIsNotHttp2(String why, List<Frame> frames) throws Exception {
        try (var server = ScriptedServer.answering(frames.toArray(Frame[]::new))) {
            assertThatThrownBy(() -> ask(server))
                    .isInstanceOf(CaseFailure.class)
                    .hasMessageStartingWith("not HTTP/2: ")
                    .hasMessageContaining(why);
        }
    }

    @Test
    void failsTheCaseOverMoreThanTheWindowOfItsStream() throws Exception {
        var large = new Frame(DATA, 0, 1, new byte[16_384]);
        try (var server = ScriptedServer.answering(
                        OK, large, large, large, large, large, large, large, new Frame(PING, 0, 0, new byte[8]));
                var client = server.client()) {
            var call = client.send(GET);
            server.heard(frame -> frame.type() == PING);

            assertThatThrownBy(() -> call.content().readAllBytes())
                    .isInstanceOf(CaseFailure.class)
                    .hasMessageContaining("beyond the window of its stream");
        }
    }

    @Test
    void failsTheNextCallOverWhatComesBehindAnEnd() throws Exception {
        try (var server = ScriptedServer.answering(headers(END_STREAM, ":status: 200"), data(0, "x"));
                var client = server.client()) {
            var answer = Answer.of(client.send(GET)).hasStatus(200);

            assertThatThrownBy(() -> answer.call().next(GET).orElseThrow().nextHead())
                    .isInstanceOf(CaseFailure.class)
                    .hasMessageContaining("behind the end of its stream");
        }
    }

    @Test
    void failsTheCaseWhereAServerDoesNotBeginWithSettings() throws Exception {
        try (var server = ScriptedServer.beginning(new Frame(PING, 0, 0, new byte[8]))) {
            assertThatThrownBy(() -> ask(server))
                    .isInstanceOf(CaseFailure.class)
                    .hasMessageContaining("before SETTINGS");
        }
    }
}
