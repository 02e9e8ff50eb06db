package wai.warp.http1;

import java.util.Arrays;
import wai.Headers;

/// Field lines that follow each other, as they were read, and their fields.
final class FieldRun {
    private final byte[] lines;
    private final Headers fields;

    /// @param lines with their ends
    /// @param fields what they say
    FieldRun(byte[] lines, Headers fields) {
        this.lines = lines;
        this.fields = fields;
    }

    /// How many bytes it has.
    int size() {
        return lines.length;
    }

    /// What it says.
    Headers fields() {
        return fields;
    }

    /// Whether the bytes are its own.
    boolean isAt(byte[] array, int from, int to) {
        return Arrays.equals(lines, 0, lines.length, array, from, to);
    }

    /// Whether the bytes begin with its own.
    boolean isBeginning(byte[] array, int from, int to) {
        int end = from + lines.length;
        return end <= to && Arrays.equals(lines, 0, lines.length, array, from, end);
    }
}
