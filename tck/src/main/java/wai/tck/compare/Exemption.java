package wai.tck.compare;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// A declared departure by which the answer to requests of one kind may be another altogether.
///
/// Only where the request is of that kind ([RecordedExchange#dependsOn]), and only an answer as described: if the
/// application was called, its answer must be the same as everywhere.
enum Exemption {
    /// A method that does not get through.
    METHODS("An unusual method may be refused."),
    /// A target that does not get through.
    TARGETS("An odd target may be refused."),
    /// An upgrade that is none and does not get through.
    UNNAMED_UPGRADE("A request with an `Upgrade` that `Connection` does not name may be refused."),
    /// A body of unknown length that does not get through.
    LENGTH_REQUIRED("A request that does not tell the length of its body may be refused."),
    /// Trailer fields that do not get through.
    TRAILER_SECTION(
            "A request with trailer fields may be refused, or its connection cut.",
            lines -> isRefused(lines) || Lines.isCut(lines)),
    /// A go-ahead with fields in it.
    OWN_CONTINUE("A `100 Continue` may have fields that do not belong there.", lines -> lines.getLast()
            .startsWith("end not HTTP: status 100 with ")),
    /// A field that is an order to somebody.
    RESPONSE_RESERVED_FIELDS("A response whose fields mean something to who is in front may be replaced by an error."),
    /// A stream that fails and looks whole.
    CUT_STREAM("A stream that fails may look whole, or stay open.", lines -> !Lines.isCut(lines)),
    /// A response under a length that fails and looks whole.
    CUT_LENGTH(
            "A response that does not keep its `Content-Length` may look whole, or stay open.",
            lines -> !Lines.isCut(lines));

    private final String text;

    @SuppressWarnings("ImmutableEnumChecker") // functions without state
    private final Predicate<List<String>> allowed;

    Exemption(String text) {
        this(text, Exemption::isRefused);
    }

    Exemption(String text, Predicate<List<String>> allowed) {
        this.text = text;
        this.allowed = allowed;
    }

    /// The exemption by which the answer tells nothing, if there is one.
    static Optional<Exemption> of(Recording handler, RecordedExchange exchange) {
        for (var each : values()) {
            if (exchange.dependsOn().contains(each.name())
                    && handler.departures().containsKey(each.name())
                    && each.allowed.test(exchange.lines())) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /// Whether the departure is the outcome of a race, so that it may not show in a run.
    boolean isRace() {
        return this == CUT_STREAM || this == CUT_LENGTH;
    }

    /// Whether this is the reason for a verdict.
    boolean explains(Verdict verdict) {
        return verdict.reasons().contains(name());
    }

    /// What may be.
    String text() {
        return text;
    }

    /// Who is exempt.
    String who() {
        return "Where " + declared(Set.of(name())) + ", and the request is about it.";
    }

    /// "the departure X or Y is declared", or "the capability X is not declared".
    static String declared(Set<String> names) {
        boolean isCapability = names.stream().anyMatch(Recording::isCapability);
        return names.stream()
                .sorted()
                .map(name -> "`" + name + "`")
                .collect(Collectors.joining(
                        " or ",
                        isCapability ? "the capability " : "the departure ",
                        isCapability ? " is not declared" : " is declared"));
    }

    /// Whether one of these declares the departure.
    boolean holdsAmong(List<Recording> handlers) {
        return handlers.stream().anyMatch(each -> each.departures().containsKey(name()));
    }

    private static boolean isRefused(List<String> lines) {
        return Lines.isOwnError(lines) && lines.getLast().equals("end whole");
    }
}
