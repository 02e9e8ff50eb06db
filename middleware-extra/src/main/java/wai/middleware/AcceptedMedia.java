package wai.middleware;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.Request;
import wai.field.Accepted;

/// Which of several media types a client likes best, by its `Accept` (RFC 9110 §12.5.1). No middleware.
///
/// {@snippet file="wai/middleware/Samples.java" region="accepted-media"}
///
/// The most specific range of the field counts for a type: `text/html;level=1` before `text/html` before `text/*`
/// before `*/*`. What is malformed counts as not wanted; the first 64 elements count. Say `Vary: Accept` with what is
/// answered.
public final class AcceptedMedia {
    /// How many elements are looked at.
    private static final int MOST = 64;

    private static final int FULL = 1000;

    private final List<Media> ranges;

    private AcceptedMedia(List<Media> ranges) {
        this.ranges = ranges;
    }

    /// What the client of a request says.
    ///
    /// @param request the request
    /// @return its wishes; everything, where it has none
    public static AcceptedMedia of(Request request) {
        var ranges = new ArrayList<Media>();
        var elements = request.headers().elements(HeaderName.ACCEPT);
        for (var element : elements.subList(0, Math.min(elements.size(), MOST))) {
            var range = Media.parse(element);
            if (range != null) {
                ranges.add(range);
            }
        }
        return new AcceptedMedia(elements.isEmpty() ? List.of(new Media("*", "*", Set.of(), FULL)) : ranges);
    }

    /// Chooses.
    ///
    /// @param types what there is, the best first: it wins among equals
    /// @return one of them; empty when the client wants none: answer 406, or with the first all the same
    /// @throws IllegalArgumentException when one is no media type
    public Optional<String> best(String... types) {
        String best = null;
        int most = 0;
        for (var type : types) {
            int weight = weight(type);
            if (weight > most) {
                best = type;
                most = weight;
            }
        }
        return Optional.ofNullable(best);
    }

    /// How much a type is wanted.
    ///
    /// @param type with its parameters: `text/html;charset=utf-8`
    /// @return 0 for not at all to 1000
    /// @throws IllegalArgumentException when it is no media type
    public int weight(String type) {
        var media = Media.parse(type);
        if (media == null || media.type.equals("*") || media.subtype.equals("*")) {
            throw new IllegalArgumentException("media type " + type + ": expected one like text/html");
        }
        Media closest = null;
        for (var range : ranges) {
            if (range.includes(media) && (closest == null || range.precision() > closest.precision())) {
                closest = range;
            }
        }
        return closest == null ? 0 : closest.weight;
    }

    private record Media(String type, String subtype, Set<String> parameters, int weight) {
        /// Null when it is none.
        static @Nullable Media parse(String text) {
            var parts = text.split(";", -1);
            var names = parts[0].strip().toLowerCase(Locale.ROOT).split("/", -1);
            if (names.length != 2 || names[0].isEmpty() || names[1].isEmpty()) {
                return null;
            }
            if (names[0].equals("*") && !names[1].equals("*")) {
                return null;
            }
            var parameters = new HashSet<String>();
            for (int i = 1; i < parts.length; i++) {
                var parameter = parts[i].strip().toLowerCase(Locale.ROOT);
                if (parameter.startsWith("q=")) {
                    return new Media(names[0], names[1], parameters, Accepted.parsed(parameter));
                }
                parameters.add(parameter.replace("\"", ""));
            }
            return new Media(names[0], names[1], parameters, FULL);
        }

        boolean includes(Media other) {
            return (type.equals("*") || type.equals(other.type))
                    && (subtype.equals("*") || subtype.equals(other.subtype))
                    && other.parameters.containsAll(parameters);
        }

        int precision() {
            return (type.equals("*") ? 0 : 1) + (subtype.equals("*") ? 0 : 1) + parameters.size();
        }
    }
}
