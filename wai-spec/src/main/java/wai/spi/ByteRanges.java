package wai.spi;

import static java.util.Comparator.comparingInt;
import static java.util.Comparator.comparingLong;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import wai.FilePart;

/// The value of a `Range` field of unit `bytes` (RFC 9110 §14.1).
final class ByteRanges {
    /// How many ranges are served; whoever asks for more gets the whole file, as RFC 9110 §14.2 allows.
    ///
    /// Each range costs a seek and some hundred bytes around its slice, so a client could ask for a gigabyte of
    /// envelopes around single bytes (RFC 9110 §17.15). Clients with a use for many (readers of PDF, of maps) ask for a
    /// few dozens at most.
    static final int MAX_RANGES = 64;

    private static final String UNIT = "bytes=";

    private final List<Spec> specs;

    private ByteRanges(List<Spec> specs) {
        this.specs = specs;
    }

    /// Reads a field value.
    ///
    /// @return the ranges; null when the field must be ignored: malformed, another unit, too many ranges
    static @Nullable ByteRanges parse(String value) {
        int start = UNIT.length();
        if (!value.regionMatches(true, 0, UNIT, 0, start) || value.length() == start || isSpace(value.charAt(start))) {
            return null;
        }
        var specs = new ArrayList<Spec>();
        for (int from = start; from <= value.length(); ) {
            int comma = value.indexOf(',', from);
            int to = comma < 0 ? value.length() : comma;
            var element = trimmed(value, from, to);
            if (!element.isEmpty()) {
                var spec = Spec.parse(element);
                if (spec == null || specs.size() == MAX_RANGES) {
                    return null;
                }
                specs.add(spec);
            }
            from = to + 1;
        }
        return specs.isEmpty() ? null : new ByteRanges(specs);
    }

    /// The slices of a file that the ranges ask for: clipped to the file, those that overlap or touch joined into one,
    /// in the order in which they were asked for (RFC 9110 §15.3.7.2).
    ///
    /// @param size how long the file is
    /// @return the slices, none of them empty; no slice when no range can be satisfied
    List<FilePart> within(long size) {
        var found = new ArrayList<Slice>();
        for (int i = 0; i < specs.size(); i++) {
            var slice = specs.get(i).within(size, i);
            if (slice != null) {
                found.add(slice);
            }
        }
        found.sort(comparingLong(Slice::from));
        var joined = new ArrayList<Slice>();
        for (var slice : found) {
            if (!joined.isEmpty() && slice.from <= joined.getLast().to) {
                joined.add(joined.removeLast().joined(slice));
            } else {
                joined.add(slice);
            }
        }
        joined.sort(comparingInt(Slice::place));
        return joined.stream()
                .map(slice -> new FilePart(slice.from, slice.to - slice.from, size))
                .toList();
    }

    private static String trimmed(String value, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && isSpace(value.charAt(start))) {
            start++;
        }
        while (start < end && isSpace(value.charAt(end - 1))) {
            end--;
        }
        return value.substring(start, end);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }

    /// One range as it was asked for. A suffix range has no first position (-1), and its length as the last.
    private record Spec(long first, long last) {
        private static final long NONE = -1;
        private static final long MALFORMED = -2;

        static @Nullable Spec parse(String text) {
            int dash = text.indexOf('-');
            if (dash < 0 || text.length() == 1) {
                return null;
            }
            long first = number(text, 0, dash);
            long last = number(text, dash + 1, text.length());
            if (first == MALFORMED || last == MALFORMED) {
                return null;
            }
            if (first == NONE) {
                return new Spec(NONE, last);
            }
            if (last == NONE) {
                return new Spec(first, Long.MAX_VALUE);
            }
            return first <= last ? new Spec(first, last) : null;
        }

        @Nullable
        Slice within(long size, int place) {
            if (first == NONE) {
                return last == 0 || size == 0 ? null : new Slice(Math.max(0, size - last), size, place);
            }
            return first >= size ? null : new Slice(first, Math.min(last, size - 1) + 1, place);
        }

        /// The value of a run of digits; too large a number is as good as the largest.
        private static long number(String text, int from, int to) {
            if (from == to) {
                return NONE;
            }
            long value = 0;
            for (int i = from; i < to; i++) {
                int digit = text.charAt(i) - '0';
                if (digit < 0 || digit > 9) {
                    return MALFORMED;
                }
                value = value > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : value * 10 + digit;
            }
            return value;
        }
    }

    /// A piece of the file.
    ///
    /// @param from its first byte
    /// @param to behind its last byte
    /// @param place where it stands among those asked for
    private record Slice(long from, long to, int place) {
        Slice joined(Slice next) {
            return new Slice(from, Math.max(to, next.to), Math.min(place, next.place));
        }
    }
}
