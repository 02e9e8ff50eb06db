package wai.tck;

import static java.util.Objects.requireNonNull;

import wai.Headers;

/// The head of a response as the client received it, informational or final.
///
/// @param status the status code, 100 to 599
/// @param headers all fields in order of arrival, also those that frame the body
public record ClientHead(int status, Headers headers) {
    /// Checks that there are headers.
    public ClientHead {
        requireNonNull(headers, "headers");
    }

    /// Whether another head follows (RFC 9110 §15.2): 1xx but not 101.
    ///
    /// @return true for 100 and 102 to 199
    public boolean isInterim() {
        return status < 200 && status != 101;
    }
}
