package wai.forms;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A field value with parameters, such as those of `Content-Type` and `Content-Disposition` (RFC 9110 §5.6.6).
///
/// @param value what stands before the parameters, in lower case
/// @param parameters by their names in lower case
record FieldParameters(String value, Map<String, String> parameters) {
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    /// Parses the value of a field.
    ///
    /// In a quoted text a backslash escapes a quote or another backslash; before anything else it is itself, as
    /// browsers send it in the names of files.
    ///
    /// @param field the name of the field, for messages
    /// @param text its value
    /// @throws FormException when it is malformed, or has a parameter twice
    static FieldParameters parse(String field, String text) throws FormException {
        return new Parser(field, text).parse();
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    private static final class Parser {
        private final String field;
        private final String text;
        private int at;

        Parser(String field, String text) {
            this.field = field;
            this.text = text;
        }

        FieldParameters parse() throws FormException {
            int semicolon = text.indexOf(';');
            at = semicolon < 0 ? text.length() : semicolon;
            var value = text.substring(0, at).strip().toLowerCase(Locale.ROOT);
            var parameters = new HashMap<String, String>();
            while (at < text.length()) {
                at++; // the semicolon
                skipBlanks();
                if (at < text.length() && text.charAt(at) != ';') {
                    parameter(parameters);
                }
            }
            return new FieldParameters(value, Map.copyOf(parameters));
        }

        private void parameter(Map<String, String> parameters) throws FormException {
            var name = token("the name of a parameter").toLowerCase(Locale.ROOT);
            if (at == text.length() || text.charAt(at) != '=') {
                throw malformed("= behind the parameter " + name);
            }
            at++;
            boolean quoted = at < text.length() && text.charAt(at) == '"';
            var value = quoted ? quoted() : token("a value of " + name);
            skipBlanks();
            if (at < text.length() && text.charAt(at) != ';') {
                throw malformed("; behind the value of " + name);
            }
            if (parameters.put(name, value) != null) {
                throw FormException.malformed(field + " has the parameter " + name + " twice: expected it once");
            }
        }

        private String token(String what) throws FormException {
            int start = at;
            while (at < text.length() && isToken(text.charAt(at))) {
                at++;
            }
            if (at == start) {
                throw malformed(what);
            }
            return text.substring(start, at);
        }

        private String quoted() throws FormException {
            var value = new StringBuilder();
            for (at++; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '"') {
                    at++;
                    return value.toString();
                }
                boolean escapes = c == '\\' && at + 1 < text.length() && "\"\\".indexOf(text.charAt(at + 1)) >= 0;
                value.append(escapes ? text.charAt(++at) : c);
            }
            throw malformed("a closing quote");
        }

        private void skipBlanks() {
            while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
                at++;
            }
        }

        private FormException malformed(String expected) {
            return FormException.malformed(
                    field + ", character " + at + ": expected " + expected + " (RFC 9110 §5.6.6)");
        }

        private static boolean isToken(char c) {
            return (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || TOKEN_MARKS.indexOf(c) >= 0;
        }
    }
}
