package wai.field;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The weights of a field like `Accept-Encoding` (RFC 9110 §12.4.2, §12.5.3).
///
/// An element whose weight is malformed counts as not acceptable: who cannot say what it wants gets what everybody
/// understands.
public final class Accepted {
    /// How many elements are looked at.
    private static final int MOST = 64;

    private static final int ABSENT = -1;

    private final Map<String, Integer> weights = new HashMap<>();

    private Accepted() {}

    /// Reads the elements of a field.
    ///
    /// @param elements each with its weight or without
    /// @return the weights
    public static Accepted of(List<String> elements) {
        var accepted = new Accepted();
        for (var element : elements.subList(0, Math.min(elements.size(), MOST))) {
            int semicolon = element.indexOf(';');
            var name = (semicolon < 0 ? element : element.substring(0, semicolon))
                    .strip()
                    .toLowerCase(Locale.ROOT);
            int weight = semicolon < 0
                    ? 1000
                    : parsed(element.substring(semicolon + 1).strip());
            accepted.weights.putIfAbsent(name.equals("x-gzip") ? "gzip" : name, weight);
        }
        return accepted;
    }

    /// The weight of a coding.
    ///
    /// @param name in lower case
    /// @return 0 for "not acceptable" to 1000; what is not named has the weight of `*`, or 0
    public int weight(String name) {
        int own = weights.getOrDefault(name, ABSENT);
        return own != ABSENT ? own : weights.getOrDefault("*", 0);
    }

    /// How much content without any coding is wanted.
    ///
    /// @return 0 for "not acceptable" to 1000; 1, the least, where it is not named and not refused by `*`
    public int identity() {
        int own = weights.getOrDefault("identity", ABSENT);
        return own != ABSENT ? own : weights.getOrDefault("*", 1) > 0 ? 1 : 0;
    }

    /// Whether content without any coding is acceptable: unless it, or everything that is not named, has weight 0.
    ///
    /// @return false when the client refuses it
    public boolean allowsIdentity() {
        return identity() > 0;
    }

    /// A weight: `q=` with 0 to 1 and up to three decimals.
    ///
    /// @param parameter without spaces around it
    /// @return thousandths; 0 for what is malformed
    public static int parsed(String parameter) {
        boolean named = parameter.regionMatches(true, 0, "q=", 0, 2);
        var text = named ? parameter.substring(2) : "";
        boolean fits = !text.isEmpty()
                && text.length() <= 5
                && (text.charAt(0) == '0' || text.charAt(0) == '1')
                && (text.length() == 1 || text.charAt(1) == '.')
                && text.chars().skip(2).allMatch(c -> c >= '0' && c <= '9');
        if (!fits) {
            return 0;
        }
        int thousandths = (text.charAt(0) - '0') * 1000;
        for (int i = 2, unit = 100; i < text.length(); i++, unit /= 10) {
            thousandths += (text.charAt(i) - '0') * unit;
        }
        return thousandths > 1000 ? 0 : thousandths;
    }
}
