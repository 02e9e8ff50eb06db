package wai.spi;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An entity tag (RFC 9110 §8.8.3).
///
/// @param opaque what stands between the quotation marks
/// @param isWeak whether `W/` stands before them
record EntityTag(String opaque, boolean isWeak) {
    /// The tag that a text is, or null when the text is something else.
    static @Nullable EntityTag parse(String text) {
        var list = list(text);
        return list.size() == 1 && text.endsWith("\"") && !text.startsWith(",") ? list.getFirst() : null;
    }

    /// The tags of a list (`If-Match`, `If-None-Match`). Empty when the list is malformed: then no tag matches, which
    /// fails `If-Match` and ignores `If-None-Match`, the safe way for both.
    ///
    /// Not [wai.Headers#elements]: a backslash in a tag is no escape.
    static List<EntityTag> list(String value) {
        var tags = new ArrayList<EntityTag>();
        boolean separated = true;
        for (int at = 0; at < value.length(); ) {
            char c = value.charAt(at);
            if (c == ',') {
                separated = true;
                at++;
            } else if (c == ' ' || c == '\t') {
                at++;
            } else {
                boolean weak = value.startsWith("W/", at);
                int from = weak ? at + 2 : at;
                int end = endOfOpaque(value, from);
                if (!separated || end < 0) {
                    return List.of();
                }
                tags.add(new EntityTag(value.substring(from + 1, end), weak));
                separated = false;
                at = end + 1;
            }
        }
        return tags;
    }

    /// Strong comparison: both strong and the same (RFC 9110 §8.8.3.2).
    boolean matchesStrongly(EntityTag other) {
        return !isWeak && !other.isWeak && opaque.equals(other.opaque);
    }

    /// Weak comparison: the same, weak or not (RFC 9110 §8.8.3.2).
    boolean matchesWeakly(EntityTag other) {
        return opaque.equals(other.opaque);
    }

    /// As the field value has it.
    @Override
    public String toString() {
        return (isWeak ? "W/\"" : "\"") + opaque + '"';
    }

    /// Where the closing quotation mark stands, or -1 when there is none or a character is not allowed.
    private static int endOfOpaque(String value, int open) {
        if (open >= value.length() || value.charAt(open) != '"') {
            return -1;
        }
        for (int i = open + 1; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"') {
                return i;
            }
            if (c <= ' ' || c == 0x7f) {
                return -1;
            }
        }
        return -1;
    }
}
