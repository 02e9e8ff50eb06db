package wai.test;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;
import wai.Headers;

/// The way to the client: holds back the head and the bytes behind it until they are flushed, fill the buffer, or end.
final class MemoryOutput extends OutputStream {
    /// How many bytes wait for a flush, about what servers hold back; a test sees what they would send.
    static final int BUFFER = 16 * 1024;

    private final Conversation conversation;
    private final Head head;
    private final byte[] buffer = new byte[BUFFER];
    private int size;

    MemoryOutput(Conversation conversation, Head head) {
        this.conversation = conversation;
        this.head = head;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] array, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, array.length);
        for (int from = offset, end = offset + length; from < end; ) {
            if (size == BUFFER) {
                flush();
            }
            int count = Math.min(end - from, BUFFER - size);
            System.arraycopy(array, from, buffer, size, count);
            size += count;
            from += count;
        }
    }

    @Override
    public void flush() throws IOException {
        deliverHead();
        var chunk = Arrays.copyOf(buffer, size);
        size = 0;
        conversation.toClient().write(chunk, Patience.ENDLESS);
    }

    /// Flushes and ends.
    void end(Headers trailers) throws IOException {
        flush();
        conversation.complete(trailers);
    }

    void deliverHead() {
        conversation.respond(head);
    }
}
