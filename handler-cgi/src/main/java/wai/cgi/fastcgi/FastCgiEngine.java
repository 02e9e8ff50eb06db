package wai.cgi.fastcgi;

import java.nio.ByteBuffer;

/// One connection of a FastCGI 1.0 application, without its input and output: bytes in, events out; responses in, bytes
/// out. For one thread at a time.
///
/// A connection carries many requests at once, each under an id that is active from the record that begins it until
/// [#sendEnd] or [#sendCut]; the records of different requests come in any order. What comes for an id that is not
/// active is ignored, because the web server may not know of the end yet (FastCGI 1.0 §3.3). The diagrams are in
/// [RecordReader] and [ActiveRequest].
///
/// - Requests of other roles than responder, and more than the limits allow, are never active: the [FastCgiEvent.Reply]
///   that ends them is an event.
/// - FastCGI has no windows: a request that does not read its input is held back by reading no more of the connection,
///   and then all others on it wait too (§3.3 has nothing better). That is for the driver.
/// - What ends a request alone is an event ([FastCgiEvent.Refused], [FastCgiEvent.Aborted]); what makes the connection
///   useless is a [FastCgiFault], after which nothing more is read, and responses can still be sent.
/// - Misuse by our own code is an [IllegalStateException] and changes nothing.
public final class FastCgiEngine {
    /// The longest content of one record that is sent: a multiple of eight, as the specification recommends.
    public static final int LONGEST_CONTENT = 0xfff8;

    private final RecordReader reader;

    /// An engine for a new connection of a server.
    ///
    /// @param limits what is accepted at most
    /// @param memo of all connections of the server
    public FastCgiEngine(FastCgiLimits limits, ParameterMemo memo) {
        reader = new RecordReader(limits, memo);
    }

    /// The next event; NEED_INPUT when the input is used up.
    ///
    /// @param input the bytes that came; its position moves behind what the event needed, and nothing of it is needed
    ///     again after NEED_INPUT
    /// @return the event
    /// @throws FastCgiFault when the web server broke the protocol
    /// @throws IllegalStateException after a fault and after PEER_CLOSED
    public FastCgiEvent nextEvent(ByteBuffer input) throws FastCgiFault {
        return reader.nextEvent(input);
    }

    /// The web server closed its direction, after everything it sent went through [#nextEvent].
    ///
    /// @return PEER_CLOSED; requests can be active still
    /// @throws FastCgiFault when a record was cut
    /// @throws IllegalStateException after a fault
    public FastCgiEvent endOfInput() throws FastCgiFault {
        return reader.endOfInput();
    }

    /// Whether more must come before an application can begin: the parameters of a request are incomplete, or a record
    /// that belongs to none.
    ///
    /// @return true while the web server is expected to go on soon
    public boolean isInsideHead() {
        return reader.isInsideHead();
    }

    /// How many requests are active.
    ///
    /// @return 0 or more
    public int activeCount() {
        return reader.activeCount();
    }

    /// Whether a request is active.
    ///
    /// @param id its number
    /// @return false before its beginning and after its end
    public boolean isActive(int id) {
        return reader.active(id) != null;
    }

    /// Whether the web server has sent all of a request.
    ///
    /// @param id its number
    /// @return true from [FastCgiEvent.EndOfInput] to the end of the request
    public boolean hasAllInput(int id) {
        var request = reader.active(id);
        return request != null && request.state() == ActiveRequest.State.RECEIVED;
    }

    /// Whether the connection can be closed: the web server wanted that behind a request, and none is active.
    ///
    /// @return true when it should be closed now
    public boolean isFinished() {
        return reader.isClosing() && reader.activeCount() == 0;
    }

    /// Sends bytes of a response, in as many records as they need.
    ///
    /// @param id an active request
    /// @param array holds the bytes; copied
    /// @param offset where they begin
    /// @param count how many; none sends nothing
    /// @param out takes the records
    /// @throws IllegalStateException when the request is not active
    public void sendOutput(int id, byte[] array, int offset, int count, RecordBuffer out) {
        active(id, "sendOutput");
        send(RecordType.STDOUT, id, array, offset, count, out);
    }

    /// Sends text for the log of the web server.
    ///
    /// @param id an active request
    /// @param text the bytes; copied
    /// @param out takes the records
    /// @throws IllegalStateException when the request is not active
    public void sendError(int id, byte[] text, RecordBuffer out) {
        var request = active(id, "sendError");
        if (text.length > 0) {
            request.usesErrors();
            send(RecordType.STDERR, id, text, 0, text.length, out);
        }
    }

    /// Ends a response that is whole: its streams and the request, whose id is free then.
    ///
    /// @param id an active request
    /// @param out takes the records
    /// @throws IllegalStateException when the request is not active
    public void sendEnd(int id, RecordBuffer out) {
        var request = active(id, "sendEnd");
        if (request.hasErrors()) {
            out.putHeader(RecordType.STDERR, id, 0);
        }
        out.putHeader(RecordType.STDOUT, id, 0);
        Replies.putEnd(id, 0, ProtocolStatus.REQUEST_COMPLETE, out);
        reader.forget(request);
    }

    /// Ends a request without the end of its response, because it was aborted or failed.
    ///
    /// A web server need not tell this from a response that is whole: where the connection has no other request,
    /// closing it says more.
    ///
    /// @param id an active request
    /// @param applicationStatus what a CGI program would exit with
    /// @param out takes the record
    /// @throws IllegalStateException when the request is not active
    public void sendCut(int id, int applicationStatus, RecordBuffer out) {
        var request = active(id, "sendCut");
        Replies.putEnd(id, applicationStatus, ProtocolStatus.REQUEST_COMPLETE, out);
        reader.forget(request);
    }

    private static void send(RecordType type, int id, byte[] array, int offset, int count, RecordBuffer out) {
        for (int sent = 0; sent < count; ) {
            int length = Math.min(LONGEST_CONTENT, count - sent);
            out.putHeader(type, id, length);
            out.put(array, offset + sent, length);
            sent += length;
        }
    }

    private ActiveRequest active(int id, String call) {
        var request = reader.active(id);
        if (request == null) {
            throw new IllegalStateException(call + " for request " + id + ", which is not active, while " + reader);
        }
        return request;
    }
}
