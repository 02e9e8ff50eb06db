package wai.cgi.gateway;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// The meta-variables of a request (RFC 3875 §4.1), in the order in which they came.
///
/// A value is one character per byte, U+0000 to U+00FF, as header fields are. A variable that is not there and one that
/// is empty mean the same (RFC 3875 §4.1), so both are `""` here.
public final class Variables {
    private final Map<String, String> values;

    /// The variables of a map.
    ///
    /// @param values names and values; copied
    public Variables(Map<String, String> values) {
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
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
    /// @return an unmodifiable map, in order
    public Map<String, String> asMap() {
        return values;
    }
}
