package wai;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The body of a response: bytes in memory, a file, a stream, or the raw connection.
///
/// Closed on purpose, so that a `switch` over it is complete.
public sealed interface Body permits Bytes, Body.File, Body.Stream, Body.Raw {
    /// A file that the handler sends as fast as it can.
    ///
    /// Without a part, as the answer to GET or HEAD with status 200, the handler answers conditions and ranges (RFC
    /// 9110 §13, §14) and sets `Content-Length`, `Accept-Ranges`, `Last-Modified` and `ETag` itself; the application's
    /// `Last-Modified` and `ETag` take precedence and are what conditions are compared with. Under any other status (an
    /// error page) and for any other method nothing is negotiated: the status is kept and the whole file is sent. A
    /// missing or unreadable file becomes 404, unless the status is an error already.
    ///
    /// With a part the slice is sent under the response's own status and nothing is negotiated.
    ///
    /// @param path where it is; opened when the response is sent
    /// @param part the slice to send, or null for the whole file
    record File(Path path, @Nullable FilePart part) implements Body {
        /// Checks that there is a path.
        public File {
            requireNonNull(path, "path");
        }
    }

    /// A body that is written while it is sent. With a `Content-Length` in the response's headers exactly that many
    /// bytes must be written; without one the handler chunks (HTTP/1.1) or closes (HTTP/1.0).
    ///
    /// @param writer writes the body
    record Stream(StreamingBody writer) implements Body {
        /// Checks that there is a writer.
        public Stream {
            requireNonNull(writer, "writer");
        }
    }

    /// The raw connection: the handler sends the head, then the application owns both directions.
    ///
    /// @param fallback what a handler without [Capability#RAW] sends instead; not itself raw
    /// @param application talks to the client
    record Raw(Response fallback, RawApplication application) implements Body {
        /// Checks that the fallback can be sent by every handler.
        ///
        /// @throws IllegalArgumentException when the fallback is itself raw
        public Raw {
            requireNonNull(application, "application");
            if (fallback.body() instanceof Raw) {
                throw new IllegalArgumentException(
                        "the fallback of a raw response is itself raw: expected bytes, a file or a stream");
            }
        }
    }
}
