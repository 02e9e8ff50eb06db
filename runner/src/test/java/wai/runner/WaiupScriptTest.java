package wai.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The script `waiup` in a clone whose path has a space, with a `java` and an `mvn` that only say how they were called.
class WaiupScriptTest {
    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

    private static final String BUILDING = "waiup: building (a minute on first use) ...\n";

    @TempDir
    private Path folder;

    private Path clone = Path.of("");
    private Path jdk = Path.of("");
    private Path source = Path.of("");

    @BeforeEach
    void makeAClone() throws IOException {
        clone = Files.createDirectories(folder.resolve("my clone"));
        jdk = folder.resolve("jdk 25");
        Files.createDirectories(jdk.resolve("bin"));
        Files.createDirectories(clone.resolve(".mvn"));
        Files.copy(Path.of("../waiup"), clone.resolve("waiup"));
        Files.copy(Path.of("../.mvn/find-jdk.sh"), clone.resolve(".mvn/find-jdk.sh"));
        source = clone.resolve("wai-spec/src/main/java/A.java");
        writeOld(clone.resolve("pom.xml"));
        writeOld(clone.resolve("runner/pom.xml"));
        writeOld(source);
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.3\"\n");
        executable(jdk.resolve("bin/javac"), "exit 1");
        executable(jdk.resolve("bin/java"), "printf '<%s>' \"$@\"\nexit 42");
        mvn("mkdir -p runner/target/app && echo compiled && echo \"$@\" >>calls");
    }

    @Test
    void buildsOnFirstUseAndHandsEverythingToJava() throws Exception {
        var run = waiup("--port", "0", "my file.java", "");

        assertThat(run.out())
                .startsWith("<-Djava.util.logging.SimpleFormatter.format=%4$s: %5$s%6$s%n><--module-path><"
                        + clone.toRealPath().resolve("runner/target/app") + ">")
                .contains("<--add-opens><java.base/java.lang=wai.transport>")
                .contains("<--add-opens><java.base/sun.nio.ch=wai.transport><--enable-native-access=wai.transport>")
                .endsWith("<--module><wai.runner/wai.runner.Waiup><--port><0><my file.java><>");
        assertThat(run.err()).isEqualTo(BUILDING);
        assertThat(run.status()).isEqualTo(42);
        assertThat(builds())
                .containsExactly("-B -ntp -pl runner -am -Dmaven.test.skip=true -Dspotless.check.skip=true package");
    }

    @Test
    void makesACacheWhenItBuildsAndStartsFromIt() throws Exception {
        executable(jdk.resolve("bin/java"), """
                for option; do
                    case $option in
                        -XX:AOTCacheOutput=*)
                            trap 'echo "$@" >"${option#*=}"; exit' TERM
                            echo 'serving it'
                            while :; do sleep 0.1; done ;;
                    esac
                done
                printf '<%s>' "$@"
                """);

        var run = waiup("Mine.java");

        var cache = clone.toRealPath().resolve("runner/target/waiup.aot");
        assertThat(cache)
                .content()
                .endsWith(" --module wai.runner/wai.runner.Waiup --port 0 "
                        + clone.toRealPath().resolve("examples/Hello.java") + "\n");
        assertThat(run.out())
                .contains("<-Xlog:aot=off><-XX:AOTCache=" + cache + ">")
                .endsWith("<--module><wai.runner/wai.runner.Waiup><Mine.java>");
        assertThat(run.err()).isEqualTo(BUILDING);
        assertThat(run.status()).isZero();
    }

    @Test
    void startsWithoutACacheWhenThereIsNone() throws Exception {
        var run = waiup("Mine.java");

        assertThat(run.out())
                .contains("<-Xlog:aot=off><-Xshare:auto>")
                .endsWith("<wai.runner/wai.runner.Waiup><Mine.java>");
        assertThat(run.status()).isEqualTo(42);
    }

    @Test
    void doesNotBuildWhatIsBuilt() throws Exception {
        waiup();

        var run = waiup();

        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isEqualTo(42);
        assertThat(builds()).hasSize(1);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {"pom.xml", "runner/pom.xml", "wai-spec/src/main/java/A.java", "wai-spec/src/main/java/B.java"})
    void buildsAgainAfterAChangeOf(String changed) throws Exception {
        waiup();
        Files.writeString(clone.resolve(changed), "changed");
        Files.setLastModifiedTime(
                clone.resolve(changed), FileTime.from(Instant.now().plusSeconds(60)));

        var run = waiup();

        assertThat(run.err()).isEqualTo(BUILDING);
        assertThat(builds()).hasSize(2);
    }

    @Test
    void buildsAgainWhenTheJarsAreGone() throws Exception {
        waiup();
        Files.delete(clone.resolve("runner/target/app"));

        var run = waiup();

        assertThat(run.err()).isEqualTo(BUILDING);
        assertThat(builds()).hasSize(2);
    }

    @Test
    void showsTheLogOfAFailedBuildAndBuildsAgain() throws Exception {
        mvn("echo '[ERROR] no compiler'; exit 1");

        var failed = waiup();
        mvn("mkdir -p runner/target/app");
        var next = waiup();

        var log = clone.toRealPath().resolve("runner/target/waiup.log");
        assertThat(failed.err())
                .isEqualTo(
                        BUILDING + "[ERROR] no compiler\nwaiup: the build failed; the log above is in " + log + "\n");
        assertThat(failed.out()).isEmpty();
        assertThat(failed.status()).isEqualTo(1);
        assertThat(next.err()).isEqualTo(BUILDING);
        assertThat(next.status()).isEqualTo(42);
    }

    @Test
    void waitsForAnotherFirstBuild() throws Exception {
        mvn("mkdir -p runner/target/app");
        var lock = Files.createDirectories(clone.resolve("runner/target/building"));
        executable( // the other one ends meanwhile, without success
                tools().resolve("sleep"), "[ -e ../slept ] || rmdir '" + lock + "'; : >../slept");

        var run = waiup();

        assertThat(run.err()).isEqualTo("waiup: waiting for another waiup that builds ...\n" + BUILDING);
        assertThat(run.status()).isEqualTo(42);
        assertThat(lock).doesNotExist();
    }

    @Test
    void saysWhenThereIsNoJdk() throws Exception {
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"21.0.1\"\n");
        // the machine's own JDKs are none of this test's business
        var finder = clone.resolve(".mvn/find-jdk.sh");
        Files.writeString(finder, Files.readString(finder).replaceAll("/usr/lib/jvm|/Library/Java", "/no/such"));

        var run = waiup();

        assertThat(run.err()).isEqualTo("waiup: no JDK 25 found; set JAVA_HOME to one\n");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void saysWhenThereIsNoMaven() throws Exception {
        Files.delete(folder.resolve("bin/mvn"));

        var run = waiup();

        assertThat(run.err()).isEqualTo("waiup: no mvn found; install Maven 3.8.7 or later\n");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void takesTheJdkOfThePath() throws Exception {
        var bin = folder.resolve("bin");
        Files.createSymbolicLink(bin.resolve("javac"), jdk.resolve("bin/javac"));
        var finder = clone.resolve(".mvn/find-jdk.sh");
        Files.writeString(finder, Files.readString(finder).replaceAll("/usr/lib/jvm|/Library/Java", "/no/such"));

        var run = run(folder.resolve("no jdk"), clone.resolve("waiup").toString());

        assertThat(run.err()).isEqualTo(BUILDING);
        assertThat(run.status()).isEqualTo(42);
    }

    @Test
    void runsFromAnywhereThroughALink() throws Exception {
        var link = Files.createSymbolicLink(folder.resolve("bin/up"), Path.of("../my clone/waiup"));

        var run = run(jdk, link.toString());

        assertThat(run.out()).contains("<" + clone.toRealPath().resolve("runner/target/app") + ">");
        assertThat(run.status()).isEqualTo(42);
    }

    private Run waiup(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(clone.resolve("waiup").toString()));
        command.addAll(List.of(arguments));
        return run(jdk, command.toArray(String[]::new));
    }

    /// Runs the script with `sh` and a PATH that has the fake Maven and what every system has.
    private Run run(Path javaHome, String... command) throws Exception {
        var out = Files.createTempFile(folder, "out", "");
        var err = Files.createTempFile(folder, "err", "");
        var arguments = new ArrayList<>(List.of("sh"));
        arguments.addAll(List.of(command));
        var builder = new ProcessBuilder(arguments)
                .directory(Files.createDirectories(folder.resolve("elsewhere")).toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("JAVA_HOME", javaHome.toString());
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("PATH", folder.resolve("bin") + ":" + tools());
        var process = builder.start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /// A folder with the few programs the script needs, and with no `mvn` and no `javac`.
    private Path tools() throws IOException {
        var tools = folder.resolve("tools");
        if (Files.notExists(tools)) {
            Files.createDirectories(tools);
            for (var tool : List.of(
                    "sh",
                    "cat",
                    "dirname",
                    "find",
                    "grep",
                    "head",
                    "mkdir",
                    "mv",
                    "readlink",
                    "rm",
                    "rmdir",
                    "sleep")) {
                var real = List.of(Path.of("/bin", tool), Path.of("/usr/bin", tool)).stream()
                        .filter(Files::exists)
                        .findFirst()
                        .orElseThrow();
                executable(tools.resolve(tool), "exec " + real + " \"$@\"");
            }
        }
        return tools;
    }

    private void mvn(String script) throws IOException {
        Files.createDirectories(folder.resolve("bin"));
        executable(folder.resolve("bin/mvn"), script);
    }

    private List<String> builds() throws IOException {
        return Files.readAllLines(clone.resolve("calls"));
    }

    private static void writeOld(Path file) throws IOException {
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, "old");
        Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
    }

    private static void executable(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// @param status the exit status
    /// @param out what was printed to standard output
    /// @param err what was printed to standard error
    private record Run(int status, String out, String err) {}
}
