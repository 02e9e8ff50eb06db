package wai.tck.compare;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// What one request showed.
///
/// @param name says what was sent
/// @param needs capabilities without which the answer is the fallback, by name
/// @param dependsOn departures by which the request may not get through, or the response not be seen to be cut, by name
/// @param lines what came back, as [Transcribed] writes it
public record RecordedExchange(String name, List<String> needs, List<String> dependsOn, List<String> lines) {
    /// Copies the lists.
    public RecordedExchange {
        requireNonNull(name, "name");
        needs = List.copyOf(needs);
        dependsOn = List.copyOf(dependsOn);
        lines = List.copyOf(lines);
    }
}
