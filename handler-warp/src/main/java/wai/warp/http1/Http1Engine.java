package wai.warp.http1;

import java.nio.ByteBuffer;
import wai.Headers;
import wai.Status;
import wai.spi.FramedResponse;

/// One HTTP/1.0 or HTTP/1.1 connection of a server, without its input and output: bytes in, events out; responses in,
/// bytes out (RFC 9112). For one thread at a time.
///
/// Two machines run side by side, because a body can be read while the response is written; each has its diagram:
/// [RequestReader] and [ResponseWriter]. What concerns both:
///
/// - Every response is answered to the request that was read last; the next one is read after [#startNextRequest()].
/// - A final response while the client still waits for `100 Continue` closes the connection: whether the body follows
///   is the client's guess (RFC 9110 §10.1.1).
/// - A response without a request to answer (408, 503, or after a fault) closes the connection and ends the reading.
/// - A raw response ends both machines; the bytes left in the input belong to the application.
/// - Misuse by our own code is an [IllegalStateException] and changes nothing. What the peer does wrong is a
///   [Http1Fault], after which one response can still be sent, if none was begun, with `close`.
public final class Http1Engine {
    private final RequestReader reader;
    private final ResponseWriter writer;

    /// An engine for a new connection.
    ///
    /// @param limits what is accepted at most
    public Http1Engine(Http1Limits limits) {
        this(limits, new FieldMemo());
    }

    /// An engine for a new connection beside others.
    ///
    /// @param limits what is accepted at most
    /// @param memo shared with the others
    public Http1Engine(Http1Limits limits, FieldMemo memo) {
        reader = new RequestReader(limits, memo);
        writer = new ResponseWriter(reader);
    }

    /// The next event of the request: a head, then data and END_OF_BODY; NEED_INPUT whenever bytes are missing.
    ///
    /// Moves the position of the input behind what it consumed, and changes nothing else of it. A head is consumed
    /// when all of it is there; until then it may need as much as [Http1Limits#largestInput()].
    ///
    /// @param input backed by an accessible array; position to limit are the bytes not consumed so far, the same ones
    ///     as before with more behind them
    /// @return the event; END_OF_BODY as long as the request is read and the next not started
    /// @throws Http1Fault when the peer broke the protocol or went past a limit; its last line is not consumed
    /// @throws IllegalStateException after a fault, after PEER_CLOSED, after a raw head
    public Http1Event nextEvent(ByteBuffer input) throws Http1Fault {
        var event = reader.nextEvent(input);
        if (event instanceof Http1Event.Head head && head.expectsContinue()) {
            writer.expectContinue();
        }
        return event;
    }

    /// The peer closed its direction, after everything it sent went through [#nextEvent].
    ///
    /// @return PEER_CLOSED when that is between requests, or behind a request that was read completely (whose response
    ///     can still be sent)
    /// @throws Http1Fault when a request was cut
    /// @throws IllegalStateException after a fault, after a raw head
    public Http1Event endOfInput() throws Http1Fault {
        return reader.endOfInput();
    }

    /// Goes on to the next request on the connection.
    ///
    /// @throws IllegalStateException when the request is not read to its end, the response not sent to its end, or
    ///     [#persists()] is false
    public void startNextRequest() {
        if (!reader.isDone() || !writer.isSent() || !writer.persists()) {
            throw new IllegalStateException(
                    "startNextRequest while " + reader + " and " + writer + (persists() ? "" : " without persistence"));
        }
        reader.restart();
        writer.restart();
    }

    /// Whether bytes of a request were seen whose head is not complete: a time-out is answered with 408 then, and
    /// silently otherwise.
    ///
    /// @return true between the first byte of a request and its head event
    public boolean isInsideHead() {
        return reader.isInsideHead();
    }

    /// Whether the request was read to its end.
    ///
    /// @return true when END_OF_BODY was, or would be, the next event
    public boolean isRequestRead() {
        return reader.isDone();
    }

    /// How much of the request body was not read so far.
    ///
    /// @return bytes; 0 without a body or behind it; [Http1Event.Head#CHUNKED] when it is not known
    public long unreadBody() {
        return reader.unreadBody();
    }

    /// How many bytes of the body come next with nothing else between them. While the input is empty the driver may
    /// read as many to wherever they are wanted, past the engine, and tells of them by [#bodyRead].
    ///
    /// @return bytes; 0 where something else comes next
    public long openBody() {
        return reader.openBody();
    }

    /// Counts body bytes that the driver read by itself.
    ///
    /// @param count how many, 0 to [#openBody()]
    /// @throws IllegalStateException when it is another number
    public void bodyRead(int count) {
        reader.bodyRead(count);
    }

    /// The trailer fields of the request, known when it is read. Fields that must not be trailers (RFC 9110 §6.5.1)
    /// are left out.
    ///
    /// @return the fields, often none
    /// @throws IllegalStateException when the request is not read to its end
    public Headers trailers() {
        return reader.trailers();
    }

    /// Whether the client still waits for `100 Continue`: it asked for it, nothing of the body was seen, and no final
    /// response was begun.
    ///
    /// @return true when [#sendContinue] makes sense before the body is read
    public boolean isExpectingContinue() {
        return writer.isExpectingContinue();
    }

    /// Whether the final response was begun.
    ///
    /// @return true after [#sendHead]
    public boolean isResponseBegun() {
        return writer.isBegun();
    }

    /// Whether the final response was sent to its end.
    ///
    /// @return true after [#sendEnd]
    public boolean isResponseSent() {
        return writer.isSent();
    }

    /// Whether the connection can carry another request after this one; known after [#sendHead].
    ///
    /// @return false when the connection must be closed after the response
    public boolean persists() {
        return writer.persists();
    }

    /// Sends `100 Continue` (RFC 9110 §15.2.1).
    ///
    /// @param out takes the bytes
    /// @throws IllegalStateException when [#isExpectingContinue()] is false
    public void sendContinue(OutputBuffer out) {
        writer.sendContinue(out);
    }

    /// Sends an informational response ahead of the final one (RFC 9110 §15.2); nothing to an HTTP/1.0 client, which
    /// would not understand it. Fields that frame a message or concern the connection are left out.
    ///
    /// @param status 102 to 199
    /// @param headers its fields
    /// @param out takes the bytes
    /// @throws IllegalStateException when no request head was seen, or the final response was begun
    /// @throws IllegalArgumentException when the status is another one
    public void sendInformational(Status status, Headers headers, OutputBuffer out) {
        writer.sendInformational(status, headers, out);
    }

    /// Sends the head of the final response, and decides how its body is delimited and whether the connection
    /// persists. Every response goes on with [#sendEnd], a raw one with nothing: the bytes behind its head, in the
    /// input and in the output, are not HTTP.
    ///
    /// @param response the response, framed
    /// @param common fields to add unless the response has them
    /// @param close whether to close the connection afterwards, whatever the client wants; needed when there
    ///     is no request to answer: before its head, or after a fault in it
    /// @param out takes the bytes
    /// @throws IllegalStateException when the response was begun already; without `close` when there is no request to
    ///     answer; for a raw response when the request is not read to its end
    public void sendHead(FramedResponse response, CommonFields common, boolean close, OutputBuffer out) {
        writer.sendHead(response, common, close, out);
    }

    /// Sends body bytes, in a chunk of their own where the body is chunked.
    ///
    /// @param array holds the bytes; copied
    /// @param offset where they begin
    /// @param count how many; none sends nothing
    /// @param out takes the bytes
    /// @throws IllegalStateException when no response body is open, or more bytes come than Content-Length said
    public void sendData(byte[] array, int offset, int count, OutputBuffer out) {
        writer.sendData(array, offset, count, out);
    }

    /// Counts body bytes that the driver sends by itself behind the output, and begins their chunk where the body is
    /// chunked.
    ///
    /// @param count how many, at least 1
    /// @param out takes the beginning of the chunk
    /// @throws IllegalStateException as [#sendData]
    public void sendChunkPrefix(long count, OutputBuffer out) {
        writer.sendChunkPrefix(count, out);
    }

    /// Ends the chunk that [#sendChunkPrefix] began, behind the bytes that the driver sent; nothing where the body is
    /// not chunked.
    ///
    /// @param out takes the end of the chunk
    /// @throws IllegalStateException when no response body is open, or it is chunked and no chunk was begun
    public void sendChunkSuffix(OutputBuffer out) {
        writer.sendChunkSuffix(out);
    }

    /// Ends the response: every response but a raw one, also one without a body.
    ///
    /// @param trailers fields to send behind a chunked body; dropped elsewhere
    /// @param out takes the bytes
    /// @throws IllegalStateException when no response body is open, or fewer bytes were sent than Content-Length said
    public void sendEnd(Headers trailers, OutputBuffer out) {
        writer.sendEnd(trailers, out);
    }
}
