package wai.tck.compare;

import java.util.List;

/// How one exchange of one handler compares with that of the handler it is measured by.
///
/// @param exchange what was sent
/// @param kind how they compare
/// @param reasons names of the rules, departures or capabilities that explain a difference
/// @param measure the handler it was compared with
/// @param difference lines that only the measure has, behind `-`, and lines that only this one has, behind `+`
record Verdict(String exchange, Kind kind, List<String> reasons, String measure, List<String> difference) {
    /// How they compare.
    enum Kind {
        /// Nothing differs but what differs between all handlers.
        SAME,
        /// What differs is declared.
        DECLARED,
        /// Something differs and nobody said so.
        DIFFERENT
    }

    Verdict {
        reasons = List.copyOf(reasons);
        difference = List.copyOf(difference);
    }
}
