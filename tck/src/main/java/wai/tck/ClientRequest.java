package wai.tck;

import static java.util.Objects.requireNonNull;

import wai.HeaderName;
import wai.Headers;

/// What a [Client] sends: the head of a request and how its body is delimited.
///
/// @param method the method, case kept
/// @param target path and query, percent-encoded, sent as they are
/// @param headers the fields without those that frame the body; `Expect` and `Upgrade` stand here
/// @param content how the body is delimited; its bytes go through [ClientCall#body]
public record ClientRequest(String method, String target, Headers headers, Content content) {
    /// How the body of a request is delimited (RFC 9112 §6).
    public sealed interface Content {
        /// There is no body; what is written to [ClientCall#body] are the first bytes behind an upgrade.
        record None() implements Content {}

        /// The body has a `Content-Length`.
        ///
        /// @param bytes the length that is declared; fewer may be written before a disconnect
        record Declared(long bytes) implements Content {}

        /// The length is not declared: chunked on HTTP/1.1.
        record Chunked() implements Content {}
    }

    /// Checks that nothing is null.
    public ClientRequest {
        requireNonNull(method, "method");
        requireNonNull(target, "target");
        requireNonNull(headers, "headers");
        requireNonNull(content, "content");
    }

    /// A request without header fields and body.
    ///
    /// @param method the method
    /// @param target path and query
    /// @return the request
    public static ClientRequest of(String method, String target) {
        return new ClientRequest(method, target, Headers.EMPTY, new Content.None());
    }

    /// The same request with one more header field.
    ///
    /// @param name the name
    /// @param value the value
    /// @return the new request
    public ClientRequest with(String name, String value) {
        return new ClientRequest(method, target, headers.adding(HeaderName.of(name), value), content);
    }

    /// The same request with another kind of body.
    ///
    /// @param newContent how the body is delimited
    /// @return the new request
    public ClientRequest with(Content newContent) {
        return new ClientRequest(method, target, headers, newContent);
    }
}
