package wai.warp.http2;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.Headers;
import wai.Status;
import wai.spi.FramedResponse;
import wai.warp.http1.CommonFields;
import wai.warp.http1.OutputBuffer;
import wai.warp.http2.frame.ConnectionFault;
import wai.warp.http2.frame.Frame;
import wai.warp.http2.frame.FrameWriter;
import wai.warp.http2.hpack.HpackEncoder;
import wai.warp.settings.Http2;

/// The sending half of [Http2Engine]: what is to go out, in the order in which it goes.
///
/// Everything but DATA is put into the output at once, because field blocks must arrive in the order in which they were
/// encoded. DATA is put there when its stream has its turn and both windows are open, and only while the output is
/// small: the rest stays where the driver has it.
final class Sender {
    /// DATA is added to the output up to this size.
    static final int BATCH = 48 * 1024;
    /// So much may wait that the peer made us answer: it does not read what it asks for.
    private static final int MOST_ANSWERS = 16 * 1024;

    private final Supplier<OutputBuffer> buffers;
    private final FrameRates rates;
    private final HpackEncoder encoder = new HpackEncoder();
    private final SendQueue queue = new SendQueue();
    private final List<Http2Stream> taken = new ArrayList<>();
    private @Nullable OutputBuffer output;
    private int answers;
    private long window = Http2Limits.STANDARD_WINDOW;
    /// The window with which streams of ours begin.
    private long firstWindow = Http2Limits.STANDARD_WINDOW;

    Sender(Supplier<OutputBuffer> buffers, FrameRates rates) {
        this.buffers = buffers;
        this.rates = rates;
    }

    // ------------------------------------------------------------------------------------------ output

    OutputBuffer out() {
        var buffer = output;
        if (buffer == null) {
            output = buffer = buffers.get();
        }
        return buffer;
    }

    /// Whether more can be put into the output without making it large.
    boolean hasRoom() {
        return output == null || output.size() < BATCH;
    }

    /// Whether [#take] has something to give.
    boolean hasOutput() {
        return output != null || (window > 0 && !queue.isEmpty());
    }

    /// Takes what is to be sent now; null when there is nothing.
    @Nullable
    OutputBuffer take() {
        while (hasRoom() && window > 0) {
            var stream = queue.next();
            if (stream == null) {
                break;
            }
            sendFrame(stream);
        }
        var full = output;
        output = null;
        answers = 0;
        return full;
    }

    /// The streams whose pending bytes were used up since [#forgetTaken].
    List<Http2Stream> taken() {
        return taken;
    }

    void forgetTaken() {
        taken.clear();
    }

    /// Notes that the peer made us answer.
    void answered(int size) throws ConnectionFault {
        answers += size;
        if (answers > MOST_ANSWERS) {
            throw ConnectionFault.excess(
                    Http2.Limit.UNREAD_ANSWERS,
                    "more than " + MOST_ANSWERS + " bytes of answers wait: expected them to be read (RFC 9113 §10.5)");
        }
    }

    // ------------------------------------------------------------------------------------------ heads

    void informational(Http2Stream stream, Status status, Headers headers) {
        int start = begin();
        encoder.status(status.code(), out());
        fields(headers);
        FrameWriter.endBlock(start, stream.id(), false, out());
    }

    /// See [Http2Engine#sendHead].
    void head(Http2Stream stream, FramedResponse response, CommonFields common, boolean ends) {
        var headers = response.headers();
        int code = response.status().code();
        int start = begin();
        encoder.status(code == Status.SWITCHING_PROTOCOLS.code() ? Status.OK.code() : code, out());
        fields(headers);
        var always = common.fields();
        for (int i = 0; i < always.size(); i++) {
            if (!headers.contains(always.name(i))) {
                encoder.field(always.name(i), always.value(i), out());
            }
        }
        if (response.length() != FramedResponse.UNKNOWN) {
            encoder.field(HeaderName.CONTENT_LENGTH, Long.toString(response.length()), out());
        }
        FrameWriter.endBlock(start, stream.id(), ends, out());
        stream.headSent = true;
        headers.first(HeaderName.PRIORITY).ifPresent(value -> prioritize(stream, Priority.of(value)));
    }

    /// See [Http2Engine#promise].
    void promise(Http2Stream by, Http2Stream promised, PromisedRequest request) {
        int start = FrameWriter.beginPromise(promised.id(), out());
        encoder.begin(out());
        encoder.pseudoField(":method", PromisedRequest.METHOD, out());
        encoder.pseudoField(":scheme", request.scheme(), out());
        encoder.pseudoField(":authority", request.authority(), out());
        encoder.pseudoField(":path", request.target(), out());
        fields(request.fields());
        FrameWriter.endPromise(start, by.id(), out());
    }

    private void trailers(Http2Stream stream, Headers trailers) {
        int start = begin();
        fields(trailers);
        FrameWriter.endBlock(start, stream.id(), true, out());
    }

    private int begin() {
        int start = FrameWriter.beginBlock(out());
        encoder.begin(out());
        return start;
    }

    /// Appends fields without those that concern a connection (RFC 9113 §8.2.2), as `Connection` itself names them.
    private void fields(Headers headers) {
        var named =
                headers.contains(HeaderName.CONNECTION) ? headers.elements(HeaderName.CONNECTION) : List.<String>of();
        for (int i = 0; i < headers.size(); i++) {
            var name = headers.name(i);
            if (!isOfConnection(name)
                    && (named.isEmpty() || named.stream().noneMatch(name.lowerCase()::equalsIgnoreCase))) {
                encoder.field(name, headers.value(i), out());
            }
        }
    }

    private static boolean isOfConnection(HeaderName name) {
        return switch (name.lowerCase()) {
            case "connection",
                    "content-length",
                    "keep-alive",
                    "proxy-connection",
                    "te",
                    "transfer-encoding",
                    "upgrade" -> true;
            default -> false;
        };
    }

    // ------------------------------------------------------------------------------------------ bodies

    /// See [Http2Engine#offer].
    void offer(Http2Stream stream, byte[] array, int offset, int count, @Nullable Headers endsWith) {
        stream.pending = array;
        stream.pendingOffset = offset;
        stream.pendingCount = count;
        stream.endsWith = endsWith;
        if (count == 0) { // no window holds it up
            sendFrame(stream);
        } else if (stream.sendWindow > 0) {
            if (queue.isEmpty()) { // nobody is before it
                while (!stream.isTaken() && hasRoom() && window > 0 && stream.sendWindow > 0) {
                    sendFrame(stream);
                    queue.remove(stream);
                }
            }
            if (!stream.isTaken() && stream.sendWindow > 0) {
                queue.add(stream);
            }
        }
        taken.remove(stream); // the caller sees it
    }

    /// Sends as much of what is pending as one frame and the windows hold, and queues the stream when there is more.
    private void sendFrame(Http2Stream stream) {
        int size = (int) Math.min(
                Math.min(stream.pendingCount, Frame.LARGEST_PAYLOAD), Math.max(0, Math.min(window, stream.sendWindow)));
        boolean whole = size == stream.pendingCount;
        var endsWith = whole ? stream.endsWith : null;
        boolean ends = endsWith != null && endsWith.isEmpty();
        if (size > 0 || ends) {
            FrameWriter.dataHeader(stream.id(), size, ends, out());
            out().put(stream.pending, stream.pendingOffset, size);
            stream.pendingOffset += size;
            stream.pendingCount -= size;
            stream.sendWindow -= size;
            window -= size;
            rates.earn(FrameRates.Kind.WINDOW_UPDATES, 2);
        }
        if (endsWith != null && !ends) {
            trailers(stream, endsWith);
        }
        if (whole) {
            if (endsWith != null) {
                stream.state = stream.state.endedByUs();
            }
            stream.dropPending();
            taken.add(stream);
        } else if (stream.sendWindow > 0) {
            queue.add(stream);
        }
    }

    /// Sends nothing more on a stream.
    void forget(Http2Stream stream) {
        queue.remove(stream);
        if (!stream.isTaken()) {
            stream.dropPending();
            taken.add(stream);
        }
    }

    void prioritize(Http2Stream stream, Priority priority) {
        boolean queued = stream.queued;
        queue.remove(stream);
        stream.priority = priority;
        if (queued) {
            queue.add(stream);
        }
    }

    // ------------------------------------------------------------------------------------------ windows

    long firstWindow() {
        return firstWindow;
    }

    /// The peer takes more on the connection.
    ///
    /// @return false when that is more than a window can be
    boolean widen(int increment) {
        window += increment;
        return window <= Integer.MAX_VALUE;
    }

    /// The peer takes more on a stream.
    ///
    /// @return false when that is more than a window can be
    boolean widen(Http2Stream stream, long increment) {
        stream.sendWindow += increment;
        if (!stream.isTaken() && stream.sendWindow > 0) {
            queue.add(stream);
        } else if (stream.sendWindow <= 0 && stream.pendingCount > 0) {
            queue.remove(stream);
        }
        return stream.sendWindow <= Integer.MAX_VALUE;
    }

    /// The peer's SETTINGS_INITIAL_WINDOW_SIZE, which changes all windows there are (RFC 9113 §6.9.2).
    ///
    /// @return false when that makes one of them more than a window can be
    boolean firstWindow(long size, Iterable<Http2Stream> streams) {
        long change = size - firstWindow;
        firstWindow = size;
        boolean possible = true;
        for (var stream : streams) {
            possible &= widen(stream, change);
        }
        return possible;
    }

    void allowTable(long size) {
        encoder.allowTable(size);
    }
}
