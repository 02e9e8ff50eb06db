package wai.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeModel;
import java.lang.classfile.instruction.MonitorInstruction;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The engines take bytes and give events: they know no socket, no thread, no lock, no clock and nobody above them.
class EnginePurityTest {
    private static final List<String> FOREIGN_PACKAGES = List.of(
            "java.net",
            "java.nio.channels",
            "java.util.concurrent.locks",
            "javax.net",
            "wai.cgi.responder",
            "wai.cgi.server",
            "wai.warp.server",
            "wai.transport");
    private static final Set<String> FOREIGN_TYPES = Set.of(
            "java.lang.Thread",
            "java.lang.Thread$Builder",
            "java.lang.ThreadLocal",
            "java.time.Clock",
            "java.time.InstantSource",
            "java.util.Timer");
    private static final Set<String> FOREIGN_METHODS = Set.of(
            "java.lang.Object.notify",
            "java.lang.Object.notifyAll",
            "java.lang.Object.wait",
            "java.lang.System.currentTimeMillis",
            "java.lang.System.nanoTime");

    /// HTTP/1.1 and FastCGI are always there; HTTP/2 is checked from its first class on.
    static Stream<String> engines() {
        var others = Reactor.main().stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.matches("wai\\.warp\\.http\\d.*"));
        return Stream.concat(Stream.of("wai.warp.http1", "wai.cgi.fastcgi"), others)
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void usesNoForeignType(String engine) {
        var uses = Reactor.dependencies(Reactor.inside(engine))
                .filter(dependency -> isForeign(dependency.getTargetClass().getBaseComponentType()));

        assertThat(uses).map(Dependency::getDescription).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void readsNoClockAndWaitsForNobody(String engine) {
        var calls = Reactor.accesses(Reactor.inside(engine)).filter(EnginePurityTest::isForeign);

        assertThat(calls).map(JavaAccess::getDescription).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void takesNoLock(String engine) {
        var types = Reactor.inside(engine);

        var methods = types.stream().flatMap(type -> type.getMethods().stream()).filter(method -> method.getModifiers()
                .contains(JavaModifier.SYNCHRONIZED));

        assertThat(methods).map(JavaMember::getFullName).isEmpty();
        assertThat(withSynchronizedBlocks(types)).isEmpty();
    }

    private static boolean isForeign(JavaClass type) {
        return FOREIGN_TYPES.contains(type.getName())
                || FOREIGN_PACKAGES.stream().anyMatch(name -> Reactor.isInside(name, type));
    }

    private static boolean isForeign(JavaAccess<?> access) {
        var owner = access.getTargetOwner();
        var isNow = access.getName().equals("now") && Reactor.isInside("java.time", owner);
        return isNow || FOREIGN_METHODS.contains(owner.getName() + "." + access.getName());
    }

    private static List<String> withSynchronizedBlocks(Collection<JavaClass> types) {
        return types.stream()
                .filter(type -> code(type)
                        .flatMap(CodeModel::elementStream)
                        .anyMatch(element -> element instanceof MonitorInstruction))
                .map(JavaClass::getName)
                .toList();
    }

    private static Stream<CodeModel> code(JavaClass type) {
        try {
            var file = Path.of(type.getSource().orElseThrow().getUri());
            return ClassFile.of().parse(file).methods().stream().flatMap(method -> method.code().stream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
