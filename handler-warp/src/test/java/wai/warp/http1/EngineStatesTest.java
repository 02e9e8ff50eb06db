package wai.warp.http1;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Bytes;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.spi.FramedResponse;
import wai.warp.http1.Http1Event.Signal;

/// Every call in every state: allowed, refused as a misuse that changes nothing, or a fault of the peer.
class EngineStatesTest {
    /// `+` allowed, `-` IllegalStateException, `!` Http1Fault. A state is what is read, then what is sent.
    private static final String TABLE = """
            state                        next  past  end   start trail cont  info  head  close raw   data  pre   suf   sendEnd
            idle                         +     -     +     -     -     -     -     -     +     -     -     -     -     -
            empty line                   +     -     +     -     -     -     -     -     +     -     -     -     -     -
            request line                 +     -     !     -     -     -     -     -     +     -     -     -     -     -
            fields                       +     -     !     -     -     -     -     -     +     -     -     -     -     -
            fixed body                   +     +     !     -     -     -     +     +     +     -     -     -     -     -
            chunk size                   +     -     !     -     -     -     +     +     +     -     -     -     -     -
            chunk data                   +     +     !     -     -     -     +     +     +     -     -     -     -     -
            chunk end                    +     -     !     -     -     -     +     +     +     -     -     -     -     -
            trailers                     +     -     !     -     -     -     +     +     +     -     -     -     -     -
            expecting, fixed             +     +     !     -     -     +     +     +     +     -     -     -     -     -
            expecting, chunked           +     -     !     -     -     +     +     +     +     -     -     -     -     -
            expecting, body begun        +     +     !     -     -     -     +     +     +     -     -     -     -     -
            continued                    +     +     !     -     -     -     +     +     +     -     -     -     -     -
            done                         +     -     +     -     +     -     +     +     +     +     -     -     -     -
            closed                       -     -     +     -     -     -     -     -     -     -     -     -     -     -
            failed in the head           -     -     -     -     -     -     -     -     +     -     -     -     -     -
            failed in the body           -     -     -     -     -     -     +     +     +     -     -     -     -     -
            failed, expecting            -     -     -     -     -     -     +     +     +     -     -     -     -     -
            done, length                 +     -     +     -     +     -     -     -     -     -     +     +     +     -
            done, length used up         +     -     +     -     +     -     -     -     -     -     -     -     +     +
            done, chunked                +     -     +     -     +     -     -     -     -     -     +     +     -     +
            done, chunk open             +     -     +     -     +     -     -     -     -     -     -     -     +     -
            done, until close            +     -     +     -     +     -     -     -     -     -     +     +     +     +
            body, length                 +     +     !     -     -     -     -     -     -     -     +     +     +     -
            body, sent                   +     +     !     -     -     -     -     -     -     -     -     -     -     -
            body failed, length          -     -     -     -     -     -     -     -     -     -     +     +     +     -
            done, sent                   +     -     +     +     +     -     -     -     -     -     -     -     -     -
            done, sent to close          +     -     +     -     +     -     -     -     -     -     -     -     -     -
            raw                          -     -     -     -     -     -     -     -     -     -     -     -     -     -
            refused before a request     -     -     -     -     -     -     -     -     -     -     -     -     +     +
            started again                +     -     +     -     -     -     -     -     +     -     -     -     -     -
            """;

    private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n";
    private static final String CHUNKED = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final FramedResponse FIVE = framed(Response.of(Status.OK, Headers.EMPTY, Bytes.utf8("hello")));
    private static final FramedResponse STREAM = framed(Response.stream(Status.OK, Headers.EMPTY, _ -> {}));
    private static final FramedResponse RAW =
            framed(Response.raw(Status.SWITCHING_PROTOCOLS, Headers.EMPTY, Response.text(Status.OK, ""), _ -> {}));

    interface Call {
        void on(Http1Engine engine, ByteBuffer input, OutputBuffer out) throws Http1Fault;
    }

    /// An engine and what it left of its input.
    record Reached(Http1Engine engine, ByteBuffer input) {}

    interface Way {
        Reached go() throws Http1Fault;
    }

    record Cell(String state, String call, char expected) {
        @Override
        public String toString() {
            return call + " in " + state;
        }
    }

    static Stream<Cell> cells() {
        var rows = TABLE.lines().toList();
        var calls = List.of(rows.getFirst().substring(5).strip().split(" +"));
        return rows.stream().skip(1).flatMap(row -> {
            var state = row.substring(0, 29).strip();
            var expected = row.substring(29).replace(" ", "");
            assertThat(expected).hasSameSizeAs(calls);
            return java.util.stream.IntStream.range(0, calls.size())
                    .mapToObj(i -> new Cell(state, calls.get(i), expected.charAt(i)));
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cells")
    void everyCallInEveryStateIsDecided(Cell cell) throws Http1Fault {
        var reached = requireNonNull(states().get(cell.state)).go();
        var engine = reached.engine;
        var call = requireNonNull(calls().get(cell.call));
        var before = facts(engine);
        var out = new OutputBuffer(0);

        char seen = '+';
        try {
            call.on(engine, reached.input, out);
        } catch (IllegalStateException _) {
            seen = '-';
        } catch (Http1Fault _) {
            seen = '!';
        }

        assertThat(seen).isEqualTo(cell.expected);
        if (seen == '-') {
            assertThat(facts(engine)).isEqualTo(before);
            assertThat(out.size()).isZero();
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {POST, CHUNKED + "5\r\n"})
    void bodyBytesThatPassTheEngineCountLikeOthers(String begin) throws Http1Fault {
        var reached = fed(begin);
        var engine = reached.engine;

        assertThat(engine.openBody()).isEqualTo(5);
        engine.bodyRead(2);
        assertThat(engine.openBody()).isEqualTo(3);
        assertThat(engine.nextEvent(ByteBuffer.wrap(Wire.bytes("l")))).isInstanceOf(Http1Event.Data.class);
        assertThatThrownBy(() -> engine.bodyRead(3)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> engine.bodyRead(-1)).isInstanceOf(IllegalStateException.class);
        engine.bodyRead(2);

        assertThat(engine.openBody()).isZero();
        assertThat(engine.nextEvent(ByteBuffer.wrap(Wire.bytes(begin.equals(POST) ? "" : "\r\n0\r\n\r\n"))))
                .isEqualTo(Signal.END_OF_BODY);
    }

    @Test
    void theTableHasEveryStateAndEveryCall() {
        var cells = cells().toList();

        assertThat(cells).extracting(Cell::state).containsAll(states().keySet());
        assertThat(cells).extracting(Cell::call).containsAll(calls().keySet());
        assertThat(cells).hasSize(states().size() * calls().size());
    }

    private static Map<String, Way> states() {
        var states = new LinkedHashMap<String, Way>();
        states.put("idle", () -> fed(""));
        states.put("empty line", () -> fed("\r\n"));
        states.put("request line", () -> fed("\r\nG"));
        states.put("fields", () -> fed("GET / HTTP/1.1\r\n"));
        states.put("fixed body", () -> fed(POST));
        states.put("chunk size", () -> fed(CHUNKED));
        states.put("chunk data", () -> fed(CHUNKED + "5\r\nhel"));
        states.put("chunk end", () -> fed(CHUNKED + "5\r\nhello"));
        states.put("trailers", () -> fed(CHUNKED + "0\r\nA: 1\r\n"));
        states.put("expecting, fixed", () -> fed(expecting(POST)));
        states.put("expecting, chunked", () -> fed(expecting(CHUNKED)));
        states.put("expecting, body begun", () -> fed(expecting(POST) + "h"));
        states.put("continued", () -> {
            var reached = fed(expecting(POST));
            reached.engine.sendContinue(new OutputBuffer(0));
            return reached;
        });
        states.put("done", () -> fed(GET));
        states.put("closed", () -> {
            var reached = fed("");
            reached.engine.endOfInput();
            return reached;
        });
        states.put("failed in the head", () -> failed("GET\r\n"));
        states.put("failed in the body", () -> failed(CHUNKED + "zz\r\n"));
        states.put("failed, expecting", () -> failed(expecting(CHUNKED) + "zz\r\n"));
        states.put("done, length", () -> answering(fed(GET), FIVE, false));
        states.put("done, length used up", () -> {
            var reached = answering(fed(GET), FIVE, false);
            reached.engine.sendData(new byte[5], 0, 5, new OutputBuffer(0));
            return reached;
        });
        states.put("done, chunked", () -> answering(fed(GET), STREAM, false));
        states.put("done, chunk open", () -> {
            var reached = answering(fed(GET), STREAM, false);
            reached.engine.sendChunkPrefix(5, new OutputBuffer(0));
            return reached;
        });
        states.put("done, until close", () -> answering(fed("GET / HTTP/1.0\r\n\r\n"), STREAM, false));
        states.put("body, length", () -> answering(fed(POST), FIVE, false));
        states.put("body, sent", () -> ended(answering(fed(POST), Wire.OK, false)));
        states.put("body failed, length", () -> failing(answering(fed(CHUNKED), FIVE, false), "zz\r\n"));
        states.put("done, sent", () -> ended(answering(fed(GET), Wire.OK, false)));
        states.put("done, sent to close", () -> ended(answering(fed(GET), Wire.OK, true)));
        states.put("raw", () -> answering(fed(GET), RAW, false));
        states.put("refused before a request", () -> answering(fed("GET /"), Wire.OK, true));
        states.put("started again", () -> {
            var reached = ended(answering(fed(GET), Wire.OK, false));
            reached.engine.startNextRequest();
            return reached;
        });
        return states;
    }

    private static Map<String, Call> calls() {
        var calls = new LinkedHashMap<String, Call>();
        calls.put("next", (engine, input, _) -> engine.nextEvent(input));
        calls.put("past", (engine, _, _) -> engine.bodyRead(1));
        calls.put("end", (engine, _, _) -> engine.endOfInput());
        calls.put("start", (engine, _, _) -> engine.startNextRequest());
        calls.put("trail", (engine, _, _) -> engine.trailers());
        calls.put("cont", (engine, _, out) -> engine.sendContinue(out));
        calls.put("info", (engine, _, out) -> engine.sendInformational(Status.EARLY_HINTS, Headers.EMPTY, out));
        calls.put("head", (engine, _, out) -> engine.sendHead(FIVE, CommonFields.NONE, false, out));
        calls.put("close", (engine, _, out) -> engine.sendHead(FIVE, CommonFields.NONE, true, out));
        calls.put("raw", (engine, _, out) -> engine.sendHead(RAW, CommonFields.NONE, false, out));
        calls.put("data", (engine, _, out) -> engine.sendData(new byte[9], 2, 5, out));
        calls.put("pre", (engine, _, out) -> engine.sendChunkPrefix(5, out));
        calls.put("suf", (engine, _, out) -> engine.sendChunkSuffix(out));
        calls.put("sendEnd", (engine, _, out) -> engine.sendEnd(Headers.EMPTY, out));
        return calls;
    }

    /// All that can be asked.
    private static List<Object> facts(Http1Engine engine) {
        return new ArrayList<>(Arrays.asList(
                engine.isInsideHead(),
                engine.isRequestRead(),
                engine.unreadBody(),
                engine.openBody(),
                engine.isExpectingContinue(),
                engine.isResponseBegun(),
                engine.isResponseSent(),
                engine.persists()));
    }

    private static String expecting(String head) {
        return head.replace("Host: x\r\n", "Host: x\r\nExpect: 100-continue\r\n");
    }

    private static FramedResponse framed(Response response) {
        return FramedResponse.of("GET", response);
    }

    private static Reached fed(String text) throws Http1Fault {
        var engine = new Http1Engine(Http1Limits.DEFAULT);
        var input = ByteBuffer.wrap(Wire.bytes(text));
        while (true) {
            var event = engine.nextEvent(input);
            if (event == Signal.NEED_INPUT || event == Signal.END_OF_BODY) {
                return new Reached(engine, input);
            }
        }
    }

    private static Reached failed(String text) {
        return failing(new Reached(new Http1Engine(Http1Limits.DEFAULT), ByteBuffer.allocate(0)), text);
    }

    private static Reached failing(Reached reached, String text) {
        var input = ByteBuffer.wrap(Wire.bytes(text));
        while (true) {
            try {
                reached.engine.nextEvent(input);
            } catch (Http1Fault _) {
                return new Reached(reached.engine, input); // as wanted
            }
        }
    }

    private static Reached answering(Reached reached, FramedResponse response, boolean close) {
        reached.engine.sendHead(response, CommonFields.NONE, close, new OutputBuffer(0));
        return reached;
    }

    private static Reached ended(Reached reached) {
        reached.engine.sendEnd(Headers.EMPTY, new OutputBuffer(0));
        return reached;
    }
}
