package wai.warp.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import wai.Bytes;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.spi.FramedResponse;
import wai.warp.http1.Http1Event.Data;
import wai.warp.http1.Http1Event.Head;
import wai.warp.http1.Http1Event.Signal;

/// A driver in memory: feeds an engine piece by piece, answers every request with an empty 200, and writes down what
/// the engine reports, one line per fact.
///
/// ```
/// GET /path HTTP/1.1 body=5 continue close      a head; only what differs from the usual is mentioned
/// | Host: x                                     a field, or behind `end` a trailer field
/// data "hello"                                  body bytes, joined over cuts
/// end
/// closed
/// fault BAD_CHUNK 400
/// ```
final class Wire {
    static final FramedResponse OK = FramedResponse.of("GET", Response.of(Status.OK, Headers.EMPTY, Bytes.EMPTY));

    private final Http1Engine engine;
    private final List<String> lines = new ArrayList<>();
    private final StringBuilder data = new StringBuilder();
    private byte[] waiting = {};
    private boolean over;

    Wire(Http1Limits limits) {
        this(limits, new FieldMemo());
    }

    Wire(Http1Limits limits, FieldMemo memo) {
        engine = new Http1Engine(limits, memo);
    }

    /// The transcript of a connection on which these pieces arrive before the client closes its direction.
    static List<String> transcript(Http1Limits limits, byte[]... pieces) {
        var wire = new Wire(limits);
        for (var piece : pieces) {
            wire.feed(piece);
        }
        return wire.close();
    }

    static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    /// Offers more bytes behind those that wait, in a new array with other bytes around, as after a move of the
    /// buffer.
    void feed(byte[] piece) {
        if (over) {
            return;
        }
        var array = new byte[waiting.length + piece.length + 5];
        java.util.Arrays.fill(array, (byte) '!');
        System.arraycopy(waiting, 0, array, 3, waiting.length);
        System.arraycopy(piece, 0, array, 3 + waiting.length, piece.length);
        var input = ByteBuffer.wrap(array, 1, array.length - 1)
                .slice()
                .position(2)
                .limit(2 + waiting.length + piece.length);
        try {
            while (handle(engine.nextEvent(input))) {}
        } catch (Http1Fault fault) {
            fault(fault);
        }
        waiting = new byte[input.remaining()];
        input.get(waiting);
    }

    List<String> close() {
        if (!over) {
            try {
                handle(engine.endOfInput());
            } catch (Http1Fault fault) {
                fault(fault);
            }
        }
        return lines;
    }

    /// What was written down so far.
    List<String> lines() {
        return lines;
    }

    /// Whether it waits for the first byte of another request.
    boolean goesOn() {
        return !over && waiting.length == 0 && lines.getLast().equals("end");
    }

    private boolean handle(Http1Event event) {
        if (!(event instanceof Data) && event != Signal.NEED_INPUT) {
            flushData();
        }
        return switch (event) {
            case Head head -> {
                head(head);
                yield true;
            }
            case Data(var bytes) -> {
                data.append(ISO_8859_1.decode(bytes));
                yield true;
            }
            case Signal.END_OF_BODY -> {
                lines.add("end");
                fields(engine.trailers());
                yield next();
            }
            case Signal.NEED_INPUT -> false;
            case Signal.PEER_CLOSED -> {
                lines.add("closed");
                over = true;
                yield false;
            }
        };
    }

    private void head(Head head) {
        lines.add(head.method() + " " + head.target() + " " + head.version()
                + (head.bodyLength() == 0 ? "" : " body=")
                + (head.bodyLength() == 0 ? "" : head.bodyLength() < 0 ? "chunked" : head.bodyLength())
                + (head.expectsContinue() ? " continue" : "")
                + (head.keepsAlive() ? "" : " close"));
        fields(head.headers());
    }

    private void fields(Headers fields) {
        fields.forEach(
                (name, value) -> lines.add(escaped("| " + name + ": " + value).stripTrailing()));
    }

    /// The text with what is not visible ASCII as `\r`, `\n`, `\t` or `\xHH`.
    static String escaped(CharSequence text) {
        var escaped = new StringBuilder();
        text.chars().forEach(c -> {
            switch (c) {
                case '\r' -> escaped.append("\\r");
                case '\n' -> escaped.append("\\n");
                case '\t' -> escaped.append("\\t");
                default -> escaped.append(c >= ' ' && c < 0x7f ? Character.toString(c) : "\\x%02x".formatted(c));
            }
        });
        return escaped.toString();
    }

    private boolean next() {
        var out = new OutputBuffer(0);
        engine.sendHead(OK, CommonFields.NONE, false, out);
        engine.sendEnd(Headers.EMPTY, out);
        if (engine.persists()) {
            engine.startNextRequest();
            return true;
        }
        over = true;
        return false;
    }

    private void fault(Http1Fault fault) {
        flushData();
        lines.add("fault " + fault.kind() + " " + fault.status().code());
        over = true;
    }

    private void flushData() {
        if (!data.isEmpty()) {
            lines.add("data \"" + escaped(data) + "\"");
            data.setLength(0);
        }
    }
}
