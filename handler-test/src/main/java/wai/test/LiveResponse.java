package wai.test;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wai.Bytes;
import wai.ClientDisconnectedException;
import wai.Headers;
import wai.Status;
import wai.spi.ContractViolation;

/// A response while the application still runs: the test sees what was flushed, when it was flushed.
///
/// The application runs on a virtual thread of its own. It is held back as by a slow client while the test does not
/// read, and told that the client has left by [#disconnect()] or [#close()]. Every wait ends after the client's timeout
/// with an [AssertionError] that shows where the application is. An exception of the application is thrown by whatever
/// method first meets its effect, unless the client is [TestClient#answeringErrors()]. For one thread.
public final class LiveResponse implements AutoCloseable {
    private final Settings settings;
    private final Conversation conversation;
    private final SetCookie.Origin origin;
    private final @Nullable Upload upload;
    private final Throwable sentHere;
    private Bytes received = Bytes.EMPTY;
    private Bytes unread = Bytes.EMPTY;
    private @Nullable Head head;
    private @Nullable RawSession raw;
    private int informationalGiven;
    private boolean faultWasThrown;

    LiveResponse(Settings settings, Conversation conversation, SetCookie.Origin origin, Content content) {
        this.settings = settings;
        this.conversation = conversation;
        this.origin = origin;
        this.upload = content instanceof Content.Fed fed ? new Upload(conversation, fed.length()) : null;
        this.sentHere = new Throwable(conversation + " was sent here");
    }

    /// Whether the head of the response has reached the client, without waiting for it.
    ///
    /// @return true from the application's first flush, or the end of a small response, on
    public boolean isStarted() {
        return conversation.hasHead();
    }

    /// The status; waits for the head of the response.
    ///
    /// @return the status
    /// @throws IncompleteResponseException when the exchange ended without a response
    public Status status() {
        return head().status();
    }

    /// The header fields; waits for the head of the response.
    ///
    /// @return the fields as the client sees them
    /// @throws IncompleteResponseException when the exchange ended without a response
    public Headers headers() {
        return head().headers();
    }

    /// The informational responses that have come so far, without waiting.
    ///
    /// @return the responses in order, unmodifiable
    public List<Informational> informational() {
        return conversation.informational();
    }

    /// The next informational response that this method has not given yet; waits for it, or for the head of the final
    /// response, behind which none can come (RFC 9110 §15.2).
    ///
    /// @return the response, `100 Continue` included; empty when there is no more
    /// @throws AssertionError when neither comes within the client's timeout
    public Optional<Informational> nextInformational() {
        var seen = awaitSeen(informationalGiven + 1);
        if (seen.size() == informationalGiven) {
            return Optional.empty();
        }
        return Optional.of(seen.get(informationalGiven++));
    }

    /// Waits for an informational response.
    ///
    /// @param count how many must have come, 1 for the first
    /// @return the last of them
    /// @throws AssertionError when it does not come
    public Informational awaitInformational(int count) {
        var seen = awaitSeen(count);
        if (seen.size() < count) {
            throwFault();
            throw new AssertionError(conversation + " came to its final response, or its end, after " + seen.size()
                    + " informational responses: expected " + count);
        }
        return seen.get(count - 1);
    }

    /// The next piece of the body; waits for it. In memory it is what lies between two flushes (at most 16 KiB); over
    /// a port its borders are the server's.
    ///
    /// @return the piece, never empty; empty at the end of the body
    /// @throws IncompleteResponseException when the body was cut
    public Optional<Bytes> nextChunk() {
        head();
        if (unread.length() > 0) {
            var rest = unread;
            unread = Bytes.EMPTY;
            return Optional.of(rest);
        }
        return receive();
    }

    /// Waits until the unread part of the body contains a text (UTF-8), and takes everything up to its end.
    ///
    /// @param text what to wait for
    /// @return what was taken, the text included
    /// @throws IncompleteResponseException when the body was cut before
    /// @throws AssertionError when the body ends without it
    public String awaitText(String text) {
        head();
        var wanted = text.getBytes(StandardCharsets.UTF_8);
        while (true) {
            var seen = unread.toByteArray();
            int at = indexOf(seen, wanted);
            if (at >= 0) {
                int end = at + wanted.length;
                unread = Bytes.of(seen, end, seen.length - end);
                return new String(seen, 0, end, StandardCharsets.UTF_8);
            }
            var next = receive();
            if (next.isEmpty()) {
                throw new AssertionError(
                        "the body of " + conversation + " ended without \"" + text + "\": " + unread.utf8());
            }
            unread = unread.plus(next.get());
        }
    }

    /// Reads the body to its end, waits for the application to return, and answers the whole response, with what was
    /// read before. A body that a test feeds must have been ended; of a raw response the client's direction is closed.
    ///
    /// @return the response
    /// @throws IncompleteResponseException when the exchange ended without a response
    public TestResponse rest() {
        var known = head();
        if (known.kind() == Head.Kind.RAW) {
            conversation.rawToApplication().end();
        }
        try {
            while (receiveOrNull() != null) {
                // each piece is added to what was received
            }
            conversation.awaitOver();
        } catch (ClientDisconnectedException _) {
            awaitOver(); // the response says that it is incomplete
        } catch (IOException interrupted) {
            throw new UncheckedIOException(interrupted);
        }
        throwFault();
        return new TestResponse(conversation, known, received, origin, settings.clock.instant(), List.of());
    }

    /// The body of a request that the test feeds.
    ///
    /// @return the upload
    /// @throws IllegalStateException when the request was not made with [TestRequest#uploading()]
    public Upload upload() {
        if (upload == null) {
            throw new IllegalStateException(conversation + " was not made with uploading(): its body is known already");
        }
        return upload;
    }

    /// The connection behind a raw response; waits for the head.
    ///
    /// @return the same session at every call
    /// @throws AssertionError when the response is not raw: a fallback, for example
    public RawSession raw() {
        var known = head();
        if (known.kind() != Head.Kind.RAW) {
            throw new AssertionError("expected a raw response, but " + conversation + " was answered with\n" + rest());
        }
        if (raw == null) {
            raw = new RawSession(conversation, this);
        }
        return raw;
    }

    /// What broke the contract so far, also what the application has caught.
    ///
    /// @return the violations in order, unmodifiable
    public List<ContractViolation> violations() {
        return conversation.violations();
    }

    /// Waits until the application has returned or thrown, and tells what it threw, without throwing it.
    ///
    /// @return the exception; empty when the application has returned
    /// @throws AssertionError when it does neither within the client's timeout
    public Optional<Throwable> awaitFailure() {
        awaitOver();
        return Optional.ofNullable(conversation.failure());
    }

    /// Goes away without waiting: the application's next read or write throws [ClientDisconnectedException] and what
    /// it passed to [wai.Request#onDisconnect] runs. Without effect when the exchange is over.
    public void disconnect() {
        conversation.leave();
    }

    /// Goes away if the exchange is not over, and waits for the application to end. What the application throws because
    /// the client has left is not thrown again ([#awaitFailure] tells it); a broken rule is.
    ///
    /// @throws AssertionError when the application does not end within the client's timeout
    @Override
    public void close() {
        disconnect();
        awaitOver();
        if (!faultWasThrown) {
            throwFault();
        }
    }

    /// Tells the application that the server begins to stop: what it passed to [wai.Request#onShutdown] or
    /// [wai.RawConnection#onShutdown] runs. Without effect when the exchange is over.
    ///
    /// @throws UnsupportedOperationException over a port, where the server decides
    public void signalShutdown() {
        if (!settings.backend.isInMemory()) {
            throw new UnsupportedOperationException(
                    "a shutdown can be signalled in memory only: over a port stop the server");
        }
        conversation.signalShutdown();
    }

    /// Throws what the test must hear of, unless the client answers errors: the exception itself, also a checked one,
    /// with the place of the request added.
    void throwFault() {
        var fault = settings.errors == Settings.Errors.THROWN ? conversation.fault() : null;
        if (fault != null) {
            if (!faultWasThrown) {
                faultWasThrown = true;
                fault.addSuppressed(sentHere);
            }
            LiveResponse.<RuntimeException>throwAsIs(fault);
        }
    }

    private List<Informational> awaitSeen(int count) {
        try {
            conversation.awaitInformational(count);
        } catch (InterruptedIOException interrupted) {
            throw new UncheckedIOException(interrupted);
        }
        return conversation.informational();
    }

    private Head head() {
        if (head == null) {
            try {
                head = conversation.awaitHead();
            } catch (InterruptedIOException interrupted) {
                throw new UncheckedIOException(interrupted);
            }
            if (head != null) {
                settings.cookies.store(head.headers(), origin);
            }
        }
        if (head == null || conversation.failedBeforeResponse()) {
            throwFault();
        }
        if (head == null) {
            throw new IncompleteResponseException(
                    conversation + " ended without a response: " + conversation.incomplete());
        }
        return head;
    }

    private Optional<Bytes> receive() {
        try {
            return Optional.ofNullable(receiveOrNull());
        } catch (ClientDisconnectedException _) {
            throwFault();
            throw new IncompleteResponseException("the body of " + conversation + " was cut after " + received.length()
                    + " bytes: " + conversation.incomplete());
        } catch (IOException interrupted) {
            throw new UncheckedIOException(interrupted);
        }
    }

    private @Nullable Bytes receiveOrNull() throws IOException {
        var chunk = conversation.toClient().read(conversation.patience("more of the response body"));
        if (chunk == null) {
            return null;
        }
        var bytes = Bytes.of(chunk);
        received = received.plus(bytes);
        return bytes;
    }

    private void awaitOver() {
        try {
            conversation.awaitOver();
        } catch (InterruptedIOException interrupted) {
            throw new UncheckedIOException(interrupted);
        }
    }

    private static int indexOf(byte[] text, byte[] part) {
        for (int at = 0; at + part.length <= text.length; at++) {
            if (Arrays.equals(text, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        return -1;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the way to throw what was caught
    private static <X extends Throwable> void throwAsIs(Throwable thrown) throws X {
        throw (X) thrown;
    }
}
