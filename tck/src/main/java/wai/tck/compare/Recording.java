package wai.tck.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import wai.Capability;
import wai.tck.report.Json;

/// What all requests showed of one handler, and what it declares; written to a file and read from there.
///
/// @param handler its name
/// @param capabilities what it declares to be able to do, by name
/// @param departures what it declares that somebody in front of it does otherwise, by name, with the reasons
/// @param exchanges one per request, always in the same order
public record Recording(
        String handler, List<String> capabilities, Map<String, String> departures, List<RecordedExchange> exchanges) {
    /// Copies the collections.
    public Recording {
        capabilities = List.copyOf(capabilities);
        departures = Collections.unmodifiableMap(new LinkedHashMap<>(departures));
        exchanges = List.copyOf(exchanges);
    }

    /// Whether a departure of that name is declared, or a capability of that name is not.
    boolean admits(String name) {
        return isCapability(name) ? !capabilities.contains(name) : departures.containsKey(name);
    }

    static boolean isCapability(String name) {
        return Arrays.stream(Capability.values()).anyMatch(each -> each.name().equals(name));
    }

    /// Reads what [#json] wrote.
    ///
    /// @throws IllegalArgumentException when the text is something else
    public static Recording parse(String json) {
        var object = Json.object(json);
        return new Recording(
                Json.text(object, "handler"),
                Json.texts(object, "capabilities"),
                Json.textsByName(object, "departures"),
                Json.objects(object, "exchanges").stream()
                        .map(each -> new RecordedExchange(
                                Json.text(each, "name"),
                                Json.texts(each, "needs"),
                                Json.texts(each, "dependsOn"),
                                Json.texts(each, "lines")))
                        .toList());
    }

    /// Reads a file that [#write] wrote.
    ///
    /// @throws IOException when there is none
    /// @throws IllegalArgumentException when it is something else
    public static Recording read(Path file) throws IOException {
        try {
            return parse(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + " is no recording of the kit: " + e.getMessage(), e);
        }
    }

    /// Writes the recording as JSON; makes the folder.
    public void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, json());
    }

    /// The recording as JSON (RFC 8259), with a line per exchange.
    public String json() {
        return "{\"handler\": " + Json.quoted(handler)
                + ",\n \"capabilities\": " + list(capabilities)
                + ",\n \"departures\": "
                + departures.entrySet().stream()
                        .map(each -> Json.quoted(each.getKey()) + ": " + Json.quoted(each.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"))
                + ",\n \"exchanges\": "
                + exchanges.stream().map(Recording::json).collect(Collectors.joining(",\n  ", "[\n  ", "\n]}\n"));
    }

    private static String json(RecordedExchange each) {
        return "{\"name\": " + Json.quoted(each.name()) + ", \"needs\": " + list(each.needs()) + ", \"dependsOn\": "
                + list(each.dependsOn()) + ", \"lines\": " + list(each.lines()) + "}";
    }

    private static String list(List<String> texts) {
        return texts.stream().map(Json::quoted).collect(Collectors.joining(", ", "[", "]"));
    }
}
