package wai.cgi.gateway;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import wai.Status;

/// The meta-variables of a request (RFC 3875 §4.1), in the order in which they came.
///
/// A value is one character per byte, U+0000 to U+00FF, as header fields are. A variable that is not there and one that
/// is empty mean the same (RFC 3875 §4.1), so both are `""` here.
public final class Variables {
    private static final String FIELD = FieldNames.PREFIX;
    /// A web server tells some 20, and a field for each that a browser sends.
    private static final int USUAL = 40;

    private final Map<String, String> values;
    private final Fields fields;

    /// @param values all of them; unmodifiable
    /// @param fields the header fields among them
    Variables(Map<String, String> values, Fields fields) {
        this.values = values;
        this.fields = fields;
    }

    /// Variables as they came.
    ///
    /// @throws GatewayFault as [Builder#add] does
    static Variables of(String[] names, String[] values) throws GatewayFault {
        var builder = builder(names.length);
        for (int i = 0; i < names.length; i++) {
            builder.add(names[i], values[i]);
        }
        return builder.build();
    }

    /// Puts variables together as they come.
    ///
    /// @return an empty builder
    public static Builder builder() {
        return builder(USUAL);
    }

    /// @param expected how many there will be, about
    static Builder builder(int expected) {
        return new Builder(expected);
    }

    /// The value of a variable.
    ///
    /// @param name its name, case counts
    /// @return the value; `""` when there is none
    public String get(String name) {
        var value = values.get(name);
        return value == null ? "" : value;
    }

    /// Whether a variable is there and not empty.
    ///
    /// @param name its name, case counts
    /// @return true when [#get] is not `""`
    public boolean has(String name) {
        return !get(name).isEmpty();
    }

    /// All of them.
    ///
    /// @return an unmodifiable map, in order; the lines of a header field that came one by one are joined
    public Map<String, String> asMap() {
        return values;
    }

    /// The header fields: variables whose names begin with `HTTP_`, each line for itself.
    void forEachField(BiConsumer<String, String> each) {
        fields.forEach(each);
    }

    /// The lines of header fields, in order.
    interface Fields {
        /// Tells name and value of each.
        void forEach(BiConsumer<String, String> each);
    }

    /// Gathers variables, once. For one thread.
    public static final class Builder {
        private Map<String, String> values;
        /// The lines of header fields, names and values in turn.
        private List<String> lines = new ArrayList<>();
        /// How many variables are no header fields.
        private int others;

        private Builder(int expected) {
            values = LinkedHashMap.newLinkedHashMap(expected);
        }

        /// Adds a variable.
        ///
        /// Names that come twice are common: nginx before 1.23 sends a header field of several lines so, and what its
        /// configuration says twice. The lines of a field all count; of `HTTP_HOST` and of anything else the last one
        /// does, as everywhere else (PHP, Python), but there is only one length.
        ///
        /// @param name its name, not empty
        /// @param value its value
        /// @return this builder
        /// @throws GatewayFault when the name is empty, or the request would have two lengths
        public Builder add(String name, String value) throws GatewayFault {
            requireNonNull(value, "value");
            if (name.isEmpty()) {
                throw new GatewayFault(Status.BAD_REQUEST, "a variable has no name (RFC 3875 §4.1)");
            }
            var earlier = values.put(name, value);
            if (name.startsWith(FIELD)) {
                if (earlier != null) {
                    another(name, earlier, value);
                }
                lines.add(name);
                lines.add(value);
            } else if (earlier == null) {
                others++;
            } else if (name.equals("CONTENT_LENGTH") && !earlier.equals(value)) {
                throw new GatewayFault(
                        Status.BAD_REQUEST,
                        "CONTENT_LENGTH is \"" + earlier + "\" and \"" + value + "\": expected one value"
                                + " (RFC 3875 §4.1.2)");
            }
            return this;
        }

        /// A field has another line.
        private void another(String name, String earlier, String value) {
            if (!name.equals("HTTP_HOST")) {
                values.put(name, earlier + separator(name) + value);
                return;
            }
            for (int i = 0; i < lines.size(); i += 2) { // a request has one (RFC 9112 §3.2)
                if (lines.get(i).equals(name)) {
                    lines.subList(i, i + 2).clear();
                    return;
                }
            }
        }

        /// How many variables were added, each line of a header field counted.
        ///
        /// @return 0 or more
        public int size() {
            return lines.size() / 2 + others;
        }

        /// The variables. They are no copy: the builder takes no more.
        ///
        /// @return the variables
        public Variables build() {
            var built = lines;
            var variables = new Variables(Collections.unmodifiableMap(values), each -> {
                for (int i = 0; i < built.size(); i += 2) {
                    each.accept(built.get(i), built.get(i + 1));
                }
            });
            values = Map.of();
            lines = List.of();
            return variables;
        }

        /// What joins the lines of a field (RFC 9110 §5.3, RFC 6265 §5.4).
        private static String separator(String name) {
            return name.equals("HTTP_COOKIE") ? "; " : ", ";
        }
    }
}
