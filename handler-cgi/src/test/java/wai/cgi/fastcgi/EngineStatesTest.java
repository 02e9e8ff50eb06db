package wai.cgi.fastcgi;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.cgi.fastcgi.Records.begin;
import static wai.cgi.fastcgi.Records.bytes;
import static wai.cgi.fastcgi.Records.join;
import static wai.cgi.fastcgi.Records.params;
import static wai.cgi.fastcgi.Records.record;
import static wai.cgi.fastcgi.Records.request;
import static wai.cgi.fastcgi.Records.stdin;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wai.cgi.fastcgi.FastCgiEvent.Signal;

/// Every record and every call in every state of request 1: an event, ignored, a fault of the web server, or refused as
/// a misuse that changes nothing.
class EngineStatesTest {
    /// `+` changes something or is an event, `.` ignored, `!` FastCgiFault, `-` IllegalStateException.
    private static final String TABLE = """
            state          BEGIN ABORT END PARAMS PARAMS0 STDIN STDIN0 STDOUT STDERR DATA type12 | output error end cut eof
            never begun    +     .     .   .      .       .     .      .      .      .    .        -      -     -   -   +
            parameters     !     +     !   +      +       !     !      !      !      !    !        +      +     +   +   +
            input          !     +     !   !      !       +     +      !      !      !    !        +      +     +   +   +
            received       !     +     !   !      !       !     !      !      !      !    !        +      +     +   +   +
            aborted        !     .     .   .      .       .     .      .      .      .    .        +      +     +   +   +
            refused        !     .     .   .      .       .     .      .      .      .    .        +      +     +   +   +
            ended          +     .     .   .      .       .     .      .      .      .    .        -      -     -   -   +
            cut            +     .     .   .      .       .     .      .      .      .    .        -      -     -   -   +
            other role     +     .     .   .      .       .     .      .      .      .    .        -      -     -   -   +
            failed         -     -     -   -      -       -     -      -      -      -    -        +      +     +   +   -
            closed         -     -     -   -      -       -     -      -      -      -    -        +      +     +   +   +
            """;

    interface Call {
        void on(FastCgiEngine engine, RecordBuffer out) throws FastCgiFault;
    }

    interface Way {
        FastCgiEngine go() throws FastCgiFault;
    }

    record Cell(String state, String call, char expected) {
        @Override
        public String toString() {
            return call + " in " + state;
        }
    }

    static Stream<Cell> cells() {
        var rows = TABLE.replace("|", "").lines().toList();
        var calls = List.of(rows.getFirst().substring(15).strip().split(" +"));
        return rows.stream().skip(1).flatMap(row -> {
            var expected = row.substring(15).replace(" ", "");
            assertThat(expected).hasSameSizeAs(calls);
            return IntStream.range(0, calls.size())
                    .mapToObj(i -> new Cell(row.substring(0, 15).strip(), calls.get(i), expected.charAt(i)));
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cells")
    void everyCallInEveryStateIsDecided(Cell cell) throws FastCgiFault {
        var engine = requireNonNull(states().get(cell.state)).go();
        var call = requireNonNull(calls().get(cell.call));
        var out = new RecordBuffer(0);

        char seen = '+';
        var before = facts(engine);
        try {
            call.on(engine, out);
        } catch (IllegalStateException _) {
            seen = '-';
            assertThat(facts(engine)).isEqualTo(before);
            assertThat(out.size()).isZero();
        } catch (FastCgiFault _) {
            seen = '!';
        } catch (Ignored _) {
            seen = '.';
            assertThat(facts(engine)).isEqualTo(before);
        }

        assertThat(seen).isEqualTo(cell.expected);
    }

    @Test
    void theTableHasEveryStateAndEveryCall() {
        var cells = cells().toList();

        assertThat(cells).extracting(Cell::state).containsAll(states().keySet());
        assertThat(cells).extracting(Cell::call).containsAll(calls().keySet());
        assertThat(cells).hasSize(states().size() * calls().size());
    }

    @Test
    void whatComesForARequestThatEndedInTheMiddleOfARecordIsIgnored() throws FastCgiFault {
        var engine = fed(join(begin(1), params(1)));
        var half = ByteBuffer.wrap(join(record("STDIN", 1, "hello"), begin(1), params(1), stdin(1, "new")));
        half.limit(10);
        assertThat(engine.nextEvent(half)).isInstanceOf(FastCgiEvent.Data.class);

        engine.sendEnd(1, new RecordBuffer(0));
        half.limit(half.capacity());

        assertThat(engine.nextEvent(half)).isInstanceOf(FastCgiEvent.Head.class);
        assertThat(engine.nextEvent(half))
                .isInstanceOfSatisfying(FastCgiEvent.Data.class, data -> assertThat(data.bytes())
                        .isEqualTo(ByteBuffer.wrap(bytes("new"))));
    }

    @Test
    void aConnectionThatNobodyKeepsIsFinishedWhenNothingIsActive() throws FastCgiFault {
        var engine = fed(join(begin(1, 1, 0), params(1), stdin(1, ""), request(2)));

        assertThat(engine.isFinished()).isFalse();
        engine.sendEnd(1, new RecordBuffer(0));
        assertThat(engine.isFinished()).isFalse();
        engine.sendCut(2, 1, new RecordBuffer(0));
        assertThat(engine.isFinished()).isTrue();
    }

    @Test
    void aConnectionThatIsKeptIsNeverFinished() throws FastCgiFault {
        var engine = fed(request(1));

        engine.sendEnd(1, new RecordBuffer(0));

        assertThat(engine.isFinished()).isFalse();
    }

    @Test
    void aRefusedRequestAlsoAsksForTheEndOfItsConnection() throws FastCgiFault {
        assertThat(fed(begin(1, 3, 0)).isFinished()).isTrue();
        assertThat(fed(begin(1, 3, 1)).isFinished()).isFalse();
    }

    @Test
    void knowsWhetherTheWebServerShouldGoOn() throws FastCgiFault {
        assertThat(fed(new byte[0]).isInsideHead()).isFalse();
        assertThat(fed(new byte[] {1}).isInsideHead()).isTrue();
        assertThat(fed(new byte[] {1, 12, 0, 0, 0, 0, 2, 0, 0}).isInsideHead()).isTrue();
        assertThat(fed(begin(1)).isInsideHead()).isTrue();
        assertThat(fed(join(begin(1), params(1))).isInsideHead()).isFalse();
        assertThat(fed(join(begin(1), params(1), begin(2))).isInsideHead()).isTrue();
        assertThat(fed(join(begin(1), params(1), new byte[] {1, 5, 0, 1, 0, 9, 0, 0, 'a'}))
                        .isInsideHead())
                .isFalse();
        assertThat(fed(join(begin(1), params(1), new byte[] {1, 1, 0, 2, 0, 8, 0, 0, 0}))
                        .isInsideHead())
                .isTrue();
        assertThat(fed(join(begin(2), record("ABORT_REQUEST", 2, ""))).isInsideHead())
                .isFalse();
    }

    private static Map<String, Way> states() {
        var states = new LinkedHashMap<String, Way>();
        states.put("never begun", () -> fed(new byte[0]));
        states.put("parameters", () -> fed(join(begin(1), record("PARAMS", 1, "\1\1AB"))));
        states.put("input", () -> fed(join(begin(1), params(1), record("STDIN", 1, "a"))));
        states.put("received", () -> fed(request(1)));
        states.put("aborted", () -> fed(join(begin(1), params(1), record("ABORT_REQUEST", 1, ""))));
        states.put("refused", () -> fed(join(begin(1), record("PARAMS", 1, "\1"), record("PARAMS", 1, ""))));
        states.put("ended", () -> {
            var engine = fed(request(1));
            engine.sendEnd(1, new RecordBuffer(0));
            return engine;
        });
        states.put("cut", () -> {
            var engine = fed(begin(1));
            engine.sendCut(1, 1, new RecordBuffer(0));
            return engine;
        });
        states.put("other role", () -> fed(begin(1, 2, 1)));
        states.put("failed", () -> {
            var engine = fed(request(1));
            try {
                fed(engine, begin(1));
            } catch (FastCgiFault _) {
                return engine; // as wanted
            }
            throw new AssertionError("no fault");
        });
        states.put("closed", () -> {
            var engine = fed(request(1));
            engine.endOfInput();
            return engine;
        });
        return states;
    }

    private static Map<String, Call> calls() {
        var calls = new LinkedHashMap<String, Call>();
        calls.put("BEGIN", feeding(begin(1)));
        calls.put("ABORT", feeding(record("ABORT_REQUEST", 1, "")));
        calls.put("END", feeding(record("END_REQUEST", 1, "12345678")));
        calls.put("PARAMS", feeding(record("PARAMS", 1, "\1\0A")));
        calls.put("PARAMS0", feeding(record("PARAMS", 1, "")));
        calls.put("STDIN", feeding(record("STDIN", 1, "a")));
        calls.put("STDIN0", feeding(record("STDIN", 1, "")));
        calls.put("STDOUT", feeding(record("STDOUT", 1, "a")));
        calls.put("STDERR", feeding(record("STDERR", 1, "a")));
        calls.put("DATA", feeding(record("DATA", 1, "a")));
        calls.put("type12", feeding(record(12, 1, bytes("a"), 0)));
        calls.put("output", (engine, out) -> engine.sendOutput(1, bytes("a"), 0, 1, out));
        calls.put("error", (engine, out) -> engine.sendError(1, bytes("a"), out));
        calls.put("end", (engine, out) -> engine.sendEnd(1, out));
        calls.put("cut", (engine, out) -> engine.sendCut(1, 1, out));
        calls.put("eof", (engine, _) -> engine.endOfInput());
        return calls;
    }

    /// Feeds a record, and says when that is ignored: neither event nor change. Parameters show when they are ended.
    private static Call feeding(byte[] record) {
        return (engine, _) -> {
            var before = facts(engine);
            var input = ByteBuffer.wrap(record);
            var event = engine.nextEvent(input);
            boolean isCollected = record[1] == 4 && record.length > 8 && engine.isInsideHead();
            if (event == Signal.NEED_INPUT && facts(engine).equals(before) && !isCollected) {
                throw new Ignored();
            }
        };
    }

    private static final class Ignored extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /// All that can be asked.
    private static List<Object> facts(FastCgiEngine engine) {
        return List.of(engine.activeCount(), engine.isActive(1), engine.isFinished(), engine.isInsideHead());
    }

    private static FastCgiEngine fed(byte[] bytes) throws FastCgiFault {
        return fed(new FastCgiEngine(FastCgiLimits.DEFAULT, new ParameterMemo()), bytes);
    }

    private static FastCgiEngine fed(FastCgiEngine engine, byte[] bytes) throws FastCgiFault {
        var input = ByteBuffer.wrap(bytes);
        while (engine.nextEvent(input) != Signal.NEED_INPUT) {}
        return engine;
    }
}
