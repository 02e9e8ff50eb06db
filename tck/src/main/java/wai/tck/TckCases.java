package wai.tck;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// All cases of the kit.
public final class TckCases {
    private TckCases() {}

    /// The cases in the order of the rules; a fallback stands inside its case.
    ///
    /// @return the cases, unmodifiable
    public static List<TckCase> all() {
        return Stream.of(
                        ApplicationCases.all(),
                        ResponseCases.all(),
                        ResponseFieldCases.all(),
                        StreamCases.all(),
                        TargetCases.all(),
                        FieldCases.all(),
                        RequestCases.all(),
                        RequestBodyCases.all(),
                        SizeCases.all(),
                        FailureCases.all(),
                        RawCases.all(),
                        FileCases.all(),
                        IsolationCases.all(),
                        LifecycleCases.all(),
                        MiddlewareCases.all(),
                        WireCases.all(),
                        HttpCases.all(),
                        ConnectionCases.all())
                .flatMap(List::stream)
                .sorted(java.util.Comparator.comparing(TckCase::rule))
                .toList();
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
