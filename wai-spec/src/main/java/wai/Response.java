package wai;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.function.UnaryOperator;

/// One answer: status, header fields and body. The body is the only thing that varies.
///
/// The framing is the handler's: it sets `Content-Length`, `Transfer-Encoding` and `Connection` as the body and the
/// protocol ask for, whatever stands here, and adds `Date` and `Server` when they are missing.
///
/// What [#withHeader], [#adding], [#without] and [#withHeaders] change on a raw response changes on its fallback too.
///
/// @param status the status; 1xx only for [Body.Raw]
/// @param headers the header fields
/// @param body the body; not sent for HEAD nor for a status without content
public record Response(Status status, Headers headers, Body body) {
    private static final Headers TEXT = Headers.of(HeaderName.CONTENT_TYPE, "text/plain; charset=utf-8");

    /// Checks that nothing is null.
    public Response {
        requireNonNull(status, "status");
        requireNonNull(headers, "headers");
        requireNonNull(body, "body");
    }

    /// A response from memory.
    ///
    /// @param status the status
    /// @param headers the header fields
    /// @param body the whole body
    /// @return the response
    public static Response of(Status status, Headers headers, Bytes body) {
        return new Response(status, headers, body);
    }

    /// A response of plain text in UTF-8 (`text/plain; charset=utf-8`).
    ///
    /// @param status the status
    /// @param text the whole body
    /// @return the response
    public static Response text(Status status, String text) {
        return new Response(status, TEXT, Bytes.utf8(text));
    }

    /// A whole file; the handler answers conditions and ranges and sets the validators ([Body.File]).
    ///
    /// @param status 200 in most cases: for GET and HEAD the handler then answers 206, 304, 412 or 416 where file and
    ///     request ask for it; any other status is kept, without conditions and ranges. 404 when the file is missing
    /// @param headers the header fields
    /// @param path where the file is
    /// @return the response
    public static Response file(Status status, Headers headers, Path path) {
        return new Response(status, headers, new Body.File(path, null));
    }

    /// A slice of a file that the application chose; the handler negotiates nothing.
    ///
    /// @param status the status, sent as it is
    /// @param headers the header fields
    /// @param path where the file is
    /// @param part the slice
    /// @return the response
    public static Response file(Status status, Headers headers, Path path, FilePart part) {
        return new Response(status, headers, new Body.File(path, requireNonNull(part, "part")));
    }

    /// A response whose body is written while it is sent.
    ///
    /// @param status the status
    /// @param headers the header fields; with a `Content-Length` exactly that many bytes must be written
    /// @param body writes the body
    /// @return the response
    public static Response stream(Status status, Headers headers, StreamingBody body) {
        return new Response(status, headers, new Body.Stream(body));
    }

    /// A response that hands the connection over: the handler sends the head, then `application` owns both directions.
    ///
    /// On HTTP/1.1 the status is 101 with an `Upgrade` field in most cases; on HTTP/2 (extended CONNECT) the handler
    /// sends 200 instead of 101.
    ///
    /// @param status the status of the head
    /// @param headers the header fields of the head
    /// @param fallback what is sent by a handler without [Capability#RAW]; later changes of header fields reach it too
    /// @param application talks to the client afterwards
    /// @return the response
    /// @throws IllegalArgumentException when the fallback is itself raw
    public static Response raw(Status status, Headers headers, Response fallback, RawApplication application) {
        return new Response(status, headers, new Body.Raw(fallback, application));
    }

    /// The same response under another status. The fallback of a raw response keeps its own.
    ///
    /// @param newStatus the status
    /// @return the new response
    public Response withStatus(Status newStatus) {
        return new Response(newStatus, headers, body);
    }

    /// The same response with other header fields.
    ///
    /// On a raw response the difference reaches the fallback too: values that were appended to a name are appended
    /// there, a name whose values changed otherwise has the new ones there, a name that went goes; the other fields of
    /// the fallback stay.
    ///
    /// @param newHeaders the header fields
    /// @return the new response
    public Response withHeaders(Headers newHeaders) {
        var newBody = body instanceof Body.Raw(Response fallback, RawApplication application)
                ? new Body.Raw(fallback.withHeaders(changed(headers, newHeaders, fallback.headers())), application)
                : body;
        return new Response(status, newHeaders, newBody);
    }

    /// The same response with exactly this one value for a header field.
    ///
    /// @param name the name
    /// @param value the value; earlier values of the name go
    /// @return the new response
    /// @throws IllegalArgumentException when the value cannot be sent ([Headers#of(HeaderName, String)])
    public Response withHeader(HeaderName name, String value) {
        return edited(fields -> fields.with(name, value));
    }

    /// The same response with one more header field.
    ///
    /// @param name the name
    /// @param value the value; earlier values of the name stay
    /// @return the new response
    /// @throws IllegalArgumentException when the value cannot be sent ([Headers#of(HeaderName, String)])
    public Response adding(HeaderName name, String value) {
        return edited(fields -> fields.adding(name, value));
    }

    /// The same response without a header field.
    ///
    /// @param name the name
    /// @return the new response
    public Response without(HeaderName name) {
        return edited(fields -> fields.without(name));
    }

    /// The same response with another body.
    ///
    /// @param newBody the body
    /// @return the new response
    public Response withBody(Body newBody) {
        return new Response(status, headers, newBody);
    }

    /// The same edit on these fields and on those of the fallback.
    private Response edited(UnaryOperator<Headers> edit) {
        var newBody = body instanceof Body.Raw(Response fallback, RawApplication application)
                ? new Body.Raw(fallback.edited(edit), application)
                : body;
        return new Response(status, edit.apply(headers), newBody);
    }

    /// Carries the change from `before` to `after` over to the fields of a fallback.
    private static Headers changed(Headers before, Headers after, Headers fallback) {
        var result = fallback;
        var seen = new HashSet<HeaderName>();
        var touched = before.adding(after);
        for (int i = 0; i < touched.size(); i++) {
            var name = touched.name(i);
            var values = after.all(name);
            if (seen.add(name) && !values.equals(before.all(name))) {
                result = carried(result, name, before.all(name), values);
            }
        }
        return result;
    }

    private static Headers carried(Headers fallback, HeaderName name, List<String> before, List<String> after) {
        if (after.isEmpty()) {
            return fallback.without(name);
        }
        boolean appended =
                after.size() > before.size() && after.subList(0, before.size()).equals(before);
        int first = appended ? before.size() : 0;
        var result = appended ? fallback.adding(name, after.get(first)) : fallback.with(name, after.get(first));
        for (var value : after.subList(first + 1, after.size())) {
            result = result.adding(name, value);
        }
        return result;
    }
}
