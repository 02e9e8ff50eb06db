package wai.limits;

import java.time.Duration;

/// Counts what clients send for a [RateLimit], in a place that several processes share.
///
/// Several threads call at a time, several processes too; each call must be one step, or clients get more than their
/// share.
@FunctionalInterface
public interface RateStore {
    /// Takes one request out of a client's share, if there is one.
    ///
    /// A client may use its share at once and gets it back evenly. A request that is refused does not count.
    ///
    /// @param client who, of whatever form and length
    /// @param share how much each client may send
    /// @return zero when the request was taken, else how long until one will be
    /// @throws Exception when the store cannot answer. An [java.io.IOException] says that it is away for now; a
    ///     [wai.StatusException] among them, by which status the request is answered
    Duration take(String client, Share share) throws Exception;

    /// How much a client may send.
    ///
    /// @param requests how many, 1 or more
    /// @param time in which time; at least a nanosecond for each request
    record Share(int requests, Duration time) {
        /// Checks both.
        ///
        /// @throws IllegalArgumentException when one is less
        public Share {
            if (requests < 1 || time.toNanos() < requests) {
                throw new IllegalArgumentException(
                        "rate of " + requests + " requests in " + time + ": expected 1 or more, in some time");
            }
        }
    }
}
