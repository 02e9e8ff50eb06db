package wai.tck.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads and writes JSON (RFC 8259) as far as the kit's own files need it: everything but `null`.
public final class Json {
    /// No file of the kit is deeper than five; this is not the place to find out how deep a stack is.
    private static final int DEEPEST = 50;

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /// Reads an object: its values are strings, numbers ([BigDecimal]), booleans, lists and maps in their order.
    ///
    /// @throws IllegalArgumentException when the text is something else; says where
    public static Map<String, Object> object(String text) {
        var reader = new Json(text);
        var value = reader.value(0);
        reader.skipSpace();
        if (reader.at < text.length()) {
            throw reader.unexpected("the end");
        }
        return asObject("the text", value);
    }

    /// A string of an object.
    public static String text(Map<String, Object> object, String name) {
        if (object.get(name) instanceof String found) {
            return found;
        }
        throw missing(object, name, "a string");
    }

    /// A whole number of an object.
    public static long number(Map<String, Object> object, String name) {
        if (object.get(name) instanceof BigDecimal found) {
            return found.longValue();
        }
        throw missing(object, name, "a number");
    }

    /// A list of strings of an object.
    public static List<String> texts(Map<String, Object> object, String name) {
        return list(object, name).stream()
                .map(each -> {
                    if (each instanceof String found) {
                        return found;
                    }
                    throw missing(object, name, "a list of strings");
                })
                .toList();
    }

    /// A list of objects of an object.
    public static List<Map<String, Object>> objects(Map<String, Object> object, String name) {
        return list(object, name).stream().map(each -> asObject(name, each)).toList();
    }

    /// An object of strings in an object, in its order.
    public static Map<String, String> textsByName(Map<String, Object> object, String name) {
        if (!object.containsKey(name)) {
            throw missing(object, name, "an object");
        }
        var inner = asObject(name, object.get(name));
        var texts = new LinkedHashMap<String, String>();
        inner.keySet().forEach(key -> texts.put(key, text(inner, key)));
        return texts;
    }

    /// A text as a JSON string, with its quotation marks.
    public static String quoted(String text) {
        var json = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                default -> {
                    if (c < ' ' || Character.isSurrogate(c)) {
                        json.append("\\u%04x".formatted((int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        return json.append('"').toString();
    }

    private static List<?> list(Map<String, Object> object, String name) {
        if (object.get(name) instanceof List<?> found) {
            return found;
        }
        throw missing(object, name, "a list");
    }

    private static Map<String, Object> asObject(String name, @org.jspecify.annotations.Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            var object = new LinkedHashMap<String, Object>();
            map.forEach((key, each) -> object.put((String) key, each));
            return object;
        }
        throw new IllegalArgumentException(name + " is no JSON object");
    }

    private static IllegalArgumentException missing(Map<String, Object> object, String name, String expected) {
        return new IllegalArgumentException("\"" + name + "\" is "
                + (object.containsKey(name) ? "no right value" : "missing") + ": expected " + expected);
    }

    private Object value(int depth) {
        if (depth > DEEPEST) {
            throw unexpected("at most " + DEEPEST + " levels");
        }
        skipSpace();
        return switch (peek()) {
            case '{' -> members(depth);
            case '[' -> elements(depth);
            case '"' -> string();
            case 't' -> literal("true", Boolean.TRUE);
            case 'f' -> literal("false", Boolean.FALSE);
            default -> number();
        };
    }

    private Map<String, Object> members(int depth) {
        var members = new LinkedHashMap<String, Object>();
        expect('{');
        for (boolean first = true; !isNext('}'); first = false) {
            if (!first) {
                expect(',');
                skipSpace();
            }
            var name = string();
            skipSpace();
            expect(':');
            members.put(name, value(depth + 1));
        }
        return members;
    }

    private List<Object> elements(int depth) {
        var elements = new ArrayList<Object>();
        expect('[');
        for (boolean first = true; !isNext(']'); first = false) {
            if (!first) {
                expect(',');
            }
            elements.add(value(depth + 1));
        }
        return elements;
    }

    /// Takes that character if it is the next one behind white space.
    private boolean isNext(char c) {
        skipSpace();
        boolean isNext = peek() == c;
        at += isNext ? 1 : 0;
        return isNext;
    }

    private String string() {
        expect('"');
        var string = new StringBuilder();
        for (char c; (c = next()) != '"'; ) {
            if (c < ' ') {
                at--;
                throw unexpected("a character of a string");
            }
            string.append(c == '\\' ? escaped() : c);
        }
        return string.toString();
    }

    private char escaped() {
        char c = next();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unit();
            default -> throw unexpected("an escape");
        };
    }

    private char unit() {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(next(), 16);
            if (digit < 0) {
                throw unexpected("four hexadecimal digits");
            }
            unit = unit * 16 + digit;
        }
        return (char) unit;
    }

    private BigDecimal number() {
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        var number = text.substring(from, at);
        if (!number.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,4})?")) {
            at = from;
            throw unexpected("a value other than null");
        }
        return new BigDecimal(number);
    }

    private Boolean literal(String word, Boolean value) {
        if (!text.startsWith(word, at)) {
            throw unexpected(word);
        }
        at += word.length();
        return value;
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private void expect(char c) {
        if (peek() != c) {
            throw unexpected("'" + c + "'");
        }
        at++;
    }

    private char next() {
        char c = peek();
        at++;
        return c;
    }

    private char peek() {
        if (at >= text.length()) {
            throw unexpected("more");
        }
        return text.charAt(at);
    }

    private IllegalArgumentException unexpected(String expected) {
        var seen = at >= text.length() ? "the end" : "'" + text.charAt(at) + "'";
        return new IllegalArgumentException(
                "JSON: " + seen + " at character " + at + ": expected " + expected + " (RFC 8259)");
    }
}
