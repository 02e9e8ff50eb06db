package wai.spi;

import java.util.Locale;
import java.util.Optional;

/// The rules of the contract, each with a number that error messages, lint, test kit and specification page share.
///
/// `docs/spec.md` is generated from this enum. A rule's number never changes and is never used again.
public enum Rule {
    // What an application does

    /// An application calls respond exactly once, from whatever thread.
    APP_ONE_RESPONSE(
            Section.APPLICATION,
            "WAI-APP-01",
            Level.MUST,
            "An application calls respond exactly once, from whatever thread.",
            "A client gets one answer; a second one would be read as the answer to its next request."),
    /// An application returns what respond returned, never null.
    APP_RETURNS_TOKEN(
            Section.APPLICATION,
            "WAI-APP-02",
            Level.MUST,
            "An application returns what respond returned, never null.",
            "A forgotten branch does not compile; a null is found at once."),
    /// The token that an application returns is the one of this exchange.
    APP_FOREIGN_TOKEN(
            Section.APPLICATION,
            "WAI-APP-03",
            Level.MUST,
            "The token that an application returns is the one of this exchange.",
            "A token kept from elsewhere proves nothing."),
    /// An application does not call respond after it has returned or thrown.
    APP_LATE_RESPONSE(
            Section.APPLICATION,
            "WAI-APP-04",
            Level.MUST,
            "An application does not call respond after it has returned or thrown.",
            "The connection belongs to the next request by then."),
    /// An application lets a ClientDisconnectedException pass.
    APP_DISCONNECT_PASSES(
            Section.APPLICATION,
            "WAI-APP-05",
            Level.SHOULD,
            "An application lets a ClientDisconnectedException pass.",
            "Nobody is there to be answered; the handler cleans up."),

    // What a handler does with a response

    /// The client gets the status code of the response.
    RSP_STATUS(
            Section.RESPONSE,
            "WAI-RSP-01",
            Level.MUST,
            "The client gets the status code of the response.",
            "Also a code without a registered reason."),
    /// The client gets the header fields of the response with their values, duplicates and relative order kept.
    RSP_HEADERS(
            Section.RESPONSE,
            "WAI-RSP-02",
            Level.MUST,
            "The client gets the header fields of the response with their values, duplicates and relative order kept.",
            "Set-Cookie cannot be joined, and order has meaning within a name."),
    /// A body in memory is sent with a Content-Length that is its length.
    RSP_LENGTH(
            Section.RESPONSE,
            "WAI-RSP-03",
            Level.MUST,
            "A body in memory is sent with a Content-Length that is its length.",
            "A client can show progress and keep the connection."),
    /// A Content-Length of the application that counts is one decimal number; one that contradicts a body in memory
    /// is replaced by the true length.
    RSP_CONTENT_LENGTH(
            Section.RESPONSE,
            "WAI-RSP-04",
            Level.MUST,
            "A Content-Length of the application that counts is one decimal number; one that contradicts a body in memory is replaced by the true length.",
            "A wrong length lets the client read the next response as this one's body."),
    /// Transfer-Encoding, Keep-Alive and Proxy-Connection of the application are not sent.
    RSP_TRANSFER_ENCODING(
            Section.RESPONSE,
            "WAI-RSP-05",
            Level.MUST,
            "Transfer-Encoding, Keep-Alive and Proxy-Connection of the application are not sent.",
            "Framing belongs to the handler."),
    /// The answer to HEAD has the header of the answer to GET and no body; a streaming body is not run.
    RSP_HEAD(
            Section.RESPONSE,
            "WAI-RSP-06",
            Level.MUST,
            "The answer to HEAD has the header of the answer to GET and no body; a streaming body is not run.",
            "RFC 9110 §9.3.2."),
    /// A response of status 204, 205 or 304 has no body; a streaming body is not run.
    RSP_NO_CONTENT(
            Section.RESPONSE,
            "WAI-RSP-07",
            Level.MUST,
            "A response of status 204, 205 or 304 has no body; a streaming body is not run.",
            "RFC 9110 §6.4.1, §15.3.6."),
    /// An application that throws before it responds is answered with 500, once.
    RSP_ERROR(
            Section.RESPONSE,
            "WAI-RSP-08",
            Level.MUST,
            "An application that throws before it responds is answered with 500, once.",
            "The client learns that it was not its fault. A StatusException, a body that is too large and a client that is too "
                    + "slow have a status of their own."),
    /// When a response fails after it was begun, the client can see that it is incomplete.
    RSP_ABORT(
            Section.RESPONSE,
            "WAI-RSP-09",
            Level.MUST,
            "When a response fails after it was begun, the client can see that it is incomplete.",
            "A cut body must never look whole: no final chunk, no padding, no error page inside."),
    /// An exception after the complete response changes nothing for the client.
    RSP_STANDS(
            Section.RESPONSE,
            "WAI-RSP-10",
            Level.MUST,
            "An exception after the complete response changes nothing for the client.",
            "What was sent was sent."),
    /// respond returns after the body was handed over and the streaming body has ended.
    RSP_RETURNS_LATE(
            Section.RESPONSE,
            "WAI-RSP-11",
            Level.MUST,
            "respond returns after the body was handed over and the streaming body has ended.",
            "A resource opened around respond stays open exactly as long as the body needs it."),
    /// A response that is not raw has a status of 200 or above; another is refused before anything is sent.
    RSP_FINAL_STATUS(
            Section.RESPONSE,
            "WAI-RSP-12",
            Level.MUST,
            "A response that is not raw has a status of 200 or above; another is refused before anything is sent.",
            "1xx is no final response: Request.sendInformational sends it."),
    /// A response has one Date field, the application's when it sets one.
    RSP_DATE(
            Section.RESPONSE,
            "WAI-RSP-13",
            Level.SHOULD,
            "A response has one Date field, the application's when it sets one.",
            "RFC 9110 §6.6.1."),
    /// A response with an empty body is complete: it has Content-Length 0 or a status without content.
    RSP_EMPTY(
            Section.RESPONSE,
            "WAI-RSP-14",
            Level.MUST,
            "A response with an empty body is complete: it has Content-Length 0 or a status without content.",
            "Otherwise the client waits."),
    /// A StatusException that the application lets pass before it responds is answered with its status.
    RSP_STATUS_OF_FAILURE(
            Section.RESPONSE,
            "WAI-RSP-15",
            Level.MUST,
            "A StatusException that the application lets pass before it responds is answered with its status.",
            "What is below an application knows whose fault it was, and cannot respond."),

    // What a handler does with a streaming body

    /// The client gets all bytes that were written, in order, and then the end.
    STR_BYTES(
            Section.STREAM,
            "WAI-STR-01",
            Level.MUST,
            "The client gets all bytes that were written, in order, and then the end.",
            "Also very many and very small writes."),
    /// A sink refuses every use after its streaming body has ended.
    STR_LATE_USE(
            Section.STREAM,
            "WAI-STR-02",
            Level.MUST,
            "A sink refuses every use after its streaming body has ended.",
            "The bytes would land in somebody else's response."),
    /// A stream under a Content-Length cannot write more bytes; the attempt fails the response.
    STR_TOO_MANY_BYTES(
            Section.STREAM,
            "WAI-STR-03",
            Level.MUST,
            "A stream under a Content-Length cannot write more bytes; the attempt fails the response.",
            "The surplus would be read as the next response."),
    /// A stream under a Content-Length that ends early fails the response.
    STR_TOO_FEW_BYTES(
            Section.STREAM,
            "WAI-STR-04",
            Level.MUST,
            "A stream under a Content-Length that ends early fails the response.",
            "The client would wait, or take the next response for the rest."),
    /// What was flushed reaches the client before the body ends, where the capability INCREMENTAL_FLUSH is declared.
    STR_FLUSH(
            Section.STREAM,
            "WAI-STR-05",
            Level.MUST,
            "What was flushed reaches the client before the body ends, where the capability INCREMENTAL_FLUSH is declared.",
            "Events and progress depend on it."),
    /// Writes block while the client does not read; the handler buffers a bounded amount.
    STR_BACK_PRESSURE(
            Section.STREAM,
            "WAI-STR-06",
            Level.MUST,
            "Writes block while the client does not read; the handler buffers a bounded amount.",
            "Memory is not the client's to take."),
    /// close() on a sink does nothing.
    STR_CLOSE(
            Section.STREAM,
            "WAI-STR-07",
            Level.MUST,
            "close() on a sink does nothing.",
            "A writer that closes what it wraps must not end the body early."),
    /// Trailer fields reach the client, where the capability RESPONSE_TRAILERS is declared.
    STR_TRAILERS(
            Section.STREAM,
            "WAI-STR-08",
            Level.MUST,
            "Trailer fields reach the client, where the capability RESPONSE_TRAILERS is declared.",
            "Checksums and late errors travel there."),
    /// A write of no bytes does not end the body.
    STR_EMPTY_WRITE(
            Section.STREAM,
            "WAI-STR-09",
            Level.MUST,
            "A write of no bytes does not end the body.",
            "In chunked coding an empty chunk is the end."),
    /// A streaming body runs at most once, inside respond, on the thread that called it.
    STR_THREAD(
            Section.STREAM,
            "WAI-STR-10",
            Level.MUST,
            "A streaming body runs at most once, inside respond, on the thread that called it.",
            "Scoped values and brackets around respond hold."),
    /// A field that frames, routes or authenticates is refused as a trailer.
    STR_TRAILER_FIELDS(
            Section.STREAM,
            "WAI-STR-11",
            Level.MUST,
            "A field that frames, routes or authenticates is refused as a trailer.",
            "RFC 9110 §6.5.1."),
    /// A stream with a Content-Length is sent with that length.
    STR_LENGTH(
            Section.STREAM,
            "WAI-STR-12",
            Level.MUST,
            "A stream with a Content-Length is sent with that length.",
            "The application may know it when the handler does not."),

    // What a handler gives as a request

    /// The method is what the client sent, case kept; unknown methods reach the application.
    REQ_METHOD(
            Section.REQUEST,
            "WAI-REQ-01",
            Level.MUST,
            "The method is what the client sent, case kept; unknown methods reach the application.",
            "Methods are an open set."),
    /// rawPath and rawQuery are what the client sent, where the capability RAW_TARGET is declared.
    REQ_TARGET(
            Section.REQUEST,
            "WAI-REQ-02",
            Level.MUST,
            "rawPath and rawQuery are what the client sent, where the capability RAW_TARGET is declared.",
            "Signatures and proxies need the bytes."),
    /// path has the segments decoded once: %2F stays inside its segment, empty segments stay.
    REQ_PATH(
            Section.REQUEST,
            "WAI-REQ-03",
            Level.MUST,
            "path has the segments decoded once: %2F stays inside its segment, empty segments stay.",
            "Decoding twice opens holes; decoding before splitting moves borders."),
    /// query has the parameters in order with duplicates, and tells ?a from ?a=.
    REQ_QUERY(
            Section.REQUEST,
            "WAI-REQ-04",
            Level.MUST,
            "query has the parameters in order with duplicates, and tells ?a from ?a=.",
            "Forms depend on it."),
    /// headers has all fields with their values, duplicates in order, names without regard to case.
    REQ_HEADERS(
            Section.REQUEST,
            "WAI-REQ-05",
            Level.MUST,
            "headers has all fields with their values, duplicates in order, names without regard to case.",
            "One source of truth."),
    /// The body cannot be read after the exchange.
    REQ_LATE_READ(
            Section.REQUEST,
            "WAI-REQ-06",
            Level.MUST,
            "The body cannot be read after the exchange.",
            "The bytes would be the next request's."),
    /// The body has exactly the bytes the client sent, whatever their framing, and then stays at its end.
    REQ_BODY(
            Section.REQUEST,
            "WAI-REQ-07",
            Level.MUST,
            "The body has exactly the bytes the client sent, whatever their framing, and then stays at its end.",
            "Also bodies larger than every buffer."),
    /// bodyLength is the Content-Length, 0 without a body, and empty when the length is not known.
    REQ_BODY_LENGTH(
            Section.REQUEST,
            "WAI-REQ-08",
            Level.MUST,
            "bodyLength is the Content-Length, 0 without a body, and empty when the length is not known.",
            "Applications refuse early by it."),
    /// A client that expects 100-continue gets it at the first read of the body, unless the response has begun to reach
    /// it, and not before the application asks.
    REQ_CONTINUE(
            Section.REQUEST,
            "WAI-REQ-09",
            Level.MUST,
            "A client that expects 100-continue gets it at the first read of the body, unless the response has begun to reach it, and not before the application asks.",
            "RFC 9110 §10.1.1; refusing an upload costs nothing. A stream that reads before it sends asks too: without 100 many clients send no body."),
    /// trailers has the trailer fields after the body's end, where the capability REQUEST_TRAILERS is declared;
    /// before the end it throws.
    REQ_TRAILERS(
            Section.REQUEST,
            "WAI-REQ-10",
            Level.MUST,
            "trailers has the trailer fields after the body's end, where the capability REQUEST_TRAILERS is declared; before the end it throws.",
            "An empty answer that fills later is a trap."),
    /// A body that the application did not read is never taken for the next request.
    REQ_UNREAD_BODY(
            Section.REQUEST,
            "WAI-REQ-11",
            Level.MUST,
            "A body that the application did not read is never taken for the next request.",
            "Request smuggling begins there."),
    /// A body that was cut short ends with an exception, never with an end of stream.
    REQ_CUT_BODY(
            Section.REQUEST,
            "WAI-REQ-12",
            Level.MUST,
            "A body that was cut short ends with an exception, never with an end of stream.",
            "Half an upload must not look whole."),
    /// version, remoteAddress and isSecure say how the client reached this handler.
    REQ_FACTS(
            Section.REQUEST,
            "WAI-REQ-13",
            Level.MUST,
            "version, remoteAddress and isSecure say how the client reached this handler.",
            "Logs and policies depend on it."),
    /// Informational responses reach the client before the final one, where EARLY_HINTS or INFORMATIONAL is declared;
    /// elsewhere sending one does nothing.
    REQ_INFORMATIONAL(
            Section.REQUEST,
            "WAI-REQ-14",
            Level.MUST,
            "Informational responses reach the client before the final one, where EARLY_HINTS or INFORMATIONAL is declared; elsewhere sending one does nothing.",
            "RFC 8297."),
    /// An informational response after the final one was begun is refused, as are the statuses 100 and 101.
    REQ_LATE_INFORMATIONAL(
            Section.REQUEST,
            "WAI-REQ-15",
            Level.MUST,
            "An informational response after the final one was begun is refused, as are the statuses 100 and 101.",
            "It would land inside the response."),
    /// onDisconnect runs when the client leaves during the exchange, where DISCONNECT_SIGNAL is declared.
    REQ_DISCONNECT(
            Section.REQUEST,
            "WAI-REQ-16",
            Level.MUST,
            "onDisconnect runs when the client leaves during the exchange, where DISCONNECT_SIGNAL is declared.",
            "Long work for nobody can stop."),
    /// upgrades has the protocols of Upgrade when Connection names it, and is empty otherwise.
    REQ_UPGRADES(
            Section.REQUEST,
            "WAI-REQ-17",
            Level.MUST,
            "upgrades has the protocols of Upgrade when Connection names it, and is empty otherwise.",
            "RFC 9110 §7.8."),
    /// The body can be read while the response is being written.
    REQ_READ_WHILE_WRITING(
            Section.REQUEST,
            "WAI-REQ-18",
            Level.MUST,
            "The body can be read while the response is being written.",
            "Streaming transformations."),
    /// close() on the body does nothing.
    REQ_BODY_CLOSE(
            Section.REQUEST,
            "WAI-REQ-19",
            Level.MUST,
            "close() on the body does nothing.",
            "A reader that closes what it wraps must not break the connection."),
    /// A request without a body has one that is at its end at once.
    REQ_NO_BODY(
            Section.REQUEST,
            "WAI-REQ-20",
            Level.MUST,
            "A request without a body has one that is at its end at once.",
            "Reading it never blocks."),

    /// supports answers true for what the handler declares and false for everything else.
    REQ_CAPABILITIES(
            Section.REQUEST,
            "WAI-REQ-21",
            Level.MUST,
            "supports answers true for what the handler declares and false for everything else.",
            "Applications choose their way by it."),

    /// A ContentTooLargeException that the application lets pass is answered with 413.
    REQ_TOO_LARGE(
            Section.REQUEST,
            "WAI-REQ-22",
            Level.MUST,
            "A ContentTooLargeException that the application lets pass is answered with 413.",
            "A limit on a body is stated where it is read, and answered alike everywhere."),

    /// onShutdown runs when the server begins to stop during the exchange, where SHUTDOWN_SIGNAL is declared; a
    /// stream that ends then is whole.
    REQ_SHUTDOWN(
            Section.REQUEST,
            "WAI-REQ-23",
            Level.MUST,
            "onShutdown runs when the server begins to stop during the exchange, where SHUTDOWN_SIGNAL is declared; a stream that ends then is whole.",
            "A response without an end of its own would hold up every stop, and be cut."),

    // What a handler does with a raw response

    /// The handler sends the head, then the application reads and writes bytes, where the capability RAW is declared.
    RAW_DUPLEX(
            Section.RAW,
            "WAI-RAW-01",
            Level.MUST,
            "The handler sends the head, then the application reads and writes bytes, where the capability RAW is declared.",
            "WebSocket stands on it."),
    /// Without the capability RAW the fallback is sent.
    RAW_FALLBACK(
            Section.RAW,
            "WAI-RAW-02",
            Level.MUST,
            "Without the capability RAW the fallback is sent.",
            "Portable applications say what they do then."),
    /// Bytes that came behind the head of the request are the first that the application reads.
    RAW_EARLY_BYTES(
            Section.RAW,
            "WAI-RAW-03",
            Level.MUST,
            "Bytes that came behind the head of the request are the first that the application reads.",
            "Clients do not wait."),
    /// Changes of header fields by middleware reach the head and the fallback.
    RAW_HEADERS(
            Section.RAW,
            "WAI-RAW-04",
            Level.MUST,
            "Changes of header fields by middleware reach the head and the fallback.",
            "Cookies and request ids are set on both."),
    /// The connection is closed when the raw application returns; no further request is read from it.
    RAW_END(
            Section.RAW,
            "WAI-RAW-05",
            Level.MUST,
            "The connection is closed when the raw application returns; no further request is read from it.",
            "The bytes are no longer HTTP."),
    /// The end of the client's direction is the end of input; closeOutput ends ours and leaves input open.
    RAW_HALF_CLOSE(
            Section.RAW,
            "WAI-RAW-06",
            Level.MUST,
            "The end of the client's direction is the end of input; closeOutput ends ours and leaves input open.",
            "Protocols say goodbye one side at a time."),

    // What a handler does with a file

    /// A whole file is sent with Content-Length, Accept-Ranges, Last-Modified and ETag; those of the application
    /// stay.
    FIL_WHOLE(
            Section.FILE,
            "WAI-FIL-01",
            Level.MUST,
            "A whole file is sent with Content-Length, Accept-Ranges, Last-Modified and ETag; those of the application stay.",
            "Clients resume and cache."),
    /// One satisfiable range gets 206 with Content-Range and those bytes.
    FIL_RANGE(
            Section.FILE,
            "WAI-FIL-02",
            Level.MUST,
            "One satisfiable range gets 206 with Content-Range and those bytes.",
            "RFC 9110 §14."),
    /// Several satisfiable ranges get 206 as multipart/byteranges.
    FIL_RANGES(
            Section.FILE,
            "WAI-FIL-03",
            Level.MUST,
            "Several satisfiable ranges get 206 as multipart/byteranges.",
            "RFC 9110 §14.6."),
    /// A range outside the file gets 416 with the file's size in Content-Range.
    FIL_UNSATISFIABLE(
            Section.FILE,
            "WAI-FIL-04",
            Level.MUST,
            "A range outside the file gets 416 with the file's size in Content-Range.",
            "RFC 9110 §15.5.17."),
    /// If-None-Match and If-Modified-Since that hold get 304.
    FIL_NOT_MODIFIED(
            Section.FILE,
            "WAI-FIL-05",
            Level.MUST,
            "If-None-Match and If-Modified-Since that hold get 304.",
            "RFC 9110 §13."),
    /// If-Match and If-Unmodified-Since that do not hold get 412.
    FIL_PRECONDITION(
            Section.FILE,
            "WAI-FIL-06",
            Level.MUST,
            "If-Match and If-Unmodified-Since that do not hold get 412.",
            "RFC 9110 §13."),
    /// If-Range that does not hold gets the whole file.
    FIL_IF_RANGE(
            Section.FILE,
            "WAI-FIL-07",
            Level.MUST,
            "If-Range that does not hold gets the whole file.",
            "RFC 9110 §13.1.5."),
    /// A file with a part is sent under the response's own status, that slice only, nothing negotiated.
    FIL_PART(
            Section.FILE,
            "WAI-FIL-08",
            Level.MUST,
            "A file with a part is sent under the response's own status, that slice only, nothing negotiated.",
            "The application did it."),
    /// A file that is missing, unreadable or no regular file gets 404, or the response's own status when that is an
    /// error.
    FIL_MISSING(
            Section.FILE,
            "WAI-FIL-09",
            Level.MUST,
            "A file that is missing, unreadable or no regular file gets 404, or the response's own status when that is an error.",
            "Also for HEAD, without a body."),
    /// A malformed Range, one of an unknown unit, and one of a method other than GET is ignored.
    FIL_IGNORED_RANGE(
            Section.FILE,
            "WAI-FIL-10",
            Level.MUST,
            "A malformed Range, one of an unknown unit, and one of a method other than GET is ignored.",
            "RFC 9110 §14.2."),

    // What a handler does that reads HTTP itself

    /// A malformed request head is answered with 400, the connection closed, the application not called.
    WIR_MALFORMED(
            Section.WIRE,
            "WAI-WIR-01",
            Level.MUST,
            "A malformed request head is answered with 400, the connection closed, the application not called.",
            "Whoever guesses what was meant, guesses otherwise than the proxy in front (RFC 9112 §2.2, §3, §5)."),
    /// A request whose body has no certain end is refused with 400, or 501 for an unknown coding, and the connection
    /// closed.
    WIR_AMBIGUOUS_LENGTH(
            Section.WIRE,
            "WAI-WIR-02",
            Level.MUST,
            "A request whose body has no certain end is refused with 400, or 501 for an unknown coding, and the connection closed.",
            "Request smuggling lives of guessed lengths (RFC 9112 §6.1, §6.3)."),
    /// A header section that is too large is refused with 431, a target that is too long with 414.
    WIR_LIMITS(
            Section.WIRE,
            "WAI-WIR-03",
            Level.MUST,
            "A header section that is too large is refused with 431, a target that is too long with 414.",
            "Memory is not the client's to take."),
    /// A request of a major version other than 1 is refused with 505.
    WIR_VERSION(
            Section.WIRE,
            "WAI-WIR-04",
            Level.MUST,
            "A request of a major version other than 1 is refused with 505.",
            "RFC 9110 §15.6.6."),
    /// An expectation other than 100-continue is answered with 417.
    WIR_EXPECT(
            Section.WIRE,
            "WAI-WIR-05",
            Level.MUST,
            "An expectation other than 100-continue is answered with 417.",
            "RFC 9110 §10.1.1."),
    /// A connection is kept and closed as RFC 9112 §9.3 says, and a response behind which it is closed says so.
    WIR_PERSISTENCE(
            Section.WIRE,
            "WAI-WIR-06",
            Level.MUST,
            "A connection is kept and closed as RFC 9112 §9.3 says, and a response behind which it is closed says so.",
            "Clients wait for an end that does not come, or send into a closed connection."),
    /// A client that stalls, cuts or resets its connection harms nobody but itself.
    WIR_HOSTILE(
            Section.WIRE,
            "WAI-WIR-07",
            Level.MUST,
            "A client that stalls, cuts or resets its connection harms nobody but itself.",
            "There is always one."),
    /// A body whose framing breaks before the response was begun is answered with 400 and the connection closed.
    WIR_BROKEN_BODY(
            Section.WIRE,
            "WAI-WIR-08",
            Level.SHOULD,
            "A body whose framing breaks before the response was begun is answered with 400 and the connection closed.",
            "The client learns that it was its fault."),

    // How exchanges live side by side

    /// Requests that run at the same time keep their own data.
    ISO_CONCURRENT(
            Section.ISOLATION,
            "WAI-ISO-01",
            Level.MUST,
            "Requests that run at the same time keep their own data.",
            "Obvious, and broken by every shared buffer."),
    /// An exchange that fails does not harm others.
    ISO_FAILURE(
            Section.ISOLATION,
            "WAI-ISO-02",
            Level.MUST,
            "An exchange that fails does not harm others.",
            "Also when it throws an Error."),
    /// An application that blocks does not stop others.
    ISO_BLOCKING(
            Section.ISOLATION,
            "WAI-ISO-03",
            Level.MUST,
            "An application that blocks does not stop others.",
            "Blocking is what applications may do."),

    // How a server starts and stops

    /// When a server has started, it answers; two servers of one handler share nothing.
    LIF_START(
            Section.LIFECYCLE,
            "WAI-LIF-01",
            Level.MUST,
            "When a server has started, it answers; two servers of one handler share nothing.",
            "Tests start many, and so do programs."),
    /// When a server has stopped, its port is free and the application is no longer called.
    LIF_STOP(
            Section.LIFECYCLE,
            "WAI-LIF-02",
            Level.MUST,
            "When a server has stopped, its port is free and the application is no longer called.",
            "The next start needs the port; what the application closes must not be used."),
    /// A request that runs while its server stops gets its whole response or one that is seen to be cut.
    LIF_IN_FLIGHT(
            Section.LIFECYCLE,
            "WAI-LIF-03",
            Level.MUST,
            "A request that runs while its server stops gets its whole response or one that is seen to be cut.",
            "A stop is no excuse for half an answer that looks whole."),

    // What a middleware does

    /// A middleware that changes nothing changes no byte.
    MID_IDENTITY(
            Section.MIDDLEWARE,
            "WAI-MID-01",
            Level.MUST,
            "A middleware that changes nothing changes no byte.",
            "Wrapping is free of effects."),
    /// a.then(b).wrap(app) behaves as a.wrap(b.wrap(app)).
    MID_ORDER(
            Section.MIDDLEWARE,
            "WAI-MID-02",
            Level.MUST,
            "a.then(b).wrap(app) behaves as a.wrap(b.wrap(app)).",
            "Composition is what middleware is for."),
    /// A middleware passes on the bodies it does not understand.
    MID_BODIES(
            Section.MIDDLEWARE,
            "WAI-MID-03",
            Level.MUST,
            "A middleware passes on the bodies it does not understand.",
            "Files stay files, raw stays raw."),
    /// A middleware that replaces a body adjusts the fields that describe it.
    MID_LENGTH(
            Section.MIDDLEWARE,
            "WAI-MID-04",
            Level.SHOULD,
            "A middleware that replaces a body adjusts the fields that describe it.",
            "A stale Content-Length or ETag misleads caches."),
    /// A middleware that reads the request body hands on a request whose body has all bytes.
    MID_REQUEST_BODY(
            Section.MIDDLEWARE,
            "WAI-MID-05",
            Level.SHOULD,
            "A middleware that reads the request body hands on a request whose body has all bytes.",
            "What was read already looks like what was never sent."),

    // What a good response says

    /// A response with content says its Content-Type.
    FLD_CONTENT_TYPE(
            Section.FIELDS,
            "WAI-FLD-01",
            Level.SHOULD,
            "A response with content says its Content-Type.",
            "Guessing is a security problem."),
    /// A field that has one value stands once.
    FLD_SINGLE(
            Section.FIELDS,
            "WAI-FLD-02",
            Level.SHOULD,
            "A field that has one value stands once.",
            "Content-Type, Location, ETag, Last-Modified, Retry-After … (RFC 9110 §5.3)."),
    /// An ETag is a quoted string, with W/ before it when it is weak.
    FLD_ETAG(
            Section.FIELDS,
            "WAI-FLD-03",
            Level.SHOULD,
            "An ETag is a quoted string, with W/ before it when it is weak.",
            "RFC 9110 §8.8.3."),
    /// 401 has WWW-Authenticate, 405 Allow, 206 Content-Range or multipart/byteranges, 416 Content-Range, 426
    /// Upgrade, a redirect Location.
    FLD_REQUIRED(
            Section.FIELDS,
            "WAI-FLD-04",
            Level.SHOULD,
            "401 has WWW-Authenticate, 405 Allow, 206 Content-Range or multipart/byteranges, 416 Content-Range, 426 Upgrade, a redirect Location.",
            "RFC 9110 §15."),
    /// Date, Last-Modified and Expires hold an HTTP date.
    FLD_DATES(
            Section.FIELDS,
            "WAI-FLD-05",
            Level.SHOULD,
            "Date, Last-Modified and Expires hold an HTTP date.",
            "RFC 9110 §5.6.7."),
    /// A response of status 204, 205 or 304 is built without a body.
    FLD_BODILESS(
            Section.FIELDS,
            "WAI-FLD-06",
            Level.SHOULD,
            "A response of status 204, 205 or 304 is built without a body.",
            "It is not sent; somebody expected otherwise."),
    /// A response with a Content-Encoding says Vary: Accept-Encoding.
    FLD_VARY(
            Section.FIELDS,
            "WAI-FLD-07",
            Level.SHOULD,
            "A response with a Content-Encoding says Vary: Accept-Encoding.",
            "Caches would serve it to everyone."),
    /// A Set-Cookie begins with a name, an equals sign and a value.
    FLD_COOKIE(
            Section.FIELDS,
            "WAI-FLD-08",
            Level.SHOULD,
            "A Set-Cookie begins with a name, an equals sign and a value.",
            "RFC 6265 §4.1.");

    private final Section section;
    private final String id;
    private final Level level;
    private final String text;
    private final String intent;

    Rule(Section section, String id, Level level, String text, String intent) {
        this.section = section;
        this.id = id;
        this.level = level;
        this.text = text;
        this.intent = intent;
    }

    /// The rule with that number.
    ///
    /// @param id `WAI-APP-01` and so on
    /// @return the rule; empty when there is none
    public static Optional<Rule> withId(String id) {
        for (var rule : values()) {
            if (rule.id.equals(id)) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }

    /// The number.
    ///
    /// @return `WAI-APP-01` and so on
    public String id() {
        return id;
    }

    /// How binding the rule is.
    ///
    /// @return the level
    public Level level() {
        return level;
    }

    /// Whose behaviour the rule is about.
    ///
    /// @return the section
    public Section section() {
        return section;
    }

    /// The rule in one sentence.
    ///
    /// @return the sentence, with its full stop
    public String text() {
        return text;
    }

    /// Why there is such a rule.
    ///
    /// @return a short explanation, with its full stop
    public String intent() {
        return intent;
    }

    /// Where the specification page has the rule.
    ///
    /// @return the anchor: the number in lower case
    public String anchor() {
        return id.toLowerCase(Locale.ROOT);
    }

    /// How binding a rule is (RFC 2119).
    public enum Level {
        /// Without it applications break or are attacked.
        MUST,
        /// There may be reasons not to.
        SHOULD,
        /// A courtesy.
        MAY
    }

    /// The chapters of the specification page.
    public enum Section {
        /// What an application does.
        APPLICATION("What an application does"),
        /// What a handler does with a response.
        RESPONSE("What a handler does with a response"),
        /// What a handler does with a streaming body.
        STREAM("What a handler does with a streaming body"),
        /// What a handler gives as a request.
        REQUEST("What a handler gives as a request"),
        /// What a handler does with a raw response.
        RAW("What a handler does with a raw response"),
        /// What a handler does with a file.
        FILE("What a handler does with a file"),
        /// What a handler does that reads HTTP itself.
        WIRE("What a handler does that reads HTTP itself"),
        /// How exchanges live side by side.
        ISOLATION("How exchanges live side by side"),
        /// How a server starts and stops.
        LIFECYCLE("How a server starts and stops"),
        /// What a middleware does.
        MIDDLEWARE("What a middleware does"),
        /// What a good response says.
        FIELDS("What a good response says");

        private final String title;

        Section(String title) {
            this.title = title;
        }

        /// The heading.
        ///
        /// @return a few words
        public String title() {
            return title;
        }
    }
}
