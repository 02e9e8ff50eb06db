package wai.tck.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// A rule by which two handlers may differ. Whatever differs beside these is a difference.
///
/// Each changes the lines of both sides before they are compared, in the order of this list: some always, the others
/// where one of the two declares a departure, or does not declare a capability.
enum Leniency {
    /// The clock of a handler.
    CLOCK(
            "`Date` is left out, but for the one that the application set.",
            "Every handler has a clock of its own.",
            Condition.ALWAYS,
            "",
            lines -> without(lines, line -> field(line, "date") && !line.endsWith(Leniency.ownDate()))),
    /// The name of a handler.
    SERVER(
            "`Server` is left out, but for the one that the application set.",
            "It is the name of the handler.",
            Condition.ALWAYS,
            "",
            lines -> without(lines, line -> field(line, "server") && !line.endsWith("the application's own"))),
    /// What belongs to one connection.
    CONNECTION(
            "`Connection`, `Keep-Alive`, `Transfer-Encoding` and `Trailer` are left out, in requests too.",
            "They belong to one connection and not to the message (RFC 9110 §7.6.1); the kit's client checks that "
                    + "responses are framed well.",
            Condition.ALWAYS,
            "",
            lines -> without(
                    lines,
                    line -> field(line, "connection")
                            || field(line, "keep-alive")
                            || field(line, "transfer-encoding")
                            || field(line, "trailer"))),
    /// Blanks in the values of fields.
    BLANKS(
            "A tab in the value of a field counts as a blank.",
            "Recipients may replace one by the other (RFC 9110 §5.6.3).",
            Condition.ALWAYS,
            "",
            lines -> each(
                    lines,
                    line -> line.startsWith("field ") || line.startsWith("body | field: ")
                            ? line.replace("\\u0009", " ").replace('\t', ' ')
                            : line)),
    /// How far a response came that failed.
    CUT(
            "Of a response that is cut, nothing else is compared.",
            "How much of it gets through depends on buffers; that the client sees the cut is the rule (WAI-RSP-09).",
            Condition.ALWAYS,
            "",
            lines -> lines.getLast().equals("end cut") ? List.of("end cut") : lines),
    /// What a handler says by itself.
    OWN_ANSWER(
            "Of an error that the handler answers itself, only the status is compared.",
            "The text is the handler's. Every response of the application carries a field of the outermost middleware.",
            Condition.ALWAYS,
            "",
            Leniency::withoutOwnText),
    /// A go-ahead behind an answer.
    ANSWERED_FIRST(
            "`100 Continue` is left out where the application answers before it reads the body.",
            "A final response takes the place of 100 (RFC 9110 §10.1.1); both go out at that moment.",
            Condition.ALWAYS,
            "",
            lines -> lines.stream().anyMatch(line -> field(line, "x-answered"))
                    ? without(lines, line -> line.equals("interim 100"))
                    : lines),
    /// The boundary of several ranges.
    BOUNDARY(
            "The boundary of `multipart/byteranges` is written as `BOUNDARY`.",
            "It is made up for each response (RFC 9110 §14.6).",
            Condition.ALWAYS,
            "",
            Leniency::withoutBoundary),
    /// A target that was decoded and encoded again.
    RAW_TARGET(
            "`rawPath` and `rawQuery` are left out of the echo.",
            "They are encoded anew.",
            Condition.WITHOUT,
            "RAW_TARGET",
            lines -> without(
                    lines, line -> line.startsWith("body | raw-path: ") || line.startsWith("body | raw-query: "))),
    /// A query without content.
    EMPTY_QUERY(
            "A `rawQuery` of `?` counts as none.",
            "",
            Condition.DEPARTURE,
            "EMPTY_QUERY",
            lines -> each(lines, line -> line.equals("body | raw-query: ?") ? "body | raw-query: " : line)),
    /// Names of request fields.
    REQUEST_NAME_CASE(
            "Names of request fields are written in lower case.",
            "",
            Condition.DEPARTURE,
            "REQUEST_NAME_CASE",
            lines -> each(lines, line -> lowerName("body | field: ", line))),
    /// Duplicates of request fields.
    REQUEST_DUPLICATES(
            "Request fields of one name are joined, by `, ` or for `Cookie` by `; `.",
            "",
            Condition.DEPARTURE,
            "REQUEST_DUPLICATES",
            Leniency::joined),
    /// Order of request fields.
    REQUEST_FIELD_ORDER(
            "Request fields are sorted by name; those of one name stay in order.",
            "",
            Condition.DEPARTURE,
            "REQUEST_FIELD_ORDER",
            lines -> sorted("body | field: ", lines)),
    /// A body that was collected first.
    REQUEST_BUFFERED(
            "What tells whether the length of a request body was known is left out.",
            "",
            Condition.DEPARTURE,
            "REQUEST_BUFFERED",
            lines -> without(
                    lines,
                    line -> line.startsWith("body | body-length: ")
                            || line.startsWith("body | declared ")
                            || line.startsWith("body | field: Content-Length: "))),
    /// Names of response fields.
    RESPONSE_NAME_CASE(
            "Names of response fields are written in lower case.",
            "",
            Condition.DEPARTURE,
            "RESPONSE_NAME_CASE",
            lines ->
                    each(lines, line -> lowerName("trailer ", lowerName("interim-field ", lowerName("field ", line))))),
    /// Order of response fields.
    RESPONSE_FIELD_ORDER(
            "Response fields are sorted by name; those of one name stay in order.",
            "",
            Condition.DEPARTURE,
            "RESPONSE_FIELD_ORDER",
            lines -> sorted("field ", lines)),
    /// A `Content-Type` that means the same.
    CONTENT_TYPE_TEXT(
            "`Content-Type` is compared in lower case, without blanks and quotation marks.",
            "",
            Condition.DEPARTURE,
            "CONTENT_TYPE_TEXT",
            lines -> each(
                    lines,
                    line -> field(line, "content-type")
                            ? line.toLowerCase(Locale.ROOT).replaceAll("[ \"]", "")
                            : line)),
    /// A date that is not the application's.
    DATE(
            "`Date` of the application is left out too.",
            "",
            Condition.DEPARTURE,
            "DATE",
            lines -> without(lines, line -> field(line, "date")));

    /// When a rule holds.
    enum Condition {
        /// For every handler.
        ALWAYS,
        /// Where a departure is declared.
        DEPARTURE,
        /// Where a capability is not declared.
        WITHOUT
    }

    private static final Pattern BOUNDARY_PARAMETER = Pattern.compile(
            "field content-type: multipart/byteranges; *boundary=\"?([^\";]+)\"?", Pattern.CASE_INSENSITIVE);

    private final String text;
    private final String why;
    private final Condition condition;
    private final String declared;

    @SuppressWarnings("ImmutableEnumChecker") // functions without state
    private final UnaryOperator<List<String>> change;

    Leniency(String text, String why, Condition condition, String declared, UnaryOperator<List<String>> change) {
        this.text = text;
        this.why = why;
        this.condition = condition;
        this.declared = declared;
        this.change = change;
    }

    /// What is left out, or written alike.
    String text() {
        return text;
    }

    /// Why, or for whom.
    String why() {
        return switch (condition) {
            case ALWAYS -> why;
            case DEPARTURE -> "Where the departure `" + declared + "` is declared.";
            case WITHOUT -> "Where the capability `" + declared + "` is not declared. " + why;
        };
    }

    boolean isForAll() {
        return condition == Condition.ALWAYS;
    }

    /// Whether what the handler declares lets the rule hold.
    boolean holdsFor(Recording handler) {
        return switch (condition) {
            case ALWAYS -> true;
            case DEPARTURE -> handler.departures().containsKey(declared);
            case WITHOUT -> !handler.capabilities().contains(declared);
        };
    }

    List<String> apply(List<String> lines) {
        return change.apply(lines);
    }

    /// The date that the application sets in one of its responses.
    private static String ownDate() {
        return "Thu, 02 Jan 2025 03:04:05 GMT";
    }

    /// Whether a line is a response field, or a request field in an echo, of that name.
    private static boolean field(String line, String lowerName) {
        var text = line.startsWith("body | field: ")
                ? line.substring("body | field: ".length())
                : line.startsWith("field ") ? line.substring("field ".length()) : "";
        return text.regionMatches(true, 0, lowerName + ":", 0, lowerName.length() + 1);
    }

    private static List<String> without(List<String> lines, java.util.function.Predicate<String> unwanted) {
        return lines.stream().filter(unwanted.negate()).toList();
    }

    private static List<String> each(List<String> lines, UnaryOperator<String> change) {
        return lines.stream().map(change).toList();
    }

    private static List<String> withoutOwnText(List<String> lines) {
        var status = lines.stream()
                .filter(line -> line.matches("status [45][0-9]{2}"))
                .findFirst();
        boolean own = lines.stream().noneMatch(line -> field(line, "x-stack"));
        return status.isPresent() && own ? List.of(status.get(), lines.getLast()) : lines;
    }

    private static List<String> withoutBoundary(List<String> lines) {
        Optional<String> boundary = lines.stream()
                .map(BOUNDARY_PARAMETER::matcher)
                .filter(java.util.regex.Matcher::find)
                .map(found -> found.group(1))
                .findFirst();
        return boundary.map(text -> each(lines, line -> line.replace(text, "BOUNDARY")))
                .orElse(lines);
    }

    private static String lowerName(String kind, String line) {
        int colon = line.indexOf(':', kind.length());
        return line.startsWith(kind) && colon > 0
                ? line.substring(0, colon).toLowerCase(Locale.ROOT) + line.substring(colon)
                : line;
    }

    /// Sorts the lines of one kind, which stand together, by the names in them.
    private static List<String> sorted(String kind, List<String> lines) {
        var fields = new ArrayList<>(
                lines.stream().filter(line -> line.startsWith(kind)).toList());
        fields.sort(java.util.Comparator.comparing(line ->
                line.substring(0, Math.max(0, line.indexOf(':', kind.length()))).toLowerCase(Locale.ROOT)));
        var result = new ArrayList<>(without(lines, line -> line.startsWith(kind)));
        int at = 0;
        while (at < lines.size() && !lines.get(at).startsWith(kind)) {
            at++;
        }
        result.addAll(Math.min(at, result.size()), fields);
        return result;
    }

    private static List<String> joined(List<String> lines) {
        var result = new ArrayList<String>();
        var places = new LinkedHashMap<String, Integer>();
        for (var line : lines) {
            var parts = line.split(": ", 3);
            if (!line.startsWith("body | field: ") || parts.length < 3) {
                result.add(line);
                continue;
            }
            var name = parts[1].toLowerCase(Locale.ROOT);
            var place = places.putIfAbsent(name, result.size());
            if (place == null) {
                result.add(line);
            } else {
                result.set(place, result.get(place) + (name.equals("cookie") ? "; " : ", ") + parts[2]);
            }
        }
        return result;
    }
}
