package wai.tck.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import wai.tck.report.CaseOutcome.Kind;

/// What all cases showed about one handler, and what it declares; written to a file and read from there.
///
/// @param handler its name
/// @param capabilities what it declares to be able to do, by name
/// @param departures what somebody in front of it does otherwise, by name, with the reasons
/// @param cases one per case, in the order of the rules
public record HandlerReport(
        String handler, List<String> capabilities, Map<String, String> departures, List<CaseOutcome> cases) {
    /// Copies the lists.
    public HandlerReport {
        capabilities = List.copyOf(capabilities);
        departures = Collections.unmodifiableMap(new LinkedHashMap<>(departures));
        cases = List.copyOf(cases);
    }

    /// Reads what [#json] wrote.
    ///
    /// @throws IllegalArgumentException when the text is something else
    public static HandlerReport parse(String json) {
        var object = Json.object(json);
        return new HandlerReport(
                Json.text(object, "handler"),
                Json.texts(object, "capabilities"),
                Json.textsByName(object, "departures"),
                Json.objects(object, "results").stream()
                        .map(HandlerReport::outcome)
                        .toList());
    }

    /// Reads a file that [#write] wrote.
    ///
    /// @throws IOException when there is none
    /// @throws IllegalArgumentException when it is something else
    public static HandlerReport read(Path file) throws IOException {
        try {
            return parse(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + " is no result of the kit: " + e.getMessage(), e);
        }
    }

    /// Writes the report as JSON; makes the folder.
    public void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, json());
    }

    /// How many cases ended so.
    public int count(Kind kind) {
        return (int) cases.stream().filter(each -> each.kind() == kind).count();
    }

    /// The sum in one line.
    ///
    /// @return `my.Handler: 120 passed, 0 failed, 3 not supported in 2.345 s`
    public String summary() {
        var took = cases.stream().map(CaseOutcome::took).reduce(Duration.ZERO, Duration::plus);
        return "%s: %d passed, %d failed, %d not supported in %d.%03d s"
                .formatted(
                        handler,
                        count(Kind.PASSED),
                        count(Kind.FAILED),
                        count(Kind.NOT_SUPPORTED),
                        took.toSeconds(),
                        took.toMillisPart());
    }

    /// The report as JSON (RFC 8259), with a line per case.
    public String json() {
        return "{\"handler\": " + Json.quoted(handler)
                + ",\n \"capabilities\": "
                + capabilities.stream().map(Json::quoted).collect(Collectors.joining(", ", "[", "]"))
                + ",\n \"departures\": "
                + departures.entrySet().stream()
                        .map(each -> Json.quoted(each.getKey()) + ": " + Json.quoted(each.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"))
                + ",\n \"passed\": " + count(Kind.PASSED)
                + ", \"failed\": " + count(Kind.FAILED)
                + ", \"notSupported\": " + count(Kind.NOT_SUPPORTED)
                + ",\n \"results\": "
                + cases.stream().map(HandlerReport::json).collect(Collectors.joining(",\n  ", "[\n  ", "\n]}\n"));
    }

    private static String json(CaseOutcome each) {
        return "{\"rule\": " + Json.quoted(each.rule())
                + ", \"case\": " + Json.quoted(each.name())
                + ", \"outcome\": " + Json.quoted(each.kind().name())
                + ", \"detail\": " + Json.quoted(each.detail())
                + ", \"micros\": " + each.took().toNanos() / 1000 + "}";
    }

    private static CaseOutcome outcome(Map<String, Object> json) {
        return new CaseOutcome(
                Json.text(json, "rule"),
                Json.text(json, "case"),
                Kind.valueOf(Json.text(json, "outcome")),
                Json.text(json, "detail"),
                Duration.ofNanos(1000 * Json.number(json, "micros")));
    }
}
