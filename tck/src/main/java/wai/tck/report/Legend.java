package wai.tck.report;

import java.util.Map;

/// What a page says beside results: of rules and departures, by number and name.
///
/// @param uncovered why a rule has no case, by its number
/// @param departures what a departure means, by its name
public record Legend(Map<String, String> uncovered, Map<String, String> departures) {
    /// Copies the maps.
    public Legend {
        uncovered = Map.copyOf(uncovered);
        departures = Map.copyOf(departures);
    }
}
