package wai.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What no code of ours does, whichever module it is in.
class CodeRulesTest {
    /// Modules that are programs, or have one: their standard streams are their interface.
    private static final Set<String> PROGRAMS = Set.of("runner", "tck");

    private static final Set<String> STANDARD_STREAMS = Set.of("java.lang.System.out", "java.lang.System.err");

    /// What takes the charset of the machine where one should be named.
    private static final Set<String> DEFAULT_CHARSET = Set.of(
            "java.io.ByteArrayOutputStream.toString()",
            "java.io.FileReader.<init>(java.io.File)",
            "java.io.FileReader.<init>(java.io.FileDescriptor)",
            "java.io.FileReader.<init>(java.lang.String)",
            "java.io.FileWriter.<init>(java.io.File)",
            "java.io.FileWriter.<init>(java.io.File, boolean)",
            "java.io.FileWriter.<init>(java.io.FileDescriptor)",
            "java.io.FileWriter.<init>(java.lang.String)",
            "java.io.FileWriter.<init>(java.lang.String, boolean)",
            "java.io.InputStreamReader.<init>(java.io.InputStream)",
            "java.io.OutputStreamWriter.<init>(java.io.OutputStream)",
            "java.io.PrintStream.<init>(java.io.File)",
            "java.io.PrintStream.<init>(java.io.OutputStream)",
            "java.io.PrintStream.<init>(java.io.OutputStream, boolean)",
            "java.io.PrintStream.<init>(java.lang.String)",
            "java.io.PrintWriter.<init>(java.io.File)",
            "java.io.PrintWriter.<init>(java.io.OutputStream)",
            "java.io.PrintWriter.<init>(java.io.OutputStream, boolean)",
            "java.io.PrintWriter.<init>(java.lang.String)",
            "java.lang.String.<init>([B)",
            "java.lang.String.<init>([B, int, int)",
            "java.lang.String.getBytes()",
            "java.net.URLDecoder.decode(java.lang.String)",
            "java.net.URLEncoder.encode(java.lang.String)",
            "java.nio.charset.Charset.defaultCharset()",
            "java.util.Scanner.<init>(java.io.File)",
            "java.util.Scanner.<init>(java.io.InputStream)",
            "java.util.Scanner.<init>(java.nio.channels.ReadableByteChannel)",
            "java.util.Scanner.<init>(java.nio.file.Path)");

    private static final String VAGUE_NAME = ".*(Utils?|Types|Common|Helpers?|Manager|Impl)";

    /// Types that hold state which changes, even in a field that is final.
    private static final List<Class<?>> STATE = List.of(
            java.util.AbstractCollection.class,
            java.util.AbstractMap.class,
            java.util.concurrent.ConcurrentMap.class,
            java.util.concurrent.BlockingQueue.class,
            java.nio.Buffer.class,
            StringBuilder.class,
            ThreadLocal.class,
            LongAdder.class);

    @Test
    void onlyProgramsUseTheStandardStreams() {
        var types = Reactor.main().stream()
                .filter(type -> Reactor.ownerOf(type)
                        .filter(module -> !PROGRAMS.contains(module.name()))
                        .isPresent())
                .toList();
        assertThat(types).isNotEmpty();

        var uses = Reactor.accesses(types).filter(CodeRulesTest::isStandardStream);

        assertThat(uses).map(JavaAccess::getDescription).isEmpty();
    }

    @Test
    void everyCharsetIsNamed() {
        var uses = Reactor.accesses(Reactor.main())
                .filter(access -> DEFAULT_CHARSET.contains(access.getTarget().getFullName()));

        assertThat(uses).map(JavaAccess::getDescription).isEmpty();
    }

    @Test
    void namesSayWhatAThingIs() {
        var types = Stream.concat(Reactor.main().stream(), Reactor.tests().stream());

        assertThat(types)
                .filteredOn(type -> type.getSimpleName().matches(VAGUE_NAME))
                .map(JavaClass::getName)
                .isEmpty();
    }

    @Test
    void staticFieldsHoldNoState() {
        var fields = Reactor.main().stream()
                .flatMap(type -> type.getFields().stream())
                .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
                .filter(field -> !field.getModifiers().contains(JavaModifier.SYNTHETIC));

        assertThat(fields)
                .filteredOn(CodeRulesTest::isMutable)
                .map(JavaField::getFullName)
                .isEmpty();
    }

    @Test
    void testsDoNotSleep() {
        var sleeps = Reactor.accesses(Reactor.tests())
                .filter(access -> access.getName().equals("sleep"))
                .filter(access -> Set.of("java.lang.Thread", "java.util.concurrent.TimeUnit")
                        .contains(access.getTargetOwner().getName()));

        assertThat(sleeps).map(JavaAccess::getDescription).isEmpty();
    }

    /// The formatter leaves these comments alone, so this is their format.
    @Test
    void docCommentsFitTheLineAndStandUnderEachOther() {
        var files = Reactor.MODULES.stream()
                .flatMap(module -> Stream.of("src/main/java", "src/test/java")
                        .flatMap(folder -> module.javaFiles(folder).stream()))
                .toList();
        assertThat(files).isNotEmpty();

        assertThat(files).flatMap(CodeRulesTest::badDocLines).isEmpty();
    }

    private static List<String> badDocLines(Path file) {
        var bad = new ArrayList<String>();
        var indent = -1;
        var lines = Reactor.read(file).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            var line = lines.get(i);
            var isDoc = line.stripLeading().startsWith("///");
            var shifted = indent >= 0 && line.indexOf('/') != indent;
            if (isDoc && (shifted || line.length() > 120)) {
                bad.add("%s:%d: %s".formatted(file, i + 1, line));
            }
            indent = isDoc ? line.indexOf('/') : -1;
        }
        return bad;
    }

    private static boolean isStandardStream(JavaAccess<?> access) {
        return STANDARD_STREAMS.contains(access.getTarget().getFullName())
                || access.getTargetOwner().getName().equals("java.lang.IO")
                || access.getTarget().getFullName().endsWith(".printStackTrace()");
    }

    /// An array is let through when private: tables are arrays, and nobody else can write into them.
    private static boolean isMutable(JavaField field) {
        var type = field.getRawType();
        var isFinal = field.getModifiers().contains(JavaModifier.FINAL);
        var isPrivate = field.getModifiers().contains(JavaModifier.PRIVATE);
        return !isFinal
                || (type.isArray() && !isPrivate)
                || type.getPackageName().equals("java.util.concurrent.atomic")
                || STATE.stream().anyMatch(type::isAssignableTo);
    }
}
