package wai.cgi.gateway;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The names of the variables of a request, none of them twice, in their order.
///
/// A web server tells the same variables of nearly every request. Where each of them stands is found out once, and what
/// a request needs for itself are its values.
final class VariableNames {
    private final String[] names;
    private final Map<String, Integer> places;
    /// Where the header fields stand.
    private final int[] fields;

    private VariableNames(String[] names, Map<String, Integer> places) {
        this.names = names;
        this.places = places;
        this.fields = IntStream.range(0, names.length)
                .filter(place -> names[place].startsWith(FieldNames.PREFIX))
                .toArray();
    }

    /// The names, unless one comes twice; then null.
    ///
    /// @param names copied
    static @Nullable VariableNames of(String[] names) {
        var places = HashMap.<String, Integer>newHashMap(names.length);
        for (int place = 0; place < names.length; place++) {
            if (places.put(names[place], place) != null) {
                return null;
            }
        }
        return new VariableNames(names.clone(), places);
    }

    /// Whether these are the names, in this order.
    boolean are(String[] others) {
        return Arrays.equals(names, others);
    }

    /// Variables of these names.
    ///
    /// @param values in the order of the names, no copy
    Variables with(String[] values) {
        return new Variables(new Values(values), each -> {
            for (int place : fields) {
                each.accept(names[place], values[place]);
            }
        });
    }

    /// The names of the last requests, for all threads: one place for each kind of request that can be told apart
    /// quickly, in which a newer one takes the place of an older one. By plain writes, as with [FieldNames].
    static final class Memo {
        /// Browsers differ in the fields they send, and not by much; a power of two.
        static final int PLACES = 16;
        /// More names, or longer ones, are not kept: with the number of places this bounds the memo to some 200 KB.
        static final int MOST_NAMES = 64;
        static final int LONGEST_NAME = 64;

        private final @Nullable VariableNames[] places = new VariableNames[PLACES];

        /// The names, unless one comes twice; then null.
        ///
        /// @param names copied
        @Nullable
        VariableNames of(String[] names) {
            int last = names.length == 0 ? 0 : names[names.length - 1].hashCode();
            int place = (names.length + last) & (PLACES - 1);
            var known = places[place];
            if (known == null || !known.are(names)) {
                known = VariableNames.of(names);
                if (isWorthKeeping(names)) {
                    places[place] = known;
                }
            }
            return known;
        }

        private static boolean isWorthKeeping(String[] names) {
            if (names.length > MOST_NAMES) {
                return false;
            }
            for (var name : names) {
                if (name.length() > LONGEST_NAME) {
                    return false;
                }
            }
            return true;
        }
    }

    /// Values by name, in the order of the names.
    private final class Values extends AbstractMap<String, String> {
        private final String[] values;

        Values(String[] values) {
            this.values = values;
        }

        @Override
        public @Nullable String get(@Nullable Object name) {
            var place = places.get(name);
            return place == null ? null : values[place];
        }

        @Override
        public boolean containsKey(@Nullable Object name) {
            return places.containsKey(name);
        }

        @Override
        public int size() {
            return values.length;
        }

        @Override
        public Set<Map.Entry<String, String>> entrySet() {
            return new AbstractSet<>() {
                @Override
                public int size() {
                    return values.length;
                }

                @Override
                public Iterator<Map.Entry<String, String>> iterator() {
                    return IntStream.range(0, values.length)
                            .mapToObj(place -> Map.entry(names[place], values[place]))
                            .iterator();
                }
            };
        }
    }
}
