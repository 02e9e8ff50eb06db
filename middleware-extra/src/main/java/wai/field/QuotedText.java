package wai.field;

/// The quoted string of header fields (RFC 9110 §5.6.4).
public final class QuotedText {
    private QuotedText() {}

    /// Puts a text into quotation marks.
    ///
    /// @param text printable ASCII
    /// @return the quoted string
    /// @throws IllegalArgumentException when it has other characters
    public static String quote(String text) {
        if (!text.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("\"" + text + "\": expected printable ASCII (RFC 9110 §5.6.4)");
        }
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
