package wai.warp.observe;

import wai.Status;

/// What is counted on every connection.
public enum Count {
    /// Bytes that came, of raw connections too.
    BYTES_READ,
    /// Bytes that went, of raw connections too.
    BYTES_WRITTEN,
    /// Requests whose head was read and handed to the application.
    REQUESTS,
    /// Requests that lost their client before their exchange was over.
    DISCONNECTS,
    /// Responses with a status of 1xx that is not merely informational: 101.
    SWITCHING,
    /// Responses with a status of 2xx.
    SUCCESSFUL,
    /// Responses with a status of 3xx.
    REDIRECTION,
    /// Responses with a status of 4xx.
    CLIENT_ERROR,
    /// Responses with a status of 5xx.
    SERVER_ERROR;

    /// The count of responses of that class (RFC 9110 §15).
    ///
    /// @param status of a final response
    /// @return one of the last five
    public static Count of(Status status) {
        return switch (status.code() / 100) {
            case 1 -> SWITCHING;
            case 2 -> SUCCESSFUL;
            case 3 -> REDIRECTION;
            case 4 -> CLIENT_ERROR;
            default -> SERVER_ERROR;
        };
    }
}
