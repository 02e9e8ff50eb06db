package wai.forms;

import java.nio.ByteBuffer;
import wai.Headers;

/// What the [MultipartEngine] found.
sealed interface MultipartEvent {
    /// A part begins: its header fields.
    ///
    /// @param headers the fields, each byte of a value as the character of the same number
    record PartBegins(Headers headers) implements MultipartEvent {}

    /// Some of the content of a part.
    ///
    /// @param bytes a view, of the input in most cases; at least one byte
    record Content(ByteBuffer bytes) implements MultipartEvent {}

    /// What carries no values.
    enum Signal implements MultipartEvent {
        /// The input is used up.
        NEED_INPUT,
        /// The part that began last is complete.
        PART_ENDS,
        /// The last part was complete; what follows is ignored.
        BODY_ENDS
    }
}
