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
    private static final String FIELD = "HTTP_";

    private final Map<String, String> values;
    private final List<Map.Entry<String, String>> fields;

    private Variables(Builder builder) {
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(builder.values));
        this.fields = List.copyOf(builder.fields);
    }

    /// Puts variables together as they come.
    ///
    /// @return an empty builder
    public static Builder builder() {
        return new Builder();
    }

    /// The value of a variable.
    ///
    /// @param name its name, case counts
    /// @return the value; `""` when there is none
    public String get(String name) {
        return values.getOrDefault(name, "");
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
        fields.forEach(field -> each.accept(field.getKey(), field.getValue()));
    }

    /// Gathers variables. For one thread.
    public static final class Builder {
        private final Map<String, String> values = new LinkedHashMap<>();
        private final List<Map.Entry<String, String>> fields = new ArrayList<>();

        private Builder() {}

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
            if (name.equals("HTTP_HOST")) {
                fields.removeIf(field -> field.getKey().equals(name)); // a request has one (RFC 9112 §3.2)
                values.remove(name);
            }
            if (name.startsWith(FIELD)) {
                fields.add(Map.entry(name, value));
                values.merge(name, value, (first, next) -> first + separator(name) + next);
                return this;
            }
            var earlier = values.put(name, value);
            if (earlier != null && name.equals("CONTENT_LENGTH") && !earlier.equals(value)) {
                throw new GatewayFault(
                        Status.BAD_REQUEST,
                        "CONTENT_LENGTH is \"" + earlier + "\" and \"" + value + "\": expected one value"
                                + " (RFC 3875 §4.1.2)");
            }
            return this;
        }

        /// How many variables were added, each line of a header field counted.
        ///
        /// @return 0 or more
        public int size() {
            long others = values.keySet().stream()
                    .filter(name -> !name.startsWith(FIELD))
                    .count();
            return fields.size() + (int) others;
        }

        /// The variables.
        ///
        /// @return the variables
        public Variables build() {
            return new Variables(this);
        }

        /// What joins the lines of a field (RFC 9110 §5.3, RFC 6265 §5.4).
        private static String separator(String name) {
            return name.equals("HTTP_COOKIE") ? "; " : ", ";
        }
    }
}
