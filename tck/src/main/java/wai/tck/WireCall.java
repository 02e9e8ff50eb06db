package wai.tck;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.Headers;

/// An exchange over a [Wire]. The head goes out with the first bytes of the body, in one segment.
final class WireCall implements ClientCall {
    private final Wire wire;
    private final String method;
    private final RequestBody body;
    private @Nullable ResponseBody content;

    /// An exchange whose request somebody else sends.
    WireCall(Wire wire, String method) {
        this(wire, method, new ClientRequest.Content.None());
    }

    private WireCall(Wire wire, String method, ClientRequest.Content framing) {
        this.wire = wire;
        this.method = method;
        this.body = new RequestBody(wire, framing);
    }

    static WireCall begin(Wire wire, ClientRequest request) throws IOException {
        var call = new WireCall(wire, request.method(), request.content());
        call.body.writeHead(request);
        return call;
    }

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
        var head = wire.readHead();
        if (!head.isInterim()) {
            content = wire.body(method, head);
        }
        return head;
    }

    @Override
    public InputStream content() {
        return began();
    }

    @Override
    public Headers trailers() {
        return began().trailers();
    }

    @Override
    public Optional<ClientCall> next(ClientRequest request) throws IOException {
        return Optional.of(begin(wire, request));
    }

    @Override
    public void disconnect() {
        wire.reset();
    }

    @Override
    public String transcript() {
        return wire.transcript();
    }

    @Override
    public void close() {
        wire.close();
    }

    private ResponseBody began() {
        if (content == null) {
            throw new IllegalStateException("the body of a response is asked for before its head");
        }
        return content;
    }

    /// Where the request goes: frames what is written as its head declared.
    private static final class RequestBody extends OutputStream {
        private final Wire wire;
        private final OutputStream out;
        private final boolean chunked;
        private final boolean none;
        /// Held while something is written, which may take until the server reads.
        private final ReentrantLock writing = new ReentrantLock();

        private boolean ended;

        RequestBody(Wire wire, ClientRequest.Content framing) {
            this.wire = wire;
            this.out = new BufferedOutputStream(wire.output(), 64 * 1024);
            this.chunked = framing instanceof ClientRequest.Content.Chunked;
            this.none = framing instanceof ClientRequest.Content.None;
        }

        void writeHead(ClientRequest request) throws IOException {
            var head = new StringBuilder(request.method() + " " + request.target() + " HTTP/1.1\r\n");
            if (!request.headers().contains(HeaderName.HOST)) {
                head.append("Host: tck.test\r\n");
            }
            request.headers()
                    .forEach((name, value) ->
                            head.append(name).append(": ").append(value).append("\r\n"));
            switch (request.content()) {
                case ClientRequest.Content.None() -> {}
                case ClientRequest.Content.Declared(long bytes) ->
                    head.append("Content-Length: ").append(bytes).append("\r\n");
                case ClientRequest.Content.Chunked() -> head.append("Transfer-Encoding: chunked\r\n");
            }
            out.write(head.append("\r\n").toString().getBytes(ISO_8859_1));
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] array, int offset, int count) throws IOException {
            writing.lock();
            try {
                if (chunked && count > 0) {
                    out.write((Integer.toHexString(count) + "\r\n").getBytes(ISO_8859_1));
                    out.write(array, offset, count);
                    out.write("\r\n".getBytes(ISO_8859_1));
                } else {
                    out.write(array, offset, count);
                }
            } finally {
                writing.unlock();
            }
        }

        @Override
        public void flush() throws IOException {
            writing.lock();
            try {
                out.flush();
            } finally {
                writing.unlock();
            }
        }

        /// Flushes, but does not wait for another thread that writes: the server may read on only when its response
        /// is read. Nor does it matter that the server takes nothing any more: it may have responded before.
        void flushUnlessWriting() {
            if (writing.tryLock()) {
                try {
                    out.flush();
                } catch (IOException _) {
                    // whether there is a response tells who reads it
                } finally {
                    writing.unlock();
                }
            }
        }

        void end(Headers trailers) throws IOException {
            if (ended) {
                return;
            }
            ended = true;
            if (chunked) {
                out.write("0\r\n".getBytes(ISO_8859_1));
                for (int i = 0; i < trailers.size(); i++) {
                    out.write((trailers.name(i) + ": " + trailers.value(i) + "\r\n").getBytes(ISO_8859_1));
                }
                out.write("\r\n".getBytes(ISO_8859_1));
            }
            out.flush();
            if (none) {
                wire.endOutput();
            }
        }

        @Override
        public void close() throws IOException {
            end(Headers.EMPTY);
        }
    }
}
