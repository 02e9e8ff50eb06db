package wai.tck;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;

/// What stands between a handler and its clients, or parses for it, does otherwise than HTTP and the contract ask.
///
/// A handler inside a container or behind a web server cannot make up for everything these do. What it cannot, it
/// declares here with a reason ([HandlerUnderTest#departures]); the cases that depend on it then run in a weaker form,
/// or are reported as not supported with that reason. A departure that no case notices is reported as needless, so
/// declarations stay true. Applications cannot ask for departures: what they can ask for is a [wai.Capability].
public enum Departure {
    /// Some methods are refused before the handler sees them. Kept: GET, HEAD, POST, PUT, DELETE, OPTIONS.
    METHODS("Some methods are refused before the handler sees them.", "The common methods arrive."),
    /// Some targets are refused before the handler sees them: encoded slashes, dot segments, bytes that are no UTF-8.
    TARGETS(
            "Some targets are refused before the handler sees them.",
            "Targets of plain segments, encoded spaces and encoded letters arrive."),
    /// `OPTIONS *` is refused, or answered by somebody else (RFC 9112 §3.2.4).
    ASTERISK_FORM("OPTIONS * is refused, or answered by somebody else.", "Nothing is promised."),
    /// A `?` without anything behind it is lost.
    EMPTY_QUERY("A ? without anything behind it is lost.", "A query that is not empty arrives."),
    /// Request fields of different names arrive in another order.
    REQUEST_FIELD_ORDER(
            "Request fields of different names arrive in another order.", "The values of one name keep their order."),
    /// Names of request fields arrive in another case.
    REQUEST_NAME_CASE("Names of request fields arrive in another case.", "They are found without regard to case."),
    /// Several request fields of one name arrive as one, joined by a comma, or by a semicolon for `Cookie`.
    REQUEST_DUPLICATES(
            "Several request fields of one name arrive as one.",
            "Their values are in it, in order, joined as RFC 9110 says."),
    /// Several `Cookie` fields of one request arrive as one, joined by a comma, which is wrong (RFC 6265 §5.4);
    /// browsers send one.
    REQUEST_COOKIES(
            "Several Cookie fields arrive as one, joined by a comma.", "One Cookie field arrives as it was sent."),
    /// Request fields whose names mean something to who is in front do not arrive: `Proxy`, names with an underscore.
    REQUEST_RESERVED_FIELDS(
            "Request fields whose names mean something to who is in front do not arrive.", "All other names arrive."),
    /// Bytes above U+007F in the values of fields do not arrive as they were sent (obs-text, RFC 9110 §5.5).
    FIELD_BYTES("Bytes above U+007F in the values of fields are changed.", "ASCII arrives."),
    /// Fields whose value is empty do not arrive, of requests and of responses.
    EMPTY_FIELDS("Fields whose value is empty do not arrive.", "All others arrive."),
    /// Several blanks inside the value of a request field arrive as one.
    FIELD_WHITE_SPACE("Several blanks inside the value of a field arrive as one.", "Single ones arrive."),
    /// `Connection` and `Upgrade` of the request are taken by who is in front.
    CONNECTION_FIELDS(
            "Connection and Upgrade of the request are taken by who is in front.", "Request.upgrades is empty."),
    /// The application is called when the body of a request has come to its end: its length is known then, and a body
    /// that is cut never arrives.
    REQUEST_BUFFERED(
            "The application is called when the body of a request has come to its end.",
            "Whole bodies arrive whole; one that is cut does not reach the application as a whole one."),
    /// `100 Continue` is sent by who is in front, whether the application reads or not.
    OWN_CONTINUE("100 Continue is sent by who is in front, unasked.", "The body arrives."),
    /// Bodies without a length are refused with 411 (RFC 9110 §15.5.12), and so may be a POST that does not say it has
    /// none.
    LENGTH_REQUIRED("Bodies without a length are refused with 411.", "Bodies with a Content-Length arrive."),
    /// A chunked request with trailer fields is refused, or breaks.
    TRAILER_SECTION("A request with trailer fields is refused, or breaks.", "Requests without them arrive."),
    /// Trailer fields arrive as a map without order, in which several of one name are one, or only one of them is
    /// there.
    TRAILER_DUPLICATES(
            "Trailer fields lose their order, and several of one name do not arrive as several.",
            "Different names arrive."),
    /// Response fields of different names reach the client in another order.
    RESPONSE_FIELD_ORDER(
            "Response fields of different names reach the client in another order.",
            "The values of one name keep their order."),
    /// Several response fields of one name reach the client as one, joined by commas; `Set-Cookie` never.
    RESPONSE_DUPLICATES(
            "Several response fields of one name reach the client as one, but for Set-Cookie.",
            "Their values are in it, in order, joined by commas."),
    /// Names of response fields reach the client in another case.
    RESPONSE_NAME_CASE("Names of response fields reach the client in another case.", "They are found all the same."),
    /// Response fields whose names mean something to who is in front do not reach the client: `Status`, `Upgrade`,
    /// `Connection`.
    RESPONSE_RESERVED_FIELDS(
            "Response fields whose names mean something to who is in front do not reach the client.",
            "All other names do."),
    /// `Content-Type` and `Content-Length` stand before or behind all other fields, wherever they were set, of requests
    /// or of responses.
    CONTENT_FIELDS_PLACE(
            "Content-Type and Content-Length have a place of their own among the fields.",
            "All other fields keep their order."),
    /// `Content-Type` is written anew: case, blanks and quotes may change, its meaning stays; a response that has no
    /// content may lose it.
    CONTENT_TYPE_TEXT("Content-Type is written anew.", "Its meaning stays."),
    /// A `Content-Length` of 0 is left out of the answer to HEAD.
    HEAD_LENGTH("The answer to HEAD tells no Content-Length of 0.", "Other lengths are told."),
    /// The reason phrase of the application does not reach the client.
    REASON_PHRASE("The reason phrase of the application does not reach the client.", "The status code does."),
    /// `Date` of the application is replaced.
    DATE("Date of the application is replaced, or there is none.", "There are never two."),
    /// The response is taken from the application as fast as it writes, however slowly the client reads.
    RESPONSE_STORED("The response is taken from the application however slowly the client reads.", "It arrives whole."),
    /// A stream of unknown length that fails in the middle looks whole to the client.
    CUT_STREAM(
            "A stream of unknown length that fails in the middle looks whole.",
            "One that has a Content-Length is seen to be cut."),
    /// A response that stays below its `Content-Length` looks whole to the client, or never ends.
    CUT_LENGTH(
            "A response that stays below its Content-Length looks whole, or never ends.",
            "The application is refused what would exceed it."),
    /// A stream to a client of HTTP/1.0, where the end of the connection is the end of the body, is closed in good
    /// order when it fails.
    CUT_ON_HTTP_1_0("A stream that fails looks whole to a client of HTTP/1.0.", "Clients of HTTP/1.1 see it."),
    /// A raw connection cannot end one direction only: `closeOutput` ends both, or takes effect at the end.
    HALF_CLOSE("A raw connection cannot end one of its directions only.", "Both directions work until the end."),
    /// A client that ends its direction behind its request is taken for one that left.
    CLIENT_HALF_CLOSE(
            "A client that ends its direction behind its request is taken for one that left.",
            "Clients that leave their direction open are answered."),
    /// What is malformed or too large is refused in another way than RFC 9110 says: with another status, without an
    /// answer, or on a connection that is kept.
    REFUSALS(
            "What is malformed or too large is refused with another status, without an answer, or on a connection that is "
                    + "kept.",
            "It is refused: no application sees it, and no part of it becomes a request."),
    /// A request line without a version is taken for HTTP/0.9, and answered without a head.
    HTTP_0_9("A request line without a version is answered as HTTP/0.9.", "No other request line is."),
    /// Request lines of too many parts, or that begin with a blank, are taken (RFC 9112 §3).
    REQUEST_LINE("Request lines of too many parts are taken.", "Those without a target are not."),
    /// Several blanks or tabs around the parts of a request line count as one, which RFC 9112 §3 allows.
    REQUEST_LINE_BLANKS(
            "Several blanks or tabs between the parts of a request line count as one.",
            "Request lines of other parts are refused."),
    /// Versions that are none, or that HTTP/1 cannot have, are taken for HTTP/1.1 (RFC 9112 §2.3).
    VERSIONS("Versions that are none, or not of HTTP/1, are taken.", "HTTP/1.0 and HTTP/1.1 are told apart."),
    /// A target ends at a NUL that stands in it, where the request should be refused (RFC 9112 §3.2).
    TARGET_NUL("A target ends at a NUL that stands in it.", "Other bytes that no target has are refused."),
    /// Lines of the head that are no fields are left out (RFC 9112 §5).
    FIELD_LINES("Lines of the head that are no fields are left out, or taken.", "Fields are taken as such."),
    /// Folded lines are joined, which RFC 9112 §5.2 allows.
    FOLDED_LINES(
            "Folded lines are joined.", "What is folded belongs to the field in front of it and is no other field."),
    /// A bare CR in the value of a field is taken, for a blank or for the end of a line (RFC 9112 §2.2).
    BARE_CR("A bare CR in a field is taken.", "NUL is refused."),
    /// Requests without `Host`, with several, or with one that is no host are taken (RFC 9112 §3.2).
    HOST("Requests without Host, with several, or with one that is no host, are taken.", "One Host arrives as sent."),
    /// `Expect` does not arrive, so that nobody refuses an expectation that is unknown (RFC 9110 §10.1.1).
    EXPECTATIONS("Expectations do not arrive, and unknown ones are not refused.", "The request is answered."),
    /// A length beside chunks is ignored, which RFC 9112 §6.3 allows.
    LENGTH_BESIDE_CHUNKS(
            "A Content-Length beside chunks is ignored.", "The chunks are the body, and nothing of it is a request."),
    /// Codings below chunked, or names that only look like it, are taken for chunked alone (RFC 9112 §6.1).
    CODINGS("Other codings beside chunked are not looked at.", "Bodies without chunked are refused."),
    /// Chunks from a client of HTTP/1.0 are taken (RFC 9112 §6.1).
    CHUNKS_ON_HTTP_1_0("Chunks from a client of HTTP/1.0 are taken.", "They are chunks, and no requests."),
    /// Chunks that are not as long as they say, or whose size is no number, are taken in part or waited behind
    /// (RFC 9112 §7.1).
    BROKEN_CHUNKS(
            "Chunks with a size that is wrong are taken in part, or waited behind.",
            "Bodies that are cut are not whole."),
    /// A chunked body counts as whole before the empty line behind its trailers (RFC 9112 §7.1.2).
    LAST_LINE(
            "A chunked body counts as whole before the empty line at its end.", "One without its last chunk does not."),
    /// An empty line before a request is refused, where RFC 9112 §2.2 wishes it to be ignored.
    EMPTY_LINE("An empty line before a request is refused.", "Requests follow one another."),
    /// An `Upgrade` that `Connection` does not name is refused, where it only means nothing (RFC 9110 §7.8).
    UNNAMED_UPGRADE("An Upgrade that Connection does not name is refused.", "One that is named arrives."),
    /// A client that waits for 100 Continue cannot send its body any more once the response has begun.
    EXPECTATION_CUT(
            "The body of a client that waits for 100 Continue is lost once the response has begun.",
            "It is read by an application that reads first."),
    /// Every request has a process of its own, which ends with it: nothing of an exchange is left behind it, and many
    /// clients are many processes.
    PROCESS_PER_REQUEST(
            "Every request has a process of its own, which ends with it.",
            "Exchanges live side by side; cases with hundreds of requests make some dozens."),
    /// The kit speaks HTTP/2, and there are no bytes of HTTP/1 to get right: no request lines, chunks, versions,
    /// reason phrases, pipelining, or connections that say whether they stay open.
    NO_HTTP_1("The kit speaks HTTP/2: there are no bytes of HTTP/1.", "Everything that is not about such bytes."),
    /// Several `Cookie` fields of one request arrive as one, joined by a semicolon, as HTTP/2 asks (RFC 9113 §8.2.3).
    COOKIE_CRUMBS(
            "Several Cookie fields arrive as one, joined by a semicolon.",
            "All cookies are in it, in order; several fields of any other name arrive as several."),
    /// Protocols are offered by an extended CONNECT (RFC 8441) and not by `Upgrade`, which is no field of HTTP/2: one
    /// at a time.
    EXTENDED_CONNECT(
            "Protocols are offered one at a time, by an extended CONNECT; there is no Upgrade field.",
            "The one protocol that is offered arrives."),
    /// The server cannot be started and stopped by the kit as often as it likes, or not two at the same time.
    LIFECYCLE("The kit cannot start and stop servers of its own.", "One server runs for all cases.");

    private final String text;
    private final String kept;

    Departure(String text, String kept) {
        this.text = requireNonNull(text, "text");
        this.kept = requireNonNull(kept, "kept");
    }

    /// What HTTP/2 itself does otherwise than HTTP/1, for a handler whose [Endpoint] speaks it.
    ///
    /// @return the departures and their reasons, unmodifiable
    public static Map<Departure, String> ofHttp2() {
        return Map.of(
                NO_HTTP_1, "the endpoint speaks HTTP/2",
                REQUEST_NAME_CASE, "names of fields are in lower case (RFC 9113 §8.2.1)",
                RESPONSE_NAME_CASE, "names of fields are in lower case (RFC 9113 §8.2.1)",
                COOKIE_CRUMBS, "cookies may come in pieces and are put together (RFC 9113 §8.2.3)",
                EXTENDED_CONNECT, "an upgrade is an extended CONNECT, which names one protocol (RFC 8441 §4)");
    }

    /// What they all mean, in order, by name; for pages.
    ///
    /// @return of each what is otherwise, and what is still demanded
    public static Map<String, String> meanings() {
        var meanings = new LinkedHashMap<String, String>();
        for (var each : values()) {
            meanings.put(each.name(), each.text + " " + each.kept);
        }
        return meanings;
    }

    /// What is otherwise, for reports.
    ///
    /// @return a sentence, with its full stop
    public String text() {
        return text;
    }

    /// What the kit still demands of a handler that declares it.
    ///
    /// @return a sentence, with its full stop
    public String kept() {
        return kept;
    }
}
