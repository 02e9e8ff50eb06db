package wai.warp.http1;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// The vectors and requirements in the folder `vectors`, whose `README.md` describes their format.
public final class RequestVectors {
    private static final List<String> TOPICS = List.of(
            "request-line",
            "version",
            "target",
            "fields",
            "host",
            "content-length",
            "transfer-encoding",
            "chunks",
            "trailers",
            "expect",
            "connection",
            "cut",
            "pipelining",
            "limits");

    private RequestVectors() {}

    /// What a client sends, and what the engine reports.
    ///
    /// @param name what is special about it
    /// @param requirements the ids of the requirements it shows
    /// @param limits what is accepted
    /// @param input the bytes, one a character
    /// @param expected the lines of the transcript
    public record Vector(
            String name, List<String> requirements, Http1Limits limits, String input, List<String> expected) {
        /// Whether the connection ends with a fault that was found in the bytes, not in their end.
        boolean isRefused() {
            return expected.getLast().startsWith("fault") && !expected.getLast().startsWith("fault CUT_");
        }

        /// Whether the client closes between requests that were all accepted.
        boolean isComplete() {
            return expected.getLast().equals("closed");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /// What an RFC asks for.
    ///
    /// @param id the RFC, the section, a word
    /// @param level MUST and the like
    /// @param text what is asked, in our words
    /// @param shown `vectors`; or `test` and a class; or `left` and a reason
    record Requirement(String id, String level, String text, String shown) {}

    /// All vectors.
    static List<Vector> all() {
        return TOPICS.stream().flatMap(topic -> of(topic).stream()).toList();
    }

    /// The topics, each of which is a file.
    public static List<String> topics() {
        return TOPICS;
    }

    /// The vectors of one topic.
    public static List<Vector> of(String topic) {
        var vectors = new ArrayList<Vector>();
        var blocks = text(topic + ".txt").split("(?m)^== ", -1);
        for (var block : List.of(blocks).subList(1, blocks.length)) {
            vectors.addAll(vectors(topic, block.lines().toList()));
        }
        return vectors;
    }

    static List<Requirement> requirements() {
        return text("requirements.txt")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split("\\|", -1))
                .map(parts -> new Requirement(parts[0].strip(), parts[1].strip(), parts[2].strip(), parts[3].strip()))
                .toList();
    }

    private static String text(String file) {
        try (var in = Objects.requireNonNull(RequestVectors.class.getResourceAsStream("vectors/" + file), file)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Vector> vectors(String topic, List<String> block) {
        var title = block.getFirst().split(" @ ", 2);
        var limits = Http1Limits.DEFAULT;
        var values = List.<String>of();
        var input = new StringBuilder();
        var expected = new ArrayList<String>();
        for (var line : block.subList(1, block.size())) {
            if (line.startsWith("!! ")) {
                limits = limits(line.substring(3));
            } else if (line.startsWith("?? ")) {
                values = List.of(line.substring(3).split(" ", -1));
            } else if (line.startsWith("=> ")) {
                expected.add(line.substring(3));
            } else {
                input.append(line);
            }
        }
        var vector = new Vector(
                topic + ": " + title[0], List.of(title[1].split(" ", -1)), limits, input.toString(), expected);
        return (values.isEmpty() ? Stream.of("") : values.stream())
                .map(value -> filled(vector, value))
                .toList();
    }

    private static Vector filled(Vector vector, String value) {
        return new Vector(
                value.isEmpty() ? vector.name : vector.name + ", " + value,
                vector.requirements,
                vector.limits,
                unescaped(vector.input.replace("{}", value)),
                vector.expected.stream().map(line -> line.replace("{}", value)).toList());
    }

    private static Http1Limits limits(String text) {
        var set = Stream.of(text.split(" ", -1))
                .map(setting -> setting.split("=", -1))
                .collect(java.util.stream.Collectors.toMap(parts -> parts[0], parts -> Integer.valueOf(parts[1])));
        var usual = Http1Limits.DEFAULT;
        return new Http1Limits(
                limit(set, "methodSize", usual.methodSize()),
                limit(set, "targetSize", usual.targetSize()),
                limit(set, "headerSize", usual.headerSize()),
                limit(set, "fieldCount", usual.fieldCount()),
                set.containsKey("bodySize") ? limit(set, "bodySize", 0) : usual.bodySize(),
                limit(set, "chunkLineSize", usual.chunkLineSize()),
                limit(set, "trailerSize", usual.trailerSize()));
    }

    private static int limit(Map<String, Integer> set, String name, int usual) {
        return set.getOrDefault(name, usual);
    }

    private static String unescaped(String text) {
        var out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char escaped = text.charAt(++i);
            switch (escaped) {
                case 'r' -> out.append('\r');
                case 'n' -> out.append('\n');
                case 't' -> out.append('\t');
                case '\\' -> out.append('\\');
                case 'x' -> {
                    out.append((char) Integer.parseInt(text, i + 1, i + 3, 16));
                    i += 2;
                }
                default -> throw new IllegalArgumentException("escape \\" + escaped + " in " + text);
            }
        }
        return out.toString();
    }
}
