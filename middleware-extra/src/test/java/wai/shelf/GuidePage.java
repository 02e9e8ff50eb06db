package wai.shelf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// A page of the documents whose programs are pieces of a class of the tests, so that they compile and run.
public record GuidePage(String page, Class<?> programs) {
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    /// Expects that every program of the page is in the class, but for spaces.
    ///
    /// @param count how many there are
    public void assertPrograms(int count) throws IOException {
        var root = Files.exists(Path.of("docs")) ? Path.of("") : Path.of("..");
        var file = "middleware-extra/src/test/java/" + programs.getName().replace('.', '/') + ".java";
        var source = flat(Files.readString(root.resolve(file)));

        var blocks = JAVA_BLOCK
                .matcher(Files.readString(root.resolve("docs").resolve(page)))
                .results()
                .map(block -> flat(block.group(1)))
                .toList();

        assertThat(blocks).hasSize(count).allSatisfy(block -> assertThat(source).contains(block));
    }

    private static String flat(String program) {
        return program.replaceAll("\\s+", "");
    }
}
