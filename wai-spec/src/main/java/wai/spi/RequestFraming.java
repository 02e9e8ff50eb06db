package wai.spi;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.Status;

/// What the head of a request says of its body, for handlers that do not read HTTP themselves: a container or a web
/// server reads it for them, and may let pass what no application should see.
public final class RequestFraming {
    private static final String CONTINUE = "100-continue";
    private static final String CHUNKED = "chunked";
    /// As many digits as are never too many for a `long`.
    private static final int MOST_DIGITS = 18;

    private RequestFraming() {}

    /// What answers a request that no application is to see, although it came as far as to the handler.
    ///
    /// @param version of the request
    /// @param headers of the request
    /// @return 417 for an expectation that nobody knows (RFC 9110 §10.1.1), 400 or 501 where it is doubtful how long
    ///     the body is (RFC 9112 §6.1, §6.3); empty for all others
    public static Optional<Status> refusal(HttpVersion version, Headers headers) {
        if (expectsTheUnknown(version, headers)) {
            return Optional.of(Status.EXPECTATION_FAILED);
        }
        var lengths = headers.all(HeaderName.CONTENT_LENGTH);
        if (lengths.stream().distinct().count() > 1 || !lengths.stream().allMatch(RequestFraming::isLength)) {
            return Optional.of(Status.BAD_REQUEST);
        }
        return refusalOfCodings(version, headers.elements(HeaderName.TRANSFER_ENCODING));
    }

    /// The length of the body of a request over HTTP/1 for which there is no [#refusal].
    ///
    /// @param headers of the request
    /// @return the length in bytes, 0 where the request has no body; empty when it is chunked
    /// @throws NumberFormatException when `Content-Length` is no number
    public static OptionalLong length(Headers headers) {
        return headers.contains(HeaderName.TRANSFER_ENCODING)
                ? OptionalLong.empty()
                : OptionalLong.of(Long.parseLong(headers.first(HeaderName.CONTENT_LENGTH, "0")));
    }

    /// A client of HTTP/1.0 expects nothing.
    private static boolean expectsTheUnknown(HttpVersion version, Headers headers) {
        return version != HttpVersion.HTTP_1_0
                && headers.elements(HeaderName.EXPECT).stream()
                        .anyMatch(expectation -> !expectation.equalsIgnoreCase(CONTINUE));
    }

    private static boolean isLength(String text) {
        return !text.isEmpty() && text.length() <= MOST_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /// Chunks come from HTTP/1.1 on, once, and last; codings below them are known to nobody here.
    private static Optional<Status> refusalOfCodings(HttpVersion version, List<String> codings) {
        if (codings.isEmpty()) {
            return Optional.empty();
        }
        long chunked = codings.stream().filter(CHUNKED::equalsIgnoreCase).count();
        if (version == HttpVersion.HTTP_1_0
                || chunked != 1
                || !codings.getLast().equalsIgnoreCase(CHUNKED)) {
            return Optional.of(Status.BAD_REQUEST);
        }
        return codings.size() == 1 ? Optional.empty() : Optional.of(Status.NOT_IMPLEMENTED);
    }
}
