package wai.test;

import wai.Headers;
import wai.Status;

/// An informational response, one that came ahead of the final one (RFC 9110 §15.2).
///
/// @param status 100 or 102 to 199
/// @param headers its header fields
public record Informational(Status status, Headers headers) {
    /// Plain data.
    public Informational {}
}
