package wai.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompileErrorsTest {
    @TempDir
    private Path folder;

    @Test
    void showAllErrorsInOrder() throws Exception {
        var failure = failure("P.java", """
                class P {
                    int x = "one";
                    int y = two;
                }
                """);

        assertThat(failure.details()).isEqualTo("""
                P.java:2:13: error: incompatible types: java.lang.String cannot be converted to int
                    int x = "one";
                            ^
                P.java:3:13: error: cannot find symbol
                    int y = two;
                            ^
                  symbol:   variable two
                  location: class P
                """);
        assertThat(failure.sentence()).endsWith("P.java does not compile: 2 errors");
    }

    @Test
    void countATabAsOneColumnAndKeepTheCaretBelowItsPlace() throws Exception {
        var failure = failure("P.java", "class P {\n\tint\tx = \"one\";\n}\n");

        assertThat(failure.details()).isEqualTo("""
                P.java:2:10: error: incompatible types: java.lang.String cannot be converted to int
                \tint\tx = "one";
                \t   \t    ^
                """);
    }

    @Test
    void showAnErrorAtTheEndOfTheFile() throws Exception {
        var failure = failure("P.java", "class P {");

        assertThat(failure.details()).isEqualTo("""
                P.java:1:10: error: reached end of file while parsing
                class P {
                         ^
                """);
    }

    @Test
    void nameTheFileBesideTheProgram() throws Exception {
        Files.writeString(folder.resolve("Other.java"), "class Other { int x = true; }\n");

        var failure = failure("P.java", "class P { Other other = new Other(); }\n");

        assertThat(failure.details()).isEqualTo("""
                Other.java:1:23: error: incompatible types: boolean cannot be converted to int
                class Other { int x = true; }
                                      ^
                """);
        assertThat(failure.sentence()).endsWith("P.java does not compile: 1 error");
    }

    @Test
    void sayWhichMainIsMissing() throws Exception {
        var failure = failure("P.java", "Object app() { return 1; }\n");

        assertThat(failure.details())
                .startsWith("P.java:1:1: error: compact source file does not have main method")
                .endsWith("  add: void main() throws Exception { wai.warp.Warp.run(8080, app()); }\n");
    }

    /// The failure of a program in the folder, its paths without the folder.
    private Failure failure(String name, String source) throws IOException {
        var file = Files.writeString(folder.resolve(name), source);

        var failure = catchThrowableOfType(
                Failure.class, () -> new MemoryCompiler(List.of(), getClass().getClassLoader()).compile(file));

        var details = failure.details().replace(folder + "/", "");
        return new Failure(failure.exit(), failure.sentence(), details);
    }
}
