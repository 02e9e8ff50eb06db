package wai;

import static java.util.Objects.checkIndex;
import static java.util.Objects.requireNonNull;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Header fields: immutable, in order, duplicates kept, names compared without regard to case.
///
/// A value is one character per byte, U+0000 to U+00FF (RFC 9110 §5.5); it is checked when the headers are made, so a
/// value with CR, LF or NUL, and with it response splitting, cannot be represented. White space around a value is no
/// part of it and is dropped.
public final class Headers {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    /// No fields.
    public static final Headers EMPTY = new Headers(new HeaderName[0], new String[0], 0);

    private final HeaderName[] names;
    private final String[] values;
    /// The bits of all names, so that most fields that are not there are not looked for.
    private final long bits;

    private Headers(HeaderName[] names, String[] values, long bits) {
        this.names = names;
        this.values = values;
        this.bits = bits;
    }

    /// One field.
    ///
    /// @param name its name
    /// @param value its value
    /// @return the headers
    /// @throws IllegalArgumentException when the value has a control character other than tab, or one above U+00FF
    public static Headers of(HeaderName name, String value) {
        return new Headers(
                new HeaderName[] {requireNonNull(name, "name")}, new String[] {checked(name, value)}, name.bit());
    }

    /// Two fields.
    ///
    /// @param name1 the first name
    /// @param value1 the first value
    /// @param name2 the second name
    /// @param value2 the second value
    /// @return the headers
    /// @throws IllegalArgumentException as [#of(HeaderName, String)]
    public static Headers of(HeaderName name1, String value1, HeaderName name2, String value2) {
        return new Headers(
                new HeaderName[] {requireNonNull(name1, "name1"), requireNonNull(name2, "name2")},
                new String[] {checked(name1, value1), checked(name2, value2)},
                name1.bit() | name2.bit());
    }

    /// Three fields.
    ///
    /// @param name1 the first name
    /// @param value1 the first value
    /// @param name2 the second name
    /// @param value2 the second value
    /// @param name3 the third name
    /// @param value3 the third value
    /// @return the headers
    /// @throws IllegalArgumentException as [#of(HeaderName, String)]
    public static Headers of(
            HeaderName name1, String value1, HeaderName name2, String value2, HeaderName name3, String value3) {
        return new Headers(
                new HeaderName[] {
                    requireNonNull(name1, "name1"), requireNonNull(name2, "name2"), requireNonNull(name3, "name3")
                },
                new String[] {checked(name1, value1), checked(name2, value2), checked(name3, value3)},
                name1.bit() | name2.bit() | name3.bit());
    }

    /// A builder without fields.
    ///
    /// @return the builder
    public static Builder builder() {
        return new Builder();
    }

    /// How many fields there are, duplicates counted.
    ///
    /// @return 0 or more
    public int size() {
        return names.length;
    }

    /// Whether there is no field.
    ///
    /// @return true when [#size()] is 0
    public boolean isEmpty() {
        return names.length == 0;
    }

    /// The name of the field at a place, for walking through the fields without allocation.
    ///
    /// @param index 0 to [#size()] - 1
    /// @return the name
    /// @throws IndexOutOfBoundsException when there is no such place
    public HeaderName name(int index) {
        return names[checkIndex(index, names.length)];
    }

    /// The value of the field at a place.
    ///
    /// @param index 0 to [#size()] - 1
    /// @return the value
    /// @throws IndexOutOfBoundsException when there is no such place
    public String value(int index) {
        return values[checkIndex(index, values.length)];
    }

    /// The value of the first field of that name.
    ///
    /// @param name the name
    /// @return its value, or empty when there is no such field
    public Optional<String> first(HeaderName name) {
        int at = indexOf(name, 0);
        return at < 0 ? Optional.empty() : Optional.of(values[at]);
    }

    /// The value of the first field of that name, or another text.
    ///
    /// @param name the name
    /// @param otherwise what to answer when there is no such field
    /// @return the value or `otherwise`
    public String first(HeaderName name, String otherwise) {
        int at = indexOf(name, 0);
        return at < 0 ? otherwise : values[at];
    }

    /// The values of all fields of that name, in order.
    ///
    /// @param name the name
    /// @return the values, unmodifiable; empty when there is no such field
    public List<String> all(HeaderName name) {
        int at = indexOf(name, 0);
        if (at < 0) {
            return List.of();
        }
        var all = new ArrayList<String>(1);
        for (; at >= 0; at = indexOf(name, at + 1)) {
            all.add(values[at]);
        }
        return List.copyOf(all);
    }

    /// The elements of a field whose value is a comma-separated list (RFC 9110 §5.6.1), of all fields of that name
    /// together: `Connection: close, TE` has `close` and `TE`. Commas inside quoted strings do not separate; empty
    /// elements are left out.
    ///
    /// @param name the name
    /// @return the elements without surrounding white space, unmodifiable
    public List<String> elements(HeaderName name) {
        int first = indexOf(name, 0);
        if (first < 0 || (values[first].indexOf(',') < 0 && indexOf(name, first + 1) < 0)) {
            return first < 0 || values[first].isEmpty() ? List.of() : List.of(values[first]); // as most are
        }
        var elements = new ArrayList<String>();
        for (int at = first; at >= 0; at = indexOf(name, at + 1)) {
            split(values[at], elements);
        }
        return List.copyOf(elements);
    }

    /// Whether there is a field of that name.
    ///
    /// @param name the name
    /// @return true when there is at least one
    public boolean contains(HeaderName name) {
        return indexOf(name, 0) >= 0;
    }

    /// Headers in which that name has exactly this one value: it takes the place of the first field of that name, the
    /// others go; without one it is appended.
    ///
    /// @param name the name
    /// @param value the value
    /// @return the new headers
    /// @throws IllegalArgumentException when the value has a control character other than tab, or one above U+00FF
    public Headers with(HeaderName name, String value) {
        int at = indexOf(name, 0);
        if (at < 0) {
            return adding(name, value);
        }
        if (values[at].equals(value) && indexOf(name, at + 1) < 0) {
            return this;
        }
        var builder = new Builder(names.length);
        for (int i = 0; i < names.length; i++) {
            if (i == at) {
                builder.add(name, value);
            } else if (!names[i].equals(name)) {
                builder.append(names[i], values[i]);
            }
        }
        return builder.build();
    }

    /// Headers with one more field at the end.
    ///
    /// @param name the name
    /// @param value the value
    /// @return the new headers
    /// @throws IllegalArgumentException when the value has a control character other than tab, or one above U+00FF
    public Headers adding(HeaderName name, String value) {
        requireNonNull(name, "name");
        var moreNames = Arrays.copyOf(names, names.length + 1);
        var moreValues = Arrays.copyOf(values, names.length + 1);
        moreNames[names.length] = name;
        moreValues[names.length] = checked(name, value);
        return new Headers(moreNames, moreValues, bits | name.bit());
    }

    /// Headers with other fields behind these.
    ///
    /// @param more the other fields
    /// @return the new headers
    public Headers adding(Headers more) {
        if (more.isEmpty()) {
            return this;
        }
        if (isEmpty()) {
            return more;
        }
        int total = names.length + more.names.length;
        var moreNames = Arrays.copyOf(names, total);
        var moreValues = Arrays.copyOf(values, total);
        System.arraycopy(more.names, 0, moreNames, names.length, more.names.length);
        System.arraycopy(more.values, 0, moreValues, names.length, more.names.length);
        return new Headers(moreNames, moreValues, bits | more.bits);
    }

    /// Headers without any field of that name.
    ///
    /// @param name the name
    /// @return the new headers, or these when there was none
    public Headers without(HeaderName name) {
        if (!contains(name)) {
            return this;
        }
        var builder = new Builder(names.length);
        for (int i = 0; i < names.length; i++) {
            if (!names[i].equals(name)) {
                builder.append(names[i], values[i]);
            }
        }
        return builder.build();
    }

    /// Calls a function for each field in order.
    ///
    /// @param each takes name and value
    public void forEach(BiConsumer<HeaderName, String> each) {
        for (int i = 0; i < names.length; i++) {
            each.accept(names[i], values[i]);
        }
    }

    /// A builder that has these fields already.
    ///
    /// @return the builder
    public Builder toBuilder() {
        return new Builder(names.length + 4).addAll(this);
    }

    /// Whether the other object has the same fields in the same order; names compare without regard to case.
    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof Headers that
                        && Arrays.equals(names, that.names)
                        && Arrays.equals(values, that.values));
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(names) + Arrays.hashCode(values);
    }

    /// The fields, for people who debug; values that carry secrets (`Authorization`, `Cookie` …) are left out.
    @Override
    public String toString() {
        var text = new StringBuilder("Headers[");
        for (int i = 0; i < names.length; i++) {
            text.append(i == 0 ? "" : ", ").append(names[i]).append(": ");
            text.append(isSecret(names[i]) ? "…" : values[i]);
        }
        return text.append(']').toString();
    }

    private int indexOf(HeaderName name, int from) {
        if ((bits & name.bit()) == 0) {
            return -1;
        }
        for (int i = from; i < names.length; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isSecret(HeaderName name) {
        return name.equals(HeaderName.AUTHORIZATION)
                || name.equals(HeaderName.PROXY_AUTHORIZATION)
                || name.equals(HeaderName.COOKIE)
                || name.equals(HeaderName.SET_COOKIE);
    }

    private static void split(String value, List<String> elements) {
        int start = 0;
        boolean quoted = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                addElement(value.substring(start, i), elements);
                start = i + 1;
            }
        }
        addElement(value.substring(start), elements);
    }

    private static void addElement(String text, List<String> elements) {
        var element = trimmed(text);
        if (!element.isEmpty()) {
            elements.add(element);
        }
    }

    private static String checked(HeaderName name, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
                throw badValue(name, c, i);
            }
        }
        return trimmed(value);
    }

    /// Where the first octet is that no value may have; `to` when there is none. Eight visible ones at a time.
    private static int indexOfControl(byte[] array, int from, int to) {
        int at = from;
        while (at < to) {
            if (at <= to - Long.BYTES && isVisible((long) WORDS.get(array, at))) {
                at += Long.BYTES;
            } else if ((array[at] >= 0 && array[at] < ' ' && array[at] != '\t') || array[at] == 0x7f) {
                return at;
            } else {
                at++;
            }
        }
        return at;
    }

    /// Whether all eight octets are U+0020 to U+007E: none is above U+007F, nor gets there one higher or 32 lower.
    private static boolean isVisible(long word) {
        return ((word | (word + ONES) | (word - 0x20 * ONES)) & HIGH_BITS) == 0;
    }

    private static IllegalArgumentException badValue(HeaderName name, int character, int index) {
        return new IllegalArgumentException(
                "value of %s has U+%04X at %d: expected U+0020 to U+00FF or tab, without U+007F (RFC 9110 §5.5)"
                        .formatted(name, character, index));
    }

    private static boolean isSpace(int c) {
        return c == ' ' || c == '\t';
    }

    private static String trimmed(String value) {
        int from = 0;
        int to = value.length();
        while (from < to && isSpace(value.charAt(from))) {
            from++;
        }
        while (from < to && isSpace(value.charAt(to - 1))) {
            to--;
        }
        return value.substring(from, to);
    }

    /// Puts headers together field by field. For one thread; can be used again after [#build()].
    public static final class Builder {
        private static final int USUAL = 8;

        private HeaderName[] names = EMPTY.names;
        private String[] values = EMPTY.values;
        private int size;
        private long bits;
        /// How many fields to make room for at first: as many as the last headers had, which are then built in place.
        private int capacity;

        private Builder() {
            this(USUAL);
        }

        private Builder(int capacity) {
            this.capacity = capacity;
        }

        /// Appends a field.
        ///
        /// @param name the name
        /// @param value the value
        /// @return this builder
        /// @throws IllegalArgumentException when the value has a control character other than tab, or one above U+00FF
        public Builder add(HeaderName name, String value) {
            return append(requireNonNull(name, "name"), checked(name, value));
        }

        /// Appends a field whose value stands in an array, one character per byte.
        ///
        /// @param name the name
        /// @param array holds the value
        /// @param from where the value begins
        /// @param to behind its last byte
        /// @return this builder
        /// @throws IllegalArgumentException when the value has a control character other than tab
        /// @throws IndexOutOfBoundsException when the slice leaves the array
        public Builder add(HeaderName name, byte[] array, int from, int to) {
            int start = from;
            int end = to;
            while (start < end && isSpace(array[start])) {
                start++;
            }
            while (start < end && isSpace(array[end - 1])) {
                end--;
            }
            int control = indexOfControl(array, start, end);
            if (control < end) {
                throw badValue(name, array[control], control - from);
            }
            return append(
                    requireNonNull(name, "name"), new String(array, start, end - start, StandardCharsets.ISO_8859_1));
        }

        /// Appends all fields of other headers.
        ///
        /// @param more the other headers
        /// @return this builder
        public Builder addAll(Headers more) {
            int total = size + more.names.length;
            if (total > names.length) {
                grow(total);
            }
            System.arraycopy(more.names, 0, names, size, more.names.length);
            System.arraycopy(more.values, 0, values, size, more.values.length);
            size = total;
            bits |= more.bits;
            return this;
        }

        /// How many fields were appended since the last [#build()].
        ///
        /// @return 0 or more
        public int size() {
            return size;
        }

        /// The headers. The builder is empty afterwards.
        ///
        /// @return the headers
        public Headers build() {
            if (size == 0) {
                return EMPTY;
            }
            boolean isFull = size == names.length;
            var built = isFull
                    ? new Headers(names, values, bits) // they are the headers' own from now on
                    : new Headers(Arrays.copyOf(names, size), Arrays.copyOf(values, size), bits);
            names = EMPTY.names;
            values = EMPTY.values;
            capacity = size;
            size = 0;
            bits = 0;
            return built;
        }

        /// For fields whose value is checked already.
        private Builder append(HeaderName name, String value) {
            if (size == names.length) {
                grow(size + 1);
            }
            names[size] = name;
            values[size++] = value;
            bits |= name.bit();
            return this;
        }

        private void grow(int needed) {
            int most = Math.max(needed, size == 0 ? capacity : Math.max(USUAL, size * 2));
            var moreNames = Arrays.copyOf(names, most);
            values = Arrays.copyOf(values, most); // whichever of the two finds no memory: their lengths stay the same
            names = moreNames;
        }
    }
}
