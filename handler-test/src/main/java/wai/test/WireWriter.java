package wai.test;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import wai.Bytes;
import wai.BytesBuilder;
import wai.ClientDisconnectedException;
import wai.HeaderName;

/// Writes one request to a wire, and behind it the client's bytes of a raw connection.
final class WireWriter {
    private static final int BUFFER = 16 * 1024;

    private final Outgoing outgoing;
    private final Conversation conversation;
    private final Wire wire;
    private final OutputStream out;
    private final CountDownLatch bodyIsDone = new CountDownLatch(1);
    private final CountDownLatch rawIsDone = new CountDownLatch(1);

    WireWriter(Outgoing outgoing, Conversation conversation, Wire wire) throws IOException {
        this.outgoing = outgoing;
        this.conversation = conversation;
        this.wire = wire;
        this.out = new BufferedOutputStream(wire.output(), BUFFER);
    }

    /// Writes request line and header fields, and in the same write what shall not wait for an answer.
    ///
    /// @param call what the switchboard calls this request
    void head(Optional<String> call) throws IOException {
        var request = outgoing.request();
        var head = new BytesBuilder()
                .utf8(request.method() + " " + request.rawPath() + request.rawQuery() + " " + request.version()
                        + "\r\n");
        call.ifPresent(id -> field(head, Switchboard.CALL, id));
        request.headers().forEach((name, value) -> field(head, name, value));
        head.utf8("\r\n").bytes(outgoing.earlyBytes()).toBytes().writeTo(out);
        out.flush();
    }

    /// Writes the body, when the server wants it; runs on a thread of its own.
    void body() {
        try {
            if (!expectsContinue() || conversation.awaitContinue(Patience.ENDLESS)) {
                if (outgoing.request().bodyLength().isPresent()) {
                    plain();
                } else {
                    chunked();
                }
            }
        } catch (ClientDisconnectedException _) {
            halfClose(); // the test has cut the body
        } catch (IOException _) {
            // the server does not want the rest; the reader sees why
        } finally {
            conversation.upload().abandon("the request body is not sent any more");
            bodyIsDone.countDown();
        }
    }

    /// Writes what the client of a raw connection says; runs on a thread of its own.
    void raw() {
        try {
            bodyIsDone.await();
            for (byte[] chunk; (chunk = conversation.rawToApplication().read(Patience.ENDLESS)) != null; ) {
                out.write(chunk);
                out.flush();
            }
        } catch (IOException _) {
            // the connection is gone; the reader sees it
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // nobody else does; the thread ends here
        } finally {
            halfClose();
            rawIsDone.countDown();
        }
    }

    /// Waits until the client of a raw connection has said everything.
    void awaitRawEnd() throws InterruptedIOException {
        try {
            rawIsDone.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a raw connection was open");
        }
    }

    private void plain() throws IOException {
        long sent = outgoing.request().body().transferTo(new Flushing());
        if (sent < outgoing.request().bodyLength().orElse(sent)) {
            halfClose(); // the stream had less than its length: a cut body
        }
    }

    private void chunked() throws IOException {
        var body = outgoing.request().body();
        var buffer = new byte[BUFFER];
        for (int count; (count = body.read(buffer)) >= 0; ) {
            new BytesBuilder()
                    .hex(count)
                    .utf8("\r\n")
                    .bytes(Bytes.of(buffer.clone(), 0, count))
                    .utf8("\r\n")
                    .toBytes()
                    .writeTo(out);
            out.flush();
        }
        var end = new BytesBuilder().utf8("0\r\n");
        outgoing.trailers().get().forEach((name, value) -> field(end, name, value));
        end.utf8("\r\n").toBytes().writeTo(out);
        out.flush();
    }

    private boolean expectsContinue() {
        return outgoing.request().headers().elements(HeaderName.EXPECT).stream()
                .anyMatch("100-continue"::equalsIgnoreCase);
    }

    private void halfClose() {
        try {
            out.flush();
            wire.endOutput();
        } catch (IOException _) {
            // it is as closed as it can be
        }
    }

    private static void field(BytesBuilder head, HeaderName name, String value) {
        head.bytes((name + ": " + value + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Sends every piece at once: the test that feeds it waits for what the application makes of it.
    private final class Flushing extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] array, int offset, int length) throws IOException {
            out.write(array, offset, length);
            out.flush();
        }
    }
}
