package wai.warp.http1;

import java.util.List;
import org.jspecify.annotations.Nullable;
import wai.Body;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.Status;
import wai.spi.FramedResponse;
import wai.warp.http1.Http1Event.Head;

/// The sending machine of [Http1Engine]: responses into bytes (RFC 9112 §4, §6, §7.1, §9).
///
/// ```
/// NOTHING ◄─► CONTINUE
///    │           │        ┌─► LENGTH ──────────────────┐
///    └───────────┴────────┼─► CHUNKED ◄─► CHUNK_OPEN ──┼─► SENT ─► NOTHING (restart)
///    │                    └─► UNTIL_CLOSE ─────────────┘
///    └─► RAW
/// ```
///
/// CONTINUE says that the client asked for `100 Continue` and did not get it.
final class ResponseWriter {
    private static final byte[] LAST_CHUNK = {'0', '\r', '\n'};

    private enum State {
        NOTHING,
        CONTINUE,
        LENGTH,
        CHUNKED,
        CHUNK_OPEN,
        UNTIL_CLOSE,
        SENT,
        RAW
    }

    private final RequestReader reader;
    private State state = State.NOTHING;
    /// What is missing of the body when its length is known.
    private long missing;
    /// What the head said about the connection.
    private boolean persistent;

    /// A writer that answers what the reader reads.
    ResponseWriter(RequestReader reader) {
        this.reader = reader;
    }

    /// Notes that the client waits for `100 Continue`.
    void expectContinue() {
        state = State.CONTINUE;
    }

    /// Goes on to the response to the next request; the caller has checked that this one is sent.
    void restart() {
        state = State.NOTHING;
        persistent = false;
    }

    /// Whether the client waits: it stops when it sends the body all the same.
    boolean isExpectingContinue() {
        return state == State.CONTINUE && reader.isBodyUntouched();
    }

    boolean isBegun() {
        return state != State.NOTHING && state != State.CONTINUE;
    }

    boolean isSent() {
        return state == State.SENT;
    }

    /// See [Http1Engine#persists].
    boolean persists() {
        return persistent && reader.answerable() != null;
    }

    /// See [Http1Engine#sendContinue].
    void sendContinue(OutputBuffer out) {
        if (!isExpectingContinue()) {
            throw misuse("sendContinue");
        }
        ResponseHead.putContinue(out);
        state = State.NOTHING;
    }

    /// See [Http1Engine#sendInformational].
    void sendInformational(Status status, Headers headers, OutputBuffer out) {
        var request = reader.head();
        if (request == null || isBegun()) {
            throw misuse("sendInformational");
        }
        if (!status.isInformational() || status.code() < 102) {
            throw new IllegalArgumentException("informational status " + status.code() + ": expected 102 to 199");
        }
        if (request.version() == HttpVersion.HTTP_1_1) {
            ResponseHead.putStatusLine(status, out);
            ResponseHead.putPlainFields(headers, out);
            ResponseHead.putLineEnd(out);
        }
    }

    /// See [Http1Engine#sendHead].
    void sendHead(FramedResponse response, CommonFields common, boolean close, OutputBuffer out) {
        boolean raw = response.body() instanceof Body.Raw;
        var request = reader.answerable();
        if (isBegun() || reader.isClosed() || (reader.head() == null && !close) || (raw && !reader.isDone())) {
            throw misuse("sendHead");
        }
        var headers = response.headers();
        var options = headers.elements(HeaderName.CONNECTION);
        boolean tunnel = isTunnel(response.status());
        var framing = framing(response, tunnel);
        persistent = request != null
                && !close
                && request.keepsAlive()
                && !isExpectingContinue()
                && (framing == State.LENGTH || framing == State.CHUNKED)
                && !closes(options);

        ResponseHead.putStatusLine(response.status(), out);
        ResponseHead.putFields(headers, common, out);
        if (framing == State.CHUNKED) {
            ResponseHead.putChunked(out);
        } else if (response.length() != FramedResponse.UNKNOWN && !tunnel) {
            ResponseHead.putContentLength(response.length(), out);
        }
        boolean handsOver = raw && (tunnel || response.status().code() == Status.SWITCHING_PROTOCOLS.code());
        ResponseHead.putConnection(handsOver ? "" : ownOption(request), headers, options, out);
        ResponseHead.putLineEnd(out);

        state = framing;
        if (raw) {
            reader.handOver();
        } else if (request == null) {
            reader.fail();
        }
    }

    /// Whether the response turns the connection into a tunnel and has no framing fields (RFC 9110 §9.3.6).
    private boolean isTunnel(Status status) {
        var request = reader.head();
        return request != null && request.method().equals("CONNECT") && status.code() >= 200 && status.code() < 300;
    }

    /// How the body ends (RFC 9112 §6.3).
    private State framing(FramedResponse response, boolean tunnel) {
        if (response.body() instanceof Body.Raw) {
            return State.RAW;
        }
        if (tunnel) {
            return State.UNTIL_CLOSE;
        }
        if (response.isDelimitedByHandler()) {
            var request = reader.head();
            return request == null || request.version() == HttpVersion.HTTP_1_1 ? State.CHUNKED : State.UNTIL_CLOSE;
        }
        // the answer to HEAD has a length and no bytes
        missing = response.body() instanceof Bytes bytes ? bytes.length() : response.length();
        return State.LENGTH;
    }

    private static boolean closes(List<String> options) {
        for (var option : options) {
            if (option.equalsIgnoreCase("close")) {
                return true;
            }
        }
        return false;
    }

    /// What to say about the connection; to an HTTP/1.0 client also that it stays (RFC 9112 §9.3).
    private String ownOption(@Nullable Head request) {
        if (!persistent) {
            return "close";
        }
        return request != null && request.version() == HttpVersion.HTTP_1_0 ? "keep-alive" : "";
    }

    /// See [Http1Engine#sendData].
    void sendData(byte[] array, int offset, int count, OutputBuffer out) {
        checkSendable(count, "sendData");
        if (count > 0) {
            sendChunkPrefix(count, out);
            out.put(array, offset, count);
            sendChunkSuffix(out);
        }
    }

    /// See [Http1Engine#sendChunkPrefix].
    void sendChunkPrefix(long count, OutputBuffer out) {
        checkSendable(count, "sendChunkPrefix");
        if (count < 1) {
            throw new IllegalArgumentException("chunk of " + count + " bytes: expected at least 1 (RFC 9112 §7.1)");
        }
        if (state == State.CHUNKED) {
            out.putHex(count);
            ResponseHead.putLineEnd(out);
            state = State.CHUNK_OPEN;
        } else if (state == State.LENGTH) {
            missing -= count;
        }
    }

    private void checkSendable(long count, String call) {
        if (state != State.LENGTH && state != State.CHUNKED && state != State.UNTIL_CLOSE) {
            throw misuse(call);
        }
        if (state == State.LENGTH && count > missing) {
            throw new IllegalStateException(
                    call + " of " + count + " bytes: expected at most " + missing + " under Content-Length");
        }
    }

    /// See [Http1Engine#sendChunkSuffix].
    void sendChunkSuffix(OutputBuffer out) {
        switch (state) {
            case LENGTH, UNTIL_CLOSE -> {}
            case CHUNK_OPEN -> {
                ResponseHead.putLineEnd(out);
                state = State.CHUNKED;
            }
            case NOTHING, CONTINUE, CHUNKED, SENT, RAW -> throw misuse("sendChunkSuffix");
        }
    }

    /// See [Http1Engine#sendEnd].
    void sendEnd(Headers trailers, OutputBuffer out) {
        switch (state) {
            case LENGTH -> {
                if (missing > 0) {
                    throw new IllegalStateException("sendEnd: " + missing + " bytes missing under Content-Length");
                }
            }
            case CHUNKED -> {
                out.put(LAST_CHUNK);
                ResponseHead.putPlainFields(trailers, out);
                ResponseHead.putLineEnd(out);
            }
            case UNTIL_CLOSE -> {}
            case NOTHING, CONTINUE, CHUNK_OPEN, SENT, RAW -> throw misuse("sendEnd");
        }
        state = State.SENT;
    }

    @Override
    public String toString() {
        return "sending " + state;
    }

    private IllegalStateException misuse(String call) {
        return new IllegalStateException(call + " while " + reader + " and " + this);
    }
}
