package wai.tck;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import wai.Headers;

/// One exchange from the client's side.
///
/// One thread may write the request while another reads the response. All waits are bounded; a wait that takes too long
/// throws [java.net.SocketTimeoutException].
public interface ClientCall extends AutoCloseable {
    /// Where the body of the request goes. `flush()` puts it on its way; `close()` is [#endBody] without trailers.
    ///
    /// After an upgrade (status 101) and before it these are the raw bytes; `close()` then ends our direction only.
    ///
    /// @return the same stream at every call
    OutputStream body();

    /// Ends the body of the request.
    ///
    /// @param trailers the trailer fields of a chunked body; empty otherwise
    /// @throws IOException when the application is gone
    void endBody(Headers trailers) throws IOException;

    /// Waits for the next head. Informational responses come one by one; the last head is final or 101.
    ///
    /// @return the head
    /// @throws IOException when the exchange ended without one
    ClientHead nextHead() throws IOException;

    /// The body of the response, as it arrives: a read returns what is there and waits only when nothing is. At its end
    /// only when the body is complete; after status 101 the raw bytes until the application closes.
    ///
    /// Reads throw [IOException] when the body was cut: that is how the kit sees that a response is not whole.
    ///
    /// @return the same stream at every call; after the last head only
    InputStream content();

    /// The trailer fields of the response, after the end of [#content].
    ///
    /// @return the fields; empty when there were none
    Headers trailers();

    /// Sends another request over the same connection, behind the response, which must be read to its end.
    ///
    /// @param request what to send
    /// @return the next exchange; a handler that closed the connection shows as an [IOException] of its first
    ///     [#nextHead]; empty where connections are not kept or not seen
    /// @throws IOException when the connection is closed
    Optional<ClientCall> next(ClientRequest request) throws IOException;

    /// Leaves without ceremony, as a client that lost its network or closed its window.
    void disconnect();

    /// What was received so far, for people: on a network the very bytes.
    ///
    /// @return a text of bounded length
    String transcript();

    /// Frees the connection; does nothing after the first time.
    @Override
    void close();
}
