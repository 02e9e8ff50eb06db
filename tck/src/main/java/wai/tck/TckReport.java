package wai.tck;

import java.time.Duration;
import java.util.List;

/// What all cases showed about one handler, for people and for programs.
///
/// @param handler its name
/// @param results one per case, in the order of the rules
public record TckReport(String handler, List<TckResult> results) {
    /// Copies the results.
    public TckReport {
        results = List.copyOf(results);
    }

    /// How many cases ended so.
    ///
    /// @param outcome the outcome
    /// @return 0 or more
    public int count(TckResult.Outcome outcome) {
        return (int)
                results.stream().filter(result -> result.outcome() == outcome).count();
    }

    /// Whether no case failed.
    ///
    /// @return true when all passed or were not supported
    public boolean isGreen() {
        return count(TckResult.Outcome.FAILED) == 0;
    }

    /// The sum in one line.
    ///
    /// @return `my.Handler: 120 passed, 0 failed, 3 not supported in 2.345 s`
    public String summary() {
        var took = results.stream().map(TckResult::took).reduce(Duration.ZERO, Duration::plus);
        return "%s: %d passed, %d failed, %d not supported in %d.%03d s"
                .formatted(
                        handler,
                        count(TckResult.Outcome.PASSED),
                        count(TckResult.Outcome.FAILED),
                        count(TckResult.Outcome.NOT_SUPPORTED),
                        took.toSeconds(),
                        took.toMillisPart());
    }

    /// The report as JSON (RFC 8259): `handler`, `summary`, and per case `rule`, `case`, `outcome`, `detail` and
    /// `micros`.
    ///
    /// @return the text, with a line per case
    public String json() {
        var json = new StringBuilder("{\"handler\": ");
        quote(json, handler);
        json.append(", \"passed\": ").append(count(TckResult.Outcome.PASSED));
        json.append(", \"failed\": ").append(count(TckResult.Outcome.FAILED));
        json.append(", \"notSupported\": ").append(count(TckResult.Outcome.NOT_SUPPORTED));
        json.append(", \"results\": [");
        var separator = "\n  ";
        for (var result : results) {
            json.append(separator).append("{\"rule\": ");
            quote(json, result.subject().rule().id());
            quote(json.append(", \"case\": "), result.subject().name());
            quote(json.append(", \"outcome\": "), result.outcome().name());
            quote(json.append(", \"detail\": "), result.detail());
            json.append(", \"micros\": ").append(result.took().toNanos() / 1000).append('}');
            separator = ",\n  ";
        }
        return json.append("\n]}\n").toString();
    }

    private static void quote(StringBuilder json, String text) {
        json.append('"');
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
        json.append('"');
    }
}
