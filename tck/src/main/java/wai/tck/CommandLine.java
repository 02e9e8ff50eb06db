package wai.tck;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the words behind `java -jar tck.jar` mean.
///
/// @param task what to do
/// @param values the options that have a value, and the others with an empty one
/// @param names what stands behind the options: classes or files
record CommandLine(Task task, Map<Option, String> values, List<String> names) {
    /// What the program can do.
    enum Task {
        RUN("one CLASS", 1, 1),
        MATRIX("at least one RESULT", 1, Integer.MAX_VALUE),
        DIFFERENTIAL("at least one HANDLER", 1, Integer.MAX_VALUE),
        LIST("nothing", 0, 0),
        COVERAGE("nothing", 0, 0),
        HELP("nothing", 0, Integer.MAX_VALUE);

        final String wants;
        final int fewest;
        final int most;

        Task(String wants, int fewest, int most) {
            this.wants = wants;
            this.fewest = fewest;
            this.most = most;
        }
    }

    /// What may stand in front of the names.
    enum Option {
        HELP("--help", "", Task.HELP),
        LIST("--list", "", Task.LIST),
        COVERAGE("--coverage", "", Task.COVERAGE),
        MATRIX("--matrix", "a file to write", Task.MATRIX),
        DIFFERENTIAL("--differential", "", Task.DIFFERENTIAL),
        CLASS_PATH("--class-path", "jars and folders, as of java -cp", Task.RUN, Task.DIFFERENTIAL),
        ONLY("--only", "the beginning of a rule's number", Task.RUN),
        VERBOSE("--verbose", "", Task.RUN, Task.DIFFERENTIAL),
        JSON("--json", "a file to write", Task.RUN),
        JUNIT("--junit", "a file to write", Task.RUN),
        HTML("--html", "a file to write", Task.RUN),
        RECORD("--record", "a folder to write to", Task.DIFFERENTIAL),
        PAGE("--page", "a file to write", Task.DIFFERENTIAL);

        final String word;
        final String value;

        @SuppressWarnings("ImmutableEnumChecker") // a copy that does not change
        final Set<Task> tasks;

        Option(String word, String value, Task first, Task... more) {
            this.word = word;
            this.value = value;
            this.tasks = Set.copyOf(EnumSet.of(first, more));
        }

        private static Option named(String word) {
            for (var option : values()) {
                if (option.word.equals(word)) {
                    return option;
                }
            }
            throw new IllegalArgumentException("unknown option " + word);
        }
    }

    /// Reads the words.
    ///
    /// @throws IllegalArgumentException when they mean nothing; says why
    static CommandLine of(String... words) {
        var values = new EnumMap<Option, String>(Option.class);
        var names = new ArrayList<String>();
        Deque<String> left = new ArrayDeque<>(List.of(words));
        while (!left.isEmpty()) {
            var word = left.removeFirst();
            if (word.startsWith("-")) {
                read(Option.named(word), left, values);
            } else {
                names.add(word);
            }
        }
        var line = new CommandLine(task(values.keySet()), values, List.copyOf(names));
        line.check();
        return line;
    }

    boolean has(Option option) {
        return values.containsKey(option);
    }

    String value(Option option, String otherwise) {
        return values.getOrDefault(option, otherwise);
    }

    Optional<Path> file(Option option) {
        try {
            return Optional.ofNullable(values.get(option)).map(Path::of);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(option.word + ": " + e.getMessage(), e);
        }
    }

    private static void read(Option option, Deque<String> left, Map<Option, String> values) {
        if (!option.value.isEmpty() && left.isEmpty()) {
            throw new IllegalArgumentException(option.word + " needs a value: " + option.value);
        }
        var before = values.put(option, option.value.isEmpty() ? "" : left.removeFirst());
        if (before != null) {
            throw new IllegalArgumentException(option.word + " stands there twice");
        }
    }

    private static Task task(Set<Option> options) {
        var tasks = EnumSet.noneOf(Task.class);
        options.stream().filter(option -> option.tasks.size() == 1).forEach(option -> tasks.addAll(option.tasks));
        if (tasks.contains(Task.HELP)) {
            return Task.HELP;
        }
        if (tasks.size() > 1) {
            throw new IllegalArgumentException("options of different tasks: "
                    + options.stream()
                            .filter(option -> option.tasks.size() == 1)
                            .map(option -> option.word)
                            .toList());
        }
        return tasks.isEmpty() ? Task.RUN : tasks.iterator().next();
    }

    private void check() {
        for (var option : values.keySet()) {
            if (task != Task.HELP && !option.tasks.contains(task)) {
                throw new IllegalArgumentException(option.word + " does not go with " + words());
            }
        }
        if (names.size() < task.fewest || names.size() > task.most) {
            throw new IllegalArgumentException("expected " + task.wants + ", found " + names);
        }
    }

    private List<String> words() {
        return values.keySet().stream().map(option -> option.word).toList();
    }
}
