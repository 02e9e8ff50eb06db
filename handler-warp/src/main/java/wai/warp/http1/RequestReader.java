package wai.warp.http1;

import static wai.warp.http1.Http1Event.Head.CHUNKED;
import static wai.warp.http1.Http1Event.Signal.END_OF_BODY;
import static wai.warp.http1.Http1Event.Signal.NEED_INPUT;
import static wai.warp.http1.Http1Event.Signal.PEER_CLOSED;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import wai.Headers;
import wai.warp.http1.Http1Event.Head;
import wai.warp.http1.Http1Fault.Kind;

/// The reading machine of [Http1Engine]: requests out of bytes (RFC 9112 §2.2, §6, §7.1).
///
/// ```
/// IDLE ─► REQUEST_LINE ─► FIELDS ─┬─► FIXED_BODY ────────────────┬─► DONE ─► IDLE (restart)
///  │ ▲                            ├─► CHUNK_SIZE ─► TRAILERS ────┤    │
///  ▼ │                            │    ▲      ▼                  │    └───► RAW (handOver)
/// EMPTY_LINE                      │ CHUNK_END ◄─ CHUNK_DATA      │
///                                 └──────────────────────────────┘
/// any ─► FAILED (a fault, or fail)          IDLE, EMPTY_LINE ─► CLOSED (end of input)
/// ```
///
/// A line is looked at octet by octet once, however it is cut, and parsed when its end is there; the lines of a head
/// stay in the input until the head is complete. Limits are checked in the order of the octets, so that the cuts do
/// not decide which fault a message gets.
final class RequestReader {
    private static final int MISSING = -1;
    private static final int TOO_LONG = -2;

    private enum State {
        IDLE,
        EMPTY_LINE,
        REQUEST_LINE,
        FIELDS,
        FIXED_BODY,
        CHUNK_SIZE,
        CHUNK_DATA,
        CHUNK_END,
        TRAILERS,
        DONE,
        CLOSED,
        FAILED,
        RAW
    }

    private final Http1Limits limits;
    private final FieldMemo memo;
    private final ExpectedRuns runs;
    private final Headers.Builder fields = Headers.builder();
    private State state = State.IDLE;

    /// How many bytes of the input belong to lines of the head that were parsed already.
    private int parsed;
    /// How many bytes of the line behind them were looked at already, so that none is looked at twice.
    private int scanned;
    /// How many bytes the header or trailer section has so far.
    private int sectionSize;

    private @Nullable RequestLine requestLine;
    private @Nullable Head head;
    /// What is missing of the body, or of the chunk.
    private long missing;
    /// Of a body in chunks.
    private @Nullable ChunkedSize chunks;
    private Headers trailers = Headers.EMPTY;

    RequestReader(Http1Limits limits, FieldMemo memo) {
        this.limits = limits;
        this.memo = memo;
        this.runs = new ExpectedRuns(memo);
    }

    /// See [Http1Engine#nextEvent].
    Http1Event nextEvent(ByteBuffer input) throws Http1Fault {
        try {
            return switch (state) {
                case IDLE, EMPTY_LINE -> idle(input);
                case REQUEST_LINE, FIELDS -> head(input);
                case FIXED_BODY -> data(input, State.DONE);
                case CHUNK_DATA -> data(input, State.CHUNK_END);
                case CHUNK_SIZE, CHUNK_END -> chunk(input);
                case TRAILERS -> trailerSection(input);
                case DONE -> END_OF_BODY;
                case CLOSED, FAILED, RAW -> throw misuse("nextEvent");
            };
        } catch (Http1Fault fault) {
            state = State.FAILED;
            throw fault;
        }
    }

    /// See [Http1Engine#endOfInput].
    Http1Event endOfInput() throws Http1Fault {
        switch (state) {
            case IDLE, EMPTY_LINE -> state = State.CLOSED;
            case DONE, CLOSED -> {}
            case REQUEST_LINE, FIELDS -> {
                state = State.FAILED;
                throw new Http1Fault(Kind.CUT_HEAD, "end of input inside a request head (RFC 9112 §8)");
            }
            case FIXED_BODY, CHUNK_SIZE, CHUNK_DATA, CHUNK_END, TRAILERS -> {
                state = State.FAILED;
                throw new Http1Fault(Kind.CUT_BODY, "end of input inside a request body (RFC 9112 §8)");
            }
            case FAILED, RAW -> throw misuse("endOfInput");
        }
        return PEER_CLOSED;
    }

    /// Awaits the next request; the caller has checked that this one is done.
    void restart() {
        state = State.IDLE;
        head = null;
        chunks = null;
        trailers = Headers.EMPTY;
    }

    /// Ends the reading: what comes behind is not to be trusted, or nobody will read it.
    void fail() {
        state = State.FAILED;
    }

    /// Ends the reading: what comes behind is not HTTP.
    void handOver() {
        state = State.RAW;
    }

    /// The head of the request that can be answered, or null before it and after a fault.
    @Nullable
    Head answerable() {
        return state == State.FAILED ? null : head;
    }

    /// The head of the request, also after a fault behind it.
    @Nullable
    Head head() {
        return head;
    }

    boolean isInsideHead() {
        return state == State.REQUEST_LINE || state == State.FIELDS;
    }

    boolean isDone() {
        return state == State.DONE;
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    /// Whether there is a body and none of it was seen.
    boolean isBodyUntouched() {
        return head != null
                && (state == State.FIXED_BODY
                        ? missing == head.bodyLength()
                        : state == State.CHUNK_SIZE && chunks().isZero());
    }

    /// See [Http1Engine#unreadBody].
    long unreadBody() {
        return switch (state) {
            case FIXED_BODY -> missing;
            case CHUNK_SIZE, CHUNK_DATA, CHUNK_END, TRAILERS -> CHUNKED;
            case IDLE, EMPTY_LINE, REQUEST_LINE, FIELDS, DONE, CLOSED, FAILED, RAW -> 0;
        };
    }

    /// See [Http1Engine#openBody].
    long openBody() {
        return state == State.FIXED_BODY || state == State.CHUNK_DATA ? missing : 0;
    }

    /// See [Http1Engine#bodyRead].
    void bodyRead(int count) {
        if (count < 0 || count > openBody()) {
            throw misuse("bodyRead of " + count + " bytes");
        }
        advance(count, state == State.FIXED_BODY ? State.DONE : State.CHUNK_END);
    }

    /// See [Http1Engine#trailers].
    Headers trailers() {
        if (state != State.DONE) {
            throw misuse("trailers");
        }
        return trailers;
    }

    @Override
    public String toString() {
        return "reading " + state;
    }

    private IllegalStateException misuse(String call) {
        return new IllegalStateException(call + " while " + this);
    }

    /// Tolerates one empty line before the request (RFC 9112 §2.2), of old clients that send one behind a body.
    private Http1Event idle(ByteBuffer input) throws Http1Fault {
        while (input.hasRemaining()) {
            byte first = input.get(input.position());
            if (first != '\r' && first != '\n') {
                state = State.REQUEST_LINE;
                return head(input);
            }
            if (first == '\r' && input.remaining() == 1) {
                return NEED_INPUT;
            }
            if (first == '\n' || input.get(input.position() + 1) != '\n') {
                throw new Http1Fault(Kind.BAD_REQUEST_LINE, "bare CR or LF: expected CRLF (RFC 9112 §2.2)");
            }
            if (state == State.EMPTY_LINE) {
                throw new Http1Fault(
                        Kind.BAD_REQUEST_LINE, "empty lines: expected at most one before a request (RFC 9112 §2.2)");
            }
            input.position(input.position() + 2);
            state = State.EMPTY_LINE;
        }
        return NEED_INPUT;
    }

    private Http1Event head(ByteBuffer input) throws Http1Fault {
        var array = input.array();
        int base = input.arrayOffset() + input.position();
        int limit = input.arrayOffset() + input.limit();
        if (state == State.REQUEST_LINE) {
            int end = endOfLine(array, base, limit, limits.requestLineSize(), Kind.BAD_REQUEST_LINE);
            if (end == MISSING) {
                return NEED_INPUT;
            }
            int to = end == TOO_LONG ? base + limits.requestLineSize() + 1 : end;
            requestLine = RequestLine.parse(array, base, to, limits);
            nextLine(to - base + 2);
            sectionSize = 0;
            state = State.FIELDS;
        }
        while (true) {
            int from = base + parsed;
            if (scanned == 0 && takeRun(array, from, limit)) {
                continue;
            }
            int end = endOfLine(array, from, limit, limits.headerSize() - sectionSize - 2, Kind.BAD_FIELD);
            if (end == MISSING) {
                return NEED_INPUT;
            }
            addToSection(end, from, limits.headerSize());
            nextLine(end - from + 2);
            if (end == from) {
                runs.end(array, base, from);
                return headEvent(input);
            }
            runs.line(array, base, from, FieldLine.parse(array, from, end, fields, memo, Kind.BAD_FIELD));
        }
    }

    /// Takes lines that the last head had in the same place, without another look at each; unless they go past a limit,
    /// which is found line by line.
    private boolean takeRun(byte[] array, int from, int limit) {
        var run = runs.find(array, from, limit);
        if (run == null
                || run.size() > limits.headerSize() - sectionSize
                || run.fields().size() > limits.fieldCount() - fields.size()) {
            return false;
        }
        runs.taken();
        fields.addAll(run.fields());
        sectionSize += run.size();
        nextLine(run.size());
        return true;
    }

    private Http1Event headEvent(ByteBuffer input) throws Http1Fault {
        var event = HeadRules.judge(Objects.requireNonNull(requestLine), fields.build(), limits, memo);
        input.position(input.position() + parsed);
        parsed = 0;
        requestLine = null;
        head = event;
        missing = Math.max(0, event.bodyLength());
        if (event.bodyLength() == CHUNKED) {
            chunks = new ChunkedSize(limits);
            state = State.CHUNK_SIZE;
        } else {
            state = event.bodyLength() == 0 ? State.DONE : State.FIXED_BODY;
        }
        return event;
    }

    private Http1Event data(ByteBuffer input, State next) {
        int count = (int) Math.min(missing, input.remaining());
        if (count == 0) {
            return NEED_INPUT;
        }
        var bytes = input.slice(input.position(), count);
        input.position(input.position() + count);
        advance(count, next);
        return new Http1Event.Data(bytes);
    }

    private void advance(int count, State next) {
        missing -= count;
        if (missing == 0) {
            state = next;
        }
    }

    private Http1Event chunk(ByteBuffer input) throws Http1Fault {
        var array = input.array();
        int limit = input.arrayOffset() + input.limit();
        if (state == State.CHUNK_END && !consumeEndOfChunk(input)) {
            return NEED_INPUT;
        }
        int from = input.arrayOffset() + input.position();
        int end = endOfLine(array, from, limit, limits.chunkLineSize(), Kind.BAD_CHUNK);
        if (end == MISSING) {
            return NEED_INPUT;
        }
        if (end == TOO_LONG) {
            throw new Http1Fault(
                    Kind.BAD_CHUNK,
                    "chunk line longer than " + limits.chunkLineSize() + " bytes: expected a size (RFC 9112 §7.1.1)");
        }
        long size = ChunkLine.parse(array, from, end);
        chunks().add(size, end - from);
        consumeLine(input, end - from + 2);
        if (size == 0) {
            sectionSize = 0;
            state = State.TRAILERS;
            return trailerSection(input);
        }
        missing = size;
        state = State.CHUNK_DATA;
        return data(input, State.CHUNK_END);
    }

    private ChunkedSize chunks() {
        return Objects.requireNonNull(chunks);
    }

    /// Takes the line end behind the data of a chunk; nothing but that may stand there.
    private boolean consumeEndOfChunk(ByteBuffer input) throws Http1Fault {
        int count = Math.min(2, input.remaining());
        for (int i = 0; i < count; i++) {
            if (input.get(input.position() + i) != "\r\n".charAt(i)) {
                throw new Http1Fault(
                        Kind.BAD_CHUNK,
                        "octet 0x%02x behind the data of a chunk: expected CRLF (RFC 9112 §7.1)"
                                .formatted(input.get(input.position() + i)));
            }
        }
        if (count < 2) {
            return false;
        }
        input.position(input.position() + 2);
        state = State.CHUNK_SIZE;
        return true;
    }

    /// Reads trailer fields line by line.
    private Http1Event trailerSection(ByteBuffer input) throws Http1Fault {
        while (true) {
            int from = input.arrayOffset() + input.position();
            int limit = input.arrayOffset() + input.limit();
            int most = limits.trailerSize() - sectionSize - 2;
            int end = endOfLine(input.array(), from, limit, most, Kind.BAD_TRAILER);
            if (end == MISSING) {
                return NEED_INPUT;
            }
            addToSection(end, from, limits.trailerSize());
            if (end == from) {
                consumeLine(input, 2);
                trailers = TrailerRules.judge(fields.build());
                state = State.DONE;
                return END_OF_BODY;
            }
            FieldLine.parse(input.array(), from, end, fields, memo, Kind.BAD_TRAILER);
            consumeLine(input, end - from + 2);
        }
    }

    /// Where the line that begins at an index ends: at its CR, or MISSING while that is not there, or TOO_LONG.
    private int endOfLine(byte[] array, int from, int limit, int most, Kind bad) throws Http1Fault {
        if (from + scanned > limit) {
            throw new IllegalStateException("input ends before what was seen of it: expected the same bytes and more");
        }
        int bound = (int) Math.min(limit, from + most + 1L);
        int at = Octets.endOfText(array, from + scanned, bound);
        scanned = at - from;
        if (scanned > most) {
            return TOO_LONG;
        }
        if (at == limit || (array[at] == '\r' && at + 1 == limit)) {
            return MISSING;
        }
        if (array[at] != '\r' || array[at + 1] != '\n') {
            throw new Http1Fault(
                    bad,
                    "octet 0x%02x at %d of a line: expected text, then CRLF (RFC 9112 §2.2)"
                            .formatted(array[at], at - from));
        }
        return at;
    }

    private void addToSection(int end, int from, int most) throws Http1Fault {
        if (end == TOO_LONG) {
            throw new Http1Fault(
                    Kind.FIELDS_TOO_LARGE, "fields larger than " + most + " bytes: expected fewer (RFC 6585 §5)");
        }
        sectionSize += end - from + 2;
        if (end > from && fields.size() == limits.fieldCount()) {
            throw new Http1Fault(
                    Kind.FIELDS_TOO_LARGE, "fields beyond " + limits.fieldCount() + ": expected fewer (RFC 6585 §5)");
        }
    }

    private void nextLine(int size) {
        parsed += size;
        scanned = 0;
    }

    private void consumeLine(ByteBuffer input, int size) {
        input.position(input.position() + size);
        scanned = 0;
    }
}
