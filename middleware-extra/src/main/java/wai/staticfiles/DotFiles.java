package wai.staticfiles;

/// What becomes of files and folders whose names begin with a dot. Hidden ones are answered like what does not exist.
public enum DotFiles {
    /// All are hidden but `.well-known` at the root (RFC 8615) and what is in it.
    HIDDEN,
    /// All are hidden.
    ALL_HIDDEN,
    /// None is hidden.
    SHOWN;

    /// Whether the segment at that depth may be shown.
    boolean shows(String segment, int depth) {
        return !segment.startsWith(".")
                || this == SHOWN
                || (this == HIDDEN && depth == 0 && segment.equals(".well-known"));
    }
}
