package wai.tck.report;

/// Text between tags, for HTML and XML: what comes from elsewhere goes through [#text] and cannot become a tag, the end
/// of an attribute, or a character that XML 1.0 does not have.
final class Markup {
    private final StringBuilder out = new StringBuilder();

    /// Appends what is markup already.
    Markup raw(String markup) {
        out.append(markup);
        return this;
    }

    /// Appends a text as content of an element or of an attribute in quotation marks.
    Markup text(String text) {
        text.codePoints().forEach(this::append);
        return this;
    }

    @Override
    public String toString() {
        return out.toString();
    }

    private void append(int c) {
        switch (c) {
            case '&' -> out.append("&amp;");
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '"' -> out.append("&quot;");
            case '\'' -> out.append("&#39;");
            case '\n', '\t' -> out.append((char) c);
            default -> {
                if (isCharacter(c)) {
                    out.appendCodePoint(c);
                } else {
                    out.append("\\u%04x".formatted(c));
                }
            }
        }
    }

    /// Whether XML 1.0 §2.2 has it; control characters beside tab and line feed are shown as escapes.
    private static boolean isCharacter(int c) {
        return (c >= ' ' && c < 0x7f) || (c >= 0xa0 && c < 0xd800) || (c >= 0xe000 && c < 0xfffe) || c >= 0x10000;
    }
}
