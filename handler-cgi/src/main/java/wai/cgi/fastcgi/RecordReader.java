package wai.cgi.fastcgi;

import static wai.cgi.fastcgi.FastCgiEvent.Signal.NEED_INPUT;
import static wai.cgi.fastcgi.FastCgiEvent.Signal.PEER_CLOSED;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import wai.cgi.fastcgi.FastCgiEvent.Reason;
import wai.cgi.fastcgi.FastCgiFault.Kind;

/// The reading machine of [FastCgiEngine]: records out of bytes (FastCGI 1.0 §3.3).
///
/// ```
/// HEADER ─► CONTENT ─► PADDING ─► HEADER
///    │         └─────┬────┘
///    ▼               ▼
///  CLOSED          FAILED (a fault; also of the header, and when the connection ends inside a record)
/// ```
///
/// What a record may be depends on its request, whose own states are those of [ActiveRequest]:
///
/// ```
///                      no request  PARAMETERS  INPUT   RECEIVED  ABANDONED
/// BEGIN_REQUEST        begin       fault       fault   fault     fault
/// ABORT_REQUEST        ignored     abort       abort   abort     ignored
/// PARAMS               ignored     collect     fault   fault     ignored
/// PARAMS, empty        ignored     head        fault   fault     ignored
/// STDIN                ignored     fault       data    fault     ignored
/// STDIN, empty         ignored     fault       end     fault     ignored
/// whatever has an id   ignored     fault       fault   fault     ignored
/// ```
final class RecordReader {
    static final int HEADER_SIZE = 8;
    static final byte VERSION = 1;

    private enum State {
        HEADER,
        CONTENT,
        PADDING,
        CLOSED,
        FAILED
    }

    /// What becomes of the content of a record.
    private enum Use {
        IGNORED,
        BEGIN,
        PARAMETERS,
        END_OF_PARAMETERS,
        INPUT,
        END_OF_INPUT,
        VALUES,
        UNKNOWN
    }

    private static final byte[] NONE = {};

    private final FastCgiLimits limits;
    private final ParameterMemo memo;
    private final Map<Integer, ActiveRequest> requests = new HashMap<>();
    private State state = State.HEADER;
    /// Whether the web server wants the connection closed when nothing is active.
    private boolean closing;

    private final byte[] header = new byte[HEADER_SIZE];
    private int headerSize;
    /// What the header of the present record says.
    private int typeCode;
    private int id;
    private int missing;
    private int padding;

    private Use use = Use.IGNORED;
    private @Nullable ActiveRequest request;
    /// The content, where it is needed as a whole.
    private byte[] content = NONE;

    RecordReader(FastCgiLimits limits, ParameterMemo memo) {
        this.limits = limits;
        this.memo = memo;
    }

    /// See [FastCgiEngine#nextEvent].
    FastCgiEvent nextEvent(ByteBuffer input) throws FastCgiFault {
        try {
            while (true) {
                var event = step(input);
                if (event != null) {
                    return event;
                }
            }
        } catch (FastCgiFault fault) {
            state = State.FAILED;
            throw fault;
        }
    }

    /// See [FastCgiEngine#endOfInput].
    FastCgiEvent endOfInput() throws FastCgiFault {
        if (state == State.FAILED) {
            throw misuse("endOfInput");
        }
        if (isInsideRecord()) {
            state = State.FAILED;
            throw new FastCgiFault(Kind.TRUNCATED, "end of input inside a record (FastCGI 1.0 §3.3)");
        }
        state = State.CLOSED;
        return PEER_CLOSED;
    }

    /// The request that is active under this id, or null.
    @Nullable
    ActiveRequest active(int number) {
        return requests.get(number);
    }

    /// The request has been answered: its id is free.
    void forget(ActiveRequest ended) {
        requests.remove(ended.id());
    }

    int activeCount() {
        return requests.size();
    }

    boolean isClosing() {
        return closing;
    }

    boolean isInsideHead() {
        if (isInsideRecord() && (requests.isEmpty() || use == Use.BEGIN)) {
            return true;
        }
        for (var each : requests.values()) {
            if (each.state() == ActiveRequest.State.PARAMETERS) {
                return true;
            }
        }
        return false;
    }

    private boolean isInsideRecord() {
        return headerSize > 0 || state == State.CONTENT || state == State.PADDING;
    }

    /// Reads on to the end of one part of a record: an event, or null when that was none.
    private @Nullable FastCgiEvent step(ByteBuffer input) throws FastCgiFault {
        return switch (state) {
            case HEADER -> {
                int count = Math.min(HEADER_SIZE - headerSize, input.remaining());
                input.get(header, headerSize, count);
                headerSize += count;
                yield headerSize < HEADER_SIZE ? NEED_INPUT : header();
            }
            case CONTENT -> missing > 0 && !input.hasRemaining() ? NEED_INPUT : content(input);
            case PADDING -> {
                int count = Math.min(padding, input.remaining());
                input.position(input.position() + count);
                padding -= count;
                if (padding > 0) {
                    yield NEED_INPUT;
                }
                state = State.HEADER;
                yield null;
            }
            case CLOSED, FAILED -> throw misuse("nextEvent");
        };
    }

    // ------------------------------------------------------------------------------------------ headers

    private @Nullable FastCgiEvent header() throws FastCgiFault {
        headerSize = 0;
        if (header[0] != VERSION) {
            throw new FastCgiFault(
                    Kind.BAD_VERSION, "record of version " + (header[0] & 0xff) + ": expected 1 (FastCGI 1.0 §3.3)");
        }
        typeCode = header[1] & 0xff;
        id = twoBytes(header, 2);
        missing = twoBytes(header, 4);
        padding = header[6] & 0xff;
        state = State.CONTENT;
        use = Use.IGNORED;
        request = requests.get(id);

        var type = RecordType.of(typeCode);
        if (id == 0) {
            use = management(type);
            return null;
        }
        if (type != null && type.isManagement()) {
            throw new FastCgiFault(
                    Kind.BAD_REQUEST_ID, type + " with request id " + id + ": expected 0 (FastCGI 1.0 §3.3)");
        }
        if (type == RecordType.BEGIN_REQUEST) {
            use = begin(request, type);
            return null;
        }
        // The web server may not know yet that a request has ended; what an aborted one gets, nobody waits for.
        return request == null || request.state() == ActiveRequest.State.ABANDONED ? null : ofRequest(request, type);
    }

    /// What to do with a record of the connection itself (§4).
    private Use management(@Nullable RecordType type) throws FastCgiFault {
        return switch (type) {
            case null -> Use.UNKNOWN;
            case GET_VALUES -> {
                content = new byte[missing];
                yield Use.VALUES;
            }
            case GET_VALUES_RESULT, UNKNOWN_TYPE -> throw wrongDirection(type);
            default ->
                throw new FastCgiFault(
                        Kind.BAD_REQUEST_ID, type + " with request id 0: expected 1 to 65535 (FastCGI 1.0 §3.3)");
        };
    }

    private Use begin(@Nullable ActiveRequest active, RecordType type) throws FastCgiFault {
        if (active != null) {
            throw new FastCgiFault(
                    Kind.DUPLICATE_BEGIN, type + " of " + active + ": expected another id (FastCGI 1.0 §3.3)");
        }
        expectLength(type, Beginning.SIZE);
        content = new byte[Beginning.SIZE];
        return Use.BEGIN;
    }

    private @Nullable FastCgiEvent ofRequest(ActiveRequest active, @Nullable RecordType type) throws FastCgiFault {
        return switch (type) {
            case ABORT_REQUEST -> {
                expectLength(type, 0);
                active.abandon();
                yield new FastCgiEvent.Aborted(id);
            }
            case PARAMS -> {
                expectState(active, ActiveRequest.State.PARAMETERS, type);
                yield parameters(active);
            }
            case STDIN -> {
                expectState(active, ActiveRequest.State.INPUT, type);
                use = missing > 0 ? Use.INPUT : Use.END_OF_INPUT;
                yield null;
            }
            case DATA ->
                throw new FastCgiFault(
                        Kind.OUT_OF_ORDER, "DATA for " + active + ": expected for filters only (FastCGI 1.0 §6.4)");
            case null ->
                throw new FastCgiFault(
                        Kind.UNKNOWN_RECORD,
                        "record of type " + typeCode + " for " + active + ": expected 1 to 11 (FastCGI 1.0 §8)");
            default -> throw wrongDirection(type);
        };
    }

    private @Nullable FastCgiEvent parameters(ActiveRequest active) {
        if (missing > limits.parametersSize() - active.parametersSize()) {
            return active.refused(
                    Reason.PARAMETERS_TOO_LARGE,
                    "parameters of at least " + (active.parametersSize() + missing) + " bytes: expected at most "
                            + limits.parametersSize());
        }
        use = missing > 0 ? Use.PARAMETERS : Use.END_OF_PARAMETERS;
        return null;
    }

    // ------------------------------------------------------------------------------------------ content

    private @Nullable FastCgiEvent content(ByteBuffer input) throws FastCgiFault {
        if (request != null && requests.get(id) != request) {
            use = Use.IGNORED; // answered while this record of it was on its way
        }
        int count = Math.min(missing, input.remaining());
        missing -= count;
        if (missing == 0) {
            state = State.PADDING;
        }
        switch (use) {
            case INPUT -> {
                var bytes = input.slice(input.position(), count);
                input.position(input.position() + count);
                return new FastCgiEvent.Data(id, bytes);
            }
            case PARAMETERS -> active().collect(input, count);
            case BEGIN, VALUES -> input.get(content, content.length - missing - count, count);
            case IGNORED, UNKNOWN, END_OF_PARAMETERS, END_OF_INPUT -> input.position(input.position() + count);
        }
        return missing > 0 ? null : endOfContent();
    }

    private @Nullable FastCgiEvent endOfContent() throws FastCgiFault {
        return switch (use) {
            case IGNORED, PARAMETERS, INPUT -> null;
            case BEGIN -> begun(Beginning.of(content));
            case END_OF_PARAMETERS -> active().endOfParameters(limits, memo);
            case END_OF_INPUT -> {
                active().endOfInput();
                yield new FastCgiEvent.EndOfInput(id);
            }
            case VALUES -> {
                var asked = content;
                content = NONE;
                yield new FastCgiEvent.Reply(Replies.values(asked, limits));
            }
            case UNKNOWN -> new FastCgiEvent.Reply(Replies.unknownType(typeCode));
        };
    }

    /// Takes on a request, or answers its end at once (§5.5).
    private @Nullable FastCgiEvent begun(Beginning beginning) {
        closing |= !beginning.keepsConnection();
        if (!beginning.isResponder()) {
            return new FastCgiEvent.Reply(Replies.end(id, 0, ProtocolStatus.UNKNOWN_ROLE));
        }
        if (requests.size() == limits.requests()) {
            var status = limits.requests() == 1 ? ProtocolStatus.CANT_MPX_CONN : ProtocolStatus.OVERLOADED;
            return new FastCgiEvent.Reply(Replies.end(id, 0, status));
        }
        requests.put(id, new ActiveRequest(id));
        return null;
    }

    /// The request of the present record, which has one.
    private ActiveRequest active() {
        if (request == null) {
            throw new IllegalStateException("record " + typeCode + " of request " + id + ", which is not active");
        }
        return request;
    }

    // ------------------------------------------------------------------------------------------ faults

    private void expectLength(RecordType type, int length) throws FastCgiFault {
        if (missing != length) {
            throw new FastCgiFault(
                    Kind.BAD_LENGTH, type + " of " + missing + " bytes: expected " + length + " (FastCGI 1.0 §5)");
        }
    }

    private void expectState(ActiveRequest active, ActiveRequest.State expected, RecordType type) throws FastCgiFault {
        if (active.state() != expected) {
            throw new FastCgiFault(
                    Kind.OUT_OF_ORDER,
                    type + " for " + active + ": expected in " + expected + " only (FastCGI 1.0 §6.2)");
        }
    }

    private static FastCgiFault wrongDirection(RecordType type) {
        return new FastCgiFault(
                Kind.WRONG_DIRECTION, type + " from a web server: expected from applications only (FastCGI 1.0 §8)");
    }

    private IllegalStateException misuse(String call) {
        return new IllegalStateException(call + " while " + this);
    }

    private static int twoBytes(byte[] array, int at) {
        return ((array[at] & 0xff) << 8) | (array[at + 1] & 0xff);
    }

    @Override
    public String toString() {
        return "reading " + state + " with " + requests.size() + " active requests";
    }
}
