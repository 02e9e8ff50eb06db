package wai.test;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import wai.Bytes;
import wai.Headers;

/// The body of a request that a test feeds piece by piece while the application runs; see [TestRequest#uploading()].
///
/// A write blocks while the application is slow to read, and fails the test after the client's timeout. What is written
/// after the exchange is over is dropped, as servers drop a body that nobody read. For one thread.
public final class Upload {
    private final Conversation conversation;
    private final long length;
    private long written;
    private volatile Headers trailers = Headers.EMPTY;

    @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // the mirror of Request.bodyLength()
    Upload(Conversation conversation, OptionalLong length) {
        this.conversation = conversation;
        this.length = length.orElse(-1);
    }

    /// Sends a chunk.
    ///
    /// @param chunk its bytes; none at all do nothing
    /// @return this upload
    /// @throws IllegalArgumentException when the body becomes longer than was declared
    /// @throws AssertionError when the application does not read within the client's timeout
    public Upload write(Bytes chunk) {
        if (length >= 0 && chunk.length() > length - written) {
            throw new IllegalArgumentException("a chunk of " + chunk.length() + " bytes after " + written
                    + " of a declared body of " + length + " bytes (RFC 9110 §8.6)");
        }
        written += chunk.length();
        try {
            chunk.forEachSlice((array, offset, count) -> {
                var copy = new byte[count];
                System.arraycopy(array, offset, copy, 0, count);
                conversation.upload().write(copy, conversation.patience("the application to read its request body"));
            });
        } catch (InterruptedIOException interrupted) {
            throw new UncheckedIOException(interrupted);
        } catch (IOException _) {
            // nobody reads any more: a server drops the rest too
        }
        return this;
    }

    /// Sends a chunk of text in UTF-8.
    ///
    /// @param chunk the text
    /// @return this upload
    /// @throws IllegalArgumentException when the body becomes longer than was declared
    /// @throws AssertionError when the application does not read within the client's timeout
    public Upload write(String chunk) {
        return write(Bytes.of(chunk.getBytes(StandardCharsets.UTF_8)));
    }

    /// Ends the body.
    ///
    /// @throws IllegalStateException when less was written than declared; [#cut] ends a body early
    public void end() {
        end(Headers.EMPTY);
    }

    /// Ends the body with trailer fields (RFC 9110 §6.5).
    ///
    /// @param fields the fields
    /// @throws IllegalStateException when less was written than declared, or a length was declared: then HTTP/1.1 has
    ///     no place for trailers
    public void end(Headers fields) {
        if (length >= 0 && written < length) {
            throw new IllegalStateException("the body ends after " + written + " of " + length
                    + " declared bytes: write the rest, or cut() it (RFC 9110 §8.6)");
        }
        if (length >= 0 && !fields.isEmpty()) {
            throw new IllegalStateException("trailers behind a body of declared length: expected a chunked body, use"
                    + " uploading() without a length (RFC 9112 §7.1.2)");
        }
        trailers = fields;
        conversation.upload().end();
    }

    /// Ends the body in the middle, as a client that goes away: the application gets a
    /// [wai.ClientDisconnectedException] where it reads on. A response can still be received.
    public void cut() {
        conversation.upload().cut("the client has cut the request body");
    }

    /// Whether the application has asked for the body of a request with [TestRequest#expectingContinue()]: `100
    /// Continue` has come (RFC 9110 §10.1.1).
    ///
    /// @return true from the application's first read on
    public boolean continueRequested() {
        return conversation.isContinued();
    }

    /// Waits until the application asks for the body, or answers without it.
    ///
    /// @return true when it asks; false when the final response came first
    /// @throws AssertionError when neither happens within the client's timeout
    public boolean awaitContinue() {
        try {
            return conversation.awaitContinue(conversation.patience("100 Continue or the response"));
        } catch (InterruptedIOException interrupted) {
            throw new UncheckedIOException(interrupted);
        }
    }

    Headers trailers() {
        return trailers;
    }
}
