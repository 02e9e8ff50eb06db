package wai.forms;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/// Feeds the [MultipartEngine] from a stream, and counts what comes out of it.
///
/// Everything is counted behind the split: a limit of one part never sees bytes of another.
final class MultipartReader implements PartSource {
    private static final int BUFFER = 16 * 1024;

    private final InputStream body;
    private final MultipartEngine engine;
    private final FormCount count;
    private final ByteBuffer input = ByteBuffer.allocate(BUFFER).flip();

    private Charset charset;

    /// The value of the parameter `_charset_`, while it is read: the charset of what follows (RFC 7578 §4.6).
    private @Nullable StringBuilder charsetName;

    private ByteBuffer content = ByteBuffer.allocate(0);
    private boolean partEnded = true;
    private boolean bodyEnded;

    /// A reader of one body.
    ///
    /// @param boundary the parameter of the `Content-Type`, checked already
    /// @param charset of what does not name its own
    MultipartReader(InputStream body, String boundary, Charset charset, FormLimits limits) {
        this.body = body;
        this.engine = new MultipartEngine(boundary, limits);
        this.count = new FormCount(limits);
        this.charset = charset;
    }

    @Override
    public @Nullable PartHead next() throws IOException {
        while (hasContent()) {
            content = ByteBuffer.allocate(0);
        }
        if (bodyEnded) {
            return null;
        }
        switch (event()) {
            case MultipartEvent.PartBegins(var headers) -> {
                var head = PartHead.of(headers, charset);
                count.begin(head);
                partEnded = false;
                charsetName = head.name().equals("_charset_") && !head.isFile() ? new StringBuilder() : null;
                return head;
            }
            case MultipartEvent.Signal _ -> {
                skipEpilogue();
                return null;
            }
            case MultipartEvent.Content _ -> throw new IllegalStateException("content between two parts");
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (!hasContent()) {
            return -1;
        }
        int some = Math.min(length, content.remaining());
        content.get(target, offset, some);
        return some;
    }

    /// Whether there is content of the current part, which is counted when it comes.
    private boolean hasContent() throws IOException {
        if (partEnded || content.hasRemaining()) {
            return !partEnded;
        }
        if (event() instanceof MultipartEvent.Content(var bytes)) {
            content = bytes;
            count.content(bytes.remaining());
            if (charsetName != null) {
                charsetName.append(ISO_8859_1.decode(bytes.duplicate()));
            }
            return true;
        }
        partEnded = true;
        if (charsetName != null && !charsetName.isEmpty()) {
            charset = PartHead.charset("_charset_", charsetName.toString());
        }
        return false;
    }

    private MultipartEvent event() throws IOException {
        while (true) {
            var event = engine.nextEvent(input);
            if (event != MultipartEvent.Signal.NEED_INPUT) {
                return event;
            }
            fill();
            if (!input.hasRemaining()) {
                engine.endOfInput();
                throw new IllegalStateException("the engine wants more behind the end of the form");
            }
        }
    }

    private void skipEpilogue() throws IOException {
        bodyEnded = true;
        do {
            engine.nextEvent(input);
            fill();
        } while (input.hasRemaining());
    }

    /// Reads some more; nothing is left at the end of the body.
    private void fill() throws IOException {
        int some = body.read(input.array());
        input.position(0).limit(Math.max(some, 0));
    }
}
