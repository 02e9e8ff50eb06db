package wai.cgi.fastcgi;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import wai.cgi.fastcgi.FastCgiEvent.Parameter;
import wai.cgi.fastcgi.FastCgiEvent.Reason;

/// The life of one request, from the record that begins it to the one that ends it.
///
/// ```
/// PARAMETERS ─► INPUT ─► RECEIVED         what the web server has sent
///     │           │         │
///     └───────────┴─────────┴─► ABANDONED   aborted or refused: the rest of its records is ignored
/// ```
///
/// Each ends when the application's side ends the request; then its id is free again.
final class ActiveRequest {
    enum State {
        PARAMETERS,
        INPUT,
        RECEIVED,
        ABANDONED
    }

    private static final byte[] NONE = {};
    /// What a web server tells, and a field for each that a browser sends.
    private static final int USUAL_COUNT = 40;

    private final int id;
    private State state = State.PARAMETERS;
    private byte[] collected = NONE;
    private int size;
    /// Whether the error stream was used, so that its end must be told.
    private boolean hasErrors;

    ActiveRequest(int id) {
        this.id = id;
    }

    int id() {
        return id;
    }

    State state() {
        return state;
    }

    boolean hasErrors() {
        return hasErrors;
    }

    void usesErrors() {
        hasErrors = true;
    }

    /// How many bytes of parameters have come.
    int parametersSize() {
        return size;
    }

    /// Takes the next bytes of the parameters; the caller has compared their size with the limit.
    void collect(ByteBuffer input, int count) {
        if (collected.length - size < count) {
            collected = Arrays.copyOf(collected, Math.max(size + count, Math.min(collected.length * 2, 1 << 28)));
        }
        input.get(collected, size, count);
        size += count;
    }

    /// The parameters are complete: the head, or why there is none.
    ///
    /// @param memo of the server
    FastCgiEvent endOfParameters(FastCgiLimits limits, ParameterMemo memo) {
        var parameters = new ArrayList<Parameter>(USUAL_COUNT);
        var pairs = new NameValues(collected, size);
        while (pairs.next()) {
            if (parameters.size() == limits.parameterCount()) {
                return refused(Reason.TOO_MANY_PARAMETERS, "more than " + limits.parameterCount() + " parameters");
            }
            parameters.add(memo.parameter(pairs));
        }
        var problem = pairs.problem();
        if (problem != null) {
            return refused(Reason.BAD_PARAMETERS, "parameters: " + problem);
        }
        collected = NONE;
        state = State.INPUT;
        return new FastCgiEvent.Head(id, parameters);
    }

    /// Goes on without the rest of its records.
    FastCgiEvent refused(Reason reason, String message) {
        abandon();
        return new FastCgiEvent.Refused(id, reason, message);
    }

    void endOfInput() {
        state = State.RECEIVED;
    }

    void abandon() {
        state = State.ABANDONED;
        collected = NONE;
    }

    /// Both facts, for messages.
    @Override
    public String toString() {
        return "request " + id + " in " + state;
    }
}
