package wai.test;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import wai.Bytes;

/// The client's end of a raw response: bytes in both directions, no longer HTTP.
///
/// Every wait ends after the client's timeout with an [AssertionError]. One thread may read while another writes.
/// Closing a session closes both directions, as a client that closes its socket.
public final class RawSession implements AutoCloseable {
    private final Conversation conversation;
    private final LiveResponse response;
    private final InputStream input;
    private final OutputStream output;

    RawSession(Conversation conversation, LiveResponse response) {
        this.conversation = conversation;
        this.response = response;
        this.input =
                new PipeInput(conversation.toClient(), () -> conversation.patience("bytes from the raw application"));
        this.output = new Output();
    }

    /// The bytes from the application, for a client of the protocol that was switched to.
    ///
    /// @return the same stream at every call; at its end when the application has closed its direction, throws
    ///     [wai.ClientDisconnectedException] when it failed
    public InputStream input() {
        return input;
    }

    /// The bytes to the application; nothing is held back. `close()` is [#closeOutput()].
    ///
    /// @return the same stream at every call
    public OutputStream output() {
        return output;
    }

    /// Sends bytes.
    ///
    /// @param bytes the bytes
    /// @return this session
    /// @throws UncheckedIOException when the application has closed the connection
    /// @throws AssertionError when the application does not read within the client's timeout
    public RawSession write(Bytes bytes) {
        try {
            bytes.writeTo(output);
        } catch (IOException closed) {
            throw faultOr(closed);
        }
        return this;
    }

    /// Sends a text in UTF-8.
    ///
    /// @param text the text
    /// @return this session
    /// @throws UncheckedIOException when the application has closed the connection
    /// @throws AssertionError when the application does not read within the client's timeout
    public RawSession write(String text) {
        return write(Bytes.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    /// Receives exactly so many bytes.
    ///
    /// @param count how many
    /// @return the bytes
    /// @throws UncheckedIOException when the application closes or cuts the connection before
    /// @throws AssertionError when they do not come within the client's timeout
    public Bytes read(int count) {
        try {
            var bytes = input.readNBytes(count);
            if (bytes.length < count) {
                throw new EOFException("the application closed its direction after " + bytes.length + " of " + count
                        + " bytes: " + Bytes.of(bytes).utf8());
            }
            return Bytes.of(bytes);
        } catch (IOException closed) {
            throw faultOr(closed);
        }
    }

    /// Receives up to and including a text in UTF-8, the end of a line for example.
    ///
    /// @param end the text to wait for
    /// @return everything up to there, the text included
    /// @throws UncheckedIOException when the application closes or cuts the connection before
    /// @throws AssertionError when it does not come within the client's timeout
    public String readUntil(String end) {
        var bytes = end.getBytes(StandardCharsets.UTF_8);
        var seen = new ByteArrayOutputStream();
        try {
            while (!endsWith(seen.toByteArray(), bytes)) {
                int next = input.read();
                if (next < 0) {
                    throw new EOFException("the application closed its direction without \"" + end + "\" after: "
                            + seen.toString(StandardCharsets.UTF_8));
                }
                seen.write(next);
            }
            return seen.toString(StandardCharsets.UTF_8);
        } catch (IOException closed) {
            throw faultOr(closed);
        }
    }

    /// Receives everything until the application closes its direction.
    ///
    /// @return the bytes
    /// @throws UncheckedIOException when the application cuts the connection
    /// @throws AssertionError when nothing comes within the client's timeout
    public Bytes readToEnd() {
        try {
            return Bytes.of(input.readAllBytes());
        } catch (IOException closed) {
            throw faultOr(closed);
        }
    }

    /// Closes the client's direction and leaves the other open (half-close): the application reads an end.
    public void closeOutput() {
        conversation.rawToApplication().end();
    }

    /// Tells the application that the server begins to shut down; see [wai.RawConnection#onShutdown].
    ///
    /// @throws UnsupportedOperationException over a port, where the server decides
    public void signalShutdown() {
        response.signalShutdown();
    }

    /// Closes both directions and waits for the application to return.
    ///
    /// @throws AssertionError when the application does not return within the client's timeout
    @Override
    public void close() {
        closeOutput();
        response.close();
    }

    /// What the application threw says more than the cut that it caused.
    private RuntimeException faultOr(IOException closed) {
        response.throwFault();
        return new UncheckedIOException(closed);
    }

    private static boolean endsWith(byte[] seen, byte[] end) {
        return seen.length >= end.length
                && Arrays.equals(seen, seen.length - end.length, seen.length, end, 0, end.length);
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] array, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, array.length);
            var patience = conversation.patience("the raw application to read");
            conversation.rawToApplication().write(Arrays.copyOfRange(array, offset, offset + length), patience);
        }

        @Override
        public void close() {
            closeOutput();
        }
    }
}
