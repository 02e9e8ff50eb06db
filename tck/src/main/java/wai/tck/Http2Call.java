package wai.tck;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import wai.Headers;
import wai.tck.http2.Field;
import wai.tck.http2.Frame;
import wai.tck.http2.NotHttp2Exception;

/// An exchange on a stream of a [Http2Link]. The head goes out at once; what a case writes goes out when it flushes, or
/// when there is much of it.
///
/// An upgrade is offered by an extended CONNECT (RFC 8441), and the head that accepts it is shown as HTTP/1.1 would
/// show it: with status 101 and the protocol in `Upgrade`.
final class Http2Call implements ClientCall {
    private static final int NO_ERROR = 0;

    private final Http2Link link;
    private final int stream;
    private final Http2Request request;
    private final Http2Response response;
    private final RequestBody body = new RequestBody();
    private final Content content = new Content();
    private final Transcript transcript = new Transcript();
    private final Condition changed;

    // Everything from here on is guarded by the lock of the link.
    private final ArrayDeque<ClientHead> heads = new ArrayDeque<>();
    private final ArrayDeque<byte[]> data = new ArrayDeque<>();
    private long sendWindow;
    private long receiveWindow = Http2Link.STREAM_WINDOW;
    private int credit;
    /// What is left of the request's body; [Http2Request#UNKNOWN] where nobody knows.
    private long left;
    private boolean requestEnded;
    private boolean responseEnded;
    /// The server takes no more of the body, and has said all it had to say (RFC 9113 §8.1).
    private boolean unwanted;
    /// Why there is nothing more: [IOException] or [CaseFailure]; what came before is read first.
    private @Nullable Throwable failure;

    /// @param takesProtocols whether the server takes an extended CONNECT
    /// @param sendWindow how much may be sent
    Http2Call(Http2Link link, int stream, ClientRequest request, boolean takesProtocols, long sendWindow) {
        this.link = link;
        this.stream = stream;
        this.request = Http2Request.of(request, link.isSecure(), takesProtocols);
        this.response = new Http2Response(this.request);
        this.changed = link.lock().newCondition();
        this.sendWindow = sendWindow;
        this.left = this.request.bodySize();
        this.requestEnded = left == 0;
    }

    int stream() {
        return stream;
    }

    List<Field> requestFields() {
        return request.fields();
    }

    boolean isRequestEnded() {
        return requestEnded;
    }

    // ------------------------------------------------------------------------------------------ for the link

    long window() {
        return sendWindow;
    }

    void window(long size) {
        sendWindow = size;
        wake();
    }

    void wake() {
        changed.signalAll();
    }

    /// The fields of a HEADERS frame.
    void received(List<Field> fields, Frame frame) {
        transcript.add(frame + " " + fields);
        try {
            check(!responseEnded, frame + " behind the end of its stream (RFC 9113 §5.1)");
            var head = response.section(fields, frame.has(Frame.END_STREAM));
            if (head != null) {
                heads.add(head);
            }
            endsWith(frame);
        } catch (NotHttp2Exception e) {
            fail(e);
        }
        wake();
    }

    /// A part of the body.
    void received(Frame frame) {
        transcript.add(frame.toString());
        try {
            receiveWindow -= frame.payload().length;
            check(receiveWindow >= 0, frame + ": beyond the window of its stream (RFC 9113 §6.9)");
            check(!responseEnded, frame + " behind the end of its stream (RFC 9113 §5.1)");
            var bytes = frame.content();
            int padding = frame.payload().length - bytes.remaining();
            response.data(bytes.remaining());
            if (bytes.hasRemaining()) {
                data.add(Arrays.copyOfRange(frame.payload(), bytes.position(), bytes.limit()));
            }
            endsWith(frame);
            consumed(padding);
        } catch (NotHttp2Exception e) {
            fail(e);
        }
        wake();
    }

    private void endsWith(Frame frame) throws NotHttp2Exception {
        if (frame.has(Frame.END_STREAM)) {
            response.end();
            responseEnded = true;
            forgetWhenOver();
        }
    }

    /// The server has ended the stream, both ways.
    void reset(int code) {
        transcript.add("RST_STREAM " + code);
        if (responseEnded && code == NO_ERROR) {
            unwanted = true;
        } else {
            failure = new IOException("the server has reset the stream with error code " + code);
        }
        requestEnded = true;
        wake();
    }

    /// The server has not looked at the request.
    void refused(String why) {
        failure = new IOException(why);
        wake();
    }

    private static void check(boolean holds, String otherwise) throws NotHttp2Exception {
        if (!holds) {
            throw new NotHttp2Exception(otherwise);
        }
    }

    private void fail(NotHttp2Exception e) {
        failure = new CaseFailure("not HTTP/2: " + e.getMessage() + "\nreceived:\n" + transcript);
        link.cancel(stream);
    }

    private void forgetWhenOver() {
        if (requestEnded && responseEnded) {
            link.forget(stream);
        }
    }

    // ------------------------------------------------------------------------------------------ for the case

    @Override
    public OutputStream body() {
        return body;
    }

    @Override
    public void endBody(Headers trailers) throws IOException {
        body.end(trailers);
    }

    @Override
    public ClientHead nextHead() throws IOException {
        body.flushUnlessWriting();
        link.lock().lock();
        try {
            link.await(changed, () -> !heads.isEmpty() || failure != null, "head of the response");
            if (heads.isEmpty()) {
                throw failed();
            }
            return heads.remove();
        } finally {
            link.lock().unlock();
        }
    }

    @Override
    public InputStream content() {
        if (!response.hasBegun()) {
            throw new IllegalStateException("the body of a response is asked for before its head");
        }
        return content;
    }

    @Override
    public Headers trailers() {
        return response.trailers();
    }

    @Override
    public Optional<ClientCall> next(ClientRequest next) throws IOException {
        return Optional.of(link.next(next));
    }

    @Override
    public void disconnect() {
        link.lock().lock();
        try {
            link.cancel(stream);
            failure = new IOException("the client has left");
            wake();
        } finally {
            link.lock().unlock();
        }
    }

    @Override
    public String transcript() {
        return transcript.toString();
    }

    @Override
    public void close() {
        disconnect();
    }

    /// What ended the stream, to be thrown where a case waits for more.
    private IOException failed() {
        return switch (failure) {
            case CaseFailure wrong -> throw wrong;
            case IOException cut -> new IOException(cut.getMessage(), cut);
            case null, default -> throw new IllegalStateException(failure);
        };
    }

    /// So much was read, or is of no interest: lets the server send as much again, not every time.
    private void consumed(int count) {
        credit += count;
        if (credit >= Http2Link.STREAM_WINDOW / 2 && !responseEnded) {
            link.sendCredit(stream, credit);
            receiveWindow += credit;
            credit = 0;
        }
    }

    /// The body of the response as it came.
    private final class Content extends InputStream {
        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            link.lock().lock();
            try {
                if (data.isEmpty() && !responseEnded) {
                    link.await(
                            changed,
                            () -> !data.isEmpty() || responseEnded || failure != null,
                            "part of the response's body");
                }
                var first = data.poll();
                if (first == null) {
                    if (responseEnded) {
                        return -1;
                    }
                    throw failed();
                }
                int count = Math.min(length, first.length);
                System.arraycopy(first, 0, target, offset, count);
                if (count < first.length) {
                    data.addFirst(Arrays.copyOfRange(first, count, first.length));
                }
                consumed(count);
                return count;
            } finally {
                link.lock().unlock();
            }
        }
    }

    /// Where the body of the request goes.
    private final class RequestBody extends OutputStream {
        /// Held while something is written, which may take until the server reads.
        private final ReentrantLock writing = new ReentrantLock();

        private final byte[] buffer = new byte[Frame.LARGEST_PAYLOAD];
        private int count;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] array, int offset, int length) throws IOException {
            writing.lock();
            try {
                for (int done = 0; done < length; ) {
                    int part = Math.min(length - done, buffer.length - count);
                    System.arraycopy(array, offset + done, buffer, count, part);
                    count += part;
                    done += part;
                    if (count == buffer.length) {
                        flush();
                    }
                }
            } finally {
                writing.unlock();
            }
        }

        @Override
        public void flush() throws IOException {
            writing.lock();
            try {
                send(false);
            } finally {
                writing.unlock();
            }
        }

        /// Flushes, but does not wait for another thread that writes: the server may read on only when its response
        /// is read.
        void flushUnlessWriting() throws IOException {
            if (writing.tryLock()) {
                try {
                    flush();
                } catch (IOException _) {
                    // what was received before is to be seen first, and the failure behind it
                } finally {
                    writing.unlock();
                }
            }
        }

        void end(Headers trailers) throws IOException {
            writing.lock();
            try {
                send(trailers.isEmpty());
                if (!trailers.isEmpty()) {
                    sendTrailers(trailers);
                }
            } finally {
                writing.unlock();
            }
        }

        @Override
        public void close() throws IOException {
            end(Headers.EMPTY);
        }

        /// Sends what is in the buffer, as the windows allow.
        private void send(boolean ends) throws IOException {
            int sent = 0;
            link.lock().lock();
            try {
                while (!unwanted && (sent < count || (ends && !requestEnded))) {
                    int rest = count - sent;
                    if (rest > 0) {
                        link.await(
                                changed,
                                () -> failure != null || unwanted || requestEnded || most(rest) > 0,
                                "window for the request's body");
                    }
                    link.checkNotOver();
                    if (failure != null) {
                        throw failed();
                    }
                    if (unwanted) {
                        break;
                    }
                    if (requestEnded) {
                        throw new IOException(rest + " bytes behind the end of the request");
                    }
                    int part = most(rest);
                    sent += part;
                    sendWindow -= part;
                    left -= left == Http2Request.UNKNOWN ? 0 : part;
                    boolean last = (ends && sent == count) || left == 0;
                    link.sendData(stream, Arrays.copyOfRange(buffer, sent - part, sent), last);
                    if (last) {
                        ended();
                    }
                }
                count = 0;
            } finally {
                link.lock().unlock();
            }
        }

        private int most(int wanted) {
            return link.most(Math.min(wanted, sendWindow));
        }

        private void sendTrailers(Headers trailers) {
            link.lock().lock();
            try {
                if (!requestEnded) {
                    link.sendTrailers(stream, Http2Request.trailers(trailers));
                    ended();
                }
            } finally {
                link.lock().unlock();
            }
        }

        private void ended() {
            requestEnded = true;
            forgetWhenOver();
        }
    }
}
