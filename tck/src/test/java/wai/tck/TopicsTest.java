package wai.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the suites of others look at is looked at here too, or there is a reason.
class TopicsTest {
    /// How many behaviours each chapter of the inventory has.
    private static final int INVENTORY = 115;

    /// A line of the table.
    record Topic(String id, String about, String shown) {
        boolean isLeft() {
            return shown.startsWith("- ");
        }

        @Override
        public String toString() {
            return id + ": " + about;
        }
    }

    static List<Topic> topics() throws IOException {
        try (var in = Objects.requireNonNull(TopicsTest.class.getResourceAsStream("topics.txt"), "topics.txt")) {
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" \\| ", -1))
                    .map(parts -> new Topic(parts[0], parts[1], parts[2]))
                    .toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("topics")
    void aTopicNamesItsCasesOrAReason(Topic topic) {
        assertThat(topic.about()).isNotBlank();
        if (topic.isLeft()) {
            assertThat(topic.shown()).hasSizeGreaterThan(10);
            return;
        }
        var names = TckCases.all().stream().map(TckCase::toString).toList();
        for (var reference : topic.shown().split("; ", -1)) {
            assertThat(names)
                    .filteredOn(name -> name.startsWith(reference))
                    .as("cases that begin with \"%s\"", reference)
                    .hasSize(1);
        }
    }

    @Test
    void everyBehaviourOfTheInventoryHasALine() throws IOException {
        var ids = topics().stream()
                .map(Topic::id)
                .filter(id -> !id.startsWith("PLK-") && !id.startsWith("SRV-"))
                .toList();

        assertThat(ids).doesNotHaveDuplicates().hasSize(INVENTORY).containsAll(numbered());
    }

    /// The groups of the inventory with more than one behaviour.
    private static List<String> numbered() {
        var ids = new ArrayList<String>();
        for (var group : List.of("WAI-4", "WRP-18", "HDR-8", "CON-4", "FIL-10", "RSP-4", "GZP-5", "PRS-5", "WSK-6")) {
            var parts = group.split("-", 2);
            for (int i = 1; i <= Integer.parseInt(parts[1]); i++) {
                ids.add("%s-%02d".formatted(parts[0], i));
            }
        }
        ids.addAll(Arrays.asList("RNG-01", "NUM-01", "SHD-01", "H2-03", "TIM-02", "STA-18", "RPX-03", "CLS-01"));
        return ids;
    }
}
