package wai.test;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import wai.Body;
import wai.Bytes;
import wai.Capability;
import wai.FilePart;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.Status;
import wai.spi.ContractViolation;
import wai.spi.Exchange;
import wai.spi.FramedResponse;
import wai.spi.HttpDate;

/// Sends the response of one exchange into its [Conversation].
final class MemoryExchange extends Exchange {
    private final Outgoing outgoing;
    private final Conversation conversation;
    private @Nullable MemoryOutput output;
    private @Nullable Instant moment;

    MemoryExchange(Outgoing outgoing, Conversation conversation) {
        this.outgoing = outgoing;
        this.conversation = conversation;
    }

    @Override
    protected boolean tracesResponses() {
        return true;
    }

    @Override
    protected void onViolation(ContractViolation violation) {
        conversation.violate(violation);
    }

    @Override
    protected Instant now() {
        var known = moment;
        if (known == null) {
            known = outgoing.settings().clock.instant();
            moment = known;
        }
        return known;
    }

    @Override
    protected void send(FramedResponse response) throws Exception {
        var out = new MemoryOutput(conversation, head(response));
        output = out;
        switch (response.body()) {
            case Bytes bytes -> {
                bytes.writeTo(out);
                out.end(Headers.EMPTY);
            }
            case Body.File(Path path, FilePart part) -> {
                copy(path, part, out);
                out.end(Headers.EMPTY);
            }
            case Body.Stream stream -> {
                var sink = new MemorySink(response.length(), out, can(Capability.INCREMENTAL_FLUSH));
                stream(stream, sink);
                out.end(sendsTrailers(response) ? sink.trailers() : Headers.EMPTY);
            }
            case Body.Raw raw -> {
                out.flush();
                new MemoryRawConnection(conversation, out, outgoing).run(raw.application());
            }
        }
    }

    /// After a failure in the middle: lets the client see at least what was begun.
    void deliverHead() {
        var begun = output;
        if (begun != null) {
            begun.deliverHead();
        }
    }

    private Head head(FramedResponse response) {
        var status = response.status();
        var headers = response.headers();
        if (response.body() instanceof Body.Raw) {
            boolean extended = outgoing.request().version() == HttpVersion.HTTP_2
                    && status.code() == Status.SWITCHING_PROTOCOLS.code();
            return extended
                    ? new Head(
                            Status.OK,
                            headers.without(HeaderName.CONNECTION).without(HeaderName.UPGRADE),
                            Head.Kind.RAW)
                    : new Head(status, headers, Head.Kind.RAW);
        }
        if (response.length() != FramedResponse.UNKNOWN) {
            headers = headers.adding(HeaderName.CONTENT_LENGTH, Long.toString(response.length()));
        }
        if (!headers.contains(HeaderName.DATE)) {
            headers = headers.adding(HeaderName.DATE, HttpDate.format(now()));
        }
        return new Head(status, headers, Head.Kind.HTTP);
    }

    /// HTTP/1.1 has a place for trailers behind chunks only (RFC 9112 §7.1.2).
    private boolean sendsTrailers(FramedResponse response) {
        var version = outgoing.request().version();
        return can(Capability.RESPONSE_TRAILERS)
                && version != HttpVersion.HTTP_1_0
                && (version != HttpVersion.HTTP_1_1 || response.length() == FramedResponse.UNKNOWN);
    }

    private boolean can(Capability capability) {
        return outgoing.settings().capabilities.contains(capability);
    }

    private static void copy(Path path, @Nullable FilePart part, MemoryOutput out) throws IOException {
        if (part == null) {
            throw new IllegalArgumentException("file " + path + " has no part: the kernel negotiates it first");
        }
        try (var file = FileChannel.open(path)) {
            var buffer = ByteBuffer.allocate(MemoryOutput.BUFFER);
            for (long left = part.length(); left > 0; ) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), left));
                if (file.read(buffer, part.offset() + part.length() - left) < 0) {
                    throw new EOFException(path + " became shorter while it was sent: " + left + " bytes are missing");
                }
                out.write(buffer.array(), 0, buffer.position());
                left -= buffer.position();
            }
        }
    }
}
