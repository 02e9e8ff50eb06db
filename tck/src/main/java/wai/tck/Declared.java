package wai.tck;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import wai.Capability;

/// What a handler declares: the only thing that can change which cases run.
///
/// @param capabilities what it can do
/// @param departures what somebody in front of it spoils, each with its reason
/// @param occasional those of them that are not always to be seen
record Declared(Set<Capability> capabilities, Map<Departure, String> departures, Set<Departure> occasional) {
    Declared {
        capabilities = Set.copyOf(capabilities);
        departures = Map.copyOf(departures);
        occasional = Set.copyOf(occasional);
        departures.forEach((departure, reason) -> {
            if (reason.isBlank()) {
                throw new IllegalArgumentException(
                        "departure " + departure + " without a reason: expected who does it, and why it stays so");
            }
        });
    }

    static Declared by(HandlerUnderTest handler) {
        return new Declared(handler.capabilities(), handler.departures(), handler.occasional());
    }

    /// The same declarations without one departure.
    Declared without(Departure departure) {
        var fewer = new EnumMap<Departure, String>(Departure.class);
        fewer.putAll(departures);
        fewer.remove(departure);
        return new Declared(capabilities, fewer, occasional);
    }

    /// Whether a case can run as it is.
    boolean allows(TckCase subject) {
        return obstacles(subject).isEmpty();
    }

    /// Why a case cannot run as it is: missing capabilities by name, then departures with their reasons.
    List<String> obstacles(TckCase subject) {
        var missing = new TreeSet<String>();
        for (var capability : subject.needs()) {
            if (!capabilities.contains(capability)) {
                missing.add(capability.name());
            }
        }
        var obstacles = new ArrayList<String>(missing);
        for (var departure : Departure.values()) {
            if (subject.dependsOn().contains(departure) && departures.containsKey(departure)) {
                obstacles.add("a handler without " + departure.name() + " (" + departures.get(departure) + ")");
            }
        }
        return List.copyOf(obstacles);
    }
}
