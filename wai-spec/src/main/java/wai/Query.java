package wai;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The decoded query of a request: parameters in order, duplicates kept, `?a` told apart from `?a=`.
///
/// @param parameters the parameters in order, unmodifiable
public record Query(List<Parameter> parameters) implements Iterable<Query.Parameter> {
    /// No parameters.
    public static final Query EMPTY = new Query(List.of());

    /// One parameter.
    ///
    /// @param name the decoded name; may be empty
    /// @param value the decoded value, or null when there was no `=`
    public record Parameter(String name, @Nullable String value) {
        /// Checks that there is a name.
        public Parameter {
            requireNonNull(name, "name");
        }
    }

    /// Copies the list.
    public Query {
        parameters = List.copyOf(parameters);
    }

    /// Parses the query of a target.
    ///
    /// Parameters are separated by `&` or `;`; empty ones are left out. Names and values are decoded once (`+` is a
    /// space, percent-encoded UTF-8); a `%` without two hex digits stays as it is, malformed UTF-8 becomes U+FFFD.
    ///
    /// @param rawQuery the query, with or without its `?`
    /// @return the parameters
    public static Query parse(String rawQuery) {
        int start = rawQuery.startsWith("?") ? 1 : 0;
        if (start == rawQuery.length()) {
            return EMPTY;
        }
        var parameters = new ArrayList<Parameter>();
        for (int i = start; i <= rawQuery.length(); i++) {
            if (i == rawQuery.length() || rawQuery.charAt(i) == '&' || rawQuery.charAt(i) == ';') {
                if (i > start) {
                    parameters.add(parameter(rawQuery.substring(start, i)));
                }
                start = i + 1;
            }
        }
        return new Query(parameters);
    }

    /// The value of the first parameter of that name that has one.
    ///
    /// @param name the name
    /// @return the value, or empty when there is no such parameter or none has a value
    public Optional<String> first(String name) {
        return values(name).findFirst();
    }

    /// The values of all parameters of that name, in order; parameters without a value are left out.
    ///
    /// @param name the name
    /// @return the values, unmodifiable
    public List<String> all(String name) {
        return values(name).toList();
    }

    /// Whether there is a parameter of that name, with or without a value.
    ///
    /// @param name the name
    /// @return true when there is at least one
    public boolean contains(String name) {
        return parameters.stream().anyMatch(parameter -> parameter.name().equals(name));
    }

    /// Whether there is no parameter.
    ///
    /// @return true when the list is empty
    public boolean isEmpty() {
        return parameters.isEmpty();
    }

    @Override
    public Iterator<Parameter> iterator() {
        return parameters.iterator();
    }

    /// The query percent-encoded, with its `?`, or the empty text when there are no parameters; [#parse] reads it back.
    ///
    /// Two things have no encoding: a parameter with neither name nor value, which [#parse] leaves out, and an unpaired
    /// surrogate, which becomes `?`.
    ///
    /// @return the raw query
    public String encode() {
        var text = new StringBuilder();
        for (var parameter : parameters) {
            text.append(text.isEmpty() ? '?' : '&').append(PercentCoding.encode(parameter.name(), ""));
            if (parameter.value() != null) {
                text.append('=').append(PercentCoding.encode(parameter.value(), ""));
            }
        }
        return text.toString();
    }

    private Stream<String> values(String name) {
        return parameters.stream()
                .filter(parameter -> parameter.name().equals(name))
                .map(Parameter::value)
                .mapMulti((value, next) -> {
                    if (value != null) {
                        next.accept(value);
                    }
                });
    }

    private static Parameter parameter(String text) {
        int equals = text.indexOf('=');
        return equals < 0
                ? new Parameter(PercentCoding.decode(text, true), null)
                : new Parameter(
                        PercentCoding.decode(text.substring(0, equals), true),
                        PercentCoding.decode(text.substring(equals + 1), true));
    }
}
