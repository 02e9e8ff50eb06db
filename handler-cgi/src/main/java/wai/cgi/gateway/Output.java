package wai.cgi.gateway;

import java.io.IOException;
import wai.cgi.settings.Failure;

/// Where the bytes of a response go: the standard output of a CGI program, the connection of an SCGI request, the
/// STDOUT stream of a FastCGI request. Used by one thread at a time.
public interface Output {
    /// Hands bytes on; blocks while the web server is slow to take them.
    ///
    /// @param array holds the bytes; the caller's, which uses it again
    /// @param offset where they begin
    /// @param count how many there are, at least 1
    /// @throws IOException a [wai.ClientDisconnectedException] when nobody takes them any more
    void write(byte[] array, int offset, int count) throws IOException;

    /// Sends what [#write] kept, if it keeps anything.
    ///
    /// @throws IOException as for [#write]
    void flush() throws IOException;

    /// Somebody wants to know of it at once when the client leaves; by any thread. Does nothing by default.
    default void watch() {}

    /// Something about the request has failed: tells the web server, where the protocol has a word for that; by any
    /// thread, without waiting. Does nothing by default.
    ///
    /// @param failure what the hook was told
    default void failed(Failure failure) {}

    /// Sends the last bytes of a response that is whole.
    ///
    /// @param array as for [#write]
    /// @param offset where they begin
    /// @param count how many there are, 0 or more
    /// @throws IOException as for [#write]
    default void end(byte[] array, int offset, int count) throws IOException {
        if (count > 0) {
            write(array, offset, count);
        }
        flush();
    }
}
