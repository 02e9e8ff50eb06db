package wai.test;

import wai.Headers;
import wai.Status;

/// The head of a final response, as the client sees it.
///
/// @param kind what follows
record Head(Status status, Headers headers, Kind kind) {
    enum Kind {
        /// A body, perhaps empty.
        HTTP,
        /// Bytes of another protocol, in both directions.
        RAW
    }
}
