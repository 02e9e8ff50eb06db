package wai.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import wai.spi.Rule;

class CoverageTest {
    private final Coverage coverage = Coverage.ofTheKit();

    @Test
    void everyMustHasACaseOrAWrittenReason() {
        assertThat(coverage.gaps()).as("%s", coverage.table()).isEmpty();
    }

    @Test
    void noReasonIsSuperfluous() {
        assertThat(coverage.superfluousReasons()).isEmpty();
    }

    @Test
    void theTableHasEveryRule() {
        assertThat(coverage.table().lines().skip(1))
                .hasSize(Rule.values().length)
                .noneMatch(line -> line.contains("NO CASE AND NO REASON"))
                .anyMatch(line -> line.matches("WAI-RSP-06 +MUST +4"));
    }

    @Test
    void namesOfCasesAreUniqueAndBeginWithTheRule() {
        var names = new ArrayList<String>();
        for (var each : TckCases.all()) {
            names.add(each.toString());
            each.fallback().ifPresent(fallback -> names.add(fallback.toString()));
        }

        assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.matches("WAI-[A-Z]{3}-[0-9]{2} [a-z].*"));
    }
}
