package wai.cgi.fastcgi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import wai.cgi.fastcgi.FastCgiEvent.Aborted;
import wai.cgi.fastcgi.FastCgiEvent.Data;
import wai.cgi.fastcgi.FastCgiEvent.EndOfInput;
import wai.cgi.fastcgi.FastCgiEvent.Head;
import wai.cgi.fastcgi.FastCgiEvent.Refused;
import wai.cgi.fastcgi.FastCgiEvent.Reply;
import wai.cgi.fastcgi.FastCgiEvent.Signal;

/// A driver in memory: feeds an engine piece by piece, answers nothing, and writes down what the engine reports, one
/// line per fact; data of one request is joined while nothing comes between.
///
/// ```
/// head 1 A=b C=
/// data 1 "hello"
/// end 1
/// aborted 1
/// refused 1 BAD_PARAMETERS 400
/// reply END_REQUEST 2 status 0 UNKNOWN_ROLE
/// closed
/// fault BAD_VERSION
/// ```
final class Transcript {
    private final FastCgiEngine engine;
    private final List<String> lines = new ArrayList<>();
    private final StringBuilder data = new StringBuilder();
    private int dataId;
    private boolean over;

    Transcript(FastCgiEngine engine) {
        this.engine = engine;
    }

    /// What is seen on a connection on which these pieces arrive before the web server closes it.
    static List<String> of(FastCgiLimits limits, byte[]... pieces) {
        var transcript = new Transcript(new FastCgiEngine(limits, new ParameterMemo()));
        for (var piece : pieces) {
            transcript.feed(piece);
        }
        return transcript.close();
    }

    /// Feeds a message whole, cut in two at every position, and byte by byte, and wants the same each time.
    static List<String> everySplit(FastCgiLimits limits, byte[] message) {
        var whole = of(limits, message);
        for (int cut = 1; cut < message.length; cut++) {
            assertThat(of(limits, Arrays.copyOf(message, cut), Arrays.copyOfRange(message, cut, message.length)))
                    .as("cut before byte %d", cut)
                    .isEqualTo(whole);
        }
        var single = new byte[message.length][];
        for (int i = 0; i < message.length; i++) {
            single[i] = new byte[] {message[i]};
        }
        assertThat(of(limits, single)).as("byte by byte").isEqualTo(whole);
        return whole;
    }

    /// Offers bytes in an array with others around them, which is spoiled afterwards.
    void feed(byte[] piece) {
        if (over) {
            return;
        }
        var array = new byte[piece.length + 5];
        Arrays.fill(array, (byte) '!');
        System.arraycopy(piece, 0, array, 3, piece.length);
        var input =
                ByteBuffer.wrap(array, 1, array.length - 1).slice().position(2).limit(2 + piece.length);
        try {
            while (note(engine.nextEvent(input))) {}
            assertThat(input.remaining()).as("what is left of the input").isZero();
        } catch (FastCgiFault fault) {
            fault(fault);
        }
        Arrays.fill(array, (byte) '?');
    }

    /// Closes the web server's direction and answers all that was seen.
    List<String> close() {
        if (!over) {
            try {
                note(engine.endOfInput());
            } catch (FastCgiFault fault) {
                fault(fault);
            }
        }
        flushData();
        return lines;
    }

    /// What was seen so far.
    List<String> soFar() {
        flushData();
        return List.copyOf(lines);
    }

    private boolean note(FastCgiEvent event) {
        if (!(event instanceof Data(int id, var _) && id == dataId) && event != Signal.NEED_INPUT) {
            flushData();
        }
        switch (event) {
            case Head(int id, var parameters) -> {
                var line = new StringBuilder("head " + id);
                parameters.forEach(
                        each -> line.append(' ').append(each.name()).append('=').append(each.value()));
                lines.add(Records.escaped(line));
            }
            case Data(int id, var bytes) -> {
                assertThat(bytes.hasRemaining()).as("data without bytes").isTrue();
                dataId = id;
                data.append(ISO_8859_1.decode(bytes));
            }
            case EndOfInput(int id) -> lines.add("end " + id);
            case Aborted(int id) -> lines.add("aborted " + id);
            case Refused(int id, var reason, var message) -> {
                assertThat(message).isNotBlank();
                lines.add("refused " + id + " " + reason + " " + reason.status().code());
            }
            case Reply(var record) -> {
                var bytes = new byte[record.remaining()];
                record.get(bytes);
                Records.lines(bytes).forEach(line -> lines.add("reply " + line));
            }
            case Signal.NEED_INPUT -> {
                return false;
            }
            case Signal.PEER_CLOSED -> {
                lines.add("closed");
                over = true;
            }
        }
        return true;
    }

    private void fault(FastCgiFault fault) {
        flushData();
        lines.add("fault " + fault.kind());
        over = true;
    }

    private void flushData() {
        if (!data.isEmpty()) {
            lines.add("data " + dataId + " \"" + Records.escaped(data) + "\"");
            data.setLength(0);
        }
    }
}
