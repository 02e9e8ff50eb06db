package wai.forwarded;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;

/// One element of the field `Forwarded`: what one proxy says about the request it got (RFC 7239 §4).
///
/// {@snippet file="wai/forwarded/Samples.java" region="forwarded"}
///
/// The field itself is whatever anybody wrote into it; who believes it asks [TrustedProxies] first, as [RealIp] does.
///
/// @param by the proxy's own node; null when it says none
/// @param from the node that the request came from (`for`): an address, `unknown`, or a name that hides one
/// @param host the `Host` that the proxy got
/// @param proto the scheme that was used, in lower case
public record Forwarded(
        @Nullable String by,
        @Nullable String from,
        @Nullable String host,
        @Nullable String proto) {
    /// How long a field may be, all lines together.
    public static final int LONGEST = 4096;

    /// How many elements are read; more make the field malformed.
    public static final int MOST = 32;

    /// Parses a field strictly: what RFC 7239 §4 does not allow makes all of it unusable, and so does a parameter that
    /// stands twice in an element.
    ///
    /// @param value the field, several lines joined by commas
    /// @return the elements in their order, the nearest proxy last; empty when it is malformed or too long
    public static Optional<List<Forwarded>> parse(String value) {
        if (value.length() > LONGEST) {
            return Optional.empty();
        }
        var parser = new Parser(value);
        return parser.parse() ? Optional.of(List.copyOf(parser.elements)) : Optional.empty();
    }

    /// Walks once over the text.
    private static final class Parser {
        private final String text;
        private final List<Forwarded> elements = new ArrayList<>();
        private int at;

        Parser(String text) {
            this.text = text;
        }

        boolean parse() {
            while (true) {
                skipBlanks();
                if (at < text.length() && text.charAt(at) != ',' && !element()) {
                    return false;
                }
                skipBlanks();
                if (at == text.length()) {
                    return true;
                }
                if (text.charAt(at++) != ',') {
                    return false;
                }
            }
        }

        private boolean element() {
            var values = new String[4];
            while (true) {
                if (at < text.length() && HeaderName.isTokenCharacter(text.charAt(at)) && !parameter(values)) {
                    return false;
                }
                if (at == text.length() || text.charAt(at) != ';') {
                    elements.add(new Forwarded(values[0], values[1], values[2], values[3]));
                    return elements.size() <= MOST;
                }
                at++;
            }
        }

        private boolean parameter(@Nullable String[] values) {
            var name = token().toLowerCase(Locale.ROOT);
            if (at == text.length() || text.charAt(at) != '=') {
                return false;
            }
            at++;
            var value = at < text.length() && text.charAt(at) == '"' ? quoted() : token();
            if (value == null || value.isEmpty()) {
                return false;
            }
            int slot =
                    switch (name) {
                        case "by" -> 0;
                        case "for" -> 1;
                        case "host" -> 2;
                        case "proto" -> 3;
                        default -> -1;
                    };
            if (slot >= 0) {
                if (values[slot] != null) {
                    return false;
                }
                values[slot] = slot == 3 ? value.toLowerCase(Locale.ROOT) : value;
            }
            return true;
        }

        private String token() {
            int start = at;
            while (at < text.length() && HeaderName.isTokenCharacter(text.charAt(at))) {
                at++;
            }
            return text.substring(start, at);
        }

        private @Nullable String quoted() {
            var value = new StringBuilder();
            for (at++; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '"') {
                    at++;
                    return value.toString();
                }
                if (c == '\\' && ++at == text.length()) {
                    return null;
                }
                value.append(text.charAt(at));
            }
            return null;
        }

        private void skipBlanks() {
            while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
                at++;
            }
        }
    }
}
