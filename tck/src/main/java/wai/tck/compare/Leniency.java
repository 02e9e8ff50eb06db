package wai.tck.compare;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/// A rule by which two handlers may differ. Whatever differs beside these, and beside an [Exemption], is a difference.
///
/// Each changes the lines of both sides before they are compared, in the order of this list: some always, the others
/// where one of the two declares a departure.
enum Leniency {
    /// The clock of a handler.
    CLOCK(
            "`Date` is left out, but for the one that the application set.",
            "Every handler has a clock of its own.",
            lines -> Lines.without(lines, line -> Lines.field(line, "date") && !line.endsWith(Leniency.ownDate()))),
    /// The name of a handler.
    SERVER(
            "`Server` is left out, but for the one that the application set.",
            "It is the name of the handler, or of who is in front of it.",
            lines -> Lines.without(
                    lines, line -> Lines.field(line, "server") && !line.endsWith("the application's own"))),
    /// What belongs to one connection.
    CONNECTION(
            "`Connection`, `Keep-Alive`, `Transfer-Encoding` and `Trailer` are left out, in requests too.",
            "They belong to one connection and not to the message (RFC 9110 §7.6.1); the kit's client checks that "
                    + "responses are framed well.",
            lines -> Lines.without(
                    lines,
                    line -> Lines.field(line, "connection")
                            || Lines.field(line, "keep-alive")
                            || Lines.field(line, "transfer-encoding")
                            || Lines.field(line, "trailer"))),
    /// A length that somebody found out.
    STREAM_LENGTH(
            "The right `Content-Length` of a stream is left out where the application did not tell it.",
            "Who holds the whole body before it sends any of it may count it; only lengths that are told, or of bodies "
                    + "in memory, must be sent (WAI-STR-12, WAI-RSP-03).",
            lines -> lines.stream().anyMatch(line -> Lines.field(line, Lines.RESPONSE, "x-length"))
                    ? Lines.without(
                            lines,
                            line -> Lines.field(line, Lines.RESPONSE, "content-length")
                                    && line.endsWith(": that of the body"))
                    : lines),
    /// Where a handler puts what it writes itself.
    OWN_FIELDS(
            "The places of `Content-Length` and `Date` among the fields are not compared.",
            "The handler writes both itself (WAI-RSP-03, WAI-RSP-13), and no rule says where.",
            lines -> Lines.moved(Lines.RESPONSE, "date", Lines.moved(Lines.RESPONSE, "content-length", lines))),
    /// Blanks in the values of fields.
    BLANKS(
            "A tab in the value of a field counts as a blank.",
            "Recipients may replace one by the other (RFC 9110 §5.6.3).",
            lines -> Lines.each(
                    lines,
                    line -> line.startsWith(Lines.RESPONSE) || line.startsWith(Lines.REQUEST)
                            ? line.replace("\\u0009", " ").replace('\t', ' ')
                            : line)),
    /// How far a response came that failed.
    CUT(
            "Of a response that is cut, nothing else is compared; a 5xx that is not the application's counts as cut, too.",
            "How much of it gets through depends on buffers, and without any of it who is in front may answer. That the "
                    + "client sees the failure is the rule (WAI-RSP-09).",
            lines -> Lines.isCut(lines) ? List.of(Lines.CUT) : lines),
    /// What a handler says by itself.
    OWN_ANSWER(
            "Of an error that the handler answers itself, only the status is compared.",
            "The text is the handler's. Every response of the application carries a field of the outermost middleware.",
            Lines::withoutOwnText),
    /// The boundary of several ranges.
    BOUNDARY(
            "The boundary of `multipart/byteranges` is written as `BOUNDARY`.",
            "It is made up for each response (RFC 9110 §14.6).",
            Lines::withoutBoundary),
    /// A target that was decoded and encoded again.
    RAW_TARGET(
            "`rawPath` and `rawQuery` are left out of the echo.",
            Set.of("RAW_TARGET"),
            lines -> Lines.without(
                    lines, line -> line.startsWith("body | raw-path: ") || line.startsWith("body | raw-query: "))),
    /// A query without content.
    EMPTY_QUERY(
            "A `rawQuery` of `?` counts as none.",
            Set.of("EMPTY_QUERY"),
            lines -> Lines.each(lines, line -> line.equals("body | raw-query: ?") ? "body | raw-query: " : line)),
    /// Names of request fields.
    REQUEST_NAME_CASE(
            "Names of request fields are written in lower case.",
            Set.of("REQUEST_NAME_CASE"),
            lines -> Lines.each(lines, line -> Lines.lowerName(Lines.REQUEST, line))),
    /// Request fields that somebody keeps for himself, or names that somebody writes his way.
    REQUEST_RESERVED_FIELDS(
            "Request fields called `Proxy`, and those with anything but letters, digits and hyphens in their names, are "
                    + "left out, also where these came as hyphens.",
            Set.of("REQUEST_RESERVED_FIELDS"),
            lines -> Lines.without(
                    lines,
                    line -> line.startsWith(Lines.REQUEST)
                            && Lines.name(Lines.REQUEST, line).matches("proxy|x-under.score|x-symbols.*"))),
    /// An upgrade that is none.
    UNNAMED_UPGRADE(
            "An `Upgrade` of the request that `Connection` does not name, so that nothing is offered, is left out.",
            Set.of("REQUEST_RESERVED_FIELDS"),
            lines -> lines.contains("body | upgrades: []")
                    ? Lines.without(lines, line -> Lines.field(line, Lines.REQUEST, "upgrade"))
                    : lines),
    /// An upgrade that is an extended CONNECT.
    EXTENDED_CONNECT(
            "`Upgrade` is left out, of requests and of responses, and so are the protocols that the application was offered.",
            Set.of("EXTENDED_CONNECT"),
            lines ->
                    Lines.without(lines, line -> Lines.field(line, "upgrade") || line.startsWith("body | upgrades: "))),
    /// Fields without a value.
    EMPTY_FIELDS(
            "Fields with an empty value are left out, of requests and of responses.",
            Set.of("EMPTY_FIELDS"),
            lines -> Lines.without(
                    lines,
                    line -> (line.startsWith(Lines.RESPONSE) || line.startsWith(Lines.REQUEST))
                            && line.endsWith(": "))),
    /// Blanks inside of values.
    FIELD_WHITE_SPACE(
            "Several blanks in the value of a request field count as one.",
            Set.of("FIELD_WHITE_SPACE"),
            lines -> Lines.each(lines, line -> line.startsWith(Lines.REQUEST) ? line.replaceAll(" {2,}", " ") : line)),
    /// Bytes above ASCII.
    FIELD_BYTES(
            "In values of fields, runs of characters above U+007F are written as `?`.",
            Set.of("FIELD_BYTES"),
            lines -> Lines.each(
                    lines,
                    line -> line.startsWith(Lines.RESPONSE) || line.startsWith(Lines.REQUEST)
                            ? line.replaceAll("([^ -~]|\\\\u[0-9a-f]{4})+", "?")
                            : line)),
    /// Cookies, joined in the wrong way.
    REQUEST_COOKIES(
            "Several `Cookie` fields are joined by `, `.",
            Set.of("REQUEST_COOKIES"),
            lines -> Lines.joined(Lines.REQUEST, lines, name -> name.equals("cookie") ? ", " : "")),
    /// Cookies, joined as HTTP/2 asks.
    COOKIE_CRUMBS(
            "Several `Cookie` fields are joined by `; `.",
            Set.of("COOKIE_CRUMBS"),
            lines -> Lines.joined(Lines.REQUEST, lines, name -> name.equals("cookie") ? "; " : "")),
    /// Duplicates of request fields.
    REQUEST_DUPLICATES(
            "Request fields of one name are joined, by `, ` or for `Cookie` by `; `.",
            Set.of("REQUEST_DUPLICATES"),
            lines -> Lines.joined(Lines.REQUEST, lines, name -> name.equals("cookie") ? "; " : ", ")),
    /// Order of request fields.
    REQUEST_FIELD_ORDER(
            "Request fields are sorted by name; those of one name stay in order.",
            Set.of("REQUEST_FIELD_ORDER"),
            lines -> Lines.sorted(Lines.REQUEST, lines)),
    /// A body that was collected first.
    REQUEST_BUFFERED(
            "What tells whether the length of a request body was known is left out.",
            Set.of("REQUEST_BUFFERED"),
            lines -> Lines.without(
                    lines,
                    line -> line.startsWith("body | body-length: ")
                            || line.startsWith("body | declared ")
                            || Lines.field(line, Lines.REQUEST, "content-length"))),
    /// A go-ahead that nobody asked for.
    OWN_CONTINUE(
            "`100 Continue` is left out, and the `Expect` that asked for it.",
            Set.of("OWN_CONTINUE", "REQUEST_BUFFERED"),
            lines -> Lines.without(
                    lines, line -> line.equals("interim 100") || Lines.field(line, Lines.REQUEST, "expect"))),
    /// Trailer fields as a map.
    TRAILER_DUPLICATES(
            "Trailer fields of the request are sorted by name.",
            Set.of("TRAILER_DUPLICATES"),
            lines -> Lines.sorted(Lines.REQUEST_TRAILER, lines)),
    /// Response fields that somebody keeps for himself.
    RESPONSE_RESERVED_FIELDS(
            "`Status`, `Upgrade`, `X-Sendfile` and `Server` of the application are left out.",
            Set.of("RESPONSE_RESERVED_FIELDS"),
            lines -> Lines.without(lines, line -> Set.of("status", "upgrade", "x-sendfile", "server")
                    .contains(line.startsWith(Lines.RESPONSE) ? Lines.name(Lines.RESPONSE, line) : ""))),
    /// Duplicates of response fields.
    RESPONSE_DUPLICATES(
            "Response fields of one name are joined by `, `, but for `Set-Cookie`; in `Vary` no blanks count.",
            Set.of("RESPONSE_DUPLICATES"),
            lines -> Lines.each(
                    Lines.joined(Lines.RESPONSE, lines, name -> name.equals("set-cookie") ? "" : ", "),
                    line -> Lines.field(line, Lines.RESPONSE, "vary") ? line.replace(", ", ",") : line)),
    /// The length of what HEAD does not bring.
    HEAD_LENGTH(
            "A `Content-Length` of 0 is left out of answers without content.",
            Set.of("HEAD_LENGTH"),
            lines -> lines.stream().anyMatch(line -> line.startsWith("body "))
                    ? lines
                    : Lines.without(
                            lines,
                            line -> Lines.field(line, Lines.RESPONSE, "content-length")
                                    && line.endsWith(": that of the body"))),
    /// Names of response fields.
    RESPONSE_NAME_CASE(
            "Names of response fields are written in lower case.",
            Set.of("RESPONSE_NAME_CASE"),
            lines -> Lines.each(
                    lines,
                    line -> Lines.lowerName(
                            Lines.TRAILER, Lines.lowerName("interim-field ", Lines.lowerName(Lines.RESPONSE, line))))),
    /// Where the fields stand that describe a body.
    CONTENT_FIELDS_PLACE(
            "The places of `Content-Type` and `Content-Length` among the fields are not compared, in requests too.",
            Set.of("CONTENT_FIELDS_PLACE"),
            lines -> Lines.moved(
                    Lines.RESPONSE,
                    "content-type",
                    Lines.moved(Lines.REQUEST, "content-type", Lines.moved(Lines.REQUEST, "content-length", lines)))),
    /// Order of response fields.
    RESPONSE_FIELD_ORDER(
            "Response and trailer fields are sorted by name; those of one name stay in order.",
            Set.of("RESPONSE_FIELD_ORDER"),
            lines -> Lines.sorted(Lines.TRAILER, Lines.sorted(Lines.RESPONSE, lines))),
    /// A `Content-Type` that means the same.
    CONTENT_TYPE_TEXT(
            "`Content-Type` is compared in lower case, without blanks and quotation marks; that of status 204, 205 or 304 is "
                    + "left out.",
            Set.of("CONTENT_TYPE_TEXT"),
            Lines::withMeaningOfType),
    /// A date that is not the application's.
    DATE(
            "`Date` of the application is left out too.",
            Set.of("DATE"),
            lines -> Lines.without(lines, line -> Lines.field(line, Lines.RESPONSE, "date")));

    private final String text;
    private final String why;

    @SuppressWarnings("ImmutableEnumChecker") // a set that does not change
    private final Set<String> declarations;

    @SuppressWarnings("ImmutableEnumChecker") // functions without state
    private final UnaryOperator<List<String>> change;

    /// A rule for all.
    Leniency(String text, String why, UnaryOperator<List<String>> change) {
        this(text, why, Set.of(), change);
    }

    /// A rule for those who declare one of these departures, or do not declare one of these capabilities.
    Leniency(String text, Set<String> declarations, UnaryOperator<List<String>> change) {
        this(text, "Where " + Exemption.declared(declarations) + ".", declarations, change);
    }

    Leniency(String text, String why, Set<String> declarations, UnaryOperator<List<String>> change) {
        this.text = text;
        this.why = why;
        this.declarations = Set.copyOf(declarations);
        this.change = change;
    }

    /// What is left out, or written alike.
    String text() {
        return text;
    }

    /// Why, or for whom.
    String why() {
        return why;
    }

    boolean isForAll() {
        return declarations.isEmpty();
    }

    /// The departure that the handler declares, or the capability that it does not, by which the rule holds; empty when
    /// it does not hold for this handler more than for all.
    Optional<String> declaredBy(Recording handler) {
        return declarations.stream().sorted().filter(handler::admits).findFirst();
    }

    /// Whether the rule holds for all, or for one of these.
    boolean holdsAmong(List<Recording> handlers) {
        return isForAll() || handlers.stream().anyMatch(each -> declaredBy(each).isPresent());
    }

    /// Whether the rule may be a reason for a verdict.
    boolean mayExplain(Verdict verdict) {
        return isForAll() || verdict.reasons().stream().anyMatch(declarations::contains);
    }

    List<String> apply(List<String> lines) {
        return change.apply(lines);
    }

    /// The date that the application sets in one of its responses.
    private static String ownDate() {
        return "Thu, 02 Jan 2025 03:04:05 GMT";
    }
}
