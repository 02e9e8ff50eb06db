package wai.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import wai.Capability;

class SpecPageTest {
    private static final Path MODULE = Path.of(System.getProperty("basedir", "."));
    private static final Path PAGE = MODULE.resolve("../docs/spec.md").normalize();

    @Test
    void thePageThatIsCheckedInIsTheOneOfTheseRules() throws IOException {
        var page = SpecPage.markdown();
        if (Boolean.getBoolean("spec.write")) {
            Files.createDirectories(PAGE.resolveSibling("."));
            Files.writeString(PAGE, page);
        }

        assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
                .as("docs/spec.md is stale; write it anew: %s", SpecPage.COMMAND)
                .isEqualTo(page);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Rule.class)
    void everyRuleHasItsAnchorLevelTextAndReasonOnOneLine(Rule rule) {
        assertThat(SpecPage.markdown().lines().filter(line -> line.contains("<a id=\"" + rule.anchor() + "\">")))
                .singleElement()
                .asString()
                .contains(rule.id(), "| " + rule.level() + " |", rule.text(), rule.intent());
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Capability.class)
    void everyCapabilityIsThereWithWhatHappensWithoutIt(Capability capability) {
        assertThat(SpecPage.markdown())
                .contains("| `" + capability + "` | " + capability.text() + " | " + capability.fallback() + " |\n");
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Rule.class)
    void theJavadocOfARuleSaysWhatItsTextSays(Rule rule) throws IOException {
        assertThat(javadoc("src/main/java/wai/spi/Rule.java", rule)).isEqualTo(rule.text());
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Capability.class)
    void theJavadocOfACapabilityBeginsWithWhatItsTextSays(Capability capability) throws IOException {
        var javadoc = javadoc("src/main/java/wai/Capability.java", capability)
                .replaceAll("\\[([A-Za-z]+)#([A-Za-z]+)]", "$1.$2");

        assertThat(javadoc).startsWith(capability.text()).contains(" Fallback: ");
    }

    /// The lines of `///` above a constant, joined.
    private static String javadoc(String source, Enum<?> constant) throws IOException {
        var text = Files.readString(MODULE.resolve(source));
        var found =
                Pattern.compile("((?: +///.*\n)+) +" + constant.name() + "\\(").matcher(text);
        assertThat(found.find()).isTrue();
        return Arrays.stream(found.group(1).split("\n"))
                .map(line -> line.strip().substring("///".length()).strip())
                .collect(Collectors.joining(" "));
    }
}
