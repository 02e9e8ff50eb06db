package wai.tck;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// All cases of the kit.
public final class TckCases {
    private TckCases() {}

    private static final List<Supplier<List<TckCase>>> FILES = List.of(
            ApplicationCases::all,
            ResponseCases::all,
            ResponseFieldCases::all,
            StreamCases::all,
            TargetCases::all,
            FieldCases::all,
            RequestCases::all,
            RequestBodyCases::all,
            SizeCases::all,
            FailureCases::all,
            RawCases::all,
            FileCases::all,
            IsolationCases::all,
            LifecycleCases::all,
            MiddlewareCases::all,
            WireCases::all,
            HttpCases::all,
            ConnectionCases::all);

    /// The cases in the order of the rules; a fallback stands inside its case.
    ///
    /// @return the cases, unmodifiable
    public static List<TckCase> all() {
        return FILES.stream()
                .flatMap(file -> file.get().stream())
                .sorted(Comparator.comparing(TckCase::rule))
                .toList();
    }

    /// The case or fallback of that number and name. Makes no more of them than it must: it may be all that a process
    /// is started for.
    static TckCase named(String name) {
        return FILES.stream()
                .flatMap(file -> file.get().stream())
                .flatMap(TckCases::withFallbacks)
                .filter(each -> each.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no case \"" + name + "\": the other process has another version of the kit"));
    }

    /// A case, its fallback, and so on.
    static Stream<TckCase> withFallbacks(TckCase each) {
        return Stream.concat(Stream.of(each), each.fallback().stream().flatMap(TckCases::withFallbacks));
    }

    static Map<String, List<TckCase>> byChapter() {
        var chapters = new LinkedHashMap<String, List<TckCase>>();
        for (var each : all()) {
            chapters.computeIfAbsent(each.chapter(), _ -> new java.util.ArrayList<>())
                    .add(each);
        }
        return chapters;
    }
}
