package wai.forms;

/// Makes names of files harmless that clients send.
final class FileNames {
    /// What Windows does not allow in names; `/` and `\` are cut at before.
    private static final String FORBIDDEN = "<>:\"|?*";

    private static final String NAMELESS = "file";

    private FileNames() {}

    /// The last part of a name, without anything that means something to a file system: no folders, no control
    /// characters, no dots or blanks at its ends. It stays readable: letters of all scripts are kept.
    ///
    /// @return a name of at least one character, never `.` or `..`, and never that of a hidden file
    static String safe(String sent) {
        var last = sent.substring(Math.max(sent.lastIndexOf('/'), sent.lastIndexOf('\\')) + 1);
        var kept = new StringBuilder();
        last.codePoints()
                .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT)
                .forEach(c -> kept.appendCodePoint(FORBIDDEN.indexOf(c) >= 0 ? '_' : c));
        int from = 0;
        int to = kept.length();
        while (from < to && isTrimmed(kept.charAt(from))) {
            from++;
        }
        while (from < to && isTrimmed(kept.charAt(to - 1))) {
            to--;
        }
        return from == to ? NAMELESS : kept.substring(from, to);
    }

    private static boolean isTrimmed(char c) {
        return c == '.' || Character.isWhitespace(c) || Character.isSpaceChar(c);
    }
}
