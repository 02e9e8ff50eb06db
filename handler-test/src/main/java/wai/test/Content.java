package wai.test;

import java.io.InputStream;
import java.util.OptionalLong;
import wai.Bytes;

/// Where the body of a request comes from.
sealed interface Content {
    /// From memory; can be sent again.
    record InMemory(Bytes bytes) implements Content {}

    /// From a stream, once.
    record Streamed(InputStream stream, OptionalLong length) implements Content {}

    /// From the test, while the application runs.
    record Fed(OptionalLong length) implements Content {}
}
