package wai.cgi.gateway;

import org.jspecify.annotations.Nullable;
import wai.HeaderName;

/// The names of header fields behind names of variables: `HTTP_USER_AGENT` is `User-Agent`.
///
/// Those that were asked for last are kept in one table for all requests of a gateway, with one place for each: a newer
/// name takes the place of an older one. Entries are immutable and placed by plain writes: a thread sees a whole entry
/// or none, and which of two racing ones stays does not matter.
final class FieldNames {
    static final String PREFIX = "HTTP_";
    /// Some ten times the fields that clients send; a power of two.
    static final int PLACES = 256;
    /// Longer names are made anew each time; with the number of places it bounds the table to some 60 KB.
    static final int LONGEST_KEPT = 64;

    private final @Nullable Entry[] entries = new Entry[PLACES];

    /// The name of the field.
    ///
    /// @param variable begins with [#PREFIX]
    /// @throws IllegalArgumentException when the rest is no name of a field
    HeaderName of(String variable) {
        int place = place(variable);
        var entry = entries[place];
        if (entry != null && entry.variable().equals(variable)) {
            return entry.name();
        }
        var name = HeaderName.of(capitalized(variable));
        if (variable.length() <= LONGEST_KEPT) {
            entries[place] = new Entry(variable, name);
        }
        return name;
    }

    /// Where the name is kept.
    static int place(String variable) {
        int hash = variable.hashCode();
        return (hash ^ (hash >>> 16)) & (PLACES - 1);
    }

    private static String capitalized(String variable) {
        var name = new StringBuilder(variable.length() - PREFIX.length());
        boolean begins = true;
        for (int i = PREFIX.length(); i < variable.length(); i++) {
            char c = variable.charAt(i);
            name.append(c == '_' ? '-' : begins ? c : Character.toLowerCase(c));
            begins = c == '_';
        }
        return name.toString();
    }

    /// A variable and the field it stands for; a record's fields are final: whoever sees it sees them.
    private record Entry(String variable, HeaderName name) {}
}
