package wai.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The page about handlers shows what is certified.
class WritingAHandlerTest {
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Path SOURCES = Path.of("src/test/java/wai/examples");

    @Test
    void everyPieceOfThePageIsOfTheHandlerOrItsTest() throws IOException {
        var sources = flat(Files.readString(SOURCES.resolve("JdkHttpExchange.java"))
                + Files.readString(SOURCES.resolve("JdkHttpTckTest.java"))
                + Files.readString(SOURCES.resolve("OtherProcessTck.java"))
                + Files.readString(SOURCES.resolve("Http2Tck.java")));

        assertThat(blocks()).hasSizeGreaterThan(5).allSatisfy(block -> assertThat(sources)
                .contains(block));
    }

    @Test
    void thePageShowsTheHandlerWhole() throws IOException {
        var handler = flat(Files.readString(SOURCES.resolve("JdkHttpExchange.java")));
        var rest = handler.substring(handler.indexOf("final class JdkHttpExchange"));
        for (var block : blocks()) {
            rest = rest.replace(block, "");
        }

        // a getter and a constructor need no explanation
        assertThat(rest.lines().filter(line -> !line.isBlank()).count()).isLessThan(10);
    }

    private static List<String> blocks() throws IOException {
        return JAVA_BLOCK
                .matcher(Files.readString(Path.of("../docs/writing-a-handler.md")))
                .results()
                .map(block -> flat(block.group(1)))
                .toList();
    }

    /// Without indentation, so that a piece may stand inside a class.
    private static String flat(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }
}
