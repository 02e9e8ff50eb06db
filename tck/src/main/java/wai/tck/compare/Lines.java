package wai.tck.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What can be done to the lines of a transcript, so that two of them can be compared.
final class Lines {
    /// What stands before a field of a response.
    static final String RESPONSE = "field ";

    /// What stands before a field of a request in an echo.
    static final String REQUEST = "body | field: ";

    /// What stands before a trailer field of a response.
    static final String TRAILER = "trailer ";

    /// What stands before a trailer field of a request.
    static final String REQUEST_TRAILER = "body | trailer: ";

    /// What a response ends with that is not whole.
    static final String CUT = "end cut";

    private static final Pattern BOUNDARY_PARAMETER = Pattern.compile(
            "field content-type: multipart/byteranges; *boundary=\"?([^\";]+)\"?", Pattern.CASE_INSENSITIVE);

    private static final Set<String> BODILESS = Set.of("status 204", "status 205", "status 304");

    private Lines() {}

    /// Whether a line is a field of that kind and name.
    static boolean field(String line, String kind, String name) {
        return line.startsWith(kind) && line.regionMatches(true, kind.length(), name + ":", 0, name.length() + 1);
    }

    /// Whether a line is a response field, or a request field in an echo, of that name.
    static boolean field(String line, String name) {
        return field(line, RESPONSE, name) || field(line, REQUEST, name);
    }

    static List<String> without(List<String> lines, Predicate<String> unwanted) {
        return lines.stream().filter(unwanted.negate()).toList();
    }

    static List<String> each(List<String> lines, UnaryOperator<String> change) {
        return lines.stream().map(change).toList();
    }

    static boolean isCut(List<String> lines) {
        return lines.getLast().equals(CUT);
    }

    /// Whether an error was answered by somebody else than the application, all of whose responses come through its
    /// outermost middleware.
    static boolean isOwnError(List<String> lines) {
        return lines.stream().anyMatch(line -> line.startsWith("status 4") || line.startsWith("status 5"))
                && lines.stream().noneMatch(line -> field(line, RESPONSE, "x-outermost"));
    }

    /// Of an own error only the status.
    static List<String> withoutOwnText(List<String> lines) {
        return isOwnError(lines)
                ? lines.stream()
                        .filter(line -> line.startsWith("status ") || line.startsWith("end "))
                        .toList()
                : lines;
    }

    static List<String> withoutBoundary(List<String> lines) {
        return lines.stream()
                .map(BOUNDARY_PARAMETER::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .findFirst()
                .map(text -> each(lines, line -> line.replace(text, "BOUNDARY")))
                .orElse(lines);
    }

    /// Writes the name of a field of that kind in lower case.
    static String lowerName(String kind, String line) {
        int colon = line.indexOf(':', kind.length());
        return line.startsWith(kind) && colon > 0
                ? line.substring(0, colon).toLowerCase(Locale.ROOT) + line.substring(colon)
                : line;
    }

    /// Moves the fields of that kind and name behind all others of the kind.
    static List<String> moved(String kind, String name, List<String> lines) {
        var moving = lines.stream().filter(line -> field(line, kind, name)).toList();
        if (moving.isEmpty()) {
            return lines;
        }
        var result = new ArrayList<>(without(lines, line -> field(line, kind, name)));
        int behind = 0;
        for (int i = 0; i < result.size(); i++) {
            if (result.get(i).startsWith("status ") || result.get(i).startsWith(kind)) {
                behind = i + 1;
            }
        }
        result.addAll(behind, moving);
        return List.copyOf(result);
    }

    /// Writes `Content-Type` so that two of one meaning are equal, and leaves it out where there is nothing of a type.
    static List<String> withMeaningOfType(List<String> lines) {
        if (lines.stream().anyMatch(line -> BODILESS.contains(line))) {
            return without(lines, line -> field(line, RESPONSE, "content-type"));
        }
        return each(
                lines,
                line -> field(line, RESPONSE, "content-type")
                        ? line.toLowerCase(Locale.ROOT).replaceAll("(?<=[:;]) +|\"", "")
                        : line);
    }

    /// Sorts the lines of one kind, which stand together, by the names in them.
    static List<String> sorted(String kind, List<String> lines) {
        var fields = new ArrayList<>(
                lines.stream().filter(line -> line.startsWith(kind)).toList());
        fields.sort(Comparator.comparing(line -> name(kind, line)));
        var result = new ArrayList<>(without(lines, line -> line.startsWith(kind)));
        int at = 0;
        while (at < lines.size() && !lines.get(at).startsWith(kind)) {
            at++;
        }
        result.addAll(Math.min(at, result.size()), fields);
        return result;
    }

    /// Joins the values of fields of one kind and name.
    ///
    /// @param separator by name, in lower case: what stands between two values; empty where they are left apart
    static List<String> joined(String kind, List<String> lines, UnaryOperator<String> separator) {
        var result = new ArrayList<String>();
        var places = new LinkedHashMap<String, Integer>();
        for (var line : lines) {
            var name = line.startsWith(kind) ? name(kind, line) : "";
            var between = name.isEmpty() ? "" : separator.apply(name);
            var place = between.isEmpty() ? null : places.putIfAbsent(name, result.size());
            if (place == null) {
                result.add(line);
            } else {
                result.set(place, result.get(place) + between + value(kind, line));
            }
        }
        return result;
    }

    /// The name in a field line of that kind, in lower case; empty when there is none.
    static String name(String kind, String line) {
        int colon = line.indexOf(':', kind.length());
        return line.substring(kind.length(), Math.max(kind.length(), colon)).toLowerCase(Locale.ROOT);
    }

    /// The value in a field line of that kind.
    static String value(String kind, String line) {
        return line.substring(Math.min(line.length(), line.indexOf(':', kind.length()) + 2));
    }
}
