package wai.warp.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import wai.warp.http1.RequestVectors.Requirement;

/// What the RFCs ask for is shown by vectors, and every vector shows something that is asked for.
class RequirementsTest {
    private static final Set<String> LEVELS =
            Set.of("MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "RECOMMENDED", "MAY", "LIKE");

    private static final List<String> TESTS = List.of(
            "src/test/java/wai/warp/http1",
            "src/test/java/wai/warp/server",
            "../wai-spec/src/test/java/wai",
            "../wai-spec/src/test/java/wai/spi");

    @Test
    void everyRequirementHasAVectorATestOrAReason() {
        var shown = RequestVectors.all().stream()
                .flatMap(vector -> vector.requirements().stream())
                .collect(Collectors.toSet());

        assertThat(RequestVectors.requirements()).hasSizeGreaterThan(100).allSatisfy(requirement -> {
            switch (requirement.shown().split(" ", 2)[0]) {
                case "vectors" -> assertThat(shown).contains(requirement.id());
                case "test" ->
                    assertThat(testNamed(requirement.shown().substring(5))).isTrue();
                default -> assertThat(requirement.shown()).matches("left .{20,}");
            }
        });
    }

    @Test
    void everyVectorShowsRequirementsThatAreListed() {
        var listed = RequestVectors.requirements().stream().map(Requirement::id).toList();

        assertThat(RequestVectors.all())
                .allSatisfy(
                        vector -> assertThat(vector.requirements()).isNotEmpty().isSubsetOf(listed));
    }

    @Test
    void requirementsHaveDifferentIdsAndALevel() {
        var requirements = RequestVectors.requirements();

        assertThat(requirements).extracting(Requirement::id).doesNotHaveDuplicates();
        assertThat(requirements).extracting(Requirement::level).isSubsetOf(LEVELS);
        assertThat(requirements).extracting(Requirement::text).noneMatch(String::isBlank);
    }

    /// Whether there is such a test, here or of the contract.
    private static boolean testNamed(String name) {
        return TESTS.stream().anyMatch(folder -> Files.exists(Path.of(folder, name + ".java")));
    }
}
